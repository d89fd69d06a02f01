"""What a mail server says it found out about a sender (RFC 8601)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

LONGEST: Final = 20_000
PIECE: Final = re.compile(r'"(?:[^"\\]|\\.)*"?|\\.|[()]|[^"\\()]+', re.DOTALL)
SEMICOLON: Final = re.compile(r'((?:[^";]|"(?:[^"\\]|\\.)*(?:"|$))*+)(?:;|$)', re.DOTALL)
PAIR: Final = re.compile(r'([A-Za-z][\w.-]{0,60})(?:/\d{1,3})?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))')


@dataclass(frozen=True, slots=True)
class Result:
    """`verdict` and the names of properties are in lower case; of a property said twice, the first counts."""

    method: str
    verdict: str
    properties: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return self.properties.get(name, "")


@dataclass(frozen=True, slots=True)
class Results:
    server: str
    """In lower case; empty if it names itself in no way that can be understood."""
    results: tuple[Result, ...] = ()


def read(value: str) -> Results:
    said = "".join(_without_comments(value[:LONGEST]))
    name, *rest = [found[1].strip() for found in SEMICOLON.finditer(said)]
    words = name.replace('"', "").split()
    server = words[0].lower() if words and "=" not in name else ""
    return Results(server, tuple(result for each in rest if (result := _result(each))))


def _without_comments(value: str) -> Iterator[str]:
    depth = 0
    for found in PIECE.finditer(value):
        if found[0] == "(":
            depth += 1
        elif found[0] == ")":
            depth = max(0, depth - 1)
        elif depth == 0:
            yield found[0]


def _result(said: str) -> Result | None:
    pairs = [(name.lower(), quoted or plain) for name, quoted, plain in PAIR.findall(said)]
    if not pairs:
        return None
    (method, verdict), *properties = pairs
    return Result(method, verdict.lower(), dict(reversed(properties)))
