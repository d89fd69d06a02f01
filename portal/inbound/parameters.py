"""`text/plain; charset="utf-8"; name*=utf-8''...`: what such a field names, and its parameters (RFC 2045, RFC 2231)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote_to_bytes

from portal.inbound import charsets
from portal.inbound.headers import one_line, plain, unencoded

MOST_PARAMETERS: Final = 200
PARAMETER: Final = re.compile(r""";\s*([^\s=;"]{1,100})\s*=\s*(?:"((?:[^"\\]|\\.)*)(?:"|$)|([^;]*))""", re.DOTALL)
NAME: Final = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")
ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
TYPE: Final = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")


@dataclass(frozen=True, slots=True)
class Described:
    """`value` in lower case; parameters by name in lower case, decoded."""

    value: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return self.parameters.get(name, "")


def describe(raw: bytes) -> Described:
    if not raw:
        return Described()
    text = plain(raw)
    value = text.partition(";")[0].strip().lower()
    if ";" not in text:
        return Described(value)
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for number, found in enumerate(PARAMETER.finditer(text, text.index(";"))):
        if number == MOST_PARAMETERS:
            break
        named = NAME.fullmatch(found[1].lower())
        if named is None:
            continue
        written = ESCAPED.sub(r"\1", found[2]) if found[2] is not None else found[3].strip()
        pieces.setdefault(named[1], []).append((_turn(named), bool(named[3]), written))
    return Described(value, {name: _joined(found) for name, found in pieces.items()})


def content_type(raw: bytes, *, otherwise: str) -> Described:
    """Anything that is no type at all counts as plain text, as RFC 2045 has it."""
    described = describe(raw)
    value = described.value if TYPE.fullmatch(described.value) else otherwise
    return Described(value, described.parameters)


def _turn(named: re.Match[str]) -> int:
    """The one without a number comes before those with one, and an encoded one before both."""
    if named[2] is not None:
        return int(named[2])
    return -2 if named[3] else -1


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    """The better of two spellings, or continued pieces put together."""
    pieces.sort(key=lambda piece: piece[0])
    chosen = pieces[:1] if pieces[0][0] < 0 else pieces
    if not any(encoded for _, encoded, _ in chosen):
        return one_line(unencoded("".join(written for _, _, written in chosen)))
    charset, content = "", b""
    for number, (_, encoded, written) in enumerate(chosen):
        rest = written
        if encoded and number == 0 and written.count("'") > 1:
            charset, _, rest = written.split("'", 2)
        content += unquote_to_bytes(rest) if encoded else rest.encode("utf-8", errors="replace")
    return one_line(charsets.read(content, charset=charset).text)
