"""Following GitHub, against the demo's own: the invented organisation begins in agreement with it."""

import uuid
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.demo.github import changes
from portal.demo.sample import people
from portal.models import DeliveryState, GitHubDelivery
from portal.sandbox_models import SandboxRepository
from portal.viewer import SYSTEM, acting_as
from reports import coordination
from reports import tasks as reports_tasks
from reports.enums import NoticeKind
from reports.models import Notification
from teams import tasks
from teams.enums import Outcome
from teams.models import SecurityTeamMembership, SyncRun, User
from tests import factories
from tests.people import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo_urls"), pytest.mark.usefixtures("sample")]


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    settings.DEMO = True


def rang(*, ago: timedelta) -> int:
    row = GitHubDelivery.objects.create(delivery=uuid.uuid4(), event="repository", received_at=timezone.now() - ago)
    return row.pk


def test_the_demo_begins_in_agreement_with_its_github() -> None:
    tasks.sync()

    run = SyncRun.objects.get()
    assert (run.outcome, run.ends) == (Outcome.DONE, [])


def test_of_many_that_ring_at_once_the_first_is_enough() -> None:
    for ring in [rang(ago=timedelta(seconds=second)) for second in (3, 2, 1)]:
        tasks.sync_after_delivery(ring)

    assert SyncRun.objects.count() == 1
    assert set(GitHubDelivery.objects.values_list("state", flat=True)) == {DeliveryState.SETTLED}


@pytest.mark.clause("P25")
def test_a_member_whose_projects_are_archived_leaves_and_their_reports_are_handed_over() -> None:
    leaver = User.objects.get(github_login=people.MEILING)
    report = factories.receipt(timezone.now()).report
    with acting_as(factories.looking(leaver)):
        coordination.take(report, by=leaver, now=timezone.now())
    tasks.sync()
    for project in ("wadm", "control-interface"):
        repository = SandboxRepository.objects.get(github_id=people.REPOSITORY_IDS[project])
        changes.archive(repository, now=timezone.now())

    tasks.sync()
    reports_tasks.sweep()

    ended = SecurityTeamMembership.objects.get(user=leaver)
    with acting_as(SYSTEM):
        report.refresh_from_db()
        told = set(Notification.objects.filter(kind=NoticeKind.MEMBERSHIP_ENDED).values_list("user", flat=True))
    assert not ended.is_current
    assert "wadm is not active: archived on GitHub." in ended.ended_reason
    assert report.coordinator not in {None, leaver}
    assert told == {leaver.pk}
    assert browser_of(User.objects.get(pk=leaver.pk)).get(report.get_absolute_url()).status_code == HTTPStatus.NOT_FOUND
