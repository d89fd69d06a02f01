"""Every wish for a CVE ID that the viewer may know of, the oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from disclosures import cve_rejection
from disclosures.cursors import Cursor
from disclosures.cve_board import standing
from disclosures.enums import CveState
from disclosures.models import CveRequest

PAGE: Final = 25
OPEN: Final = "open"
WAYS: Final[tuple[tuple[str, str], ...]] = (
    (OPEN, "Not settled"),
    *((state.value, state.label.capitalize()) for state in CveState),
)
"""What one can look at: those whose ID is not everywhere yet, and each state."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A wish, and where it stands in words."""

    wish: CveRequest
    standing: str


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Wanted]
    onwards: str


def page(*, state: str, cursor: Cursor | None) -> Page:
    """Of rehearsals nothing: their IDs are none. `state`: one of `WAYS`, or else what is not settled."""
    wishes = CveRequest.objects.filter(_wanted(state), report__is_rehearsal=False, advisory__dropped_at=None)
    if cursor is not None:
        later = Q(created_at__gt=cursor.at) | Q(created_at=cursor.at, pk__gt=cursor.pk)
        wishes = wishes.filter(later, created_at__gte=cursor.at)
    read = list(_named(wishes).order_by("created_at", "pk")[: PAGE + 1])
    shown = read[:PAGE]
    onwards = str(Cursor(shown[-1].created_at, 0, shown[-1].pk)) if len(read) > PAGE else ""
    return Page([Wanted(wish, standing(wish, wish.advisory)) for wish in shown], onwards)


def _wanted(state: str) -> Q:
    if state in CveState:
        return Q(state=state)
    unsettled = Q(spread_at=None) & ~Q(state__in=[CveState.NOT_NEEDED, CveState.REJECTED])
    return unsettled | cve_rejection.OWED


def _named(wishes: QuerySet[CveRequest]) -> QuerySet[CveRequest]:
    return wishes.select_related("report", "advisory").only(
        "state", "route", "cve_id", "created_at", "requested_at", "spread_at", "proposed_by",
        "report__reference", "advisory__identifier", "advisory__state",
    )  # fmt: skip
