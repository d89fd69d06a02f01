"""Names of uploaded files: what a stranger called them, made safe for disks, headers and eyes."""

import re
import unicodedata
from urllib.parse import quote

from portal import characters

LONGEST_NAME = 150
"""In bytes of UTF-8: every file system takes 255, and archives put a folder's name before it."""
LONGEST_EXTENSION = 20
NAMELESS = "file"

SEPARATORS = re.compile(r"[/\\]")
# Quotes end header values, the others mean something to a shell or to Windows, the last looks like a slash.
TROUBLE = re.compile("[\"'`<>:|?*;$&%\u2018-\u201f\u2044\u2215\u29f8\uff0f\uff3c]")
INVISIBLE = re.compile(f"{characters.INVISIBLE.pattern}|[\u200c\u200d\ufe00-\ufe0f\t\r\n]")
RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE)


def safe_name(raw: str) -> str:
    """A name without path, quotes, invisible characters or a meaning to any system; never empty.

    Its extension survives the cut at LONGEST_NAME bytes, so that a person still sees what kind of file it is.
    """
    name = SEPARATORS.split(raw[-4 * LONGEST_NAME :] if SEPARATORS.search(raw) else raw)[-1]
    name = unicodedata.normalize("NFC", INVISIBLE.sub("", name))
    name = " ".join(TROUBLE.sub("_", name).split()).lstrip(".-~ ").rstrip(". ")
    if RESERVED.match(name):
        name = f"_{name}"
    return _shortened(name) or NAMELESS


def _shortened(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or len(extension.encode()) > LONGEST_EXTENSION:
        return _cut(name, at=LONGEST_NAME)
    return _cut(stem, at=LONGEST_NAME - len(extension.encode()) - 1) + dot + extension


def _cut(text: str, *, at: int) -> str:
    return text.encode()[:at].decode(errors="ignore").rstrip(". ")


def content_disposition(name: str) -> str:
    """A header that makes every browser save and none show (RFC 6266, with the name by RFC 5987 as well)."""
    safe = safe_name(name)
    plain = unicodedata.normalize("NFKD", safe).encode("ascii", "ignore").decode()
    header = f'attachment; filename="{safe_name(plain)}"'
    return header if plain == safe else f"{header}; filename*=UTF-8''{quote(safe, safe='')}"
