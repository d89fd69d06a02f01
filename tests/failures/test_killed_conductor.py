"""Whoever conducts the day is killed before and after each call to GitHub, and before and after each thing is kept."""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest
import time_machine
from django.urls import reverse
from pytest_django.fixtures import Settings

from disclosures import credit_answers, credit_places, spreading
from disclosures.conductor import adopting, beginning, engine, rewriting
from disclosures.conductor.engine import WallClock
from disclosures.conductor.outcome import Attempt, Outcome
from disclosures.credit_answers import Said
from disclosures.credit_text import Naming
from disclosures.credits import prepare
from disclosures.enums import CreditAnswerKind, PlaceState, StepKind, StepState
from disclosures.models import Credit, CreditPlace, CveRequest, PublishedAdvisory, Step
from portal.github import PublicPage
from portal.github.client import Client
from portal.github.sandbox import Sandbox, by_hand
from portal.github.wire import Answer, Deed
from portal.sandbox_models import SandboxAccount, SandboxWrite
from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind, NoticeKind, Role, State
from reports.models import Grant, Message, Notification, ReportEvent
from tests import factories
from tests.disclosures.conductor import stage
from tests.disclosures.conductor.stage import NAMES, Stage, Verb, effects
from tests.failures.dying import Ending, Moments, end_of

pytestmark = [pytest.mark.failure, pytest.mark.django_db(transaction=True)]

CVE: Final = "CVE-2026-31337"
AT_HOME: Final = 2
"""Moments of a step that asks nothing of GitHub: before and after it is kept."""
WITH_A_CALL: Final = 4
"""The same, and before and after the call."""
PREPARED: Final = (StepKind.DRAFT, StepKind.COLLABORATORS, StepKind.FORK)
EVERYTHING: Final = [
    ("wadm", Verb.CREATE_ADVISORY, 1),
    ("wadm", Verb.PUBLISH_ADVISORY, 1),
    ("wadm", Verb.REQUEST_CVE, 1),
    ("wadm", Verb.WRITE_NOTES, 1),
    ("wash", Verb.CREATE_ADVISORY, 1),
    ("wash", Verb.PUBLISH_ADVISORY, 1),
    ("wash", Verb.WRITE_NOTES, 1),
]


class Watched(Sandbox):
    def __init__(self, moments: Moments) -> None:
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

    def look(self, url: str, *, naming: str) -> PublicPage:
        self._moments.pass_by()
        page = super().look(url, naming=naming)
        self._moments.pass_by()
        return page


@pytest.fixture
def at_noon(settings: Settings) -> Iterator[time_machine.Traveller]:
    settings.GITHUB_WEB_URL = "http://testserver/sandbox/github"
    reverse("home")  # here once, and not in each process anew
    with time_machine.travel(stage.NOON, tick=False) as clock:
        yield clock


def watch(patch: pytest.MonkeyPatch, moments: Moments) -> None:
    """The process ends by itself after one step, if it lives that long."""
    wire = Watched(moments)
    kept = engine._keep  # noqa: SLF001 - the moments around the one transaction of a step

    def keep(attempt: Attempt, outcome: Outcome) -> None:
        moments.pass_by()
        kept(attempt, outcome)
        moments.pass_by()

    def one_step(attempt: Attempt, *, clock: WallClock) -> Outcome:
        if moments.has_begun:
            os._exit(Ending.DONE)
        moments.has_begun = True
        return made(attempt, clock=clock)

    made = engine._made  # noqa: SLF001 - as above
    patch.setattr("disclosures.repositories.github", lambda: Client(wire, organisation=stage.owner()))
    patch.setattr(engine, "_keep", keep)
    patch.setattr(engine, "_made", one_step)


def killed_at_every_moment(built: Stage, patch: pytest.MonkeyPatch) -> Counter[StepKind]:
    """Each step is begun again and again, and each time lives one moment longer; how often each kind was killed."""
    kills: Counter[StepKind] = Counter()
    lives = 0
    while True:
        built.clock.shift(engine.LEASE + timedelta(seconds=1))
        with patch.context() as here:
            moments = Moments(strike_at=lives)
            watch(here, moments)
            ending = end_of(built.conduct, moments)
        if ending is Ending.FOUND_NOTHING_TO_DO:
            return kills
        if ending is Ending.WAS_KILLED:
            kills[_under_way()] += 1
        lives = lives + 1 if ending is Ending.WAS_KILLED else 0


def _under_way() -> StepKind:
    with acting_as(SYSTEM):
        return StepKind(Step.objects.get(state=StepState.RUNNING).kind)


def events(built: Stage) -> Counter[str]:
    with acting_as(SYSTEM):
        return Counter(ReportEvent.objects.filter(report=built.report).values_list("kind", flat=True))


def named(built: Stage) -> None:
    """The reporter agrees to be named."""
    with acting_as(SYSTEM):
        prepare(built.report, now=built.now)
        said = Said(kind=CreditAnswerKind.NAMED, naming=Naming(name="Robin Reporter"))
        credit_answers.answer(credit(built), said, agreed=said.text, by=built.report.reporters.get(), now=built.now)


def credit(built: Stage) -> Credit:
    return Credit.objects.select_related("report").get(reporter__report=built.report)


