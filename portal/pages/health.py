"""Is the process alive, and is everything ready that a report needs? For supervisors and alarms, not for people."""

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal import backups, heartbeat
from portal.heartbeat import Part
from portal.viewer import without_viewer
from reports import delivery

WORKER_MAY_BE_SILENT = timedelta(minutes=5)
MAILBOX_MAY_BE_SILENT = timedelta(minutes=10)
MAIL_MAY_WAIT = timedelta(minutes=15)
BACKUPS_MAY_BE_APART = timedelta(hours=26)
"""A day, and two hours for making one."""

type Check = Callable[[datetime], str | None]
"""Says what is not ready, or nothing."""


@login_not_required
@without_viewer
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - every view takes one
    """The process answers. It asks nobody else."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@without_viewer
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - every view takes one
    """Database, migrations, worker and mail; 503 while one of them is not ready, and which."""
    now = timezone.now()
    found = {}
    for name, check in CHECKS.items():
        try:
            found[name] = check(now) or "ready"
        except DatabaseError as failure:
            found[name] = f"not known: {type(failure).__name__}"
    ready = set(found.values()) == {"ready"}
    return JsonResponse(found, status=HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE)


def _database(now: datetime) -> str | None:  # noqa: ARG001 - checks share a shape
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return None


class _Migrations:
    """Once everything is applied, this process need not ask again: its own code does not change."""

    applied = False

    def __call__(self, now: datetime) -> str | None:  # noqa: ARG002 - checks share a shape
        if not self.applied:
            executor = MigrationExecutor(connection)
            left = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
            if left:
                return f"{left} to apply: run manage.py migrate"
            self.applied = True
        return None


def _worker(now: datetime) -> str | None:
    age = heartbeat.worker_age(now=now)
    if age is None:
        return "no worker has been seen yet: start manage.py qcluster"
    return f"last seen {_minutes(age)} ago" if age > WORKER_MAY_BE_SILENT else None


def _mail(now: datetime) -> str | None:
    age = delivery.oldest_unsent(now=now)
    return f"the oldest has waited {_minutes(age)}" if age is not None and age > MAIL_MAY_WAIT else None


def _mailbox(now: datetime) -> str | None:
    if settings.INBOX is None:
        return None
    looked = heartbeat.age_of(Part.MAILBOX, now=now)
    if looked is None:
        return "nobody has looked into it yet: start manage.py fetch_mail"
    if looked > MAILBOX_MAY_BE_SILENT:
        return f"nobody has looked into it for {_minutes(looked)}"
    emptied = heartbeat.age_of(Part.EMPTIED, now=now)
    if emptied is None or emptied > MAILBOX_MAY_BE_SILENT:
        return "a mail lies in it that cannot be taken in: see the log of manage.py fetch_mail"
    return None


def _backup(now: datetime) -> str | None:
    if not settings.BACKUPS_ROOT:
        return None
    try:
        last = backups.newest(Path(settings.BACKUPS_ROOT))
    except OSError as failure:
        return f"not known: {type(failure).__name__}"
    if last is None:
        return "none has been made yet: run deploy/backup"
    return f"the last was made {_minutes(now - last)} ago" if now - last > BACKUPS_MAY_BE_APART else None


def _minutes(age: timedelta) -> str:
    return f"{int(age.total_seconds() // 60)} min"


CHECKS: dict[str, Check] = {
    "database": _database,
    "migrations": _Migrations(),
    "worker": _worker,
    "mail": _mail,
    "mailbox": _mailbox,
    "backup": _backup,
}
