"""Names on GitHub that cannot be taken out, and how often that is tried before the portal says so (P17).

What is closed or gone there is given up at once, anything else after some tries, further and further apart. A place
that was given up stands in the team's list with the reason: there it can be tried again, or said that it is done.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q, QuerySet

from disclosures.consent import family_of
from disclosures.credit_places import ON_GITHUB, to_write_again
from disclosures.enums import PlaceObstacle, PlaceState
from disclosures.models import CreditPlace
from portal.policy import Clause, enforces
from reports.access import Permission
from reports.guards import Refused, demand
from reports.models import Report
from teams.models import User

BACKOFF: Final = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
"""How long each try is given until the next."""


def is_due(now: datetime) -> Q:
    return Q(next_try_at=None) | Q(next_try_at__lte=now)


@enforces(Clause.P17)
def give_up(report: Report, where: str, why: PlaceObstacle) -> None:
    """Nothing can be changed in that repository: whatever name has to go from there, stays."""
    _moved(_in(to_write_again(report), where), PlaceState.BEYOND_US, why)


def hope_again(report: Report, where: str, *, why: PlaceObstacle) -> None:
    """What was given up in that repository for this reason can be changed by now."""
    given_up = CreditPlace.objects.filter(report__in=family_of(report), state=PlaceState.BEYOND_US, obstacle=why)
    _moved(_in(given_up, where), PlaceState.STANDS)


def given_up_as(why: PlaceObstacle) -> QuerySet[Report]:
    """Reports of which a name was given up for this reason, or of one of their duplicates."""
    places = CreditPlace.objects.filter(state=PlaceState.BEYOND_US, obstacle=why)
    own, of_duplicates = places.values("report_id"), places.values("report__duplicate_of_id")
    return Report.objects.filter(Q(pk__in=own) | Q(pk__in=of_duplicates), erased_at=None, duplicate_of=None)


@enforces(Clause.P17)
def claim(report: Report, *, now: datetime) -> bool:
    """Whether there is anything to try now. It counts as tried from here on; what was tried often is given up."""
    is_left = False
    for place in to_write_again(report).filter(is_due(now), kind__in=ON_GITHUB):
        if place.tries >= len(BACKOFF):
            _moved([place], PlaceState.BEYOND_US, PlaceObstacle.STAYS)
            continue
        as_seen = CreditPlace.objects.filter(pk=place.pk, tries=place.tries, state=PlaceState.STANDS)
        again_at = now + BACKOFF[place.tries]
        is_left = bool(as_seen.update(tries=F("tries") + 1, next_try_at=again_at)) or is_left
    return is_left


def try_again(place: CreditPlace, *, by: User) -> None:
    """Somebody has put right what was in the way."""
    demand(by, Permission.CREDIT, place.report)
    if not place.obstacle:
        raise Refused("Nobody has given that up: it needs no other try.")
    _moved([place], PlaceState.STANDS)


def _in(places: QuerySet[CreditPlace], where: str) -> list[CreditPlace]:
    """Where a name stands is sealed, so the database cannot compare it."""
    found = places.filter(kind__in=ON_GITHUB).select_related("report")
    return [place for place in found if place.where == where]


def _moved(places: list[CreditPlace], state: PlaceState, why: PlaceObstacle | str = "") -> None:
    CreditPlace.objects.filter(pk__in=[place.pk for place in places]).update(
        state=state, obstacle=why, tries=0, next_try_at=None
    )
