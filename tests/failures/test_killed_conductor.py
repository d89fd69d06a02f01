"""Whoever conducts the day is killed before and after each call to GitHub, and before and after each thing is kept."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

import pytest
import time_machine
from django.db import connection
from pytest_django.fixtures import Settings

from disclosures.conductor import engine
from disclosures.conductor.outcome import Attempt, Outcome
from portal.github.client import Client
from portal.github.sandbox import Sandbox
from portal.github.wire import Answer, Deed
from portal.viewer import SYSTEM, acting_as
from reports.enums import NoticeKind, State
from reports.models import Message, Notification
from tests.disclosures.conductor import stage
from tests.disclosures.conductor.stage import NAMES, Stage, Verb, effects

pytestmark = [pytest.mark.failure, pytest.mark.django_db(transaction=True)]

MOST_STEPS: Final = 40
"""There are more moments than this, or the test watches the wrong thing."""
EVERYTHING: Final = [
    ("wadm", Verb.CREATE_ADVISORY, 1),
    ("wadm", Verb.PUBLISH_ADVISORY, 1),
    ("wadm", Verb.REQUEST_CVE, 1),
    ("wadm", Verb.WRITE_NOTES, 1),
    ("wash", Verb.CREATE_ADVISORY, 1),
    ("wash", Verb.PUBLISH_ADVISORY, 1),
    ("wash", Verb.WRITE_NOTES, 1),
]


class Counting:
    """Counts the moments at which somebody could be killed, and strikes at one of them."""

    def __init__(self, *, strike_at: int) -> None:
        self.passed, self._strike_at = 0, strike_at
        self.has_begun = False

    def pass_by(self) -> None:
        if self.passed == self._strike_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed += 1


class Watched(Sandbox):
    def __init__(self, moments: Counting) -> None:
        self._moments = moments

    def ask(self, path: str, *, etag: str = "") -> Answer:
        self._moments.pass_by()
        answer = super().ask(path, etag=etag)
        self._moments.pass_by()
        return answer

    def do(self, deed: Deed) -> Answer:
        self._moments.pass_by()
        answer = super().do(deed)
        self._moments.pass_by()
        return answer


@pytest.fixture
def at_noon(settings: Settings) -> Iterator[time_machine.Traveller]:
    settings.GITHUB_WEB_URL = "http://testserver/sandbox/github"
    with time_machine.travel(stage.NOON, tick=False) as clock:
        yield clock


def watch(patch: pytest.MonkeyPatch, moments: Counting) -> None:
    """The process ends by itself after one step, if it lives that long."""
    wire = Watched(moments)
    kept = engine._keep  # noqa: SLF001 - the moments around the one transaction of a step

    def keep(attempt: Attempt, outcome: Outcome) -> None:
        moments.pass_by()
        kept(attempt, outcome)
        moments.pass_by()

    def one_step(attempt: Attempt) -> Outcome:
        if moments.has_begun:
            os._exit(0)
        moments.has_begun = True
        return made(attempt)

    made = engine._made  # noqa: SLF001 - as above
    patch.setattr("disclosures.repositories.github", lambda: Client(wire, organisation=stage.owner()))
    patch.setattr(engine, "_keep", keep)
    patch.setattr(engine, "_made", one_step)


def is_killed(work: Callable[[], None]) -> bool:
    """In a process of its own, which gets its own connection to the database, and touches none of ours."""
    pid = os.fork()
    if pid == 0:
        connection.connection = None
        try:
            work()
        except BaseException:  # noqa: BLE001 - nothing of the test's may run on in here
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def killed_at_every_moment(built: Stage, patch: pytest.MonkeyPatch) -> int:
    """Each step is begun again and again, and each time lives one moment longer; how often somebody was killed."""
    kills = 0
    for _ in built.steps():
        lives = 0
        while True:
            built.clock.shift(engine.LEASE + timedelta(seconds=1))
            with patch.context() as here:
                watch(here, Counting(strike_at=lives))
                if not is_killed(built.conduct):
                    break
            kills, lives = kills + 1, lives + 1
    return kills


@pytest.mark.clause("P29", "P31", "P32")
def test_whenever_it_is_killed_each_effect_is_there_exactly_once(
    monkeypatch: pytest.MonkeyPatch, at_noon: time_machine.Traveller
) -> None:
    built = stage.build(at_noon)
    built.start()
    built.release_all()

    kills = killed_at_every_moment(built, monkeypatch)

    assert kills > MOST_STEPS
    assert built.open_steps() == set()
    assert built.state() == State.DISCLOSED
    assert effects() == EVERYTHING
    for name in NAMES:
        assert built.notes(name).count(built.kept(name).html_url) == 1
    with acting_as(SYSTEM):
        assert Message.objects.filter(report=built.report, user=built.person).count() == 1
        told = Notification.objects.filter(report=built.report, kind=NoticeKind.DISCLOSED, user=built.person)
        assert told.count() == 1
