"""The day of the release, against a GitHub: in the right order, each thing once."""

import pytest
from django.urls import reverse

from disclosures import approving, credit_answers, credit_places, drafting
from disclosures.conductor import beginning, rewriting
from disclosures.credit_answers import Said
from disclosures.credit_text import Naming
from disclosures.credits import prepare
from disclosures.enums import CreditAnswerKind, RepositoryAdvisoryState, StepKind, StepState
from disclosures.models import Advisory, Credit, PublishedAdvisory
from portal.github.sandbox import by_hand
from portal.sandbox_models import SandboxAccount
from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind, NoticeKind, Role, State
from reports.models import Grant, Message, Notification, ReportEvent
from tests import factories
from tests.disclosures.conductor.stage import How, Stage, Verb, effects
from tests.disclosures.factories import complete_draft
from tests.people import browser_of, with_second_factor

pytestmark = pytest.mark.django_db


def events(stage: Stage) -> list[str]:
    with acting_as(SYSTEM):
        return list(ReportEvent.objects.filter(report=stage.report).order_by("pk").values_list("kind", flat=True))


def deeds(stage: Stage) -> list[tuple[str, str]]:
    """What people did about the day, and who."""
    with acting_as(SYSTEM):
        told = ReportEvent.objects.filter(report=stage.report, kind__in=OF_THE_DAY).select_related("user")
        return [(event.kind, event.user.name if event.user else "") for event in told.order_by("pk")]


OF_THE_DAY = (
    EventKind.DAY_PREPARED,
    EventKind.DAY_STARTED,
    EventKind.DAY_HELD,
    EventKind.DAY_CONTINUED,
    EventKind.ADVISORY_ADOPTED,
    EventKind.ADVISORY_PUSHED,
    EventKind.ADVISORY_PUBLISHED,
    EventKind.PUBLISHED_BY_HAND,
)


@pytest.mark.clause("P22")
def test_the_record_says_who_set_the_day_going_held_it_and_published(ready: Stage) -> None:
    first, second = ready.person.name, "Noor Next"
    another = with_second_factor(factories.member(lead=True, name=second))
    with acting_as(factories.looking(ready.person)):
        beginning.prepare(ready.fresh(), with_forks=False, by=ready.person, now=ready.now)
    ready.conduct()
    ready.start()
    with acting_as(factories.looking(another)):
        for verb in (beginning.stop, beginning.stop, beginning.go_on):
            verb(ready.fresh(), by=another, now=ready.now)
    ready.release_all()
    ready.later(minutes=3)
    ready.conduct()

    assert deeds(ready) == [
        (EventKind.DAY_PREPARED, first),
        (EventKind.ADVISORY_PUSHED, first),
        (EventKind.ADVISORY_PUSHED, first),
        (EventKind.DAY_STARTED, first),
        (EventKind.DAY_HELD, second),
        (EventKind.DAY_CONTINUED, second),
        (EventKind.ADVISORY_PUBLISHED, second),
        (EventKind.ADVISORY_PUBLISHED, second),
    ]


@pytest.mark.clause("P22")
def test_the_record_says_who_published_what_was_changed_later(going: Stage) -> None:
    going.release_all()
    going.conduct()
    another = with_second_factor(factories.member(lead=True, name="Noor Next"))
    changed = complete_draft(*going.projects, workaround="Do not read files.")
    with acting_as(factories.looking(another)):
        drafting.write(Advisory.objects.get(), changed, by=another, base_revision=2, now=going.now)
    with acting_as(factories.looking(going.person)):
        approving.approve(Advisory.objects.get(), 3, by=going.person, now=going.now)
    with acting_as(factories.looking(another)):
        beginning.publish_changes(going.fresh(), by=another, now=going.now)

    with acting_as(SYSTEM):
        told = ReportEvent.objects.get(report=going.report, kind=EventKind.CHANGES_PUBLISHED)
        assert told.user == another


@pytest.mark.clause("P22")
def test_whoever_looks_at_the_steps_alone_stands_in_the_history(going: Stage) -> None:
    reader = factories.member()

    answer = browser_of(reader).get(reverse("report-steps", args=[going.report.reference]))

    with acting_as(SYSTEM):
        assert ReportEvent.objects.filter(report=going.report, kind=EventKind.READ, user=reader).count() == 1
    assert answer.status_code == 200


