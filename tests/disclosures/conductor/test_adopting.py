"""An advisory that somebody made on GitHub: named before a second one is made, looked up, corrected, noticed (P29)."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from disclosures.conductor import adopting, beginning, unknown
from disclosures.conductor.adopting import Spot
from disclosures.enums import RepositoryAdvisoryState, StepKind, StepState
from disclosures.models import RepositoryAdvisory
from portal.github.client import Client
from portal.github.sandbox import Sandbox, by_hand
from portal.sandbox_models import SandboxAccount, SandboxAdvisory
from portal.viewer import SYSTEM, acting_as
from reports import notices
from reports.enums import EventKind, NoticeKind
from reports.github_reports import looking
from reports.guards import Refused
from reports.models import Notification, Report, ReportEvent
from tests import factories
from tests.disclosures.conductor.stage import Stage, Verb, effects, owner
from tests.disclosures.factories import report_of
from tests.people import browser_of

pytestmark = pytest.mark.django_db

NOWHERE = "GHSA-2222-3333-4444"


def made_by_hand(stage: Stage, name: str = "wash", *, summary: str = "Path traversal") -> str:
    """Somebody makes a draft there, and says nothing to us; its name."""
    draft = github().create_advisory(
        f"{owner()}/{name}",
        {"summary": summary, "description": "Written there.", "vulnerabilities": [{"package": {"ecosystem": "rust"}}]},
    )
    SandboxAdvisory.objects.filter(ghsa_id=draft.ghsa_id).update(created_at=stage.now)
    return draft.ghsa_id


def github() -> Client:
    return Client(Sandbox(), organisation=owner())


def spot(stage: Stage, name: str = "wash") -> Spot:
    return next(one for one in adopting.spots(stage.fresh()) if one.project.name == name)


def named(stage: Stage, ghsa_id: str, name: str = "wash") -> None:
    with acting_as(factories.looking(stage.person)):
        adopting.name(spot(stage, name), ghsa_id, by=stage.person, now=stage.now)
    stage.conduct()


def prepare(stage: Stage) -> None:
    with acting_as(factories.looking(stage.person)):
        beginning.prepare(stage.fresh(), with_forks=False, by=stage.person, now=stage.now)
    stage.conduct()


def deeds(stage: Stage, *kinds: EventKind) -> list[tuple[str, str]]:
    with acting_as(SYSTEM):
        told = ReportEvent.objects.filter(report=stage.report, kind__in=kinds).select_related("user").order_by("pk")
        return [(event.kind, event.user.name if event.user else "") for event in told]


def looked_up(stage: Stage) -> tuple[str, str]:
    step = stage.step(StepKind.ADOPT, "wash")
    return step.state, step.problem


@pytest.mark.clause("P29")
def test_named_before_the_day_it_is_gone_on_with_and_no_second_one_is_made(ready: Stage) -> None:
    theirs = made_by_hand(ready)
    named(ready, theirs)
    before = [row.ghsa_id for row in (ready.kept("wash"),)]
    ready.start()
    ready.release_all()
    ready.conduct()

    assert before == [theirs]
    assert SandboxAdvisory.objects.filter(repository=ready.repository("wash")).count() == 1
    assert (ready.on_github("wash").state, ready.kept("wash").ghsa_id) == ("published", theirs)
    assert ready.advisory.identifier in ready.on_github("wash").description
    assert ("wash", Verb.PUBLISH_ADVISORY, 1) in effects()
    assert ready.open_steps() == set()
    assert deeds(ready, EventKind.ADVISORY_ADOPTED, EventKind.ADVISORY_FOUND) == [
        (EventKind.ADVISORY_ADOPTED, ready.person.name),
        (EventKind.ADVISORY_FOUND, ""),
    ]


@pytest.mark.clause("P29")
def test_what_is_not_in_that_repository_is_not_taken_and_nothing_is_made_meanwhile(ready: Stage) -> None:
    elsewhere = made_by_hand(ready, "wadm")
    problems = []
    for mistyped in (NOWHERE, elsewhere):
        named(ready, mistyped)
        problems.append(looked_up(ready))
        assert ready.kept("wash").ghsa_id is None
    prepare(ready)

    assert problems == [
        (
            StepState.FAILED,
            f"There is no {name} in {owner()}/wash, or the portal may not see it: name another one, or none.",
        )
        for name in (NOWHERE, elsewhere)
    ]
    assert not SandboxAdvisory.objects.filter(repository=ready.repository("wash")).exists()
    assert ready.step(StepKind.DRAFT, "wash").state == StepState.WAITING


@pytest.mark.clause("P29")
def test_a_mistyped_one_is_corrected_or_taken_back(ready: Stage) -> None:
    theirs = made_by_hand(ready)
    named(ready, NOWHERE)
    named(ready, f"https://github.com/{owner()}/wash/security/advisories/{theirs.lower()}")
    corrected = ready.kept("wash")
    named(ready, NOWHERE, "wadm")
    with acting_as(factories.looking(ready.person)):
        adopting.forget(spot(ready, "wadm"), by=ready.person, now=ready.now)
    prepare(ready)

    assert (corrected.ghsa_id, corrected.claimed_id) == (theirs, "")
    assert ready.on_github("wadm").state == "draft"
    assert ready.step(StepKind.ADOPT, "wadm").state == StepState.SKIPPED
    assert deeds(ready, EventKind.NAMING_DROPPED) == [(EventKind.NAMING_DROPPED, ready.person.name)]


@pytest.mark.clause("P29")
def test_another_one_can_be_named_after_ours_was_made_and_before_anything_is_published(going: Stage) -> None:
    going.conduct()
    ours, theirs = going.kept("wash").ghsa_id, made_by_hand(going)
    named(going, theirs)
    going.release_all()
    going.later(minutes=3)
    going.conduct()

    found = dict(SandboxAdvisory.objects.filter(repository=going.repository("wash")).values_list("ghsa_id", "state"))
    assert found == {ours: "draft", theirs: "published"}
    with acting_as(factories.looking(going.person)), pytest.raises(Refused, match=f"published through {theirs}"):
        adopting.name(spot(going), str(ours), by=going.person, now=going.now)


@pytest.mark.clause("P29")
def test_what_was_published_there_and_not_heard_of_stays(going: Stage) -> None:
    going.conduct()
    ours, theirs = going.kept("wash").ghsa_id, made_by_hand(going)
    by_hand.publish(SandboxAdvisory.objects.get(ghsa_id=ours), now=going.now)

    named(going, theirs)

    assert looked_up(going) == (StepState.FAILED, f"It was published through {ours} there: that one stays.")
    assert going.kept("wash").ghsa_id == ours


@pytest.mark.clause("P29", "P31")
def test_one_that_is_public_already_is_taken_over_once(ready: Stage) -> None:
    theirs = made_by_hand(ready)
    by_hand.publish(SandboxAdvisory.objects.get(ghsa_id=theirs), now=ready.now)
    named(ready, theirs)
    ready.start()
    ready.release_all()
    ready.conduct()

    kept = ready.kept("wash")
    assert (kept.state, kept.was_by_hand) == (RepositoryAdvisoryState.PUBLISHED, True)
    assert len(deeds(ready, EventKind.PUBLISHED_BY_HAND)) == 1
    assert ready.open_steps() == set()


def test_one_that_belongs_to_another_report_is_not_taken(ready: Stage) -> None:
    theirs = made_by_hand(ready)
    another = report_of(ready.projects[1])
    with acting_as(SYSTEM):
        advisory = another.advisories.create(report=another)
        RepositoryAdvisory.objects.create(
            report=another, advisory=advisory, project=ready.projects[1], ghsa_id=theirs, state="draft"
        )

    named(ready, theirs)

    assert looked_up(ready) == (
        StepState.FAILED,
        f"{theirs} cannot be taken over here. Compare it with its address on GitHub.",
    )
    assert ready.kept("wash").ghsa_id is None


@pytest.mark.parametrize("text", ["", "CVE-2026-1", "GHSA-aaaa-bbbb-cccc", "GHSA-2222-3333-44445"])
def test_what_is_no_name_of_an_advisory_is_refused_with_what_was_typed(ready: Stage, text: str) -> None:
    answer = browser_of(ready.person).post(
        reverse("report-adopt", args=[ready.report.reference, ready.projects[1].pk]),
        {"ghsa_id": text, "advisory": ready.advisory.pk},
    )

    assert answer.status_code == 422
    assert f'value="{text}"' in answer.text or not text
    with acting_as(SYSTEM):
        assert not RepositoryAdvisory.objects.exists()


def test_the_form_is_there_before_anything_is_made_on_github_and_names_what_is_looked_up(ready: Stage) -> None:
    browser, page = browser_of(ready.person), reverse("report-day", args=[ready.report.reference])
    before = browser.get(page).text
    posted = browser.post(
        reverse("report-adopt", args=[ready.report.reference, ready.projects[1].pk]),
        {"ghsa_id": NOWHERE, "advisory": ready.advisory.pk},
        follow=True,
    ).text
    dropped = browser.post(
        reverse("report-adopt-none", args=[ready.report.reference, ready.projects[1].pk]), follow=True
    ).text

    assert before.count("Is it on GitHub already") == 2
    assert "It is looked up on GitHub." in posted
    assert f"{NOWHERE} is named for {ready.advisory}." in posted
    assert "Nobody names one there any more." in dropped
    assert "None is there after all" not in dropped


def test_a_held_day_stays_held_when_one_is_named(going: Stage) -> None:
    with acting_as(factories.looking(going.person)):
        beginning.stop(going.fresh(), by=going.person, now=going.now)
    theirs = made_by_hand(going)

    named(going, theirs)

    assert going.kept("wash").ghsa_id == theirs
    assert going.step(StepKind.DRAFT, "wadm").state == StepState.WAITING


# --- Published where nobody knows it ------------------------------------------------------------------------


def hear(stage: Stage) -> None:
    """As the webhook and the round of looking have it."""
    looking.look_at(stage.projects[1], github(), clock=lambda: stage.now)


def told(report: Report) -> int:
    with acting_as(SYSTEM):
        return Notification.objects.filter(report=report, kind=NoticeKind.UNKNOWN_ADVISORY).count()


@pytest.fixture
def stray(ready: Stage) -> str:
    """Somebody published an advisory in wash, past the portal."""
    theirs = made_by_hand(ready)
    by_hand.publish(SandboxAdvisory.objects.get(ghsa_id=theirs), now=ready.now)
    return theirs


@pytest.mark.clause("P29")
@pytest.mark.parametrize("way", [hear, prepare], ids=["by the round", "by the draft"])
def test_an_unknown_advisory_in_a_concerned_repository_is_told_once(
    ready: Stage, stray: str, way: Callable[[Stage], None]
) -> None:
    for _ in range(2):
        way(ready)
    shown = browser_of(ready.person).get(reverse("report-day", args=[ready.report.reference])).text

    with acting_as(SYSTEM):
        team = notices.team_of(ready.fresh()).count()
    assert told(ready.report) == team > 0
    assert deeds(ready, EventKind.ADVISORY_UNKNOWN) == [(EventKind.ADVISORY_UNKNOWN, "")]
    assert f"/wash/security/advisories/{stray}" in shown


@pytest.mark.clause("P29")
def test_once_it_is_named_it_is_unknown_no_more(ready: Stage, stray: str) -> None:
    hear(ready)
    named(ready, stray)
    hear(ready)

    with acting_as(SYSTEM):
        assert unknown.of(ready.fresh()) == []
    assert len(deeds(ready, EventKind.ADVISORY_UNKNOWN)) == 1


def test_what_a_report_knows_is_no_news_to_another_nor_what_came_before_it(ready: Stage) -> None:
    old = made_by_hand(ready)
    by_hand.publish(SandboxAdvisory.objects.get(ghsa_id=old), now=ready.now.replace(year=2020))
    SandboxAccount.objects.update(is_security_manager=True)
    ready.start()
    ready.release_all()
    ready.conduct()
    another = report_of(ready.projects[1])

    hear(ready)

    assert (told(another), told(ready.report)) == (0, 0)
