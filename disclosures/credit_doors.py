"""A link of their own for a finder, which whoever named them passes on: a reporter, or a member of the team (P17, P18).

It leads to the question about their name and to nothing else: neither to the report nor to a word about it. The link
can be shown again, though only its hash is stored; another one ends it. A member is shown it once, as it is made.
"""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from disclosures import credits as crediting
from disclosures.enums import CreditKind
from disclosures.models import Credit
from portal.keys import derive
from portal.policy import Clause, enforces
from portal.viewer import SYSTEM, acting_as
from reports import history
from reports.access import Permission
from reports.enums import EventKind
from reports.guards import Refused, demand
from reports.models import Reporter
from reports.models.people import hash_key
from teams.models import User

FINDER: Final = "finder"
LONGEST_KEY: Final = 100


@enforces(Clause.P17, Clause.P18)
def make(credit: Credit, *, by: Reporter | User, now: datetime) -> None:
    """Have a link for them, and end the one before. From now on they count as asked."""
    if isinstance(by, User):
        demand(by, Permission.CREDIT, credit.report)
    if not (is_named_by_the_team(credit) if isinstance(by, User) else credit.named_by_id == by.pk):
        raise Refused("Only whoever named them has a link for them.")
    with acting_as(SYSTEM), transaction.atomic():
        mine = Credit.objects.filter(pk=credit.pk, door_number=credit.door_number, report__erased_at=None)
        hashed = hash_key(_key(credit, number=credit.door_number + 1))
        if not mine.update(door_number=F("door_number") + 1, door_hash=hashed):
            raise Refused("Another link was made just now: make one again.")
        is_first = crediting.note_asked(credit.pk, by=by, now=now)
        if isinstance(by, User) and not is_first:  # who had a link in their hands stays on record
            history.append(credit.report, EventKind.CREDIT_ASKED, by=by, now=now, credit=credit.pk, link=True)
        credit.refresh_from_db(fields=["door_number", "door_hash"])


def is_named_by_the_team(credit: Credit) -> bool:
    """A finder who came by nobody on the reporter's side, and has no account with us."""
    return credit.kind == CreditKind.FINDER and not (credit.reporter_id or credit.named_by_id or credit.user_id)


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
