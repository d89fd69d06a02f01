"""Where names went, and what is left to do once somebody wants theirs gone (P17).

Whoever prints names says so with `note_printed`, each time anew: the same call tells where they stand now and where
they are gone. What is in reach is written again; what others took, nobody can take back, and the page says so.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet

from disclosures import approving, leaks, snapshot
from disclosures.consent import family_of
from disclosures.enums import CreditAnswerKind, CreditPlaceKind, PlaceState
from disclosures.models import Credit, CreditAnswer, CreditPlace
from portal.policy import Clause, enforces
from portal.viewer import SYSTEM, acting_as
from reports import history, notices
from reports.access import Permission
from reports.enums import EventKind, NoticeKind
from reports.guards import Refused, demand
from reports.models import Report
from teams.models import User

OUR_PAGES: Final = frozenset(
    {CreditPlaceKind.PAGE, CreditPlaceKind.OSV, CreditPlaceKind.CSAF, CreditPlaceKind.CVE, CreditPlaceKind.THANKS}
)
"""All of them are drawn from the newest public revision: another revision changes all at once."""
ON_GITHUB: Final = frozenset({CreditPlaceKind.GITHUB, CreditPlaceKind.RELEASE_NOTES})
"""The portal writes them again by GitHub's interface; a person can too."""
TAKEN: Final = "feeds, mirrors, search engines, and whoever has read it"

STALE: Final = Q(state=PlaceState.STANDS) & (
    ~Q(credit__answer=CreditAnswerKind.NAMED) | Q(printed_at__lt=F("credit__answered_at"))
)
"""A place whose words are not those that the person agrees to by now."""


