"""What was asked of whoever passed a report on is asked of the finder, and what they answered binds the finder not."""

from datetime import timedelta

import pytest

from disclosures import credit_answers, credit_doors, publicity
from disclosures import credits as crediting
from disclosures.credits import OpenQuestions
from disclosures.enums import CreditAnswerKind, PublicityState
from disclosures.models import Credit, PublicIssue
from portal.viewer import SYSTEM, acting_as
from reports.correspondence import forwarded
from reports.enums import Channel, EventKind, NoticeKind, NoticeState, State
from reports.intake import Receipt
from reports.models import Notification, Report, Reporter, ReportEvent
from teams.models import User
from tests import factories
from tests.disclosures.crediting import MONDAY, ask, confirmed, credit_of, named, printed, says, set_state

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P17", "P18")]
LATER = MONDAY + timedelta(days=1)


@pytest.fixture
def member() -> User:
    return factories.member()


@pytest.fixture
def receipt(member: User) -> Receipt:
    del member
    return confirmed(channel=Channel.MAIL, name="Fred Forwarder", email="fred@example.net")


def correct(receipt: Receipt, *, by: User) -> Reporter:
    with acting_as(factories.looking(by)):
        report = Report.objects.get(pk=receipt.report.pk)
        forwarded.correct_finder(
            report, name="Fiona", email="fiona@example.net", may_read_everything=False, token="t", by=by, now=LATER
        )
    with acting_as(SYSTEM):
        return Reporter.objects.select_related("report", "grant").get(pk=receipt.reporter.pk)


def asked(reporter: Reporter) -> list[tuple[str, str]]:
    return [(credit.asked_text, credit.answer) for credit in credit_answers.of_reporter(reporter)]


def mails() -> list[str]:
    with acting_as(SYSTEM):
        rows = Notification.objects.filter(reporter__isnull=False, state=NoticeState.PENDING)
        return sorted(rows.values_list("kind", flat=True))


def test_an_open_question_goes_to_the_finder_by_the_finders_name(receipt: Receipt, member: User) -> None:
    ask(receipt.report, by=member)

    finder = correct(receipt, by=member)

    assert asked(finder) == [("Fiona", "")]
    assert credit_of(receipt).known_as == "Fiona"
    assert mails() == [NoticeKind.CREDIT_ASKED, NoticeKind.FINDER]


def test_what_somebody_else_agreed_to_is_printed_no_more_and_the_finder_is_asked(
    receipt: Receipt, member: User
) -> None:
    ask(receipt.report, by=member)
    says(receipt, named("Fred Forwarder"))
    before = printed(receipt.report)

    finder = correct(receipt, by=member)

    assert (before, printed(receipt.report)) == (["Fred Forwarder"], [])
    assert asked(finder) == [("Fiona", "")]
    with acting_as(SYSTEM):
        apart = Credit.objects.select_related("report").get(reporter=None)
        assert (apart.known_as, apart.answer) == ("Fred Forwarder", CreditAnswerKind.WITHDRAWN)
        assert ReportEvent.objects.filter(kind=EventKind.CREDIT_WITHDRAWN).count() == 1
    with acting_as(finder.viewer):
        assert [credit.known_as for credit in Credit.objects.select_related("report")] == ["Fiona"]


def test_nobody_is_asked_before_the_team_asks(receipt: Receipt, member: User) -> None:
    with acting_as(SYSTEM):
        crediting.prepare(receipt.report, now=MONDAY)

    finder = correct(receipt, by=member)

    assert asked(finder) == [("", "")]
    assert crediting.open_questions(receipt.report) == OpenQuestions(unasked=1)
    assert mails() == [NoticeKind.FINDER]


def test_a_link_that_whoever_passed_it_on_had_made_for_a_finder_opens_nothing(receipt: Receipt, member: User) -> None:
    named_one = crediting.name_finder(receipt.report, known_as="Fin Der", by=receipt.reporter)
    ask(receipt.report, by=member)
    credit_doors.make(named_one, by=receipt.reporter, now=MONDAY)
    with acting_as(SYSTEM):
        before = Credit.objects.get(pk=named_one.pk).door_hash

    correct(receipt, by=member)

    with acting_as(SYSTEM):
        assert (before is None, Credit.objects.get(pk=named_one.pk).door_hash) == (False, None)


@pytest.mark.clause("P6")
def test_an_agreement_to_publish_that_was_not_the_finders_is_none(receipt: Receipt, member: User) -> None:
    set_state(receipt.report, State.TRIAGE)
    with acting_as(factories.looking(member)):
        project = factories.ProjectFactory.create()
        issue = publicity.propose(
            receipt.report, project=project, title="A bug", text="It is one.", by=member, now=MONDAY
        )
    publicity.answer(issue, read=str(issue.pk), agrees=True, by=receipt.reporter, now=MONDAY)

    correct(receipt, by=member)

    with acting_as(SYSTEM):
        assert PublicIssue.objects.get(pk=issue.pk).state == PublicityState.DROPPED
