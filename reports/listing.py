"""What the queue shows: one page of rows, ways of looking with their counts, and what could not be understood."""

from dataclasses import dataclass, replace
from datetime import datetime

from reports import frequent_words, saved_views
from reports.counts import Count, counted, counting
from reports.filters import Coordination, Filters
from reports.keyset import PAGE, Cursor, ForgedCursorError, Page, Sort, beyond, in_order, page, page_of
from reports.models import Report
from reports.questions import MOMENT, Question, remembered
from reports.rows import ListedRow, Row, listed, report_of, rows_of
from teams.models import User

WAYS: tuple[tuple[str, Filters], ...] = (
    ("Open", Filters()),
    ("Mine", Filters(coordinator=Coordination.ME)),
    ("Unowned", Filters(coordinator=Coordination.NOBODY)),
    ("Overdue", Filters(overdue=True)),
    ("Waiting for reporter", Filters(waiting=True)),
    ("Closed", Filters(state="closed", sort=Sort.NEWEST)),
)
COUNTED = ("Mine", "Unowned", "Overdue", "Waiting for reporter")
"""Those of which an index knows the few rows."""
TOTAL = "all of these"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way of looking at the queue: one of ours, or one that the person saved."""

    label: str
    query: str
    is_current: bool
    count: Count | None = None
    is_saved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    filters: Filters
    rows: list[Row]
    ways: list[Way]
    total: Count
    page: Page
    cursor: Cursor | None
    notes: list[str]

    @property
    def shows_change(self) -> bool:
        return self.filters.sort == Sort.CHANGED

    @property
    def first_query(self) -> str | None:
        return self.filters.query if self.cursor else None

    @property
    def back_query(self) -> str | None:
        return with_cursor(self.filters, self.page.back)

    @property
    def onwards_query(self) -> str | None:
        return with_cursor(self.filters, self.page.onwards)

    @property
    def sorts(self) -> dict[str, str]:
        """The same filters in each other order."""
        return {sort.value: replace(self.filters, sort=sort).query for sort in Sort}


def with_cursor(filters: Filters, cursor: str) -> str | None:
    if not cursor:
        return None
    return f"{filters.query}&cursor={cursor}" if filters.query else f"cursor={cursor}"


def listing(filters: Filters, *, cursor: str, user: User, now: datetime) -> Listing:
    notes: list[str] = []
    sort = Sort(filters.sort)
    try:
        place = Cursor.read(cursor, sort=sort) if cursor else None
    except ForgedCursorError:
        place = None
        notes.append("That page cannot be found again. This is the first one.")
    shown = _page(filters, place, user=user, now=now)
    if place and not shown.reports:
        place, shown = None, _page(filters, None, user=user, now=now)
    total = _known_total(filters, shown, is_first=place is None)
    wanted = Wanted(user.pk, filters=None if total is not None else filters)
    counts = counted([*COUNTED, TOTAL], _counting(wanted), now=now)
    return Listing(
        filters=filters,
        rows=rows_of(shown.reports),
        ways=_ways(filters, counts, user),
        total=counts[TOTAL] if total is None else total,
        page=shown,
        cursor=place,
        notes=notes,
    )


def _page(filters: Filters, cursor: Cursor | None, *, user: User, now: datetime) -> Page:
    sort = Sort(filters.sort)
    if not cursor and not filters.has_typed:
        rows = _first_rows(Wanted(user.pk, filters)).ask({MOMENT: now})
        return page_of([report_of(row) for row in rows], sort=sort, cursor=None)
    if filters.q:
        chosen = beyond(filters.choose(Report.objects.all(), user_id=user.pk, now=now), sort=sort, cursor=cursor)
        near = frequent_words.first_carrying(chosen, query=filters.q, most=PAGE + 1)
        if len(near) > PAGE:
            return page_of(near, sort=sort, cursor=cursor)
    return page(filters.narrow(Report.objects.all(), user_id=user.pk, now=now).for_lists(), sort=sort, cursor=cursor)


def _known_total(filters: Filters, shown: Page, *, is_first: bool) -> Count | None:
    """What the page itself tells. Of a search nothing more is counted: no index knows how many carry all its words.
    Nor of a group, which is small.
    """
    if is_first and not shown.onwards:
        return Count(len(shown.reports))
    return Count(PAGE + 1, most=PAGE) if filters.has_typed else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one person asks for. Counted without `filters`: only the ways, for all else stands on the page anyway."""

    user_id: int
    filters: Filters | None


@remembered
def _counting(wanted: Wanted) -> Question[tuple[int]]:
    ways = dict(WAYS)
    everything = Report.objects.all()
    asked = [
        ways[label].narrow(everything, user_id=wanted.user_id, now=MOMENT).by_nearest_deadline() for label in COUNTED
    ]
    if filters := wanted.filters:
        narrowed = filters.narrow(everything, user_id=wanted.user_id, now=MOMENT)
        asked.append(in_order(narrowed, sort=Sort(filters.sort)))
    return counting(asked)


@remembered
def _first_rows(wanted: Wanted) -> Question[ListedRow]:
    filters = wanted.filters or Filters()
    narrowed = filters.narrow(Report.objects.all(), user_id=wanted.user_id, now=MOMENT)
    return listed(in_order(narrowed, sort=Sort(filters.sort)), most=PAGE + 1)


def _ways(filters: Filters, counts: dict[str, Count], user: User) -> list[Way]:
    ours = [
        Way(label=label, query=way.query, is_current=way == filters, count=counts.get(label)) for label, way in WAYS
    ]
    saved = [
        Way(label=view.name, query=view.query, is_current=view.query == filters.query, is_saved=True)
        for view in saved_views.of(user)
    ]
    return ours + saved
