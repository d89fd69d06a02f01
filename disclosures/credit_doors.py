"""A link of their own for a finder whom a reporter named, which the reporter passes on (P17, P18).

It leads to the question about their name and to nothing else: neither to the report nor to a word about it. The link
can be shown again, though only its hash is stored; another one ends it.
"""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import F
from django.urls import reverse

from disclosures import credits as crediting
from disclosures.models import Credit
from portal.keys import derive
from portal.policy import Clause, enforces
from portal.viewer import SYSTEM, acting_as
from reports.guards import Refused
from reports.models import Reporter
from reports.models.people import hash_key

FINDER: Final = "finder"
LONGEST_KEY: Final = 100


@enforces(Clause.P17, Clause.P18)
def make(credit: Credit, *, by: Reporter, now: datetime) -> None:
    """Have a link for them, and end the one before. From now on they count as asked."""
    if credit.named_by_id != by.pk:
        raise Refused("Only whoever named them has a link for them.")
    with acting_as(SYSTEM):
        mine = Credit.objects.filter(pk=credit.pk, door_number=credit.door_number, report__erased_at=None)
        hashed = hash_key(_key(credit, number=credit.door_number + 1))
        if mine.update(door_number=F("door_number") + 1, door_hash=hashed):
            crediting.note_asked(credit.pk, by=by, now=now)


def link_of(credit: Credit) -> str:
    """What is to be passed on; nothing while there is none."""
    if not credit.door_hash:
        return ""
    return settings.BASE_URL + reverse("finder-credit", args=[_key(credit, number=credit.door_number)])


def entered(key: str) -> Credit | None:
    """Whose question it leads to. Reading it changes nothing: programs that read mail follow links (CAP-03)."""
    if len(key) > LONGEST_KEY:
        return None
    with acting_as(SYSTEM):
        rows = Credit.objects.filter(door_hash=hash_key(key), report__erased_at=None)
        return rows.select_related("report", "user").first()


def _key(credit: Credit, *, number: int) -> str:
    return derive(FINDER, f"{credit.pk}:{number}")
