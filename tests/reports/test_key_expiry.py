"""The team hears in time that its key comes to its end."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from portal import openpgp
from portal.viewer import SYSTEM, acting_as
from reports import key_expiry
from reports.enums import NoticeKind
from reports.models import Notification
from tests import factories
from tests.openpgp_keys import keys_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P4")]


@pytest.fixture
def ends(settings: Settings) -> datetime:
    """When the key of the team does."""
    settings.OPENPGP_KEY = keys_of("Team <security@example.org>", lasts="1y").secret
    key = openpgp.own_key()
    assert key
    assert key.expires_at
    return key.expires_at


def told(*moments: datetime) -> list[str]:
    with acting_as(SYSTEM):
        for moment in moments:
            key_expiry.tell(now=moment)
        return [
            notice.dedupe_key.split(":")[3]
            for notice in Notification.objects.filter(kind=NoticeKind.KEY_EXPIRES).order_by("pk")
        ]


def test_each_member_is_told_at_each_of_these_days_once(ends: datetime) -> None:
    factories.member()
    days = [400, 61, 60, 59, 45, 30, 20, 7, 3, 0, -1]

    said = told(*(ends - timedelta(days=day) for day in days for _ in range(2)))

    assert said == ["60", "30", "7", "0"]


def test_after_a_long_pause_only_the_latest_is_told(ends: datetime) -> None:
    factories.member()

    assert told(ends - timedelta(days=2)) == ["7"]


def test_whoever_is_no_member_is_not_told(ends: datetime) -> None:
    factories.maintainer()

    assert told(ends - timedelta(days=2)) == []


def test_without_an_end_or_a_key_there_is_nothing_to_tell(settings: Settings) -> None:
    factories.member()
    now = datetime(2040, 1, 1, tzinfo=UTC)

    for secret in ("", keys_of("Team <security@example.org>").secret):
        settings.OPENPGP_KEY = secret
        assert told(now) == []
        assert key_expiry.warnings(now=now) == []


def test_the_dashboard_says_it_too(ends: datetime) -> None:
    warned = [key_expiry.warnings(now=ends - timedelta(days=days)) for days in (61, 59, -1)]

    assert [[sentence.split(",")[0].split(" on ")[0] for sentence in each] for each in warned] == [
        [],
        ["Our OpenPGP key expires"],
        ["Our OpenPGP key has expired"],
    ]
