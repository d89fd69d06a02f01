"""What we still owe after a fix, by age: disclosure, CVE IDs, links in release notes, answers about credit (P13)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final

from django.conf import settings
from django.db.models import (
    CharField,
    DateTimeField,
    Exists,
    F,
    Func,
    IntegerField,
    Min,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse

from disclosures import cve_rejection
from disclosures.cursors import Cursor
from disclosures.cve_states import WITH_ID
from disclosures.enums import AdvisoryState, CveState, ExceptionKind, ReleaseState, RepositoryAdvisoryState
from disclosures.models import Credit, CveRequest, Release, RepositoryAdvisory, RuleException
from portal.policy import Clause, enforces
from reports.agenda import Further
from reports.counts import Count, counted, counting
from reports.enums import State
from reports.models import AffectedProject, Report
from reports.questions import MOMENT

PAGE: Final = 25
NOT_DISCLOSED: Final = (State.IDENTIFIED, State.FIXING, State.READY, State.RELEASED)

type Rows = QuerySet[Model]
"""Of any model, with `since` and `detail`."""


class Kind(IntEnum):
    """In the order in which they weigh."""

    UNDISCLOSED = 0
    DAY_PASSED = 1
    CVE_ASKED = 2
    CVE_NEEDED = 3
    CVE_SPREAD = 4
    CVE_REJECT = 5
    NOTES = 6
    CREDIT = 7
    UNFIXED = 8

    def __str__(self) -> str:
        """As an address names it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """`page`: where it is seen to, by its name."""

    label: str
    what: str
    to_do: str
    page: str
    icon: str