IN_PRINT: Final = Q(state=PlaceState.STANDS) | ~Q(obstacle="")
"""Those that were given up included: they are taken out all the same, if ever they can be."""
IS_STALE: Final = ExpressionWrapper(STALE, output_field=BooleanField())


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a snapshot was printed: `where` tells one repository from another; empty where there is but one place."""

    kind: CreditPlaceKind
    where: str = ""


@enforces(Clause.P17)
def note_printed(
    report: Report, places: Collection[Place], *, people: Sequence[snapshot.Credit], now: datetime
) -> None:
    """`people` are named in these places from now on, and nobody else of the report and its duplicates."""
    texts = {person.text for person in people}
    with acting_as(SYSTEM), transaction.atomic():
        family = list(family_of(report).order_by("pk").select_for_update(no_key=True, of=("self",)))
        rows = list(Credit.objects.filter(report__in=family).select_related("report").order_by("pk"))
        ownerless = texts - {credit.text for credit in rows if credit.is_consented}
        for credit in rows:
            as_agreed = credit.is_consented and credit.text in texts
            otherwise = not as_agreed and bool(ownerless & _ever_agreed(credit))
            for place in places:
                _note(credit, place, as_agreed=as_agreed, is_named=as_agreed or otherwise, now=now)


def _ever_agreed(credit: Credit) -> set[str]:
    """Words that may be in print of a moment ago, though they are not agreed to any more."""
    answers = list(CreditAnswer.objects.filter(credit=credit, answer=CreditAnswerKind.NAMED))
    for each in answers:
        each.report = credit.report
    return {each.text for each in answers if each.text}


def _note(credit: Credit, printed: Place, *, as_agreed: bool, is_named: bool, now: datetime) -> None:
    place = _find(credit, printed)
    if not is_named:
        if place is not None:
            _gone(place, by=None, now=now)
        return
    if place is None:
        place = _create(credit, printed, now=now)
    if _find(credit, COPIES) is None:
        _create(credit, COPIES, now=now)
    answered_at = credit.answered_at or now
    printed_at = now if as_agreed else min(now, answered_at - timedelta.resolution)
    fresh = {"tries": 0, "next_try_at": None} if as_agreed else {}
    CreditPlace.objects.filter(pk=place.pk).update(
        state=PlaceState.STANDS, printed_at=printed_at, changed_at=None, changed_by=None, obstacle="", **fresh
    )


COPIES: Final = Place(kind=CreditPlaceKind.COPIES, where=TAKEN)


def _find(credit: Credit, printed: Place) -> CreditPlace | None:
    for place in CreditPlace.objects.filter(credit=credit, kind=printed.kind):
        place.report = credit.report
        if place.where == printed.where:
            return place
    return None


def _create(credit: Credit, printed: Place, *, now: datetime) -> CreditPlace:
    return CreditPlace.objects.create(
        report=credit.report, credit=credit, kind=printed.kind, where=printed.where, printed_at=now
    )


def _gone(place: CreditPlace, *, by: User | None, now: datetime) -> None:
    changed = CreditPlace.objects.filter(IN_PRINT, pk=place.pk).update(
        state=PlaceState.CHANGED, changed_at=now, changed_by=by, obstacle="", tries=0, next_try_at=None
    )
    if changed:
        history.append(place.report, EventKind.CREDIT_REMOVED, by=by, now=now, credit=place.credit_id, where=place.kind)


@enforces(Clause.P17)
def note_said(report: Report, where: Place, *, text: str, now: datetime) -> set[str]:
    """Whoever agreed to be named and is, in the advisory's own words too, is found there again by people.

    The names that stood there before and do not any more.
    """
    gone: set[str] = set()
    with acting_as(SYSTEM), transaction.atomic():
        family = list(family_of(report).order_by("pk").select_for_update(no_key=True, of=("self",)))
        for credit in Credit.objects.filter(report__in=family).select_related("report").order_by("pk"):
            now_called = {credit.name, credit.text, f"@{credit.handle}"} if credit.is_consented else set()
            as_agreed = any(leaks.says(text, name) for name in now_called)
            before = {called.partition(" (")[0] for called in _ever_agreed(credit)} - now_called
            is_named = as_agreed or any(leaks.says(text, name) for name in before)
            if before and not is_named and _find(credit, where) is not None:
                gone |= before
            _note(credit, where, as_agreed=as_agreed, is_named=is_named, now=now)
    return gone


@enforces(Clause.P17)
def after_change(credit: Credit, *, now: datetime) -> None:
    """Another answer than before: what was approved waits if it names somebody; what is beyond us is called so; and
    the team is told, if there is something to do.
    """
    advised = Report.objects.get(pk=credit.report.duplicate_of_id or credit.report_id)
    suspended = bool(_ever_agreed(credit)) and approving.suspend_named(advised, now=now)
    stale = CreditPlace.objects.filter(STALE, credit=credit)
    if not stale.exists() and not suspended:
        return
    stale.filter(kind=CreditPlaceKind.COPIES).update(state=PlaceState.BEYOND_US)
    notices.tell_team(advised, NoticeKind.CREDIT_GONE, fact=f"credit:{credit.pk}:{now.isoformat()}", now=now)


def to_write_again(report: Report) -> QuerySet[CreditPlace]:
    """Places in print of `report` and its duplicates that name somebody otherwise than they agree to by now.

    As far as the viewer may see: whoever writes them again looks as the portal.
    """
    return _stale(report__in=family_of(report))


def waiting(kinds: Collection[CreditPlaceKind], *, due: Q | None = None) -> QuerySet[Report]:
    """Reports of which something of these kinds has to be written again: the queue of whoever does that."""
    places = _stale(kind__in=kinds).filter(due or Q()).values("report_id")
    of_duplicates = Report.objects.filter(pk__in=places).values("duplicate_of_id")
    return Report.objects.filter(Q(pk__in=places) | Q(pk__in=of_duplicates), erased_at=None, duplicate_of=None)


def _stale(**which: object) -> QuerySet[CreditPlace]:
    return CreditPlace.objects.filter(STALE, **which).exclude(kind=CreditPlaceKind.COPIES)


def done_by_hand(place: CreditPlace, *, by: User, now: datetime) -> None:
    """Somebody has taken the name out where the portal does not reach, or did not."""
    demand(by, Permission.CREDIT, place.report)
    if place.kind in OUR_PAGES:
        raise Refused("The portal writes that itself: nobody has to.")
    with transaction.atomic():
        if not CreditPlace.objects.filter(STALE | ~Q(obstacle=""), pk=place.pk).exists():
            raise Refused("There is nothing to take out there.")
        _gone(place, by=by, now=now)
