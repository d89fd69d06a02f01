"""Which characters deceive the eye, which cannot be stored, and how each is shown to a reader."""

import re
import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""PostgreSQL stores no NUL; a lone surrogate is no character at all and has no UTF-8 form."""

CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Control characters other than tab, line feed and carriage return."""

DIRECTION_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Overrides, embeddings and isolates: they make a line read differently from what it says."""

LINE_BREAKS = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")

# What a reader cannot see is marked, unless it has work to do where it stands: a joiner between letters of
# other scripts or parts of an emoji, and a selector right after the character whose form it selects.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\ud800-\udfff\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    "|(?<![^\x00-\x7f\u200b-\u200f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f\u200b-\u200f])"
    "|(?<![^\x00-\x22\x24-\x29\x2b-\x2f\x3a-\x7f\ufe00-\ufe0f])[\ufe00-\ufe0f]"
)

INVISIBLE_RUN = re.compile(f"(?:{INVISIBLE.pattern})+")

# Unicode itself gives control characters no names.
CONTROL_NAMES = {0x00: "NUL", 0x07: "BELL", 0x08: "BACKSPACE", 0x1B: "ESCAPE", 0x7F: "DELETE"}


def code_point(character: str) -> str:
    return f"U+{ord(character):04X}"


def name(character: str) -> str:
    """The character's Unicode name, or what it is when it has none."""
    known = CONTROL_NAMES.get(ord(character)) or unicodedata.name(character, "")
    if known:
        return known
    return "half of a character" if "\ud800" <= character <= "\udfff" else "control character"


def named(character: str) -> str:
    """For sentences: U+202E RIGHT-TO-LEFT OVERRIDE."""
    return f"{code_point(character)} {name(character)}"


def storable(text: str) -> str:
    """What has no place in a database column or an answer becomes U+FFFD, so that nothing else is lost."""
    return UNSTORABLE.sub(REPLACEMENT, text)


def is_blank(text: str) -> bool:
    """Nothing in it that a reader would see."""
    return not INVISIBLE.sub("", text).strip("\u200c\u200d\ufe0e\ufe0f \t\r\n\xa0\u3000")