MEANINGS: Final[Mapping[Kind, Meaning]] = {
    Kind.UNDISCLOSED: Meaning(
        label="Fixed, not disclosed",
        what="The fix is released, and the vulnerability is not disclosed.",
        to_do="See what holds it up",
        page="report-day",
        icon="eye-slash",
    ),
    Kind.DAY_PASSED: Meaning(
        label="Release day passed",
        what="The planned day is over, and the release was not seen.",
        to_do="Plan another day",
        page="report-release-plan",
        icon="calendar",
    ),
    Kind.CVE_ASKED: Meaning(
        label="CVE ID asked for",
        what="It was asked for and has not come.",
        to_do="See what can be tried",
        page="report-cve",
        icon="clock",
    ),
    Kind.CVE_NEEDED: Meaning(
        label="CVE ID needed",
        what="The advisory is published without one, and none is asked for.",
        to_do="Ask for it",
        page="report-cve",
        icon="hashtag",
    ),
    Kind.CVE_SPREAD: Meaning(
        label="CVE ID not spread",
        what="It is there, and what was published does not name it.",
        to_do="Write it everywhere",
        page="report-cve",
        icon="megaphone",
    ),
    Kind.CVE_REJECT: Meaning(
        label="CVE ID to be rejected",
        what="Its advisory is withdrawn, or it was rejected here, and its record does not say so yet.",
        to_do="See to it",
        page="report-cve",
        icon="no-symbol",
    ),
    Kind.NOTES: Meaning(
        label="Release notes",
        what="They do not link to the advisory yet.",
        to_do="See why",
        page="report-day",
        icon="link",
    ),
    Kind.CREDIT: Meaning(
        label="Credit",
        what="Somebody was asked how they want to be credited, and has not answered.",
        to_do="See whom",
        page="report-credit",
        icon="user",
    ),
    Kind.UNFIXED: Meaning(
        label="Disclosed, not fixed",
        what="It was disclosed early, and a release with the fix was not seen.",
        to_do="See which",
        page="report-day",
        icon="wrench-screwdriver",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    kind: Kind
    pk: int
    reference: str
    since: datetime
    detail: str

    @property
    def meaning(self) -> Meaning:
        return MEANINGS[self.kind]

    @property
    def url(self) -> str:
        return reverse(self.meaning.page, args=[self.reference])


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Obligation]
    onwards: str
    """The cursor of the next page; empty on the last."""


@enforces(Clause.P13, Clause.P16)
def page(*, now: datetime, cursor: Cursor | None, kind: Kind | None = None) -> Page:
    """The oldest first, of what the viewer may read. One query, whatever there is."""
    kinds = [kind] if kind is not None else list(Kind)
    parts = [_part(each, rows, cursor) for each, rows in _all(now).items() if each in kinds]
    found = parts[0].union(*parts[1:], all=True).order_by("since", "weight", "pk") if len(parts) > 1 else parts[0]
    read = [
        Obligation(kind=Kind(number), pk=pk, reference=reference, since=since, detail=detail)
        for number, pk, reference, since, detail in found[: PAGE + 1]
    ]
    shown = read[:PAGE]
    more = len(read) > PAGE
    return Page(shown, str(Cursor(shown[-1].since, shown[-1].kind, shown[-1].pk)) if more else "")


def _to_count() -> list[Rows]:
    return [rows.order_by() for rows in _all(MOMENT).values()]


COUNTED: Final = Further(len(Kind), _to_count)
"""Of each kind in its order what the viewer may read, whenever it is asked."""


def counts(*, now: datetime) -> list[Count]:
    """How many there are of each kind, in one query."""
    return list(counted(Kind, counting(_to_count()), now=now).values())


def summary(counts: Iterable[Count]) -> list[tuple[Kind, Meaning, Count]]:
    """What there is any of, with how many."""
    return [(kind, MEANINGS[kind], count) for kind, count in zip(Kind, counts, strict=True) if count]


def _part(kind: Kind, rows: Rows, cursor: Cursor | None) -> "QuerySet[Model, tuple[int, int, str, datetime, str]]":
    """As many of one kind as a page can show, and one more."""
    reference = "reference" if kind in {Kind.UNDISCLOSED, Kind.UNFIXED} else "report__reference"
    named = _beyond(rows, kind, cursor).annotate(weight=Value(int(kind), output_field=IntegerField()))
    shown: QuerySet[Model, tuple[int, int, str, datetime, str]] = named.order_by("since", "pk").values_list(
        "weight", "pk", reference, "since", "detail"
    )[: PAGE + 1]
    return shown


def _beyond(rows: Rows, kind: Kind, cursor: Cursor | None) -> Rows:
    if cursor is None:
        return rows
    later = Q(since__gt=cursor.at)
    if kind > cursor.kind:
        later |= Q(since=cursor.at)
    elif kind == cursor.kind:
        later |= Q(since=cursor.at, pk__gt=cursor.pk)
    return rows.filter(later)


# --- Each kind ----------------------------------------------------------------------------------------------


def _all(now: datetime) -> dict[Kind, Rows]:
    """A rehearsal owes nothing to anybody."""
    wishes = CveRequest.objects.filter(report__is_rehearsal=False, report__erased_at=None)
    public = wishes.exclude(advisory__state=AdvisoryState.DRAFT)
    return {
        Kind.UNDISCLOSED: _undisclosed(),
        Kind.DAY_PASSED: _day_passed(now),
        Kind.CVE_ASKED: _since(wishes.filter(state=CveState.REQUESTED), F("requested_at"), _advisory()),
        Kind.CVE_NEEDED: _since(public.filter(state=CveState.NEEDED), F("advisory__published_at"), _advisory()),
        Kind.CVE_SPREAD: _since(_to_spread(public), F("assigned_at"), F("cve_id")),
        Kind.CVE_REJECT: _since(wishes.filter(cve_rejection.OWED), _turned(), F("cve_id")),
        Kind.NOTES: _notes(),
        Kind.CREDIT: _credit(),
        Kind.UNFIXED: _unfixed(),
    }


def _since(rows: Rows, since: Combinable, detail: Combinable) -> Rows:
    owed: Rows = rows.annotate(since=since, detail=Cast(detail, CharField())).filter(since__isnull=False)
    return owed


def _to_spread(public: QuerySet[CveRequest]) -> QuerySet[CveRequest]:
    return public.filter(state__in=WITH_ID, spread_at=None, advisory__state=AdvisoryState.PUBLISHED)


def _turned() -> Coalesce:
    """Since when it should be rejected."""
    return Coalesce(F("ended_at"), F("advisory__withdrawn_at"), F("assigned_at"))


def _advisory() -> F:
    return F("advisory__identifier")


def _undisclosed() -> Rows:
    """Released in one project at least: from then on everybody can read the fix, and nobody what it is for."""
    released = Release.objects.filter(report=OuterRef("pk"), state=ReleaseState.PUBLISHED)
    first = released.order_by().values("report").annotate(first=Min("published_at")).values("first")
    fixed = Report.objects.filter(Q(state=State.RELEASED) | Exists(released), state__in=NOT_DISCLOSED)
    return _since(fixed.filter(is_rehearsal=False), Coalesce(Subquery(first), F("state_since")), Value(""))


def _unfixed() -> Rows:
    """Everybody knows of it, and some project that is still alive has no release with the fix (P13)."""
    early = RuleException.objects.filter(
        report=OuterRef("pk"), kind=ExceptionKind.EARLY, agreed_at__isnull=False, dropped_at=None
    )
    released = Release.objects.filter(
        report=OuterRef("report"), project=OuterRef("project"), state=ReleaseState.PUBLISHED
    )
    lacking = AffectedProject.objects.filter(~Exists(released), report=OuterRef("pk"), project__archived_at=None)
    told = Report.objects.filter(Exists(early), Exists(lacking), state=State.DISCLOSED, is_rehearsal=False)
    return _since(told, F("state_since"), Value(""))


def _day_passed(now: datetime) -> Rows:
    zone = settings.POLICY.calendar.zone.key
    passed = Release.objects.filter(
        report__is_rehearsal=False, report__state__in=NOT_DISCLOSED, planned_on__isnull=False
    ).exclude(state=ReleaseState.PUBLISHED)
    midnight = Func(
        F("planned_on"),
        Value(zone),
        template="((%(expressions)s)",
        arg_joiner=" + 1)::timestamp AT TIME ZONE ",
        output_field=DateTimeField(),
    )
    return _since(passed, midnight, F("project__name")).filter(since__lte=now)


def _notes() -> Rows:
    """An advisory is public in its repository, and the notes of the release there do not lead to it (P32)."""
    released = Release.objects.filter(
        report=OuterRef("report"), project=OuterRef("project"), state=ReleaseState.PUBLISHED
    )
    rows = RepositoryAdvisory.objects.filter(
        report__is_rehearsal=False, state=RepositoryAdvisoryState.PUBLISHED, linked_at=None
    )
    return _since(rows, Subquery(released.values("published_at")[:1]), F("project__name"))


def _credit() -> Rows:
    asked = Credit.objects.filter(report__is_rehearsal=False, report__erased_at=None, answer="", asked_at__isnull=False)
    return _since(asked, F("asked_at"), Value(""))
