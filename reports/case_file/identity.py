"""By which words the reporter's side of a report is known, and a text without them."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from reports.models import GitHubReport, InboundMail, Report, Reporter

REMOVED: Final = "[removed]"
SHORTEST_PART: Final = 3
"""Letters of a part of a name that is removed where it stands alone; shorter ones are everybody's words."""
ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be")
LETTER: Final = r"[^\W_]"

type Known = Callable[[Report], Iterable[str]]

_elsewhere: list[Known] = []


def also(known: Known) -> None:
    """Names of people on the reporter's side that another floor knows."""
    _elsewhere.append(known)


class Identity:
    """Whole names, addresses and names for credit, however they are capitalised, and the parts of names as written.

    Words, such as logins, are removed where they stand alone, however they are capitalised.
    """

    def __init__(self, wholes: Iterable[str], *, parts: Iterable[str], words: Iterable[str] = ()) -> None:
        whole, alone = _longest_first(wholes), _longest_first(words)
        names = [part for part in _longest_first(parts) if len(part) >= SHORTEST_PART]
        searched = [f"(?i:{re.escape(each)})" for each in whole]
        searched += [f"(?i:(?<!{LETTER}){re.escape(word)}(?!{LETTER}))" for word in alone]
        searched += [rf"\b{re.escape(name)}\b" for name in names]
        self._wholes = [*whole, *alone]
        self._pattern = re.compile("|".join(searched)) if searched else None

    @classmethod
    def of(cls, report: Report, reporters: Iterable[Reporter], *, mails: Iterable[InboundMail] = ()) -> "Identity":
        """Of the finder, of everybody they invited or named, and of whoever sent one of their `mails`."""
        people, senders = list(reporters), list(mails)
        names = [name for one in people for name in (one.name, one.credit_name)]
        names += [mail.sender_name for mail in senders]
        addresses = [*(one.email for one in people), *(mail.sender_address for mail in senders)]
        words = [*_of_github(report), *(name for known in _elsewhere for name in known(report))]
        return cls([*names, *addresses], parts=" ".join(names).split(), words=words)

    @classmethod
    def nobody(cls) -> "Identity":
        """For a case file in which all may stand."""
        return cls([], parts=[])

    def removed_from(self, text: str) -> str:
        return self._pattern.sub(REMOVED, text) if self._pattern else text

    def stands_in(self, chunks: Iterable[bytes]) -> bool:
        """Whether one of the whole words stands in a file, as plain text in any of the usual encodings."""
        wanted = {whole.lower().encode(encoding) for whole in self._wholes for encoding in ENCODINGS}
        overlap, before = max(map(len, wanted), default=1) - 1, b""
        for chunk in chunks:
            window = before + chunk.lower()
            if any(word in window for word in wanted):
                return True
            before = window[-overlap:] if overlap else b""
        return False


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted({word.strip() for word in words if word.strip()}, key=len, reverse=True)


def _of_github(report: Report) -> Iterator[str]:
    """Logins, without the sign before them."""
    for there in GitHubReport.objects.filter(report=report):
        there.report = report
        yield there.submitter_login.removeprefix("@")
        yield from (finder.removeprefix("@") for finder in there.finders_named)
