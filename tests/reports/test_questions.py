"""A question is worded once for each viewer, and answered anew each time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.viewer import SYSTEM, Viewer, acting_as
from reports.enums import Role
from reports.models import Grant, Recusal, Report
from reports.rows import rows_of
from tests import factories

pytestmark = pytest.mark.django_db


def clocks_shown(viewer: Viewer, *reports: Report) -> list[bool]:
    with acting_as(viewer):
        return [row.clock is not None for row in rows_of(reports)]


def test_each_viewer_gets_their_own_answer() -> None:
    report = factories.receipt().report
    member, stranger = factories.member(), factories.UserFactory.create()

    answers = [clocks_shown(factories.looking(member), report) for _ in range(2)]
    answers += [clocks_shown(factories.looking(stranger, is_member=False), report) for _ in range(2)]

    assert answers == [[True], [True], [False], [False]]


def test_a_recusal_counts_at_once_though_the_question_is_known() -> None:
    report, member = factories.receipt().report, factories.member()
    before = clocks_shown(factories.looking(member), report)

    with acting_as(SYSTEM):
        Recusal.objects.create(report=report, user=member)

    assert (before, clocks_shown(factories.looking(member), report)) == ([True], [False])


def test_a_grant_that_expires_ends_for_the_next_question() -> None:
    report, fixer = factories.receipt().report, factories.UserFactory.create()
    with acting_as(SYSTEM):
        yesterday = timezone.now() - timedelta(days=1)
        grant = Grant.objects.create(
            report=report, user=fixer, role=Role.DEVELOPER, reason="Wrote it.", granted_at=yesterday
        )
    viewer = factories.looking(fixer, is_member=False)
    before = clocks_shown(viewer, report)

    with acting_as(SYSTEM):
        Grant.objects.filter(pk=grant.pk).update(expires_at=yesterday + timedelta(hours=1))

    assert (before, clocks_shown(viewer, report)) == ([True], [False])


def test_any_number_of_reports_is_asked_about() -> None:
    reports = [factories.receipt(token=f"form {number}").report for number in range(3)]
    viewer = factories.looking(factories.member())

    for count in (0, 1, 3, 2):
        assert clocks_shown(viewer, *reports[:count]) == [True] * count
