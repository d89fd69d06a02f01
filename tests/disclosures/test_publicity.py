"""A harmless report becomes an ordinary issue: in the words that its reporter agreed to, once, or not at all."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from disclosures import issuing, publicity
from disclosures.enums import PublicityState
from disclosures.models import PublicIssue
from portal.demo.github import state
from portal.sandbox_models import SandboxFault, SandboxIssue, SandboxVerb
from portal.viewer import SYSTEM, acting_as
from reports import conversation, lifecycle, tracking
from reports.enums import Channel, DeclineReason, EventKind, NoticeKind, State
from reports.guards import Decision, Refused
from reports.intake import Receipt
from reports.lifecycle import Move
from reports.models import Message, Notification, Report, ReportEvent
from teams.models import Project, User
from tests import factories
from tests.github.sandboxed import WASH, done, let_fail
from tests.people import browser_of, with_second_factor
from tests.visitor import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P6")]

How = SandboxFault.How
TITLE, TEXT = "The log is too loud", "It prints each line twice."


@pytest.fixture(autouse=True)
def our_github(settings: Settings) -> None:
    settings.DEMO = True
    settings.GITHUB_APP_ID = ""
    state.settle(now=timezone.now())


@pytest.fixture
def member() -> User:
    return with_second_factor(factories.member(name="Mira Member"))


@pytest.fixture
def project() -> Project:
    return factories.ProjectFactory.create(name="wash", repository=WASH)


@pytest.fixture
def receipt(project: Project) -> Receipt:
    return factories.receipt(projects=[project], project_unknown=False, summary=TITLE, description=TEXT)


def propose(receipt: Receipt, project: Project, *, by: User, text: str = TEXT) -> PublicIssue:
    with acting_as(factories.looking(by)):
        report = Report.objects.get(pk=receipt.report.pk)
        return publicity.propose(report, project=project, title=TITLE, text=text, by=by, now=timezone.now())


def answer(receipt: Receipt, issue: PublicIssue, *, agrees: bool) -> None:
    with acting_as(receipt.reporter.viewer):
        publicity.answer(issue, read=str(issue.pk), agrees=agrees, by=receipt.reporter, now=timezone.now())


def make(issue: PublicIssue, *, later: timedelta = timedelta(0)) -> None:
    issuing.make(issue.pk, clock=lambda: timezone.now() + later)


def now(issue: PublicIssue) -> PublicIssue:
    with acting_as(SYSTEM):
        return PublicIssue.objects.select_related("report").get(pk=issue.pk)


def report_of(receipt: Receipt) -> Report:
    with acting_as(SYSTEM):
        return Report.objects.get(pk=receipt.report.pk)


def events(receipt: Receipt) -> list[str]:
    with acting_as(SYSTEM):
        told = ReportEvent.objects.filter(report=receipt.report, kind__contains="publi")
        return list(told.values_list("kind", flat=True))


def in_public() -> list[tuple[str, str]]:
    return [(row.title, row.text) for row in SandboxIssue.objects.order_by("pk")]


@pytest.mark.clause("P17")
def test_what_the_reporter_agreed_to_becomes_public_and_the_report_is_closed_with_its_link(
    receipt: Receipt, project: Project, member: User
) -> None:
    issue = propose(receipt, project, by=member)
    answer(receipt, issue, agrees=True)

    make(issue)

    made, report = now(issue), report_of(receipt)
    assert in_public() == [(TITLE, issue.whole_text)]
    assert made.state == PublicityState.MADE
    assert made.url.endswith(f"/{WASH}/issues/{made.number}")
    assert (report.state, report.decline_reason) == (State.CLOSED, DeclineReason.ORDINARY_BUG)
    assert events(receipt) == [EventKind.PUBLICITY_ASKED, EventKind.PUBLICITY_AGREED, EventKind.MADE_PUBLIC]
    with acting_as(SYSTEM):
        assert made.url in Message.objects.get(report=report).body


@pytest.mark.clause("P17")
def test_silence_publishes_nothing_however_long_it_lasts(receipt: Receipt, project: Project, member: User) -> None:
    issue = propose(receipt, project, by=member)

    make(issue, later=timedelta(days=365))
    with acting_as(SYSTEM):
        issuing.ring_for_due(now=timezone.now() + timedelta(days=365))
        asked = Notification.objects.filter(kind=NoticeKind.PUBLICITY_ASKED, reporter=receipt.reporter).count()

    assert (in_public(), asked, now(issue).state) == ([], 1, PublicityState.ASKED)


@pytest.mark.clause("P17")
def test_no_publishes_nothing_and_can_be_said_until_it_is_made(
    receipt: Receipt, project: Project, member: User
) -> None:
    issue = propose(receipt, project, by=member)
    answer(receipt, issue, agrees=True)
    answer(receipt, issue, agrees=False)

    make(issue)

    assert (in_public(), now(issue).state) == ([], PublicityState.REFUSED)
    assert report_of(receipt).state == State.RECEIVED


@pytest.mark.clause("P17")
def test_other_words_are_asked_about_anew_and_the_old_answer_counts_no_more(
    receipt: Receipt, project: Project, member: User
) -> None:
    first = propose(receipt, project, by=member)
    answer(receipt, first, agrees=True)
    second = propose(receipt, project, by=member, text="Other words.")

    make(first)
    make(second)
    with pytest.raises(Refused, match="asked about no longer"):
        answer(receipt, first, agrees=True)

    assert (in_public(), now(first).state, now(second).state) == ([], PublicityState.DROPPED, PublicityState.ASKED)
    with acting_as(SYSTEM):
        asked = Notification.objects.filter(kind=NoticeKind.PUBLICITY_ASKED, reporter=receipt.reporter).count()
    assert asked == 2


def test_a_report_that_turned_out_to_be_real_becomes_no_issue(receipt: Receipt, project: Project, member: User) -> None:
    issue = propose(receipt, project, by=member)
    answer(receipt, issue, agrees=True)
    with acting_as(SYSTEM):
        Report.objects.filter(pk=receipt.report.pk).update(state=State.IDENTIFIED)

    make(issue)

    assert (in_public(), now(issue).state) == ([], PublicityState.DROPPED)


@pytest.mark.parametrize(("how", "is_sent"), [(How.LOST_AFTER, True), (How.LOST_BEFORE, False), (How.BROKEN, False)])
def test_after_a_lost_answer_it_is_looked_for_and_made_once(
    receipt: Receipt, project: Project, member: User, how: SandboxFault.How, *, is_sent: bool
) -> None:
    issue = propose(receipt, project, by=member)
    answer(receipt, issue, agrees=True)
    let_fail(SandboxVerb.CREATE_ISSUE, how)

    make(issue)
    lost = (now(issue).state, now(issue).may_be_there, len(in_public()))
    make(issue)
    too_soon = now(issue).state
    make(issue, later=timedelta(minutes=6))

    assert lost == (PublicityState.AGREED, True, int(is_sent))
    assert (too_soon, now(issue).state) == (PublicityState.AGREED, PublicityState.MADE)
    assert [verb for verb, _ in done()] == ["create_issue"]


def test_while_it_may_be_public_already_nobody_is_told_that_it_is_not(
    receipt: Receipt, project: Project, member: User
) -> None:
    issue = propose(receipt, project, by=member)
    answer(receipt, issue, agrees=True)
    let_fail(SandboxVerb.CREATE_ISSUE, How.LOST_AFTER)
    make(issue)

    with pytest.raises(Refused):
        answer(receipt, issue, agrees=False)
    with pytest.raises(Refused, match="may be public already"):
        propose(receipt, project, by=member, text="Other words.")


def test_what_github_refused_is_said_and_can_be_tried_again(receipt: Receipt, project: Project, member: User) -> None:
    issue = propose(receipt, project, by=member)
    answer(receipt, issue, agrees=True)
    let_fail(SandboxVerb.CREATE_ISSUE, How.FORBIDDEN)
    make(issue)
    refused = now(issue)

    with acting_as(factories.looking(member)):
        publicity.try_again(report_of(receipt), by=member, now=timezone.now())
    make(issue)

    assert (refused.state, refused.may_be_there) == (PublicityState.AGREED, False)
    assert "may not do or see that" in refused.problem
    assert (now(issue).state, now(issue).problem, len(in_public())) == (PublicityState.MADE, "", 1)


def test_it_is_public_even_if_whoever_proposed_it_may_close_nothing_any_more(
    receipt: Receipt, project: Project, member: User
) -> None:
    issue = propose(receipt, project, by=member)
    answer(receipt, issue, agrees=True)
    member.security_team_memberships.update(until=timezone.now() - timedelta(days=1))

    make(issue)

    assert (now(issue).state, report_of(receipt).state) == (PublicityState.MADE, State.RECEIVED)


def test_what_the_team_found_or_what_is_confirmed_is_never_asked_about(project: Project, member: User) -> None:
    ours = factories.receipt(token="ours", channel=Channel.TEAM, email="")
    real = factories.receipt(token="real")
    with acting_as(SYSTEM):
        Report.objects.filter(pk=real.report.pk).update(state=State.IDENTIFIED)

    for receipt in (ours, real):
        with pytest.raises(Refused):
            propose(receipt, project, by=member)

    with acting_as(SYSTEM):
        assert PublicIssue.objects.count() == 0


@pytest.mark.clause("P8")
def test_only_who_may_move_the_report_proposes_and_only_its_reporter_answers(
    receipt: Receipt, project: Project, member: User
) -> None:
    stranger = factories.maintainer()
    with acting_as(factories.looking(stranger, is_member=False)), pytest.raises(Refused):
        publicity.propose(receipt.report, project=project, title="x", text="x", by=stranger, now=timezone.now())
    issue = propose(receipt, project, by=member)
    invited = tracking.invite(
        receipt.reporter, name="Co", email="", may_read_everything=True, token="c" * 43, now=timezone.now()
    )
    del invited
    with acting_as(SYSTEM):
        co_reporter = report_of(receipt).reporters.get(invited_by=receipt.reporter)
    other = factories.receipt(token="other").reporter

    for who in (co_reporter, other):
        with acting_as(who.viewer), pytest.raises(Refused):
            publicity.answer(issue, read=str(issue.pk), agrees=True, by=who, now=timezone.now())

    assert now(issue).state == PublicityState.ASKED


def test_the_database_knows_one_issue_of_a_report_at_a_time_and_none_without_an_answer(
    receipt: Receipt, project: Project, member: User
) -> None:
    issue = propose(receipt, project, by=member)
    again = {"report": receipt.report, "project": project, "title": "x", "text": "x", "asked_by": member}

    with acting_as(SYSTEM):
        with pytest.raises(IntegrityError), transaction.atomic():
            PublicIssue.objects.create(**again)
        with pytest.raises(IntegrityError), transaction.atomic():
            PublicIssue.objects.filter(pk=issue.pk).update(state=PublicityState.AGREED)


def post(browser: Client, receipt: Receipt, **said: str) -> str:
    address = f"/reports/{receipt.report.reference}/make-public/"
    return " ".join(browser.post(address, said, follow=True).content.decode().split())


def test_on_the_desk_words_that_may_give_something_away_are_pointed_out_first(
    receipt: Receipt, project: Project, member: User
) -> None:
    desk = browser_of(member)
    text = "Robin Reporter wrote from reporter@example.net about ghp_" + "a1B2" * 9
    said = {"project": str(project.pk), "title": TITLE, "text": text}

    shown = " ".join(desk.get(f"/reports/{receipt.report.reference}/make-public/").content.decode().split())
    held = post(desk, receipt, **said)
    asked = post(desk, receipt, **said, may_be_read="on")

    assert TEXT in shown
    assert "These words may give something away" in held
    assert "This says who reported it" in held
    assert "This looks like a password, a token or a key" in held
    assert text[:30] in held
    assert "The reporter is asked" in asked
    assert events(receipt) == [EventKind.PUBLICITY_ASKED]


def test_the_teams_notes_are_not_to_be_repeated(receipt: Receipt, project: Project, member: User) -> None:
    note = "We think that the same fault lies in the lattice controller of two customers"
    with acting_as(factories.looking(member)):
        conversation.note(receipt.report, note, by=member, now=timezone.now())

    held = post(browser_of(member), receipt, project=str(project.pk), title=TITLE, text=f"{note}, too.")

    assert "words of the report, its conversation or the team" in held
    assert events(receipt) == []


@pytest.mark.clause("P17")
def test_the_reporter_reads_exactly_what_becomes_public_and_answers_without_an_account(
    receipt: Receipt, project: Project, member: User
) -> None:
    issue = propose(receipt, project, by=member, text="It prints <b>twice</b>.")
    visitor = Visitor()
    place = visitor.enter(receipt)

    told = visitor.get(place).content.decode()
    shown = visitor.get(f"{place}public/").content.decode()
    unread = visitor.post(f"{place}public/", {"answer": "yes", "issue": str(issue.pk - 1)})
    nothing = visitor.post(f"{place}public/", {"issue": str(issue.pk)})
    between = now(issue).state
    visitor.post(f"{place}public/", {"answer": "yes", "issue": str(issue.pk)})
    make(issue)
    public = visitor.get(place).content.decode()

    assert f"{place}public/" in told
    assert "It prints &lt;b&gt;twice&lt;/b&gt;." in shown
    assert issue.marker in shown
    assert (unread.status_code, nothing.status_code, between) == (302, 422, PublicityState.ASKED)
    assert now(issue).url in public
    assert in_public() == [(TITLE, issue.whole_text)]


@pytest.mark.clause("P8")
def test_what_is_published_names_no_report(receipt: Receipt, project: Project, member: User) -> None:
    issue = propose(receipt, project, by=member)
    answer(receipt, issue, agrees=True)
    make(issue)

    assert receipt.report.reference not in str(in_public())


def test_a_declined_report_is_no_longer_asked_about(receipt: Receipt, project: Project, member: User) -> None:
    issue = propose(receipt, project, by=member)
    answer(receipt, issue, agrees=True)
    with acting_as(factories.looking(member)):
        decision = Decision(reason=DeclineReason.INTENDED, message="It is meant to be so.")
        lifecycle.move(report_of(receipt), Move.DECLINE, by=member, decision=decision, now=timezone.now())

    make(issue)

    assert (in_public(), now(issue).state) == ([], PublicityState.DROPPED)
