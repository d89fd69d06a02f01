"""Answers that are lost, workers that come too late, and rows that GitHub does not tell of: nothing is done twice,
nothing of ours is taken for somebody else's, and one that fails holds up no other.
"""

from datetime import timedelta
from typing import override

import pytest
from django.conf import settings as portal
from django_q.models import OrmQ

from disclosures.conductor import beginning, engine, looking
from disclosures.enums import RepositoryAdvisoryState, StepKind, StepState, Task
from portal.github.client import Client
from portal.github.connection import Patience
from portal.github.sandbox import Sandbox, by_hand
from portal.github.wire import Answer
from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind, NoticeKind, State
from reports.models import Notification, ReportEvent
from tests import factories
from tests.disclosures.conductor.stage import How, Stage, Verb, effects, owner

pytestmark = pytest.mark.django_db


def events(stage: Stage, *kinds: EventKind) -> int:
    with acting_as(SYSTEM):
        return ReportEvent.objects.filter(report=stage.report, kind__in=kinds).count()


def told_of_by_hand(stage: Stage) -> int:
    with acting_as(SYSTEM):
        return Notification.objects.filter(report=stage.report, kind=NoticeKind.BY_HAND, user=stage.person).count()


def lost_answer(stage: Stage, *, how: How = How.LOST_AFTER) -> None:
    """On the day of the release the advisory in wash was sent to be published, and no answer came."""
    stage.conduct()
    stage.go_wrong("wash", Verb.PUBLISH_ADVISORY, how)
    stage.release_all()
    stage.later(minutes=3)
    stage.conduct()
    assert stage.step(StepKind.PUBLISH, "wash").state == StepState.FAILED


@pytest.mark.clause("P31")
def test_published_on_the_day_and_learnt_of_after_midnight_no_rule_was_broken(going: Stage) -> None:
    lost_answer(going)
    published_at = going.on_github("wash").published_at

    going.later(days=1)
    going.conduct()

    kept = going.kept("wash")
    assert (kept.state, kept.was_by_hand, kept.published_at) == (
        RepositoryAdvisoryState.PUBLISHED,
        False,
        published_at,
    )
    assert events(going, EventKind.SAME_DAY_MISSED, EventKind.PUBLISHED_BY_HAND) == 0
    assert going.open_steps() == set()
    assert going.state() == State.DISCLOSED


def test_tried_again_by_a_person_it_is_still_ours(going: Stage) -> None:
    lost_answer(going)

    with acting_as(factories.looking(going.person)):
        beginning.try_again(going.step(StepKind.PUBLISH, "wash"), by=going.person, now=going.now)
    going.conduct()

    assert (going.kept("wash").was_by_hand, told_of_by_hand(going)) == (False, 0)


def test_whoever_looks_first_knows_that_it_is_ours(going: Stage) -> None:
    lost_answer(going)

    going.later(days=1)
    going.look()

    assert (going.kept("wash").was_by_hand, told_of_by_hand(going)) == (False, 0)
    assert going.step(StepKind.PUBLISH, "wash").state == StepState.DONE
    assert events(going, EventKind.SAME_DAY_MISSED, EventKind.PUBLISHED_BY_HAND) == 0


def test_what_we_only_meant_to_publish_and_somebody_published_later_is_by_hand(going: Stage) -> None:
    lost_answer(going, how=How.LOST_BEFORE)

    going.later(hours=2)
    by_hand.publish(going.on_github("wash"), now=going.now)
    going.conduct()

    assert (going.kept("wash").was_by_hand, told_of_by_hand(going)) == (True, 1)


def test_a_repository_that_answers_nothing_hides_nothing_in_the_others(going: Stage) -> None:
    going.conduct()
    going.go_wrong("wadm", Verb.READ_ADVISORY, How.MISSING, times=9)
    by_hand.publish(going.on_github("wash"), now=going.now)
    going.look()

    assert going.kept("wash").was_by_hand


def test_what_was_asked_about_longest_ago_comes_first(going: Stage) -> None:
    going.conduct()
    going.go_wrong("wadm", Verb.READ_ADVISORY, How.LIMITED, times=9)
    by_hand.publish(going.on_github("wash"), now=going.now)
    for _ in range(2):
        going.look()
        going.later(minutes=5)

    assert going.kept("wash").was_by_hand


def test_each_report_is_looked_at_by_a_task_of_its_own_and_not_again_at_once(
    going: Stage, django_capture_on_commit_callbacks: object
) -> None:
    def rung() -> list[tuple[str, tuple[int, ...]]]:
        OrmQ.objects.all().delete()
        with django_capture_on_commit_callbacks(execute=True), acting_as(SYSTEM):  # type: ignore[operator] # pytest-django types it loosely
            looking.look(now=going.now)
        return [(bell.func(), bell.task["args"]) for bell in OrmQ.objects.all()]

    before = rung()
    going.look()
    at_once = rung()
    going.later(minutes=5)

    assert (before, at_once, rung()) == ([(Task.LOOK_AT, (going.report.pk,))], [], before)


class Slow(Sandbox):
    """Its first answer takes longer than a lease, and meanwhile another worker does the step."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._waited = False

    @override
    def ask(self, path: str, *, etag: str = "") -> Answer:
        answer = super().ask(path, etag=etag)
        if not self._waited:
            self._waited = True
            self._stage.clock.shift(engine.LEASE + timedelta(seconds=1))
            self._stage.conduct()
        return answer


def test_whoever_was_overtaken_makes_nothing_a_second_time(going: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Slow(going)
    monkeypatch.setattr("disclosures.repositories.github", lambda: Client(wire, organisation=owner()))

    going.conduct()

    assert effects() == [("wadm", Verb.CREATE_ADVISORY, 1), ("wash", Verb.CREATE_ADVISORY, 1)]
    assert going.step(StepKind.DRAFT, "wadm").state == StepState.DONE


def test_no_call_outlives_its_worker_and_no_worker_its_lease() -> None:
    """After a lease is renewed there may be a token to fetch and a refused one to renew, before and beside the call."""
    call, worker = timedelta(seconds=Patience().altogether), timedelta(seconds=portal.Q_CLUSTER["timeout"])

    assert timedelta(seconds=engine.ROUND) + call < worker
    assert timedelta(seconds=looking.ROUND) + call < worker
    assert 4 * call < engine.LEASE
    assert worker < engine.LEASE
