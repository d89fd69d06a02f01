"""What becomes of a private report is told where it was made: once, in the end, and never more than that."""

import pytest
from pytest_django.fixtures import Settings

from portal.github.sandbox import by_hand
from portal.github.sandbox.by_hand import Further
from portal.sandbox_models import SandboxAdvisory, SandboxFault, SandboxVerb, SandboxWrite
from portal.viewer import SYSTEM, acting_as
from reports import coordination, forgetting
from reports.enums import DeclineReason, Errand, EventKind, OnGitHub, Role
from reports.github_reports import deeds, errands, noticing
from reports.lifecycle import Move
from reports.models import GitHubErrand, Grant
from teams.models import User
from tests import factories
from tests.reports.github_reports.stage import (
    HOUR,
    NOW,
    VECTOR,
    Scene,
    errand,
    events,
    moved,
    on_github,
    taken,
    taken_report,
    told,
    written,
)

pytestmark = pytest.mark.django_db

How = SandboxFault.How


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


@pytest.fixture
def report(stage: Scene, member: User) -> None:
    del member  # there before it arrives
    stage.reported()
    stage.looked()


def let_fail(stage: Scene, how: SandboxFault.How, *, verb: SandboxVerb = SandboxVerb.UPDATE_ADVISORY) -> None:
    SandboxFault.objects.update_or_create(repository=stage.repository, verb=verb, defaults={"how": how, "times": 1})


@pytest.mark.usefixtures("report")
@pytest.mark.clause("P10")
def test_acknowledged_here_it_is_accepted_there_as_a_draft(member: User) -> None:
    moved(Move.ACKNOWLEDGE, by=member)
    told()
    told(NOW + HOUR)

    assert (on_github().state, written()) == ("draft", [{"state": "draft"}])
    assert taken().state == OnGitHub.DRAFT
    assert events(taken().report, EventKind.GITHUB_TOLD) == [{"what": "state"}]
    assert events(taken().report, EventKind.GITHUB_CHANGED) == []


@pytest.mark.usefixtures("report")
@pytest.mark.clause("P6")
def test_declined_here_it_is_closed_there(member: User) -> None:
    moved(Move.DECLINE, by=member, reason=DeclineReason.INTENDED)

    told()

    assert (on_github().state, taken().state) == ("closed", OnGitHub.CLOSED)


@pytest.mark.usefixtures("report")
def test_reopened_here_it_is_a_draft_there_again(member: User) -> None:
    moved(Move.DECLINE, by=member, reason=DeclineReason.INTENDED)
    told()
    moved(Move.REOPEN, by=member, explanation="It is real.", at=NOW + HOUR)

    told(NOW + HOUR)

    assert written() == [{"state": "closed"}, {"state": "draft"}]


@pytest.mark.usefixtures("report")
def test_what_changed_its_mind_before_it_was_told_is_told_once(member: User) -> None:
    moved(Move.ACKNOWLEDGE, by=member)
    moved(Move.DECLINE, by=member, reason=DeclineReason.INTENDED)

    told()

    assert (written(), errand(Errand.STATE).is_due) == ([{"state": "closed"}], False)


@pytest.mark.usefixtures("report")
def test_the_severity_follows(member: User) -> None:
    with acting_as(factories.looking(member)):
        coordination.assess(taken_report(member), vectors=[VECTOR], cwe_ids=[], by=member, now=NOW)
    told()

    assert (on_github().cvss_v3, on_github().severity) == (VECTOR, "critical")
    assert events(taken().report, EventKind.GITHUB_CHANGED) == []


def test_a_severity_that_says_so_there_already_is_not_written(stage: Scene, member: User) -> None:
    stage.reported(further=Further(vector=VECTOR))
    stage.looked()
    with acting_as(factories.looking(member)):
        coordination.assess(taken_report(member), vectors=[VECTOR], cwe_ids=[], by=member, now=NOW)

    told()

    assert (written(), errand(Errand.SEVERITY).is_due) == ([], False)


@pytest.mark.usefixtures("report")
def test_the_patch_team_works_on_the_accepted_draft_beside_whoever_reported_it(stage: Scene, member: User) -> None:
    developer = factories.maintainer(github_login="dana-develops")
    for login in ("dana-develops", "ada-admin"):
        stage.account(login)
    moved(Move.ACKNOWLEDGE, by=member)
    told()
    SandboxAdvisory.objects.update(collaborating_users=["sam-visits", "ada-admin"])
    grant = _on_the_team(developer)

    _swept()
    told()
    both = on_github().collaborating_users
    with acting_as(SYSTEM):
        Grant.objects.filter(pk=grant.pk).update(revoked_at=NOW)
    _swept()
    told()

    assert both == ["ada-admin", "dana-develops", "sam-visits"]
    assert on_github().collaborating_users == ["ada-admin", "sam-visits"]
    _swept()
    assert not errand(Errand.COLLABORATORS).is_due


@pytest.mark.usefixtures("report")
def test_before_it_is_accepted_nobody_is_made_a_collaborator() -> None:
    _on_the_team(factories.maintainer())

    _swept()

    with acting_as(SYSTEM):
        assert not GitHubErrand.objects.exists()


