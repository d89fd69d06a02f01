"""Files that were encrypted one by one, beside the mail or within it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from portal.inbound.values import ReceivedFile
from portal.openpgp.findings import Findings, Signature

ARMOUR: Final = b"-----BEGIN PGP MESSAGE"
SUFFIXES: Final = (".pgp", ".gpg", ".asc")
FIRST_BYTES: Final = frozenset(b"\x84\x85\x86\x8c\x8d\x8e\xc1\xc3")
"""Of a message that is encrypted to a key, or by a password; keys and signatures begin otherwise (RFC 9580, 4.2)."""
MOST: Final = 20
MOST_BYTES: Final = 64 * 1024 * 1024
SECONDS: Final = 60
SHUT: Final = "The file {name} is encrypted, and could not be opened."
TOO_MANY: Final = "Not all of its encrypted files were opened: there are too many, or they are too large."

type Open = Callable[[bytes], Findings]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFiles:
    files: Sequence[ReceivedFile]
    """All that came; those that could be opened are, under their names without the ending."""
    opened: Sequence[Findings] = ()
    shut: Sequence[Findings] = ()
    oddities: Sequence[str] = ()

    @property
    def signatures(self) -> list[Signature]:
        return [signature for found in self.opened for signature in found.signatures]


def is_encrypted(file: ReceivedFile) -> bool:
    if file.content.lstrip()[: len(ARMOUR)] == ARMOUR:
        return True
    return file.name.lower().endswith(SUFFIXES) and file.content[:1] != b"" and file.content[0] in FIRST_BYTES


def opened_by(unlock: Open, files: Sequence[ReceivedFile]) -> OpenedFiles:
    """Each of `files` that is encrypted is put through `unlock`, as long as it is not too much."""
    kept: list[ReceivedFile] = []
    opened: list[Findings] = []
    shut: list[Findings] = []
    oddities: list[str] = []
    finish_by, left = time.monotonic() + SECONDS, MOST_BYTES
    for file in files:
        if not is_encrypted(file):
            kept.append(file)
        elif len(opened) + len(shut) >= MOST or left <= 0 or time.monotonic() > finish_by:
            kept.append(file)
            oddities.append(TOO_MANY)
        else:
            found = unlock(file.content)
            kept.append(_named(file, found.plain) if found.plain is not None else file)
            (shut if found.plain is None else opened).append(found)
            left -= len(found.plain or b"")
            if found.plain is None:
                oddities.append(SHUT.format(name=file.name))
    return OpenedFiles(files=kept, opened=opened, shut=shut, oddities=list(dict.fromkeys(oddities)))


def _named(file: ReceivedFile, content: bytes) -> ReceivedFile:
    ending = next((suffix for suffix in SUFFIXES if file.name.lower().endswith(suffix)), "")
    name = file.name[: len(file.name) - len(ending)] or file.name
    return replace(file, name=name, content=content, content_type="application/octet-stream", what="")
