"""Giving out CVE IDs ourselves, as a CNA: reserved, published with the advisory, kept up to date, rejected (P15).

No transaction is open while CVE Services are asked. A worker that dies in between leaves a wish that is due again
later: an ID whose reservation nobody noted is found among the reserved ones, and everything else can be said twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from disclosures import cve_rejection, cves, publishing
from disclosures import snapshot as snapshots
from disclosures.cve_states import WITH_ID, Deed, change
from disclosures.enums import AdvisoryState, CveRoute, CveState, Task
from disclosures.formats import cve
from disclosures.models import Advisory, CveRequest, PublishedAdvisory
from disclosures.snapshot import Snapshot
from portal import cve_services
from portal.cve_services import Container, CveServices, CveServicesError, NotAccepted, NotAllowed
from portal.policy import Clause, enforces
from portal.queue import enqueue
from portal.viewer import SYSTEM, acting_as

SOON, LATER = timedelta(minutes=5), timedelta(hours=1)
"""When it is tried again: after what passes by itself, and after what somebody has to put right."""
LOOKED_BACK: Final = timedelta(days=1)
"""How far clocks here and there may differ, and more: whatever our user has reserved and nobody uses is ours."""
BATCH: Final = 100
NOT_USED: Final = "This ID is not used."
"""All that is said in public of an ID whose vulnerability is not public."""

type WallClock = Callable[[], datetime]
type Keep = Callable[[CveRequest, datetime], None]
"""What is written down once CVE Services have done it."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What is to be done there: `ask` is called while no transaction is open."""

    ask: Callable[[CveServices], Keep]


def ring_for_due(*, now: datetime) -> None:
    """Every minute: whatever is due, whether or not a bell for it was heard."""
    if cve_services.account() is not None:
        for wish in _due(now).order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:BATCH]:
            enqueue(Task.NUMBER, wish)


@enforces(Clause.P15, Clause.P16)
def number(wish_id: int, *, clock: WallClock) -> None:
    """One visit to CVE Services for one wish, if it is due and nobody else is at it."""
    account = cve_services.account()
    if account is None:
        return
    with acting_as(SYSTEM):
        visit = _claimed(wish_id, now=clock())
    if visit is None:
        return
    try:
        keep = visit.ask(CveServices(account))
    except CveServicesError as trouble:
        with acting_as(SYSTEM):
            _put_off(_found(wish_id), trouble, now=clock())
        return
    with acting_as(SYSTEM):
        keep(_found(wish_id), clock())
        CveRequest.objects.filter(pk=wish_id).update(next_attempt_at=clock())


def _due(now: datetime) -> QuerySet[CveRequest]:
    newer = PublishedAdvisory.objects.filter(
        identifier=OuterRef("advisory__identifier"), revision__gt=OuterRef("recorded_revision")
    )
    to_reserve = Q(state=CveState.REQUESTED)
    is_news = ~Q(advisory__state=AdvisoryState.WITHDRAWN) | Q(recorded_revision__gt=0)
    to_record = Q(state__in=[CveState.ASSIGNED, CveState.PUBLISHED]) & is_news & Exists(newer)
    ours = CveRequest.objects.filter(route=CveRoute.CNA, next_attempt_at__lte=now, report__erased_at=None)
    return ours.filter(to_reserve | to_record | cve_rejection.UNSAID)


def _claimed(wish_id: int, *, now: datetime) -> Visit | None:
    if not _due(now).filter(pk=wish_id).exists():
        return None
    taken = CveRequest.objects.filter(pk=wish_id, next_attempt_at__lte=now).update(next_attempt_at=now + cves.LEASE)
    return _visit(_found(wish_id)) if taken else None


def _found(wish_id: int) -> CveRequest:
    return CveRequest.objects.select_related("report", "advisory").get(pk=wish_id)


def _visit(wish: CveRequest) -> Visit | None:
    match wish.state:
        case CveState.REQUESTED if wish.requested_at is not None:
            is_wanted = wish.advisory.state != AdvisoryState.WITHDRAWN
            return _reserving(wish.requested_at) if is_wanted else _giving_back(wish.requested_at)
        case CveState.ASSIGNED | CveState.PUBLISHED if wish.cve_id is not None:
            public = PublishedAdvisory.objects.get(identifier=wish.advisory.identifier)
            return _recording(wish.cve_id, public)
        case CveState.REJECTED if wish.cve_id is not None:
            return _rejecting(wish.cve_id, _rejection_of(wish))
    return None


