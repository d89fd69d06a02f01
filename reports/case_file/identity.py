"""By which words the reporter's side of a report is known, and a text without them."""

import re
from collections.abc import Iterable
from typing import Final

from reports.models import InboundMail, Reporter

REMOVED: Final = "[removed]"
SHORTEST_PART: Final = 3
"""Letters of a part of a name that is removed where it stands alone; shorter ones are everybody's words."""
ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be")


class Identity:
    """Whole names, addresses and names for credit, however they are capitalised, and the parts of names as written."""

    def __init__(self, wholes: Iterable[str], *, parts: Iterable[str]) -> None:
        self._wholes = sorted({whole.strip() for whole in wholes if whole.strip()}, key=len, reverse=True)
        names = sorted({part for part in parts if len(part) >= SHORTEST_PART}, key=len, reverse=True)
        searched = [f"(?i:{re.escape(whole)})" for whole in self._wholes]
        searched += [rf"\b{re.escape(name)}\b" for name in names]
        self._pattern = re.compile("|".join(searched)) if searched else None

    @classmethod
    def of(cls, reporters: Iterable[Reporter], *, mails: Iterable[InboundMail] = ()) -> "Identity":
        """Of the finder, of everybody they invited, and of whoever sent one of their `mails`."""
        people, senders = list(reporters), list(mails)
        names = [name for one in people for name in (one.name, one.credit_name)]
        names += [mail.sender_name for mail in senders]
        addresses = [*(one.email for one in people), *(mail.sender_address for mail in senders)]
        return cls([*names, *addresses], parts=" ".join(names).split())

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
