"""What is published has to be there for strangers, and has to be the advisory; else people hear of it (P29)."""

import pytest

from disclosures.enums import StepKind, StepState
from disclosures.models import RepositoryAdvisory
from portal.viewer import SYSTEM, acting_as
from reports.enums import NoticeKind
from reports.models import Notification
from tests.disclosures.conductor.stage import How, Stage, Verb

pytestmark = pytest.mark.django_db


def seen(stage: Stage) -> tuple[str, str]:
    step = stage.step(StepKind.VISIBLE, "wash")
    return step.state, step.problem


def told(stage: Stage) -> int:
    with acting_as(SYSTEM):
        return Notification.objects.filter(report=stage.report, kind=NoticeKind.STEP_FAILED, user=stage.person).count()


@pytest.fixture
def hidden(going: Stage) -> Stage:
    """Published, and GitHub does not show it in wash."""
    going.go_wrong("wash", Verb.LOOK, How.MISSING, times=99)
    going.release_all()
    going.conduct()
    return going


@pytest.mark.clause("P29")
def test_a_page_that_takes_a_while_is_waited_for(hidden: Stage) -> None:
    assert seen(hidden) == (StepState.WAITING, "GitHub answers a stranger with 404. It is looked at again.")

    hidden.repository("wash").faults.all().delete()
    hidden.later(minutes=3)
    hidden.conduct()

    assert seen(hidden) == (StepState.DONE, "")
    assert (hidden.kept("wash").visible_at, told(hidden)) == (hidden.now, 0)


@pytest.mark.clause("P29")
def test_a_page_that_strangers_never_get_is_red_and_the_team_is_told_once(hidden: Stage) -> None:
    states = []
    for _ in range(6):
        hidden.later(minutes=31)
        hidden.conduct()
        states.append((seen(hidden)[0], told(hidden)))

    assert states == [(StepState.FAILED, 0), (StepState.FAILED, 0), *[(StepState.FAILED, 1)] * 4]
    assert seen(hidden)[1] == (
        "GitHub answers a stranger with 404. It was published more than 30 minutes ago: look at it on GitHub."
    )


@pytest.mark.clause("P29")
def test_it_is_green_again_once_strangers_get_it(hidden: Stage) -> None:
    hidden.later(minutes=31)
    hidden.conduct()
    hidden.repository("wash").faults.all().delete()
    hidden.later(minutes=31)
    hidden.conduct()

    assert seen(hidden) == (StepState.DONE, "")


@pytest.mark.clause("P29")
def test_a_page_that_is_something_else_is_not_the_advisory(hidden: Stage) -> None:
    hidden.repository("wash").faults.all().delete()
    another = hidden.kept("wadm").html_url
    with acting_as(SYSTEM):
        row = RepositoryAdvisory.objects.select_related("report").get(pk=hidden.kept("wash").pk)
        row.html_url = another
        row.save(update_fields=["html_url"])

    hidden.later(minutes=3)
    hidden.conduct()

    name = hidden.kept("wash").ghsa_id
    assert seen(hidden) == (
        StepState.WAITING,
        f"What GitHub shows a stranger there is not {name}. It is looked at again.",
    )
