"""The words in which somebody is thanked: plain text on one line, the same everywhere, whatever was typed (P17).

Nothing in it is markup to us. What prints it escapes it for the place where it is printed.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from portal import characters

LONGEST_NAME: Final = 120
LONGEST_HANDLE: Final = 39
LONGEST_TEXT: Final = 300
"""More than name, handle and organisation come to."""
MOST_MARKS: Final = 3
"""Accents on one letter; more of them climb over the lines around."""

HANDLE: Final = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9])*(?:_[A-Za-z0-9]+)?")
PROFILE: Final = re.compile(r"^(?:https?://)?(?:www\.)?github\.com/", re.IGNORECASE)
AT: Final = "\N{FULLWIDTH COMMERCIAL AT}"
"""Stands for @ in names: there it would call, or pass for, somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """How somebody is named. Made by `naming`, which lets nothing through that deceives."""

    name: str = ""
    handle: str = ""
    organisation: str = ""

    @property
    def text(self) -> str:
        """Exactly what is printed; nothing if there is neither name nor handle."""
        mention = f"@{self.handle}" if self.handle else ""
        who = self.name or mention
        beside = ", ".join(part for part in (mention if self.name else "", self.organisation) if part)
        return f"{who} ({beside})" if who and beside else who


NOBODY: Final = Naming()


def naming(*, name: str = "", handle: str = "", organisation: str = "") -> Naming:
    """What can be printed of it. A handle that GitHub would not give anybody is none."""
    return Naming(name=line_of(name), handle=handle_of(handle), organisation=line_of(organisation))


def line_of(text: str) -> str:
    """One line of visible characters that cannot turn round, climb, call anybody or go on for ever."""
    text = text[: LONGEST_NAME * 20]
    text = characters.LINE_BREAKS.sub(" ", text).replace("\t", " ")
    text = characters.INVISIBLE.sub("", unicodedata.normalize("NFC", characters.storable(text)))
    text = " ".join(_without_towers(text).replace("@", AT).split())
    return "" if characters.is_blank(text) else text[:LONGEST_NAME].rstrip()


def handle_of(text: str) -> str:
    """A login as GitHub gives them, also from the address of a profile; nothing if it is none."""
    bare = PROFILE.sub("", text.strip()[:200]).removeprefix("@").removesuffix("/")
    return bare if len(bare) <= LONGEST_HANDLE and HANDLE.fullmatch(bare) else ""


def _without_towers(text: str) -> str:
    kept, height = [], 0
    for character in text:
        height = height + 1 if unicodedata.category(character).startswith("M") else 0
        if height <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