@pytest.mark.clause("P12", "P29", "P31", "P32")
def test_once_every_release_is_out_everything_follows_by_itself(going: Stage) -> None:
    going.conduct()
    going.release_all()
    going.later(minutes=3)
    going.conduct()

    assert going.open_steps() == set()
    assert effects() == [
        ("wadm", Verb.CREATE_ADVISORY, 1),
        ("wadm", Verb.PUBLISH_ADVISORY, 1),
        ("wadm", Verb.REQUEST_CVE, 1),
        ("wadm", Verb.WRITE_NOTES, 1),
        ("wash", Verb.CREATE_ADVISORY, 1),
        ("wash", Verb.PUBLISH_ADVISORY, 1),
        ("wash", Verb.WRITE_NOTES, 1),
    ]
    assert going.state() == State.DISCLOSED
    for name in ("wadm", "wash"):
        assert going.on_github(name).state == "published"
        assert going.kept(name).html_url in going.notes(name)


@pytest.mark.clause("P27")
def test_the_patch_team_is_let_into_the_drafts_and_nobody_else(going: Stage) -> None:
    SandboxAccount.objects.create(github_id=901, login="dora")
    developer = factories.maintainer(github_login="dora", project=going.projects[0])
    with acting_as(SYSTEM):
        Grant.objects.create(report=going.report, user=developer, role=Role.DEVELOPER, reason="Wrote it.")
    going.conduct()

    assert [going.on_github(name).collaborating_users for name in ("wadm", "wash")] == [["dora"], ["dora"]]


@pytest.mark.clause("P31")
def test_nothing_is_published_before_the_last_release_is_out(going: Stage) -> None:
    going.conduct()
    going.release("wadm")
    going.later(minutes=3)
    going.conduct()

    assert [going.on_github(name).state for name in ("wadm", "wash")] == ["draft", "draft"]
    assert going.step(StepKind.RELEASE, "wash").problem == "There is no published release 1.4.2 yet."
    assert going.state() == State.READY


@pytest.mark.clause("P31")
def test_a_pre_release_and_a_draft_are_no_release(going: Stage) -> None:
    going.release("wadm", prerelease=True)
    going.conduct()

    assert going.step(StepKind.RELEASE, "wadm").state == StepState.WAITING
    assert "pre-release" in going.step(StepKind.RELEASE, "wadm").problem


def test_one_repository_that_fails_leaves_the_truth_and_is_tried_again(going: Stage) -> None:
    going.conduct()
    going.go_wrong("wash", Verb.PUBLISH_ADVISORY, How.BROKEN, times=2)
    going.release_all()
    going.later(minutes=3)
    going.conduct()

    assert going.step(StepKind.PUBLISH, "wadm").state == StepState.DONE
    assert going.step(StepKind.PUBLISH, "wash").state == StepState.FAILED
    assert going.state() == State.RELEASED
    with acting_as(SYSTEM):
        assert PublishedAdvisory.objects.get().ghsa_ids == [going.kept("wadm").ghsa_id]

    for _ in range(2):
        going.later(minutes=31)
        going.conduct()

    assert going.open_steps() == set()
    assert going.state() == State.DISCLOSED
    assert ("wadm", Verb.PUBLISH_ADVISORY, 1) in effects()
    with acting_as(SYSTEM):
        assert set(PublishedAdvisory.objects.get().ghsa_ids) == {
            going.kept("wadm").ghsa_id,
            going.kept("wash").ghsa_id,
        }


@pytest.mark.clause("P10")
def test_the_reporter_is_told_of_the_release_before_anything_is_public(going: Stage) -> None:
    going.release_all()
    going.conduct()

    happened = events(going)
    assert happened.index(EventKind.RELEASED) < happened.index(EventKind.ADVISORY_PUBLISHED)
    with acting_as(SYSTEM):
        said = Message.objects.filter(report=going.report, user=going.person).order_by("pk")
        assert [message.body for message in said] == ["The fix is out."]


def test_the_team_is_told_once_that_it_is_public(going: Stage) -> None:
    going.release_all()
    going.conduct()
    going.later(minutes=5)
    going.conduct()

    with acting_as(SYSTEM):
        told = Notification.objects.filter(report=going.report, kind=NoticeKind.DISCLOSED, user=going.person)
        assert told.count() == 1


