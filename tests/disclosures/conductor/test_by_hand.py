"""What people publish on GitHub by hand is taken over, and says nothing about what our own pages may tell."""

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from disclosures.conductor import engine
from disclosures.conductor.board import board_of
from disclosures.enums import ExceptionKind, StepKind, StepState
from disclosures.models import PublishedAdvisory, RuleException
from portal.github.sandbox import by_hand
from portal.viewer import SYSTEM, acting_as
from reports.enums import State
from tests import factories
from tests.disclosures.conductor.stage import Stage

pytestmark = pytest.mark.django_db


def published_by_hand(stage: Stage, name: str) -> None:
    stage.conduct()
    by_hand.publish(stage.on_github(name), now=stage.now)
    stage.look()
    stage.conduct()


def told() -> list[str]:
    with acting_as(SYSTEM):
        return list(PublishedAdvisory.objects.values_list("identifier", flat=True))


@pytest.mark.clause("P12", "P31")
def test_published_by_hand_in_one_repository_our_page_does_not_tell_of_the_others(going: Stage, client: Client) -> None:
    published_by_hand(going, "wadm")

    assert told() == []
    assert client.get(reverse("advisory-page", args=[going.advisory.identifier])).status_code == HTTPStatus.NOT_FOUND
    assert going.step(StepKind.PAGE).state == StepState.WAITING
    assert going.on_github("wash").state == "draft"
    assert going.state() == State.READY


@pytest.mark.clause("P12", "P31")
def test_it_is_told_once_every_release_is_out(going: Stage) -> None:
    published_by_hand(going, "wadm")

    going.release("wadm")
    going.later(minutes=3)
    going.conduct()
    assert told() == []

    going.release("wash")
    going.later(minutes=3)
    going.conduct()
    assert told() == [going.advisory.identifier]
    assert going.state() == State.DISCLOSED


@pytest.mark.clause("P12")
def test_or_once_two_people_agree_not_to_wait(going: Stage) -> None:
    published_by_hand(going, "wadm")
    with acting_as(SYSTEM):
        RuleException.objects.create(
            report=going.report,
            kind=ExceptionKind.EARLY,
            reason="It is public elsewhere.",
            proposed_by=factories.member(),
            proposed_at=going.now,
            agreed_by=factories.member(),
            agreed_at=going.now,
        )

    going.later(minutes=3)
    going.conduct()

    assert told() == [going.advisory.identifier]


def test_the_page_of_the_day_says_why_ours_waits_and_who_can_decide(going: Stage) -> None:
    published_by_hand(going, "wadm")

    with acting_as(SYSTEM):
        report = going.fresh()
        board = board_of(report, progress=engine.progress_of(report))
    whys = {line.step.kind: line.why for group in board.groups for line in group.lines}
    assert whys[StepKind.PAGE].endswith("Not to wait takes two people: see Exceptions.")