# --- Each of the visits -------------------------------------------------------------------------------------


def _reserving(since: datetime) -> Visit:
    """Of the year in which it was asked for, so that one that was lost is looked for where it is."""
    year = settings.POLICY.calendar.day_of(since).year

    def ask(there: CveServices) -> Keep:
        unused = _unused(there.reserved_since(since - LOOKED_BACK, year=year))
        cve_id = unused[0] if unused else there.reserve(year=year)
        return lambda wish, now: _numbered(wish, cve_id, now=now)

    return Visit(ask)


def _giving_back(since: datetime) -> Visit:
    """Its advisory was withdrawn meanwhile: no ID is taken any more, and one that was reserved for it is rejected."""
    year = settings.POLICY.calendar.day_of(since).year

    def ask(there: CveServices) -> Keep:
        unused = _unused(there.reserved_since(since - LOOKED_BACK, year=year))
        return lambda wish, now: _numbered(wish, unused[0], now=now) if unused else _not_taken(wish, now)

    return Visit(ask)


def _numbered(wish: CveRequest, cve_id: str, *, now: datetime) -> None:
    """Whoever withdraws the advisory waits, or has done so already: then the ID goes as it came."""
    advisory = Advisory.objects.select_for_update(no_key=True, of=("self",)).get(pk=wish.advisory_id)
    advisory.report = wish.report
    cves.arrived(wish, cve_id, given_by=CveRoute.CNA, now=now)
    if advisory.state == AdvisoryState.WITHDRAWN:
        cve_rejection.with_advisory(advisory, reason=advisory.withdrawn_reason, by=None, now=now)


def _not_taken(wish: CveRequest, now: datetime) -> None:
    if wish.state == CveState.REQUESTED:
        change(wish, Deed.REJECT, by=None, now=now, reason=wish.advisory.withdrawn_reason, problem="", ended_at=now)


def _unused(reserved: tuple[str, ...]) -> list[str]:
    with acting_as(SYSTEM):
        used = set(CveRequest.objects.filter(cve_id__in=reserved).values_list("cve_id", flat=True))
    return [cve_id for cve_id in reserved if cve_id not in used]


def _recording(cve_id: str, public: PublishedAdvisory) -> Visit:
    """As our own page says it: what is not public there gets into no record."""
    container, revision = cve.container(snapshots.from_json(public.snapshot)), public.revision

    def ask(there: CveServices) -> Keep:
        there.publish(cve_id, container)
        return lambda wish, now: _recorded(wish, revision, now=now)

    return Visit(ask)


def _recorded(wish: CveRequest, revision: int, *, now: datetime) -> None:
    CveRequest.objects.filter(pk=wish.pk).update(recorded_revision=revision)
    if wish.state == CveState.ASSIGNED:
        cves.record_published(wish, by=None, now=now)
    else:
        cves.note_problem(wish, "")


def _rejecting(cve_id: str, container: Container) -> Visit:
    def ask(there: CveServices) -> Keep:
        there.reject(cve_id, container)
        return _rejected

    return Visit(ask)


def _rejected(wish: CveRequest, now: datetime) -> None:
    cve_rejection.note_said(wish, by=None, now=now)
    cves.note_problem(wish, "")


def _rejection_of(wish: CveRequest) -> Container:
    reason = _public_reason(wish)
    named_by = Snapshot(
        identifier=wish.advisory.identifier,
        title="",
        overview="",
        details="",
        fix="",
        organisation=publishing.organisation(),
        modified_at=wish.created_at,
    )
    return cve.rejected(named_by, reason=reason)


@enforces(Clause.P8)
def _public_reason(wish: CveRequest) -> str:
    """What one person typed stays with us. Two have agreed to the words in which an advisory is withdrawn, and which ID
    took the place of another is known.
    """
    if wish.advisory.state == AdvisoryState.WITHDRAWN:
        return wish.advisory.withdrawn_reason
    kept = CveRequest.objects.filter(advisory=wish.advisory, state__in=WITH_ID).first()
    if kept is None or wish.advisory.state == AdvisoryState.DRAFT:
        return NOT_USED
    return f"In favour of {kept.cve_id}."


def _put_off(wish: CveRequest, trouble: CveServicesError, *, now: datetime) -> None:
    needs_somebody = isinstance(trouble, NotAllowed | NotAccepted)
    again_at = now + (LATER if needs_somebody else SOON)
    CveRequest.objects.filter(pk=wish.pk).update(next_attempt_at=again_at)
    cves.note_problem(wish, str(trouble))
