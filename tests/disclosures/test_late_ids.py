"""A CVE ID that is late is not forgotten (P16)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from disclosures import cves, late_ids
from disclosures.enums import CveRoute, CveState
from disclosures.models import Advisory, CveRequest
from portal.policy.cve import CvePolicy
from portal.viewer import SYSTEM, acting_as
from reports.enums import NoticeKind
from reports.models import Notification, Report
from teams.models import User
from tests import factories
from tests.disclosures.wishes import NOW, advisory_of, requested_wish, wish_of

pytestmark = pytest.mark.django_db


def remind(at: datetime) -> None:
    with acting_as(SYSTEM):
        late_ids.remind(now=at)


def told() -> list[User | None]:
    with acting_as(SYSTEM):
        notices = Notification.objects.filter(kind=NoticeKind.CVE_LATE).order_by("pk").select_related("user")
        return [notice.user for notice in notices]


@pytest.fixture
def coordinator() -> User:
    """Of all reports, in a team of two."""
    factories.member(name="Mo Member")
    return factories.member(name="Cora Coordinator")


@pytest.fixture
def late(coordinator: User) -> CveRequest:
    wish = requested_wish()
    with acting_as(SYSTEM):
        Report.objects.update(coordinator=coordinator)
    return wish


@pytest.mark.clause("P16")
def test_the_coordinator_is_reminded_at_14_35_and_60_days_once_each(late: CveRequest, coordinator: User) -> None:
    counts = []

    for day in (13, 14, 15, 34, 35, 35, 59, 60, 61, 400):
        remind(NOW + timedelta(days=day))
        counts.append(len(told()))

    assert counts == [0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert set(told()) == {coordinator}
    assert late.requested_at == NOW


@pytest.mark.clause("P16")
def test_after_a_long_pause_one_reminder_goes_out_and_not_three(late: CveRequest, coordinator: User) -> None:
    remind(NOW + timedelta(days=70))

    assert told() == [coordinator]
    assert late.reminded_after == 0


@pytest.mark.clause("P16")
def test_while_nobody_coordinates_it_everybody_is_reminded(late: CveRequest) -> None:
    with acting_as(SYSTEM):
        Report.objects.update(coordinator=None)

    remind(NOW + timedelta(days=14))

    assert {user.name for user in told() if user} == {"Mo Member", "Cora Coordinator"}
    assert late.reminded_after == 0


def test_an_id_that_came_is_no_longer_late(late: CveRequest) -> None:
    with acting_as(SYSTEM):
        cves.arrived(late, "CVE-2026-40001", now=NOW)

    remind(NOW + timedelta(days=14))

    assert told() == []


def test_what_was_asked_again_is_late_again(late: CveRequest, coordinator: User) -> None:
    remind(NOW + timedelta(days=14))
    with acting_as(factories.looking(coordinator)):
        wish = CveRequest.objects.select_related("report").get(pk=late.pk)
        cves.give_up(wish, by=coordinator, now=NOW + timedelta(days=20))
        cves.requested(wish, route=CveRoute.GITHUB, by=coordinator, now=NOW + timedelta(days=20))

    remind(NOW + timedelta(days=34))

    assert len(told()) == 2


def test_the_days_are_those_of_the_policy(settings: Settings, late: CveRequest) -> None:
    settings.POLICY = _with_reminders(settings, (3,))

    remind(NOW + timedelta(days=3))

    assert len(told()) == 1
    assert late.reminded_after == 0


def test_without_days_nobody_is_reminded(settings: Settings, late: CveRequest) -> None:
    settings.POLICY = _with_reminders(settings, ())

    remind(NOW + timedelta(days=400))

    assert told() == []
    assert late.reminded_after == 0


def needs_told() -> int:
    with acting_as(SYSTEM):
        return Notification.objects.filter(kind=NoticeKind.CVE_NEEDED).count()


@pytest.fixture
def unasked(coordinator: User) -> CveRequest:
    """Published without an ID, and nobody asks for one: as at a CNA, where the day's step is skipped."""
    wish = wish_of(is_published=True)
    with acting_as(SYSTEM):
        Report.objects.update(coordinator=coordinator)
    return wish


@pytest.mark.clause("P15", "P16")
def test_an_id_that_nobody_asks_for_is_reminded_of_from_the_publication_on(unasked: CveRequest) -> None:
    counts = []

    for day in (13, 14, 15, 34, 35, 59, 60, 400):
        remind(NOW + timedelta(days=day))
        counts.append(needs_told())

    assert counts == [0, 1, 1, 1, 2, 2, 3, 3]
    assert (told(), unasked.state) == ([], CveState.NEEDED)


@pytest.mark.clause("P16")
def test_after_another_way_is_tried_it_goes_on_ageing_without_a_reminder_of_what_is_over(
    unasked: CveRequest, coordinator: User
) -> None:
    with acting_as(factories.looking(coordinator)):
        wish = CveRequest.objects.select_related("report", "advisory").get(pk=unasked.pk)
        cves.requested(wish, route=CveRoute.GITHUB, by=coordinator, now=NOW)
        cves.give_up(wish, by=coordinator, now=NOW + timedelta(days=20))
    counts = []

    for day in (20, 34, 35):
        remind(NOW + timedelta(days=day))
        counts.append(needs_told())

    assert counts == [0, 0, 1]


@pytest.mark.parametrize(
    ("advisory", "wish", "report"),
    [
        ({"state": "draft", "published_at": None}, {}, {}),
        ({"state": "withdrawn", "withdrawn_at": NOW}, {}, {}),
        ({}, {"state": "rejected"}, {}),
        ({}, {}, {"is_rehearsal": True}),
    ],
    ids=["not published", "withdrawn", "another wish counts", "rehearsal"],
)
def test_nobody_is_reminded_of_what_is_not_owed(
    unasked: CveRequest, advisory: dict[str, object], wish: dict[str, object], report: dict[str, object]
) -> None:
    with acting_as(SYSTEM):
        for rows, fields in (
            (Advisory.objects.all(), advisory),
            (CveRequest.objects.all(), wish),
            (Report.objects.all(), report),
        ):
            if fields:
                rows.update(**fields)

    remind(NOW + timedelta(days=400))

    assert (needs_told(), unasked.reminded_after) == (0, 0)


def test_after_a_rejection_the_next_one_ages_from_then_on(unasked: CveRequest) -> None:
    with acting_as(SYSTEM):
        CveRequest.objects.update(state=CveState.REJECTED, ended_at=NOW + timedelta(days=100))
        cves.need(Advisory.objects.select_related("report").get(), now=NOW + timedelta(days=100))
    counts = []

    for day in (113, 114):
        remind(NOW + timedelta(days=day))
        counts.append(needs_told())

    assert (counts, unasked.state) == ([0, 1], CveState.NEEDED)


@pytest.mark.clause("P15")
def test_an_advisory_without_a_wish_gets_one_and_one_only() -> None:
    report = wish_of().report
    bare = advisory_of(report)

    with acting_as(SYSTEM):
        for _ in range(2):
            late_ids.open_wishes(now=NOW)
        wishes = CveRequest.objects.filter(report=report)

        assert sorted(wish.advisory_id for wish in wishes) == sorted(report.advisories.values_list("pk", flat=True))
        assert wishes.filter(advisory=bare).count() == 1


def _with_reminders(settings: Settings, days: tuple[int, ...]) -> object:
    return replace(settings.POLICY, cve=CvePolicy(reminder_days=days))
