"""Reports whose coordinator may not read them any more: nobody's silence may follow from somebody's leaving."""

from datetime import UTC, datetime

import pytest

from portal.viewer import SYSTEM, acting_as
from reports import clocks, conversation, coordination, tasks
from reports.enums import EventKind, NoticeKind
from reports.models import Clock, Notification, Recusal, Report, ReportEvent
from teams.models import SecurityTeamMembership, User
from tests import factories

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)


def coordinated_by(user: User) -> Report:
    report = factories.receipt(NOON).report
    with acting_as(factories.looking(user)):
        coordination.take(report, by=user, now=NOON)
    return report


def leaves(user: User) -> None:
    SecurityTeamMembership.objects.filter(user=user).update(until=NOON, ended_reason="Has other things to do.")


def told(kind: NoticeKind) -> set[User]:
    with acting_as(SYSTEM):
        return {notice.user for notice in Notification.objects.filter(kind=kind).select_related("user") if notice.user}


@pytest.mark.clause("P24")
def test_a_report_is_everybodys_again_once_its_coordinator_left_the_team() -> None:
    leaver, stays = factories.member(), factories.member()
    report = coordinated_by(leaver)
    leaves(leaver)

    tasks.sweep()
    tasks.sweep()

    with acting_as(SYSTEM):
        report.refresh_from_db()
        ended = ReportEvent.objects.filter(report=report, kind=EventKind.COORDINATION_ENDED)
        assert (report.coordinator, ended.count()) == (None, 1)
    assert told(NoticeKind.UNOWNED) == {stays}


@pytest.mark.clause("P8")
def test_a_report_is_everybody_elses_again_once_its_coordinator_is_recused() -> None:
    walled, stays = factories.member(), factories.member()
    report = coordinated_by(walled)
    with acting_as(SYSTEM):
        Recusal.objects.create(report=report, user=walled)

    tasks.sweep()

    with acting_as(SYSTEM):
        report.refresh_from_db()
    assert report.coordinator is None
    assert told(NoticeKind.UNOWNED) == {stays}


def test_a_coordinator_who_is_still_on_the_team_keeps_the_report() -> None:
    stays, leaver = factories.member(), factories.member()
    report = coordinated_by(stays)
    leaves(leaver)

    tasks.sweep()

    with acting_as(SYSTEM):
        report.refresh_from_db()
    assert report.coordinator == stays


def test_what_a_reporter_writes_reaches_the_team_when_the_coordinator_has_just_left() -> None:
    leaver, stays = factories.member(), factories.member()
    report = coordinated_by(leaver)
    with acting_as(SYSTEM):
        reporter = report.reporters.get()
    leaves(leaver)

    conversation.hear(reporter, "Is anybody there?", now=NOON)

    assert told(NoticeKind.REPORTER_WROTE) == {stays}


def test_the_warning_reaches_the_team_when_the_coordinator_has_just_left() -> None:
    leaver, stays = factories.member(), factories.member()
    report = coordinated_by(leaver)
    leaves(leaver)

    with acting_as(SYSTEM):
        clocks.sweep(now=Clock.objects.get(report=report).warn_at)

    assert told(NoticeKind.DEADLINE_NEAR) == {stays}
