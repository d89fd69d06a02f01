from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal import heartbeat
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
