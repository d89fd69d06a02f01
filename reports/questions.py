"""Questions that each visit asks alike, put into SQL once for each viewer: Django takes longer to word them than
PostgreSQL to answer.

They are written as querysets of the restricted managers, so the rule of who may read what is part of the SQL.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet

from portal.viewer import UserViewer, Viewer, current_viewer

type Value = str | int | datetime | bytes

MOMENT = datetime(1, 1, 1, 0, 0, 1, tzinfo=UTC)
"""Stands in a question for the moment that it names, such as the present one."""

LONG_BEFORE = datetime(1, 1, 1, 0, 0, 2, tzinfo=UTC)
"""Stands in the same way for a moment in the past from which something is counted."""


def places(count: int) -> list[int]:
    """Stand in a question for so many ids, which are never negative."""
    return [-1 - place for place in range(count)]


@dataclass(frozen=True, slots=True)
class Question[R]:
    """`sql` is empty where nothing can be found."""

    sql: str
    params: tuple[Value, ...]

    @classmethod
    def of[M: Model, S](cls, queryset: QuerySet[M, S]) -> "Question[S]":
        try:
            sql, params = queryset.query.sql_with_params()
        except EmptyResultSet:
            return Question("", ())
        return Question(sql, tuple(params))

    def ask(self, values: Mapping[Value, Value]) -> list[R]:
        """The rows of a `values_list`, with `values` in place of what stands for them."""
        if not self.sql:
            return []
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [values.get(param, param) for param in self.params])
            rows: list[R] = cursor.fetchall()
        return rows


def remembered[K: Hashable, R](word: Callable[[K], Question[R]]) -> Callable[[K], Question[R]]:
    """Keep what `word` makes, for members of the team, who ask all day. No moment of the asking is in it.

    What somebody typed must not be part of the key.
    """

    @lru_cache(maxsize=256)
    def kept(viewer: Viewer, key: K) -> Question[R]:  # noqa: ARG001 - the managers ask for the same viewer
        return word(key)

    def question(key: K) -> Question[R]:
        viewer = current_viewer()
        return kept(viewer, key) if isinstance(viewer, UserViewer) and viewer.is_member else word(key)

    return question
