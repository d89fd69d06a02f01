"""A rehearsal walked to its end, by the pages that are there on a real day: all of it happens, and nothing leaves."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Final, NoReturn

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from disclosures import credit_rewriting, rehearsal, spreading
from disclosures.conductor import engine, looking, rewriting
from disclosures.enums import CreditAnswerKind, StepKind, StepState
from disclosures.formats.documents import REHEARSAL, REHEARSAL_NOTE
from disclosures.models import Credit, CveRequest, PublishedAdvisory, PublishedFile, Step
from portal.sandbox_models import SandboxAdvisory, SandboxRelease, SandboxVerb
from portal.viewer import SYSTEM, acting_as
from reports import delivery, figures
from reports.enums import NoticeState, State
from reports.models import Notification, Report
from teams.models import Maintainership, Project, User
from tests import factories
from tests.cve_services.server import KEY, ORGANISATION, USER, Services, running
from tests.disclosures.conductor import stage
from tests.disclosures.conductor.stage import effects
from tests.disclosures.stage import NOW
from tests.people import browser_of

pytestmark = pytest.mark.django_db

PARTS = ("", "day/", "day/plan/", "rehearsal/", "fix/", "advisories/", "credit/", "cve/", "exceptions/", "sharing/")
"""Pages of a report that are looked at on the way."""
SAYS_NO: Final = re.compile(r'(?:class="wrongs".*?</div>|class="flash error".*?</li>)')
PUBLIC = ("/", "/advisories/", "/advisories/index.json", "/advisories/feed.atom", "/advisories/acknowledgements/")


@dataclass(kw_only=True)
class Walk:
    """Somebody rehearses with a colleague, in a project of theirs."""

    report: Report
    project: Project
    browser: Client
    colleague: Client
    member: User
    colleague_address: str
    clock: time_machine.Traveller

    def post(self, part: str, said: Mapping[str, object] | None = None, *, by: Client | None = None) -> str:
        """Where it leads to, which has to be a page that says no."""
        answer = (by or self.browser).post(f"/reports/{self.report.reference}/{part}", said or {}, follow=True)
        page = " ".join(answer.content.decode().split())
        assert (answer.status_code, SAYS_NO.findall(page)) == (HTTPStatus.OK, [])
        return page

    def refused(self, part: str, said: Mapping[str, object]) -> str:
        """With the words that say why."""
        answer = self.browser.post(f"/reports/{self.report.reference}/{part}", said, follow=True)
        return " ".join(SAYS_NO.findall(" ".join(answer.content.decode().split())))

    def looked_at(self) -> Sequence[int]:
        return [self.browser.get(f"/reports/{self.report.reference}/{part}").status_code for part in PARTS]

    def work(self) -> None:
        """What the worker does in the minutes that follow."""
        self.clock.shift(timedelta(minutes=3))
        engine.conduct(self.report.pk, clock=timezone.now)
        looking.look_at(self.report.pk, clock=timezone.now)
        with acting_as(SYSTEM):
            for sweep in (credit_rewriting.sweep, rewriting.sweep, spreading.settle):
                sweep(now=timezone.now())

    def fresh(self) -> Report:
        with acting_as(SYSTEM):
            return Report.objects.get(pk=self.report.pk)

    def steps(self) -> dict[str, set[StepKind]]:
        """Which kinds are in each state."""
        found: dict[str, set[StepKind]] = {}
        with acting_as(SYSTEM):
            for kind, state in Step.objects.filter(report=self.report).values_list("kind", "state"):
                found.setdefault(state, set()).add(StepKind(kind))
        return found


@pytest.fixture
def cve_services(settings: Settings) -> Iterator[Services]:
    """The organisation gives out IDs itself, so that something real could be asked for one."""
    with running() as there:
        settings.CVE_SERVICES_URL = f"{there.url}/api/"
        settings.CVE_SERVICES_ORG, settings.CVE_SERVICES_USER, settings.CVE_SERVICES_API_KEY = ORGANISATION, USER, KEY
        settings.CVE_SERVICES_ORG_ID = "b2b5ea8e-9fb6-4b6b-9d4d-0a1f5b6f9c3e"
        yield there


@pytest.fixture
def walk(db: None, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Walk]:
    del db
    settings.GITHUB_WEB_URL = "http://testserver/sandbox/github"
    monkeypatch.setattr("disclosures.repositories.github", _the_real_one)
    member, colleague = factories.member(name="Mira Member"), factories.member(name="Cora Colleague")
    project: Project = factories.ProjectFactory.create(name="wash", repository=f"{stage.owner()}/wash")
    Maintainership.objects.create(user=member, project=project, since=factories.LONG_AGO, reason="Maintains it.")
    with time_machine.travel(NOW, tick=False) as clock:
        with acting_as(factories.looking(member)):
            report = rehearsal.begin(projects=[project], team=[colleague], by=member, now=NOW)
        yield Walk(
            report=report,
            project=project,
            browser=browser_of(member),
            colleague=browser_of(colleague),
            member=member,
            colleague_address=colleague.email,
            clock=clock,
        )


def _the_real_one() -> NoReturn:
    raise AssertionError("A rehearsal asks the real GitHub for something.")


def to_its_day(walk: Walk) -> None:
    """Approved, planned, marked as ready, set going, and released; whoever leads the fix agrees to be named."""
    with acting_as(SYSTEM):
        advisory = walk.report.advisories.get()
    number = walk.project.pk
    walk.post(f"advisories/{advisory.identifier}/approve/", {"revision": 2}, by=walk.colleague)
    plan = {f"tag_{number}": f"v{rehearsal.VERSION}", f"releaser_{number}": walk.member.pk}
    walk.post("day/plan/", {"day": "2026-11-25", "reason": "It is made up.", **plan})
    walk.post("mark-ready/", {"seen": State.FIXING})
    walk.post("day/start/", {"message": "The fix is out."})
    walk.post("credit/ask/")
    with acting_as(SYSTEM):
        credit = Credit.objects.get(report=walk.report)
    named = {"kind": CreditAnswerKind.NAMED, "name": "Mira Member", "agreed": "Mira Member"}
    assert walk.browser.post(f"/me/credit/{credit.pk}/", named).status_code == HTTPStatus.FOUND
    walk.work()
    walk.post(f"rehearsal/{number}/release/")
    walk.work()


@pytest.mark.clause("P12", "P29", "P31", "P32")
def test_every_step_of_its_day_turns_green_in_the_sandbox(walk: Walk) -> None:
    to_its_day(walk)

    github, release = SandboxAdvisory.objects.get(), SandboxRelease.objects.get()
    assert walk.steps() == {
        StepState.DONE: set(StepKind) - {StepKind.ADOPT, StepKind.FORK, StepKind.REWRITE, StepKind.TELL},
        StepState.SKIPPED: {StepKind.TELL},
    }
    assert walk.fresh().state == State.DISCLOSED
    assert walk.looked_at() == [HTTPStatus.OK] * len(PARTS)
    assert (github.state, github.cve_asked_at is not None) == ("published", True)
    assert github.summary.startswith(REHEARSAL)
    assert REHEARSAL_NOTE in github.description
    assert "Mira Member" in github.description
    assert REHEARSAL.strip("[]") in release.notes


@pytest.mark.clause("P8", "P15", "P17")
def test_nothing_of_it_leaves(walk: Walk, cve_services: Services) -> None:
    with acting_as(SYSTEM):
        before, identifier = figures.compute(now=NOW), walk.report.advisories.get().identifier
    told = {path: Client().get(path).content for path in PUBLIC}

    to_its_day(walk)
    with acting_as(SYSTEM):
        waiting = Notification.objects.filter(state=NoticeState.PENDING).values_list("pk", flat=True)
        delivery.deliver(list(waiting), clock=timezone.now)

    assert {address for letter in mail.outbox for address in letter.to} == {walk.colleague_address}
    assert [
        Client().get(f"/advisories/{identifier}/").status_code,
        Client().get(f"/osv/{identifier}.json").status_code,
    ] == ([HTTPStatus.NOT_FOUND] * 2)
    assert {path: Client().get(path).content for path in PUBLIC} == told
    assert not PublishedAdvisory.objects.exists()
    assert not PublishedFile.objects.exclude(advisory=None).exists()
    with acting_as(SYSTEM):
        assert figures.compute(now=NOW) == before
    assert cve_services.asked == []
    assert effects()[:2] == [("wash", SandboxVerb.CREATE_ADVISORY, 1), ("wash", SandboxVerb.PUBLISH_ADVISORY, 1)]


@pytest.mark.clause("P16", "P17")
def test_what_comes_later_is_rehearsed_too_and_in_the_end_nothing_is_left(walk: Walk) -> None:
    to_its_day(walk)
    too_early = walk.refused("close/", {"seen": State.DISCLOSED})
    walk.post("rehearsal/id/")
    walk.work()
    with acting_as(SYSTEM):
        wish = CveRequest.objects.get()
        credit = Credit.objects.get(user=walk.member)
    walk.post(f"cve/{wish.advisory_id}/spread/")
    walk.browser.post(f"/me/credit/{credit.pk}/", {"withdraw": "yes"})
    walk.work()
    walk.work()
    github, notes = SandboxAdvisory.objects.get(), SandboxRelease.objects.get().notes
    walk.post("close/", {"seen": State.DISCLOSED})
    walk.post("rehearsal/end/")

    assert "CVE" in too_early
    assert wish.cve_id is not None
    assert wish.cve_id.startswith("CVE-1900-")
    assert (github.cve_id, "Mira Member" in github.description) == (wish.cve_id, False)
    assert wish.cve_id in notes
    ended = walk.fresh()
    assert (ended.state, ended.erased_at, bytes(ended.data_key)) == (State.CLOSED, timezone.now(), b"")
    assert not SandboxAdvisory.objects.exists()
    assert not SandboxRelease.objects.exists()
    with acting_as(SYSTEM):
        assert not CveRequest.objects.filter(cve_id__isnull=False).exists()


def test_what_would_be_real_is_refused_and_the_page_says_why(walk: Walk) -> None:
    page = walk.browser.get(f"/reports/{walk.report.reference}/").content.decode()
    to_its_day(walk)
    real = factories.receipt().report
    with acting_as(SYSTEM):
        wish, advisory = CveRequest.objects.get(), walk.report.advisories.get()

    assert "Send to the reporter" not in page
    assert "It is made up: nobody outside is there to be written to." in page
    said = {
        "write/": {"text": "How do you do?", "audience": "reporter"},
        "waiting/": {"wait": "yes"},
        f"cve/{wish.advisory_id}/enter/": {"cve_id": "CVE-2026-31337"},
        f"follow-up/{advisory.identifier}/": {},
        "links/": {"other": real.reference},
        "split/": {"summary": "Half of it", "text": "The other half."},
    }
    assert {part: bool(walk.refused(part, words)) for part, words in said.items()} == dict.fromkeys(said, True)
    with acting_as(SYSTEM):
        assert set(Report.objects.all()) == {walk.report, real}
