"""What may be unusual about a mail, each as a sentence for the team."""

from typing import Final

CHARSET: Final = "Its characters do not fit the encoding that it names; some may be wrong."
CUT: Final = "It is cut off: the end of its last part never came."
DAMAGED: Final = "Some of it was damaged on its way, and could be read only in part."
DIRECTION: Final = "Its text holds invisible characters that change the direction in which it is read."
HEADLESS: Final = "It has no head, so nothing says who sent it."
LONG: Final = "Its text is very long: the beginning is shown, and the whole is kept as a file."
MANY_FILES: Final = "It has too many files: the last of them are only in its source."
MANY_PARTS: Final = "It is made of too many parts: the last of them are shown as one."
MANY_SENDERS: Final = "It names more than one sender, so that nobody can say who wrote it."
NO_SENDER: Final = "It names no sender."
NULS: Final = "Its text holds NUL bytes, which cannot be kept; each is shown as \N{REPLACEMENT CHARACTER}."
OUTLOOK: Final = "Its text may lie in winmail.dat, which only Outlook reads."
SMIME: Final = "It is encrypted or signed by S/MIME, which is not read here."


def repeated(name: str) -> str:
    return f"It has more than one {name}; the first is shown."
