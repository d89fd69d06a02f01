"""Whether strangers may report in private is asked once a day, and what GitHub does not say is left as it was."""

from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from portal.github import Unavailable, github
from portal.sandbox_models import SandboxMood, SandboxRepository, SandboxTrouble
from teams import private_reporting, warnings
from teams.models import Project
from tests import factories
from tests.github.looking import NOON, POLICY
from tests.github.memory import InMemory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def asked(source: InMemory, *, after: timedelta = timedelta()) -> int:
    return private_reporting.ask(source, clock=lambda: NOON + after)


@pytest.fixture
def memory() -> InMemory:
    """Two projects, of whose repositories GitHub says nothing in its lists."""
    source = InMemory()
    for number, name in ((1, "wash"), (2, "wadm")):
        source.add(number, name)
        factories.ProjectFactory.create(name=name, repository=f"example/{name}", github_id=number)
    return source


def test_it_is_asked_once_a_day(memory: InMemory) -> None:
    for hours in (0, 1, 23, 24):
        asked(memory, after=timedelta(hours=hours))

    assert memory.asked == ["private reporting 1", "private reporting 2"] * 2


def test_what_github_does_not_say_is_left_as_it_was(memory: InMemory) -> None:
    Project.objects.update(private_reporting=True)

    told = asked(memory)

    assert (told, set(Project.objects.values_list("private_reporting", flat=True))) == (0, {True})


def test_when_github_is_silent_nobody_else_is_asked_about(memory: InMemory) -> None:
    memory.trouble["private reporting 1"] = Unavailable("GitHub is not well.")

    assert asked(memory) == 0
    assert memory.asked == ["private reporting 1"]
    assert not Project.objects.exclude(private_reporting_asked_at=None).exists()


def test_archived_projects_are_asked_about_no_more(memory: InMemory) -> None:
    Project.objects.filter(name="wash").update(archived_at=NOON)

    asked(memory)

    assert memory.asked == ["private reporting 2"]


@pytest.mark.clause("P4")
def test_where_it_was_switched_off_the_team_is_warned(settings: Settings) -> None:
    settings.DEMO = True
    repository = SandboxRepository.objects.create(full_name="wasmCloud/wash", private_reporting=False)
    factories.ProjectFactory.create(name="wash", repository=repository.full_name, github_id=repository.pk)
    private_reporting.ask(github(), clock=lambda: NOON)
    off = warnings.found(policy=POLICY, now=NOON)
    SandboxRepository.objects.update(private_reporting=True)
    SandboxMood.objects.create(trouble=SandboxTrouble.NONE)

    private_reporting.ask(github(), clock=lambda: NOON + DAY)

    sentence = "Nobody can report in private on GitHub in wash."
    assert (sentence in off, sentence in warnings.found(policy=POLICY, now=NOON)) == (True, False)