@pytest.mark.clause("P31")
def test_the_day_after_the_release_it_takes_a_reason_to_publish(going: Stage) -> None:
    going.conduct()
    going.go_wrong("wash", Verb.PUBLISH_ADVISORY, How.BROKEN)
    going.release_all()
    going.later(minutes=3)
    going.conduct()
    going.later(days=1)
    going.conduct()

    problem = going.step(StepKind.PUBLISH, "wash").problem
    assert problem.startswith("The release came out on 3 March 2026, and the advisory belongs to the same day.")
    assert going.on_github("wash").state == "draft"


def test_what_somebody_published_by_hand_is_taken_over(going: Stage) -> None:
    going.conduct()
    github = going.on_github("wadm")
    github.state, github.published_at = "published", going.now
    github.save()
    going.look()

    kept = going.kept("wadm")
    assert (kept.state, kept.was_by_hand) == (RepositoryAdvisoryState.PUBLISHED, True)
    assert EventKind.PUBLISHED_BY_HAND in events(going)
    assert EventKind.SAME_DAY_MISSED not in events(going)
    assert going.step(StepKind.PUBLISH, "wadm").state == StepState.DONE
    with acting_as(SYSTEM):
        told = Notification.objects.filter(report=going.report, kind=NoticeKind.BY_HAND, user=going.person)
        assert told.count() == 1


def test_a_release_that_is_taken_away_again_is_noticed(going: Stage) -> None:
    going.conduct()
    going.release("wadm")
    going.later(minutes=3)
    going.conduct()
    going.repository("wadm").releases.all().delete()
    going.look()

    assert EventKind.RELEASE_LOST in events(going)
    with acting_as(SYSTEM):
        told = Notification.objects.filter(report=going.report, kind=NoticeKind.RELEASE_LOST, user=going.person)
        assert told.count() == 1


@pytest.mark.clause("P32")
def test_a_link_that_somebody_took_out_of_the_notes_is_put_back(going: Stage) -> None:
    going.release_all()
    going.conduct()
    going.repository("wash").releases.update(notes="Bug fixes.")
    going.look()
    going.later(minutes=1)
    going.conduct()

    assert going.kept("wash").html_url in going.notes("wash")
    assert going.notes("wash").startswith("Bug fixes.")


@pytest.mark.clause("P17")
def test_a_name_that_has_to_go_leaves_github_by_itself(going: Stage) -> None:
    with acting_as(SYSTEM):
        reporter = going.report.reporters.get()
        prepare(going.report, now=going.now)
        said = Said(kind=CreditAnswerKind.NAMED, naming=Naming(name="Robin Reporter"))
        credit = Credit.objects.select_related("report").get(reporter=reporter)
        credit_answers.answer(credit, said, agreed=said.text, by=reporter, now=going.now)
    going.release_all()
    going.conduct()
    assert "Robin Reporter" in going.on_github("wadm").description

    going.later(days=9)
    with acting_as(SYSTEM):
        credit = Credit.objects.select_related("report").get(reporter=reporter)
        credit_answers.withdraw(credit, by=reporter, now=going.now)
        rewriting.sweep(now=going.now)
    going.conduct()

    for name in ("wadm", "wash"):
        assert "Robin" not in going.on_github(name).description
    with acting_as(SYSTEM):
        assert "Robin" not in PublishedAdvisory.objects.get().snapshot
        assert not credit_places.waiting(credit_places.ON_GITHUB).exists()


@pytest.mark.clause("P16")
def test_an_id_that_comes_weeks_later_is_noticed_and_written_to_everything(going: Stage) -> None:
    going.release_all()
    going.conduct()
    going.later(days=20)
    by_hand.give_cve(going.on_github("wadm"), cve_id="CVE-2026-31337", now=going.now)
    going.look()
    with acting_as(SYSTEM):
        beginning.write_everywhere(going.fresh(), changed="It has a CVE ID.", now=going.now)
    going.conduct()

    with acting_as(SYSTEM):
        assert PublishedAdvisory.objects.get().cve_ids == ["CVE-2026-31337"]
    for name in ("wadm", "wash"):
        assert going.on_github(name).cve_id == "CVE-2026-31337"
        assert "CVE-2026-31337" in going.notes(name)


def test_whoever_may_not_publish_any_more_publishes_nothing(going: Stage) -> None:
    going.person.is_active = False
    going.person.save()
    going.conduct()

    assert effects() == []
    assert going.step(StepKind.DRAFT, "wadm").problem == (
        "Whoever set the day going may not publish it any more: somebody else has to take over."
    )
