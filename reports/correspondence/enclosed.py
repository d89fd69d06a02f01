"""The files in a mail, as its page names them. They stay in its source until somebody takes it in (UP-03)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from portal.inbound.values import ReceivedFile
from reports.models import InboundMail

LONGEST: Final = 255
"""Characters of a name or a type that are kept."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """`kind` is what the sender says that it is."""

    name: str
    size: int
    kind: str


def written(files: Sequence[ReceivedFile]) -> str:
    return json.dumps([[each.name[:LONGEST], len(each.content), each.content_type[:LONGEST]] for each in files])


def of(mail: InboundMail) -> list[Enclosed]:
    """Nothing where the mail was destroyed."""
    return [Enclosed(name, size, kind) for name, size, kind in json.loads(mail.file_list or "[]")]
