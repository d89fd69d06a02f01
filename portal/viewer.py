"""Who is looking. Everything restricted asks here, and so does PostgreSQL's row-level security.

The viewer lives in a context variable and is mirrored into the current transaction by `set_config(…, true)`, so
that it ends with the transaction and a pooled connection cannot hand one person's access to another (DB-03).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction
from django.http import HttpResponseBase
from psycopg.pq import TransactionStatus


class NoViewer(RuntimeError):
    """Something restricted was asked for and nobody had said who is looking."""

    def __init__(self) -> None:
        super().__init__("Nobody has said who is looking: wrap this in portal.viewer.acting_as(…).")


@dataclass(frozen=True, slots=True)
class UserViewer:
    """A signed-in person. `is_member`: of the security team, now, with everything that membership asks for."""

    user_id: int
    is_member: bool

    @property
    def setting(self) -> str:
        return f"user:{self.user_id}"


@dataclass(frozen=True, slots=True)
class ReportKey:
    """Somebody on the reporter's side, who came by a secret link and sees one report through one grant."""

    grant_id: int
    report_id: int

    @property
    def setting(self) -> str:
        return f"grant:{self.grant_id}"


@dataclass(frozen=True, slots=True)
class System:
    """The portal itself: intake, background work and commands. A test holds the list of places that use it."""

    @property
    def setting(self) -> str:
        return "system"


@dataclass(frozen=True, slots=True)
class Anonymous:
    """A stranger: may look, and sees nothing restricted."""

    @property
    def setting(self) -> str:
        return "anonymous"


type Viewer = UserViewer | ReportKey | System | Anonymous

SYSTEM = System()
ANONYMOUS = Anonymous()

_viewer: ContextVar[Viewer | None] = ContextVar("viewer", default=None)


def current_viewer() -> Viewer:
    """Raise `NoViewer` when nobody has said who is looking."""
    viewer = _viewer.get()
    if viewer is None:
        raise NoViewer
    return viewer


@contextmanager
def acting_as(viewer: Viewer) -> Iterator[None]:
    """Look as `viewer` inside the block, in the transaction under way or else in one of its own."""
    if connection.in_atomic_block:
        with _looking(viewer, restore=True):
            yield
    else:
        with transaction.atomic(), _looking(viewer, restore=False):
            yield


@contextmanager
def _looking(viewer: Viewer, *, restore: bool) -> Iterator[None]:
    previous = _viewer.get()
    if previous == viewer:
        yield
        return
    token = _viewer.set(viewer)
    _mirror(viewer.setting)
    try:
        yield
    finally:
        _viewer.reset(token)
        if restore and not _transaction_is_lost():
            _mirror(previous.setting if previous else "")


def _mirror(setting: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('portal.viewer', %s, true)", [setting])


def _transaction_is_lost() -> bool:
    """After a failed statement PostgreSQL takes nothing but the rollback, which undoes the setting too."""
    return connection.connection is None or connection.connection.info.transaction_status in {
        TransactionStatus.INERROR,
        TransactionStatus.UNKNOWN,
    }


def without_viewer[V: Callable[..., HttpResponseBase]](view: V) -> V:
    """Mark a view that touches nothing restricted: it runs in no transaction and without a database (AVL-06)."""
    view.without_viewer = True  # type: ignore[attr-defined] # a mark on the function, as Django's own decorators leave
    return view
