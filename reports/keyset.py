"""Pages of a long list by the last row seen, not by number: page 2,000 costs what page 1 costs."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from django.db import models
from django.db.models import Case, F, Q

from reports.models.report import NEAREST_DEADLINE, NO_DEADLINE, Report, ReportQuerySet

PAGE = 25
LARGEST_ID = 2**63 - 1


class Sort(models.TextChoices):
    DEADLINE = "deadline", "nearest deadline"
    NEWEST = "newest", "newest first"
    OLDEST = "oldest", "oldest first"
    CHANGED = "changed", "last changed"


@dataclass(frozen=True, slots=True)
class Order:
    """A moment and the id, each with its direction; an index holds every one of these orders."""

    by: F | Case
    field: str
    falls: bool
    ids_fall: bool


ORDERS = {
    Sort.DEADLINE: Order(NEAREST_DEADLINE, "next_due_at", falls=False, ids_fall=True),
    Sort.NEWEST: Order(F("received_at"), "received_at", falls=True, ids_fall=True),
    Sort.OLDEST: Order(F("received_at"), "received_at", falls=False, ids_fall=False),
    Sort.CHANGED: Order(F("changed_at"), "changed_at", falls=True, ids_fall=True),
}


class Way(StrEnum):
    ONWARDS = "on"
    BACK = "back"


class ForgedCursorError(ValueError):
    """Nobody was given this cursor for this list."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: beyond this row, onwards or back."""

    way: Way
    sort: Sort
    at: datetime
    id: int

    def __str__(self) -> str:
        parts = [self.way, self.sort, self.at.isoformat(), self.id]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).rstrip(b"=").decode()

    @classmethod
    def read(cls, text: str, *, sort: Sort) -> Self:
        """Raises `ForgedCursorError`. A cursor decides nothing but where to begin: what is seen is seen by the rule."""
        try:
            parts = json.loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=="))
            way, of, at, number = parts
            cursor = cls(way=Way(way), sort=Sort(of), at=datetime.fromisoformat(at).astimezone(UTC), id=number)
        except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error) as error:
            raise ForgedCursorError from error
        if cursor.sort != sort or type(number) is not int or not 0 < number <= LARGEST_ID:
            raise ForgedCursorError
        return cursor


@dataclass(frozen=True, slots=True)
class Page:
    reports: list[Report]
    back: str
    """The cursor of the page before; empty on the first."""
    onwards: str


def page(reports: ReportQuerySet, *, sort: Sort, cursor: Cursor | None, size: int = PAGE) -> Page:
    """The rows beyond the cursor, in the order of `sort`. One row more is read, to know whether the list goes on."""
    rows = list(beyond(reports, sort=sort, cursor=cursor)[: size + 1])
    return page_of(rows, sort=sort, cursor=cursor, size=size)


def beyond(reports: ReportQuerySet, *, sort: Sort, cursor: Cursor | None) -> ReportQuerySet:
    """All that follow the cursor, the nearest first, whichever way it goes."""
    reverse = cursor is not None and cursor.way is Way.BACK
    return _beyond(reports, cursor).order_by(*_order_by(ORDERS[sort], reverse=reverse))


def page_of(rows: list[Report], *, sort: Sort, cursor: Cursor | None, size: int = PAGE) -> Page:
    """The page of rows that were read: one more than it shows, if the list goes on."""
    reverse = cursor is not None and cursor.way is Way.BACK
    more, rows = len(rows) > size, rows[:size]
    if reverse:
        rows.reverse()
    has_back, has_onwards = (more, bool(rows)) if reverse else (cursor is not None and bool(rows), more)
    return Page(
        reports=rows,
        back=str(_cursor(rows[0], Way.BACK, sort)) if has_back else "",
        onwards=str(_cursor(rows[-1], Way.ONWARDS, sort)) if has_onwards else "",
    )


def in_order(reports: ReportQuerySet, *, sort: Sort) -> ReportQuerySet:
    return reports.order_by(*_order_by(ORDERS[sort], reverse=False))


def _beyond(reports: ReportQuerySet, cursor: Cursor | None) -> ReportQuerySet:
    """Two comparisons on the moment: the first lets the index find its place, the second settles equal moments."""
    if cursor is None:
        return reports
    order, reverse = ORDERS[cursor.sort], cursor.way is Way.BACK
    moment, number = ("lt" if order.falls != reverse else "gt"), ("lt" if order.ids_fall != reverse else "gt")
    return reports.alias(moment=order.by).filter(
        Q(**{f"moment__{moment}": cursor.at}) | Q(**{f"id__{number}": cursor.id}), **{f"moment__{moment}e": cursor.at}
    )


def _order_by(order: Order, *, reverse: bool) -> tuple[models.OrderBy, models.OrderBy]:
    number = F("id")
    return (
        order.by.desc() if order.falls != reverse else order.by.asc(),
        number.desc() if order.ids_fall != reverse else number.asc(),
    )


def _cursor(report: Report, way: Way, sort: Sort) -> Cursor:
    moment: datetime = getattr(report, ORDERS[sort].field) or NO_DEADLINE
    return Cursor(way=way, sort=sort, at=moment, id=report.pk)
