"""A published advisory that was wrong is withdrawn in the open; an incomplete fix is a new report beside the old."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.test import Client

from disclosures import approving, drafting, publishing, withdrawing
from disclosures import snapshot as snapshots
from disclosures.draft import from_json
from disclosures.enums import AdvisoryState, RepositoryAdvisoryState
from disclosures.models import Advisory, Approval, PublishedAdvisory, PublishedRevision, RepositoryAdvisory, Withdrawal
from disclosures.snapshot import RelationKind
from portal.viewer import SYSTEM, acting_as
from reports import disclosing, lifecycle
from reports.disclosing import PublicPage
from reports.enums import Channel, EventKind, NoticeKind, Role, Severity, State
from reports.guards import Decision, Refused
from reports.lifecycle import Move
from reports.models import Clock, Notification, Report, Reporter
from teams.models import User
from tests import factories
from tests.disclosures.crediting import duplicate_of
from tests.disclosures.factories import approved_advisory, complete_draft, report_of
from tests.disclosures.stage import NOW
from tests.people import browser_of
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=3)
REASON = "There is no such fault: the folder was open on purpose."


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


@pytest.fixture
def advisory() -> Advisory:
    """Published, and on GitHub in one repository."""
    project = factories.ProjectFactory.create(name="wash", repository="example/wash")
    report = report_of(project, state=State.DISCLOSED)
    draft = replace(complete_draft(project), title="Path traversal")
    made = approved_advisory(report, draft=draft, now=NOW)
    with acting_as(SYSTEM):
        found = Advisory.objects.select_related("report").get(pk=made.pk)
        publishing.publish(found, now=NOW)
        RepositoryAdvisory.objects.create(
            report=report,
            advisory=found,
            project=project,
            state=RepositoryAdvisoryState.PUBLISHED,
            ghsa_id="GHSA-2345-6789-cfgh",
            html_url="https://github.com/example/wash/security/advisories/GHSA-2345-6789-cfgh",
            published_at=NOW,
        )
        return Advisory.objects.select_related("report").get(pk=made.pk)


@pytest.fixture
def second() -> User:
    return factories.member(name="Sana Second")


def propose(advisory: Advisory, *, by: User, reason: str = REASON) -> Withdrawal:
    with acting_as(factories.looking(by)):
        return withdrawing.propose(advisory, reason=reason, by=by, now=LATER)


def agree(withdrawal: Withdrawal, *, by: User) -> None:
    with acting_as(factories.looking(by)):
        withdrawing.agree(withdrawal, by=by, now=LATER)


def withdraw(advisory: Advisory, *, by: User) -> None:
    agree(propose(advisory, by=by), by=factories.member())


def state_of(advisory: Advisory) -> str:
    with acting_as(SYSTEM):
        return Advisory.objects.get(pk=advisory.pk).state


def told(kind: NoticeKind) -> set[str]:
    """Who is told."""
    with acting_as(SYSTEM):
        rows = Notification.objects.filter(kind=kind).select_related("user", "reporter__report")
        return {row.user.name if row.user else row.reporter.email if row.reporter else "" for row in rows}


def in_public(identifier: str) -> snapshots.Snapshot:
    return snapshots.from_json(PublishedAdvisory.objects.get(identifier=identifier).snapshot)


@pytest.mark.clause("P30")
def test_a_withdrawn_advisory_stays_where_it_is_and_says_why(advisory: Advisory, member: User) -> None:
    withdraw(advisory, by=member)

    told = in_public(advisory.identifier)
    assert (told.withdrawn_at, told.withdrawal_reason) == (LATER, REASON)
    assert [revision.changed for revision in told.revisions] == ["First published.", "Withdrawn."]
    with acting_as(SYSTEM):
        kept = Advisory.objects.select_related("report").get(pk=advisory.pk)
        assert (kept.state, kept.withdrawn_reason) == (AdvisoryState.WITHDRAWN, REASON)
        assert kept.report.events.filter(kind=EventKind.ADVISORY_WITHDRAWN).count() == 1


def test_only_what_is_published_is_withdrawn_once_and_with_a_reason(advisory: Advisory, member: User) -> None:
    with pytest.raises(Refused, match="Say why"):
        propose(advisory, by=member, reason=" ")
    withdraw(advisory, by=member)
    with pytest.raises(Refused, match="Only what is published"):
        propose(advisory, by=member)

    assert in_public(advisory.identifier).withdrawal_reason == REASON


@pytest.mark.clause("P30")
def test_it_takes_a_second_person(advisory: Advisory, member: User, second: User) -> None:
    proposed = propose(advisory, by=member)

    with pytest.raises(Refused, match="somebody else must agree"):
        agree(proposed, by=member)
    with pytest.raises(Refused, match="just proposed"):
        propose(advisory, by=second, reason="Another one.")
    assert (state_of(advisory), in_public(advisory.identifier).withdrawn_at) == (AdvisoryState.PUBLISHED, None)
    assert "Sana Second" in told(NoticeKind.SECOND_ASKED)
    assert "Mira Member" not in told(NoticeKind.SECOND_ASKED)

    agree(proposed, by=second)

    assert state_of(advisory) == AdvisoryState.WITHDRAWN
    with pytest.raises(Refused, match="decided already"):
        agree(proposed, by=factories.member())


def test_the_database_knows_that_two_people_take_an_advisory_back(advisory: Advisory, member: User) -> None:
    proposed = propose(advisory, by=member)

    with acting_as(SYSTEM), pytest.raises(IntegrityError, match="two_people_take_an_advisory_back"):
        Withdrawal.objects.filter(pk=proposed.pk).update(agreed_by=member, agreed_at=LATER)


def test_what_is_dropped_leaves_it_published_and_other_words_can_be_proposed(
    advisory: Advisory, member: User, second: User
) -> None:
    proposed = propose(advisory, by=member)

    with acting_as(factories.looking(second)):
        withdrawing.drop(proposed, by=second, now=LATER)

    with pytest.raises(Refused, match="decided already"):
        agree(proposed, by=second)
    assert state_of(advisory) == AdvisoryState.PUBLISHED
    agree(propose(advisory, by=second, reason="Other words."), by=member)
    assert in_public(advisory.identifier).withdrawal_reason == "Other words."


@pytest.mark.clause("P8", "P17")
def test_a_reason_that_may_give_something_away_is_looked_at_before_anybody_agrees(
    advisory: Advisory, member: User, second: User
) -> None:
    proposed = propose(advisory, by=member, reason="Robin Reporter was wrong: write to somebody@example.net.")

    with pytest.raises(Refused, match="should perhaps not get out") as refusal:
        agree(proposed, by=second)
    asked_before = told(NoticeKind.SECOND_ASKED)
    with acting_as(factories.looking(member)):
        for judged in withdrawing.findings_of(proposed):
            withdrawing.waive(proposed, judged.key, reason="They are public.", by=member, now=LATER)
        left = [judged for judged in withdrawing.findings_of(proposed) if judged.is_open]

    assert "This is a mail address." in str(refusal.value)
    assert "This says who reported it." in str(refusal.value)
    assert (asked_before, left) == (set(), [])
    assert "Sana Second" in told(NoticeKind.SECOND_ASKED)
    agree(proposed, by=second)
    assert state_of(advisory) == AdvisoryState.WITHDRAWN


@pytest.mark.clause("P10", "P21")
def test_who_reported_it_and_the_team_are_told(advisory: Advisory, member: User, second: User) -> None:
    agree(propose(advisory, by=member), by=second)

    assert told(NoticeKind.TAKEN_BACK) == {"reporter@example.net"}
    assert "Mira Member" in told(NoticeKind.WITHDRAWN)
    assert "Sana Second" not in told(NoticeKind.WITHDRAWN)


@pytest.mark.clause("P30")
def test_what_was_approved_since_is_not_published_by_taking_it_back(
    advisory: Advisory, member: User, second: User
) -> None:
    with acting_as(factories.looking(member)):
        newest = approving.newest_revision(advisory)
        other = replace(from_json(newest.content), overview="Words that nobody has published.")
        drafting.write(advisory, other, by=member, base_revision=newest.number, now=NOW)
    with acting_as(factories.looking(second)):
        approving.approve(advisory, newest.number + 1, by=second, now=NOW)

    agree(propose(advisory, by=member), by=second)

    assert in_public(advisory.identifier).overview == complete_draft().overview


@pytest.mark.clause("P27")
def test_a_reviewer_withdraws_nothing(advisory: Advisory) -> None:
    reviewer = factories.maintainer()
    with acting_as(SYSTEM):
        advisory.report.grants.create(user=reviewer, role=Role.REVIEWER, reason="Reviews it.")

    with acting_as(factories.looking(reviewer, is_member=False)), pytest.raises(Refused, match="Your role"):
        withdrawing.propose(advisory, reason=REASON, by=reviewer, now=LATER)


def test_what_stands_on_github_is_ticked_once_a_person_has_changed_it(advisory: Advisory, member: User) -> None:
    with acting_as(SYSTEM):
        row = RepositoryAdvisory.objects.select_related("advisory", "report").get()
    with acting_as(factories.looking(member)), pytest.raises(Refused, match="Withdraw it here first"):
        withdrawing.say_done(row, by=member, now=LATER)
    withdraw(advisory, by=member)
    with acting_as(factories.looking(member)):
        advisory.refresh_from_db(fields=["state"])
        row = RepositoryAdvisory.objects.select_related("advisory", "report").get()
        withdrawing.say_done(row, by=member, now=LATER)
        withdrawing.say_done(row, by=member, now=LATER)

        assert [each.state for each in withdrawing.on_github(advisory)] == [RepositoryAdvisoryState.WITHDRAWN]
        assert advisory.report.events.filter(kind=EventKind.ADVISORY_WITHDRAWN).count() == 2


@pytest.mark.clause("P30")
def test_an_incomplete_fix_is_a_report_of_its_own_with_an_advisory_that_follows(
    advisory: Advisory, member: User
) -> None:
    with acting_as(SYSTEM):
        Report.objects.filter(pk=advisory.report_id).update(
            cvss31_vector="CVSS:3.1/AV:N", cvss_score=7.5, severity=Severity.HIGH
        )
        advisory.report.refresh_from_db()
        told_before = Notification.objects.count()

    with acting_as(factories.looking(member)):
        begun = withdrawing.follow_up(advisory, by=member, now=LATER)

        report = begun.report
        assert (report.pk != advisory.report_id, report.channel, report.state) == (True, Channel.TEAM, State.TRIAGE)
        assert (report.coordinator, report.severity) == (member, Severity.HIGH)
        assert [named.project.name for named in report.affected_projects.all()] == ["wash"]
        assert begun.follows == advisory
    with acting_as(SYSTEM):
        assert not Clock.objects.filter(report=report).exists()
        assert not Reporter.objects.filter(report=report).exists()
        assert Notification.objects.count() == told_before


@pytest.mark.clause("P30")
def test_in_public_the_two_are_linked_both_ways_once_the_second_is_out(advisory: Advisory, member: User) -> None:
    with acting_as(factories.looking(member)):
        begun = withdrawing.follow_up(advisory, by=member, now=LATER)
    with acting_as(SYSTEM):
        quiet = in_public(advisory.identifier).related
        newest = begun.revisions.order_by("-number")[0]
        Approval.objects.create(report=begun.report, revision=newest, approved_by=member, approved_at=LATER)
        publishing.publish(begun, now=LATER)
        first, second = (in_public(each.identifier).related for each in (advisory, begun))
        says = PublishedRevision.objects.filter(advisory__identifier=advisory.identifier).order_by("number").last()

    assert quiet == ()
    assert says is not None
    assert says.summary == f"{begun.identifier} completes its fix."
    assert [(each.kind, each.identifier) for each in first] == [(RelationKind.COMPLETED_BY, begun.identifier)]
    assert [(each.kind, each.identifier) for each in second] == [(RelationKind.INCOMPLETE_FIX_OF, advisory.identifier)]


def test_what_is_no_advisory_of_ours_yet_has_nothing_to_follow(member: User) -> None:
    project = factories.ProjectFactory.create()
    draft = approved_advisory(report_of(project))

    with acting_as(factories.looking(member)):
        mine = Advisory.objects.select_related("report").get(pk=draft.pk)
        with pytest.raises(Refused, match="It is not published yet"):
            withdrawing.follow_up(mine, by=member, now=LATER)


@pytest.mark.clause("P2", "P10")
def test_a_report_of_the_teams_own_moves_without_a_word_to_nobody(advisory: Advisory, member: User) -> None:
    with acting_as(factories.looking(member)):
        report = withdrawing.follow_up(advisory, by=member, now=LATER).report
        report.assess(cvss31="CVSS:3.1/AV:N", cvss40="", score=None, severity="")
        Report.objects.filter(pk=report.pk).update(
            cvss31_vector="CVSS:3.1/AV:N", cvss_score=7.5, severity=Severity.HIGH
        )
        report.refresh_from_db()

        lifecycle.move(report, Move.IDENTIFY, by=member, decision=Decision(), now=LATER)

    assert report.state == State.IDENTIFIED
    with acting_as(SYSTEM):
        assert not Clock.objects.filter(report=report).exists()


# --- The page -----------------------------------------------------------------------------------------------


def words(page: bytes) -> str:
    return " ".join(page.decode().split())


def test_the_page_guides_through_what_has_to_be_done_by_hand(advisory: Advisory, member: User, second: User) -> None:
    browser: Client = browser_of(member)
    place = f"/reports/{advisory.report.reference}/withdraw/{advisory.identifier}/"

    empty = browser.post(place, {"reason": ""})
    waits = words(browser.post(place, {"reason": REASON}, follow=True).content)
    with acting_as(SYSTEM):
        row, proposed = RepositoryAdvisory.objects.get(), Withdrawal.objects.get()
    agree_at = f"/reports/{advisory.report.reference}/withdrawals/{proposed.pk}/agree/"
    page = words(browser_of(second).post(agree_at, follow=True).content)
    done = words(browser.post(f"/reports/{advisory.report.reference}/withdrawn/{row.pk}/", follow=True).content)

    assert empty.status_code == 422
    assert "Nothing has changed yet" in waits
    assert "somebody else must agree" in waits
    assert REASON in page
    assert "GitHub lets no program withdraw an advisory." in page
    assert "GHSA-2345-6789-cfgh" in page
    assert "wash: done by hand." in done


def test_the_page_shows_what_to_look_at_and_loses_nothing_that_was_typed(
    advisory: Advisory, member: User, second: User
) -> None:
    propose(advisory, by=member, reason="Ask somebody@example.net.")
    browser, reference = browser_of(second), advisory.report.reference
    with acting_as(SYSTEM):
        proposed = Withdrawal.objects.select_related("report", "advisory__report").get()
        key = withdrawing.findings_of(proposed)[0].key
    place = f"/reports/{reference}/withdraw/{advisory.identifier}/"
    waive_at = f"/reports/{reference}/withdrawals/{proposed.pk}/waive/"

    shown = words(browser.get(place).content)
    long = browser.post(waive_at, {"finding": key, "reason": "w" * 301})
    cleared = words(browser.post(waive_at, {"finding": key, "reason": "It is public."}, follow=True).content)
    dropped = words(browser.post(f"/reports/{reference}/withdrawals/{proposed.pk}/drop/", follow=True).content)

    assert "somebody@example.net" in shown
    assert "I agree: withdraw it" not in shown
    assert long.status_code == 422
    assert "w" * 301 in long.content.decode()
    assert "I agree: withdraw it" in cleared
    assert "Propose to withdraw it" in dropped


def test_the_reporters_page_says_that_it_is_withdrawn_and_that_of_who_reported_it_again(
    advisory: Advisory, member: User
) -> None:
    again = duplicate_of(advisory.report, now=NOW).report
    before = disclosing.public_pages(advisory.report_id)

    withdraw(advisory, by=member)

    address = f"/advisories/{advisory.identifier}/"
    assert before == [PublicPage(address=address, is_withdrawn=False)]
    for report in (advisory.report_id, again.pk):
        assert disclosing.public_pages(report) == [PublicPage(address=address, is_withdrawn=True)]


def test_what_is_left_is_opened_from_the_page(advisory: Advisory, member: User) -> None:
    answer = browser_of(member).post(
        f"/reports/{advisory.report.reference}/follow-up/{advisory.identifier}/", follow=True
    )

    page = words(answer.content)
    assert f"The fix of {advisory.identifier} is incomplete" in page
    assert "by the team itself" in page


def test_the_page_asks_the_database_little_whatever_waits_on_it(advisory: Advisory, member: User) -> None:
    browser = browser_of(member)
    place = f"/reports/{advisory.report.reference}/withdraw/{advisory.identifier}/"
    browser.get(place)

    before = queries_of(browser, place)
    proposed = propose(advisory, by=member, reason="Ask somebody@example.net, or else other@example.net.")
    waiting = queries_of(browser, place)
    with acting_as(SYSTEM):
        Withdrawal.objects.filter(pk=proposed.pk).update(dropped_at=LATER)
    withdraw(advisory, by=member)

    assert max(before, waiting, queries_of(browser, place)) <= 12