def _on_the_team(user: User) -> Grant:
    with acting_as(SYSTEM):
        return Grant.objects.create(report=taken().report, user=user, role=Role.DEVELOPER, reason="Fixes it.")


def _swept() -> None:
    with acting_as(SYSTEM):
        errands.keep_collaborators(now=NOW)


@pytest.mark.usefixtures("report")
@pytest.mark.parametrize("how", [How.BROKEN, How.LOST_BEFORE, How.FORBIDDEN, How.LIMITED])
def test_what_github_did_not_do_is_tried_again(stage: Scene, member: User, how: SandboxFault.How) -> None:
    moved(Move.ACKNOWLEDGE, by=member)
    let_fail(stage, how)
    told()
    failed, problem = errand(Errand.STATE), errand(Errand.STATE).problem

    told()
    told(failed.next_attempt_at)

    assert (failed.is_due, failed.was_tried, problem != "") == (True, True, True)
    assert failed.next_attempt_at > NOW
    assert (written(), errand(Errand.STATE).is_due, errand(Errand.STATE).problem) == ([{"state": "draft"}], False, "")


@pytest.mark.usefixtures("report")
def test_a_lost_answer_makes_nothing_twice_and_is_nobody_elses_change(stage: Scene, member: User) -> None:
    moved(Move.ACKNOWLEDGE, by=member)
    let_fail(stage, How.LOST_AFTER)

    told()
    stage.looked(NOW + HOUR)
    told(NOW + HOUR)

    assert (written(), errand(Errand.STATE).is_due, taken().state) == ([{"state": "draft"}], False, OnGitHub.DRAFT)
    assert events(taken().report, EventKind.GITHUB_CHANGED) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("report")
def test_who_was_killed_halfway_leaves_it_to_the_next_one(member: User, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """As no code can catch."""

    def killed(*_: object, **__: object) -> None:
        raise Killed

    moved(Move.ACKNOWLEDGE, by=member)
    with monkeypatch.context() as patch:
        patch.setattr(noticing, "compare", killed)
        with pytest.raises(Killed):
            told()
    told()
    in_between = errand(Errand.STATE).is_due

    told(NOW + errands.LEASE)

    assert (in_between, errand(Errand.STATE).is_due, written()) == (True, False, [{"state": "draft"}])
    assert taken().state == OnGitHub.DRAFT


@pytest.mark.usefixtures("report")
def test_what_fails_again_and_again_is_left_until_somebody_has_it_tried(stage: Scene, member: User) -> None:
    moved(Move.ACKNOWLEDGE, by=member)
    with acting_as(SYSTEM):
        GitHubErrand.objects.update(attempts=errands.MOST_ATTEMPTS)
    told()
    parked = written()

    with acting_as(factories.looking(member)):
        assert errands.try_again(taken_report(member), by=member, now=NOW) == 1
    told()

    assert (parked, written(), stage.sam.login) == ([], [{"state": "draft"}], "sam-visits")


@pytest.mark.usefixtures("report")
def test_what_is_published_there_is_neither_accepted_nor_closed(member: User) -> None:
    moved(Move.DECLINE, by=member, reason=DeclineReason.ALREADY_PUBLIC)
    SandboxAdvisory.objects.update(state="published", published_at=NOW)

    told()

    assert (written(), errand(Errand.STATE).is_due, taken().state) == ([], False, OnGitHub.PUBLISHED)


@pytest.mark.usefixtures("report")
def test_of_what_was_erased_nothing_is_told(member: User) -> None:
    moved(Move.DECLINE, by=member, reason=DeclineReason.INTENDED)
    with acting_as(SYSTEM):
        forgetting.erase(taken().report, now=NOW)

    told()

    assert written() == []


@pytest.mark.parametrize("door", ["web", "mail"])
def test_of_a_report_that_came_by_another_door_github_is_told_nothing(member: User, door: str) -> None:
    report = factories.receipt(NOW, channel=door).report

    with acting_as(factories.looking(member)):
        errands.wish(report, Errand.STATE, now=NOW)

    with acting_as(SYSTEM):
        assert not GitHubErrand.objects.exists()


@pytest.mark.clause("P11")
def test_where_comments_may_be_written_the_reporter_reads_once_where_the_conversation_is(
    stage: Scene, settings: Settings
) -> None:
    settings.GITHUB_ADVISORY_COMMENTS = True
    stage.reported()
    let_fail(stage, How.LOST_AFTER, verb=SandboxVerb.COMMENT)
    stage.looked()

    told()
    told(NOW + HOUR)

    (comment,) = on_github().comments
    assert comment["body"] == deeds.words_for(taken())
    assert f"/r/github/{taken().ghsa_id}/" in comment["body"]
    assert taken().report.reference in comment["body"]


@pytest.mark.usefixtures("report")
def test_where_they_may_not_nothing_is_written() -> None:
    told()

    assert (SandboxWrite.objects.count(), on_github().comments) == (0, [])


@pytest.mark.usefixtures("report")
def test_by_hand_and_by_us_it_is_accepted_once(member: User) -> None:
    by_hand.accept(on_github(), now=NOW)
    moved(Move.ACKNOWLEDGE, by=member)

    told()

    assert (written(), errand(Errand.STATE).is_due) == ([], False)
