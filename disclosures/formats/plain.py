"""Words of people, made safe for the place they go to: one line, a text, Markdown, or an address."""

import re
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

from portal import characters

ELLIPSIS: Final = "…"
LONGEST_ADDRESS: Final = 2_000

MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>&|~!$^])")
# A name is no mention of an account and no number of an issue, and no address in it becomes a link.
MENTION: Final = re.compile(r"([@#])(?=\w)")
LINK: Final = re.compile(r"(?<=[a-z])(:)(?=//)|(?<=www)(\.)", re.IGNORECASE)
LEADING: Final = re.compile(r"^([-+#=]|[0-9]{1,9}(?=[.)]))")

HOST: Final = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
# Everything that an address may hold; the rest is written as its bytes in hexadecimal.
ADDRESS_CHARACTERS: Final = "%/?#[]:@!$&'()*+,;=-._~"


def line(text: str, *, longest: int = 0) -> str:
    """One line, without anything that a reader would not see, cut with an ellipsis if it is too long."""
    spaced = characters.LINE_BREAKS.sub(" ", characters.storable(text)).replace("\t", " ")
    kept = " ".join(characters.INVISIBLE.sub("", spaced).split())
    return shortened(kept, longest=longest) if longest else kept


def prose(text: str) -> str:
    """Several lines, ended by a line feed each, that read in the order in which they are written."""
    joined = characters.LINE_BREAKS.sub("\n", characters.storable(text))
    return characters.DIRECTION_CONTROLS.sub("", characters.CONTROLS.sub("", joined)).strip()


def markdown(text: str) -> str:
    """One line as Markdown that shows just this text: no formatting, no link, no mention, no HTML."""
    escaped = MARKUP.sub(r"\\\1", line(text))
    escaped = LINK.sub(lambda found: "\\" + found[0], escaped)
    return LEADING.sub(_led, MENTION.sub(r"\1<!-- -->", escaped))


def _led(found: re.Match[str]) -> str:
    return f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}"


def address(url: str) -> str:
    """An address of the web in ASCII, or nothing: no other scheme, and no name before the host that looks like one."""
    text = line(url)
    try:
        parts = urlsplit(text)
        place = _place(parts)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not place or " " in text or "[" in parts.path + parts.query:
        return ""
    encoded = quote(parts._replace(netloc=place).geturl(), safe=ADDRESS_CHARACTERS)
    return encoded if len(encoded) <= LONGEST_ADDRESS else ""


def _place(parts: SplitResult) -> str:
    """Host and port; nothing if they cannot be told for sure."""
    host = (parts.hostname or "").encode("idna").decode()
    if "@" in parts.netloc or not HOST.fullmatch(host):
        return ""
    bracketed = f"[{host}]" if ":" in host else host
    return bracketed if parts.port is None else f"{bracketed}:{parts.port}"


def shortened(text: str, *, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + ELLIPSIS
