"""What changes while a day is conducted: repositories archived, IDs that come in between, a day that is over."""

import pytest

from disclosures import approving, cves, drafting, spreading
from disclosures.conductor import beginning, order
from disclosures.conductor.order import Place, Progress, waits_for
from disclosures.enums import StepKind, StepState
from disclosures.models import CveRequest, PublishedAdvisory, Step
from portal.viewer import SYSTEM, acting_as
from reports.enums import State
from reports.guards import Refused
from reports.lifecycle import TABLE, Move, missing
from reports.readiness import UNKNOWN
from teams.models import Project
from tests import factories
from tests.disclosures.conductor.stage import How, Stage, Verb
from tests.disclosures.factories import complete_draft

pytestmark = pytest.mark.django_db

ID = "CVE-2026-40001"


def archive(built: Stage, *names: str) -> None:
    Project.objects.filter(name__in=names).update(archived_at=built.now)


def wish_of(built: Stage) -> CveRequest:
    with acting_as(SYSTEM):
        return CveRequest.objects.select_related("report", "advisory").get(advisory=built.advisory)


def arrive(built: Stage) -> None:
    with acting_as(SYSTEM):
        cves.arrived(wish_of(built), ID, now=built.now)


def spread(built: Stage) -> None:
    with acting_as(factories.looking(built.person)):
        spreading.spread(wish_of(built), by=built.person, now=built.now)


def settle(built: Stage) -> None:
    with acting_as(SYSTEM):
        spreading.settle(now=built.now)


@pytest.mark.clause("P29", "P31")
def test_a_repository_that_is_archived_during_the_day_holds_it_up_no_longer(going: Stage) -> None:
    going.release("wadm")
    going.conduct()

    archive(going, "wash")
    going.later(minutes=3)
    going.conduct()

    assert going.state() == State.DISCLOSED
    assert going.step(StepKind.RELEASE, "wash").state == StepState.SKIPPED
    assert going.on_github("wadm").state == "published"


def test_where_every_repository_is_archived_our_own_page_tells_of_it(ready: Stage) -> None:
    archive(ready, "wadm", "wash")

    ready.start()
    ready.conduct()

    assert ready.state() == State.DISCLOSED
    assert PublishedAdvisory.objects.filter(identifier=ready.advisory.identifier).exists()
    assert ready.open_steps() == set()


def test_a_page_that_no_repository_can_come_before_waits_for_the_releases_alone() -> None:
    found = order.places([], advisories=[1])
    page = Place(kind=StepKind.PAGE, advisory=1)

    states = dict.fromkeys(found, StepState.WAITING)
    assert page in found
    assert waits_for(page, Progress(states)) != ""
    assert waits_for(page, Progress(states | {Place(kind=StepKind.RELEASED): StepState.DONE})) == ""


@pytest.mark.clause("P16")
def test_an_id_that_comes_between_two_repositories_is_owed_until_both_name_it(going: Stage) -> None:
    going.conduct()
    going.go_wrong("wash", Verb.PUBLISH_ADVISORY, How.BROKEN)
    going.release_all()
    going.later(minutes=3)
    going.conduct()
    going.later(minutes=5)
    arrive(going)
    going.later(minutes=5)
    going.conduct()

    settle(going)
    owed = wish_of(going).spread_at is None
    spread(going)
    going.conduct()
    settle(going)

    assert going.open_steps() == set()
    assert owed
    assert wish_of(going).spread_at is not None
    assert [going.on_github(name).cve_id for name in ("wadm", "wash")] == [ID, ID]
    assert [ID in going.notes(name) for name in ("wadm", "wash")] == [True, True]


@pytest.mark.clause("P16")
def test_what_is_at_work_while_something_new_comes_is_taken_again_afterwards(going: Stage) -> None:
    going.release_all()
    going.conduct()
    arrive(going)
    spread(going)
    rewriting = going.step(StepKind.REWRITE, "wadm")
    leased_until = going.now.replace(hour=23)
    with acting_as(SYSTEM):
        Step.objects.filter(pk=rewriting.pk).update(
            state=StepState.RUNNING, leased_until=leased_until, done_at=None, attempts=1
        )
        beginning.write_everywhere(going.fresh(), changed="It is called otherwise.", now=going.now)

    again = going.step(StepKind.REWRITE, "wadm")

    assert (again.state, again.next_attempt_at, again.leased_until) == (StepState.WAITING, leased_until, None)


@pytest.mark.clause("P12", "P29")
def test_a_project_that_is_affected_after_all_is_told_of_after_its_release(going: Stage) -> None:
    going.release_all()
    going.conduct()
    new = factories.ProjectFactory.create(name="wascap")
    with acting_as(SYSTEM):
        going.fresh().affected_projects.create(project=new)
    author, approver = factories.member(), factories.member()
    draft = complete_draft(*going.projects, new)
    with acting_as(factories.looking(author)):
        newest = approving.newest_revision(going.advisory)
        written = drafting.write(going.advisory, draft, by=author, base_revision=newest.number, now=going.now)
    with acting_as(factories.looking(approver)):
        approving.approve(going.advisory, written.number, by=approver, now=going.now)

    with acting_as(factories.looking(going.person)), pytest.raises(Refused, match="release of wascap was not seen"):
        beginning.publish_changes(going.fresh(), by=going.person, now=going.now)
    place = (StepKind.RELEASE, "wascap")

    assert going.steps()[place] == StepState.WAITING
    assert "wascap" not in str(PublishedAdvisory.objects.get().snapshot)


@pytest.mark.clause("P31")
def test_a_report_that_was_disclosed_is_not_opened_again(going: Stage) -> None:
    going.release_all()
    going.conduct()
    with acting_as(SYSTEM):
        report = going.fresh()
        report.state = State.CLOSED

    lacking = missing(report, Move.REOPEN, project_count=2, readiness=UNKNOWN)

    assert list(lacking.values()) == [
        "It was disclosed. If the fix is incomplete, its advisories lead to a report that completes it."
    ]
    assert TABLE[Move.REOPEN].sources == {State.CLOSED}
