"""GitHub is followed every hour and when it rings, and the team is told what should worry it about itself."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ, Schedule
from pytest_django.fixtures import Settings

from portal.viewer import SYSTEM, acting_as
from reports import figures
from teams import github_sync, tasks, warnings
from teams.enums import Outcome
from teams.models import Departure, SyncRun, User
from tests import factories
from tests.people import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo_urls")]

NOW = timezone.now()


# --- Warnings -----------------------------------------------------------------------------------------------


def warned(settings: Settings) -> list[str]:
    return warnings.found(policy=settings.POLICY.team, now=NOW)


def test_a_small_team_a_lonely_project_and_too_few_publishers_are_warned_of(settings: Settings) -> None:
    factories.member()
    factories.ProjectFactory.create(name="lonely", github_id=9)

    assert warned(settings) == [
        "The security team has 1 member; 3 is the least.",
        "Nobody maintains lonely.",
        "Fewer than two people can publish an advisory of lonely.",
    ]


def test_silence_of_github_is_warned_of_after_hours_and_what_is_known_stays(settings: Settings) -> None:
    settings.POLICY = replace(settings.POLICY, team=replace(settings.POLICY.team, smallest_team=1))
    member = factories.member()
    SyncRun.objects.create(
        outcome=Outcome.DONE, started_at=NOW - timedelta(hours=7), finished_at=NOW - timedelta(hours=7)
    )
    SyncRun.objects.create(outcome=Outcome.FAILED, started_at=NOW, finished_at=NOW)

    said = warned(settings)

    assert [sentence.startswith("GitHub was not followed since ") for sentence in said] == [True]
    assert User.objects.get(pk=member.pk).membership is not None


def test_the_dashboard_tells_the_team() -> None:
    browser = browser_of(factories.member())
    SyncRun.objects.create(outcome=Outcome.DONE, warnings=["Nobody maintains wash."])
    with acting_as(SYSTEM):
        figures.compute(now=NOW)

    assert "Nobody maintains wash." in browser.get(reverse("dashboard")).content.decode()


def test_without_an_app_the_task_says_so_and_changes_nothing() -> None:
    member = factories.member()

    tasks.sync()

    runs = SyncRun.objects.all()
    assert {run.outcome for run in runs} == {Outcome.FAILED}
    assert runs[0].trouble.startswith("No GitHub App is configured")
    assert not Departure.objects.filter(membership__user=member).exists()


def test_runs_that_found_nothing_are_forgotten_after_a_while() -> None:
    long_ago = NOW - timedelta(days=100)
    SyncRun.objects.create(outcome=Outcome.FAILED, started_at=long_ago)
    kept = SyncRun.objects.create(outcome=Outcome.DONE, started_at=long_ago, findings=["wash was archived."])

    github_sync.forget(now=NOW)

    assert list(SyncRun.objects.all()) == [kept]


def test_a_lead_need_not_wait_for_the_hour(django_capture_on_commit_callbacks: object) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator] # pytest-django types it loosely
        browser_of(factories.member(lead=True)).post(reverse("ask-github"))

    assert [bell.func() for bell in OrmQ.objects.all()] == ["teams.tasks.sync"]


def test_github_is_followed_every_hour() -> None:
    schedule = Schedule.objects.get(func="teams.tasks.sync")

    assert (schedule.schedule_type, schedule.repeats) == (Schedule.HOURLY, -1)