@pytest.mark.clause("P29", "P31", "P32")
def test_whenever_it_is_killed_each_effect_is_there_exactly_once(
    monkeypatch: pytest.MonkeyPatch, at_noon: time_machine.Traveller
) -> None:
    built = stage.build(at_noon)
    built.start()
    built.release_all()

    kills = killed_at_every_moment(built, monkeypatch)

    assert set(kills) == set(StepKind) - {StepKind.ADOPT, StepKind.FORK, StepKind.REWRITE}
    assert min(kills.values()) >= AT_HOME
    assert built.open_steps() == set()
    assert built.state() == State.DISCLOSED
    assert effects() == EVERYTHING
    for name in NAMES:
        assert built.notes(name).count(built.kept(name).html_url) == 1
    with acting_as(SYSTEM):
        assert Message.objects.filter(report=built.report, user=built.person).count() == 1
        told = Notification.objects.filter(report=built.report, kind=NoticeKind.DISCLOSED, user=built.person)
        assert told.count() == 1


@pytest.mark.clause("P27", "P29")
def test_killed_while_it_prepares_it_lets_the_team_in_and_makes_the_fork_once(
    monkeypatch: pytest.MonkeyPatch, at_noon: time_machine.Traveller
) -> None:
    built = stage.build(at_noon, names=["wash"])
    SandboxAccount.objects.create(github_id=901, login="dora")
    dora = factories.maintainer(github_login="dora", project=built.projects[0])
    with acting_as(SYSTEM):
        Grant.objects.create(report=built.report, user=dora, role=Role.DEVELOPER, reason="Wrote it.")
    with acting_as(factories.looking(built.person)):
        beginning.prepare(built.fresh(), with_forks=True, by=built.person, now=built.now)

    kills = killed_at_every_moment(built, monkeypatch)

    assert set(kills) == set(PREPARED)
    assert min(kills.values()) >= WITH_A_CALL
    assert built.open_steps() == set()
    assert effects() == [("wash", Verb.CREATE_ADVISORY, 1), ("wash", Verb.FORK, 1), ("wash", Verb.UPDATE_ADVISORY, 1)]
    assert built.on_github("wash").collaborating_users == ["dora"]
    assert built.kept("wash").fork.endswith(f"/wash-{built.on_github('wash').ghsa_id.lower()}")
    assert events(built)[EventKind.ADVISORY_PUSHED] == 1


@pytest.mark.clause("P29")
def test_killed_while_it_looks_up_what_somebody_named_it_is_found_once_and_no_second_one_made(
    monkeypatch: pytest.MonkeyPatch, at_noon: time_machine.Traveller
) -> None:
    built = stage.build(at_noon, names=["wash"])
    package = {"package": {"ecosystem": "rust"}}
    body = {"summary": "Theirs", "description": "Written there.", "vulnerabilities": [package]}
    theirs = Client(Sandbox(), organisation=stage.owner()).create_advisory(built.projects[0].repository, body).ghsa_id
    SandboxWrite.objects.all().delete()
    with acting_as(factories.looking(built.person)):
        adopting.name(adopting.spots(built.fresh())[0], theirs, by=built.person, now=built.now)
        beginning.prepare(built.fresh(), with_forks=False, by=built.person, now=built.now)

    kills = killed_at_every_moment(built, monkeypatch)

    assert set(kills) == {StepKind.ADOPT, StepKind.DRAFT, StepKind.COLLABORATORS}
    assert kills[StepKind.ADOPT] >= WITH_A_CALL
    assert built.open_steps() == set()
    assert effects() == [("wash", Verb.UPDATE_ADVISORY, 1)]
    assert built.kept("wash").ghsa_id == theirs
    assert events(built)[EventKind.ADVISORY_FOUND] == 1


@pytest.mark.clause("P16", "P17")
def test_killed_while_it_writes_again_the_name_is_gone_and_the_id_is_there_once(
    monkeypatch: pytest.MonkeyPatch, at_noon: time_machine.Traveller
) -> None:
    built = stage.build(at_noon, names=["wash"])
    stage.use_sandbox(monkeypatch)
    named(built)
    built.start()
    built.release_all()
    built.conduct()
    assert "Robin Reporter" in built.on_github("wash").description
    SandboxWrite.objects.all().delete()

    with acting_as(SYSTEM):
        credit_answers.withdraw(credit(built), by=built.report.reporters.get(), now=built.now)
        rewriting.sweep(now=built.now)
    without_name = killed_at_every_moment(built, monkeypatch)
    effects_of_it = effects()
    by_hand.give_cve(built.on_github("wash"), cve_id=CVE, now=built.now)
    built.look()
    with acting_as(factories.looking(built.person)):
        spreading.spread(CveRequest.objects.select_related("report", "advisory").get(), by=built.person, now=built.now)
    with_id = killed_at_every_moment(built, monkeypatch)

    assert set(without_name) == set(with_id) == {StepKind.REWRITE, StepKind.NOTES}
    assert min(*without_name.values(), *with_id.values()) >= WITH_A_CALL
    assert built.open_steps() == set()
    assert effects_of_it == [("wash", Verb.UPDATE_ADVISORY, 1)]
    assert effects() == [("wash", Verb.UPDATE_ADVISORY, 1), ("wash", Verb.WRITE_NOTES, 1)]
    assert "Robin" not in built.on_github("wash").description
    assert built.notes("wash").count(CVE) == 1
    with acting_as(SYSTEM):
        assert not credit_places.waiting(credit_places.ON_GITHUB).exists()
        assert PublishedAdvisory.objects.get().cve_ids == [CVE]
        places = CreditPlace.objects.filter(report=built.report, state=PlaceState.CHANGED).count()
    assert events(built)[EventKind.CREDIT_REMOVED] == places
