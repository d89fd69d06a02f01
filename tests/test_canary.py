"""Random words stand in all that people write on a report. Then they are looked for wherever they must not be."""

import logging
import pickle
import re
from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client, TestCase
from django_q.conf import Conf
from django_q.models import Failure, OrmQ, Success
from django_q.tasks import _sync

from portal.queue import enqueue
from portal.sealed_sessions import SessionStore
from portal.viewer import SYSTEM, acting_as
from reports import tasks
from reports.enums import Task
from reports.models import Notification
from tests.canaries import UNPLANTED, Canaries, canaries, stage, unplanted
from tests.cast import Stage

__all__ = ["canaries", "stage"]

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo_urls")]

KEY = re.compile(r"/r/([\w-]{43})/")


@pytest.fixture
def records(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What is logged, also by Django's own loggers, which keep it from the others."""
    django = logging.getLogger("django")
    django.addHandler(caplog.handler)
    with caplog.at_level(logging.INFO):
        yield caplog
    django.removeHandler(caplog.handler)


def _let_the_worker_work(patch: pytest.MonkeyPatch) -> None:
    """Run what waits in the queue by django-q's own worker and monitor; one of the tasks fails."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        enqueue(Task.DELIVER, "no id")  # type: ignore[arg-type] # which is why it fails
    patch.setattr(Conf, "SYNC", True)
    for bell in OrmQ.objects.all():
        _sync(bell.payload)


def _every_row() -> Iterator[tuple[str, str]]:
    """Each row of each table that the portal itself can read."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT t::text FROM {connection.ops.quote_name(table)} t")  # noqa: S608 - our own tables
            yield from ((table, text) for (text,) in cursor.fetchall())


@pytest.mark.usefixtures("stage")
def test_each_sealed_field_holds_one_or_it_is_said_why_not(canaries: Canaries) -> None:
    assert unplanted(canaries) == UNPLANTED.keys()


@pytest.mark.usefixtures("stage")
@pytest.mark.clause("P8")
def test_nothing_that_people_write_can_be_read_anywhere_behind_the_pages(
    records: pytest.LogCaptureFixture, canaries: Canaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    _let_the_worker_work(monkeypatch)
    with TestCase.captureOnCommitCallbacks(execute=True):
        for task in (tasks.sweep, tasks.tidy, tasks.figures):
            task()

    with acting_as(SYSTEM):
        holding = {table for table, text in _every_row() if canaries.found_in(text)}
        unsent = list(Notification.objects.filter(sent_at=None).exclude(error="").values_list("error", flat=True))
    packed = [
        pickle.dumps((task.args, task.kwargs, task.result)) for task in (*Success.objects.all(), *Failure.objects.all())
    ]
    packed += [pickle.dumps(bell.task) for bell in OrmQ.objects.all()]
    sessions = [str(SessionStore(session.session_key).load()) for session in Session.objects.all()]
    letters = [_without_recipient(letter) for letter in mail.outbox]
    logged = [f"{record.getMessage()} {record.exc_text or ''}" for record in records.records]

    assert holding == set()
    assert (Success.objects.exists(), Failure.objects.exists(), bool(letters), bool(logged)) == (True, True, True, True)
    everything = [*map(repr, packed), *sessions, *letters, *logged, *unsent]
    assert [text for text in everything if canaries.found_in(text)] == []


@pytest.mark.clause("P8")
def test_the_keys_of_links_stand_in_the_mails_to_their_reporters_and_nowhere_else(
    stage: Stage, canaries: Canaries, records: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for way in ("", "nowhere/"):
        Client().get(f"/r/{stage.receipt.key}/{way}")
        Client().post(f"/r/{stage.receipt.key}/{way}")
    _let_the_worker_work(monkeypatch)

    mailed = {(letter.to[0], key) for letter in mail.outbox for key in KEY.findall(str(letter.body))}
    keys = {stage.receipt.key, *(key for _, key in mailed)}
    with acting_as(SYSTEM):
        rows = [text for _, text in _every_row()]
    packed = [repr((task.args, task.kwargs, task.result)) for task in (*Success.objects.all(), *Failure.objects.all())]
    logged = [f"{record.getMessage()} {record.exc_text or ''}" for record in records.records]

    ours = {f"{who}{canaries.identity}@example.net" for who in ("", "co-")}
    assert {address for address, _ in mailed} == {*ours, "other@example.net"}
    assert (len(keys) > len(ours), bool(packed)) == (True, True)
    assert [line for line in logged if "/r/…/nowhere/" in line] != []
    assert [text for text in (*rows, *packed, *logged) if any(key in text for key in keys)] == []


def _without_recipient(letter: mail.EmailMessage) -> str:
    """All of a mail but the line that says to whom it goes."""
    raw = letter.message()
    del raw["To"]
    parts = [part.get_payload(decode=True) or b"" for part in raw.walk()]
    headers = "\n".join(f"{name}: {value}" for name, value in raw.items())
    return headers + b"".join(part for part in parts if isinstance(part, bytes)).decode()
