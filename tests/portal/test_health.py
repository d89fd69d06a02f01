from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal import heartbeat, mail_settings
from portal.heartbeat import Part
from portal.viewer import SYSTEM, acting_as
from reports.models import Notification
from tests import factories

pytestmark = pytest.mark.django_db


def test_healthz_asks_no_database(client: Client, django_assert_num_queries: "pytest.FixtureRequest") -> None:
    with django_assert_num_queries(0):  # type: ignore[operator] # a fixture of pytest-django
        answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_readyz_says_that_no_worker_has_been_seen(client: Client) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {
        "database": "ready",
        "migrations": "ready",
        "worker": "no worker has been seen yet: start manage.py qcluster",
        "mail": "ready",
        "mailbox": "ready",
        "backup": "ready",
    }


def test_readyz_is_content_while_the_worker_beats(client: Client) -> None:
    heartbeat.beat(now=timezone.now() - timedelta(minutes=4))

    assert client.get("/readyz").status_code == 200


def test_readyz_says_how_long_a_silent_worker_has_been_gone(client: Client) -> None:
    heartbeat.beat(now=timezone.now() - timedelta(minutes=7))

    assert client.get("/readyz").json()["worker"] == "last seen 7 min ago"


def test_readyz_says_how_long_the_oldest_notification_has_waited(client: Client) -> None:
    heartbeat.beat(now=timezone.now())
    factories.receipt()
    with acting_as(SYSTEM):
        Notification.objects.update(created_at=timezone.now() - timedelta(minutes=20))

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["mail"]) == (503, "the oldest has waited 20 min")


@pytest.mark.parametrize(
    ("looked", "emptied", "said"),
    [
        (None, None, "nobody has looked into it yet: start manage.py fetch_mail"),
        (11, 11, "nobody has looked into it for 11 min"),
        (1, 11, "a mail lies in it that cannot be taken in: see the log of manage.py fetch_mail"),
        (1, None, "a mail lies in it that cannot be taken in: see the log of manage.py fetch_mail"),
        (9, 9, "ready"),
    ],
)
def test_readyz_says_whether_somebody_looks_into_the_mailbox(
    client: Client, settings: Settings, looked: int | None, emptied: int | None, said: str
) -> None:
    settings.INBOX = mail_settings.inbox("imaps://portal:secret@mail.example", taken_folder="Taken in", poll_seconds=60)
    for part, age in ((Part.MAILBOX, looked), (Part.EMPTIED, emptied)):
        if age is not None:
            heartbeat.beat(part, now=timezone.now() - timedelta(minutes=age))

    assert client.get("/readyz").json()["mailbox"] == said


@pytest.mark.parametrize(
    ("folders", "said"),
    [
        ([], "none has been made yet: run deploy/backup"),
        (["2026-03-01T02-00-00Z.unfinished"], "none has been made yet: run deploy/backup"),
        (["2026-02-27T02-00-00Z", "2026-02-28T02-00-00Z"], "the last was made 1680 min ago"),
        (["2026-02-28T02-00-00Z", "2026-03-01T02-00-00Z"], "ready"),
    ],
)
def test_readyz_says_how_old_the_last_backup_is(
    client: Client, settings: Settings, tmp_path: Path, folders: list[str], said: str
) -> None:
    settings.BACKUPS_ROOT = str(tmp_path)
    for folder in folders:
        (tmp_path / folder).mkdir()

    with time_machine.travel(datetime(2026, 3, 1, 6, 0, tzinfo=UTC), tick=False):
        answer = client.get("/readyz")

    assert answer.json()["backup"] == said


def test_readyz_does_not_pretend_to_know_backups_that_it_cannot_find(client: Client, settings: Settings) -> None:
    settings.BACKUPS_ROOT = "/nowhere/at/all"

    assert client.get("/readyz").json()["backup"] == "not known: FileNotFoundError"
