"""Who is asked how they want to be named, and what of it gets into print."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction

from disclosures import credit_answers
from disclosures import credits as crediting
from disclosures.credit_answers import OtherWords, Said
from disclosures.credits import OpenQuestions
from disclosures.enums import AnswerChannel, CreditAnswerKind, CreditKind
from disclosures.models import Credit, CreditAnswer
from portal.viewer import SYSTEM, acting_as
from reports import tracking
from reports.enums import CreditWish, EventKind, NoticeKind, Role, State
from reports.guards import Refused
from reports.intake import Receipt
from reports.models import Notification, Report, ReportEvent
from reports.readiness import readiness_of
from teams.models import User
from tests import factories
from tests.disclosures.crediting import (
    MONDAY,
    ask,
    confirmed,
    credit_of,
    developer,
    duplicate_of,
    named,
    printed,
    says,
    set_state,
)

pytestmark = pytest.mark.django_db
ANONYMOUS = Said(kind=CreditAnswerKind.ANONYMOUS)
NOT_AT_ALL = Said(kind=CreditAnswerKind.NOT_AT_ALL)


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member", github_login="mira")


@pytest.fixture
def receipt(member: User) -> Receipt:
    del member
    return confirmed()


def told(kind: NoticeKind) -> list[str]:
    """The addresses that a mail of this kind goes to."""
    with acting_as(SYSTEM):
        rows = Notification.objects.filter(kind=kind, reporter__isnull=False).select_related("reporter__report")
        return sorted(row.reporter.email for row in rows if row.reporter)


def proofs(credit: Credit) -> list[tuple[str, str, str]]:
    with acting_as(SYSTEM):
        rows = CreditAnswer.objects.filter(credit=credit).select_related("report")
        return [(row.answer, row.channel, row.text) for row in rows]


def kinds() -> list[str]:
    with acting_as(SYSTEM):
        return [event.kind for event in ReportEvent.objects.filter(kind__startswith="credit").order_by("pk")]


@pytest.mark.clause("P17")
@pytest.mark.clause("P18")
def test_everybody_who_may_be_thanked_is_asked_once(receipt: Receipt, member: User) -> None:
    report = receipt.report
    tracking.invite(
        receipt.reporter, name="Kim", email="kim@example.net", may_read_everything=True, token="t", now=MONDAY
    )
    duplicate_of(report)
    developer(report, name="Dev Eloper", github_login="dev")
    developer(report, name="Rev Iewer", github_login="rev", role=Role.REVIEWER)
    developer(report, name="Ob Server", role=Role.OBSERVER)
    crediting.name_finder(report, known_as="Fin Der", by=receipt.reporter)

    asked = ask(report, by=member), ask(report, by=member, now=MONDAY + timedelta(hours=1))

    with acting_as(SYSTEM):
        rows = [(row.kind, row.asked_text) for row in Credit.objects.select_related("report")]
    assert asked == (6, 0)
    assert sorted(rows) == [
        (CreditKind.FINDER, "Fin Der"),
        (CreditKind.REMEDIATION_DEVELOPER, "Dev Eloper (@dev)"),
        (CreditKind.REMEDIATION_REVIEWER, "Rev Iewer (@rev)"),
        (CreditKind.REPORTER, "Dora Duplicate"),
        (CreditKind.REPORTER, "Kim"),
        (CreditKind.REPORTER, "Robin Reporter"),
    ]
    assert told(NoticeKind.CREDIT_ASKED) == ["dora@example.net", "kim@example.net", "reporter@example.net"]
    assert printed(report) == []


@pytest.mark.clause("P17")
def test_the_wish_of_a_report_is_what_is_proposed_and_consents_to_nothing(receipt: Receipt, member: User) -> None:
    tracking.wish_for_credit(receipt.reporter, wish=CreditWish.YES, name="Robin R.", now=MONDAY)

    ask(receipt.report, by=member)

    assert credit_of(receipt).asked_text == "Robin R."
    assert printed(receipt.report) == []


@pytest.mark.clause("P17")
def test_whoever_said_no_when_they_reported_is_asked_nothing(receipt: Receipt, member: User) -> None:
    tracking.wish_for_credit(receipt.reporter, wish=CreditWish.NO, name="", now=MONDAY)

    asked = ask(receipt.report, by=member)

    credit = credit_of(receipt)
    assert (asked, credit.answer, credit.asked_at) == (0, CreditAnswerKind.NOT_AT_ALL, None)
    assert proofs(credit) == [(CreditAnswerKind.NOT_AT_ALL, AnswerChannel.PAGE, "")]
    assert told(NoticeKind.CREDIT_ASKED) == []
    assert crediting.open_questions(receipt.report) == OpenQuestions()


@pytest.mark.parametrize("state", [State.RECEIVED, State.TRIAGE])
def test_nobody_is_asked_before_there_is_anything_to_thank_for(receipt: Receipt, member: User, state: State) -> None:
    set_state(receipt.report, state)

    with pytest.raises(Refused, match="once the vulnerability is confirmed"):
        ask(receipt.report, by=member)


@pytest.mark.clause("P17")
def test_whoever_worked_on_the_fix_is_asked_by_mail_and_not_told_for_which(receipt: Receipt, member: User) -> None:
    with_address = developer(receipt.report, email="dev@example.org")
    developer(receipt.report, email="")

    ask(receipt.report, by=member)

    with acting_as(SYSTEM):
        told = Notification.objects.filter(kind=NoticeKind.CREDIT_OF_WORK)
        assert [(row.user, row.report) for row in told.select_related("user")] == [(with_address, None)]


def test_a_developer_asks_nobody(receipt: Receipt) -> None:
    user = developer(receipt.report)

    with acting_as(factories.looking(user, is_member=False)), pytest.raises(Refused, match="role"):
        crediting.ask(receipt.report, by=user, now=MONDAY)


@pytest.mark.clause("P17")
def test_exactly_what_they_saw_is_printed_and_kept_with_its_proof(receipt: Receipt, member: User) -> None:
    ask(receipt.report, by=member)
    said = named("Robin Reporter", handle="robin", organisation="Example GmbH")

    says(receipt, said)
    says(receipt, said)

    credit = credit_of(receipt)
    text = "Robin Reporter (@robin, Example GmbH)"
    assert printed(receipt.report) == [text]
    assert (credit.name, credit.handle, credit.organisation) == ("Robin Reporter", "robin", "Example GmbH")
    assert proofs(credit) == [(CreditAnswerKind.NAMED, AnswerChannel.PAGE, text)]
    assert kinds() == [EventKind.CREDIT_ASKED, EventKind.CREDIT_ANSWERED]


@pytest.mark.clause("P17")
def test_nobody_agrees_to_words_that_they_did_not_see(receipt: Receipt, member: User) -> None:
    ask(receipt.report, by=member)

    with acting_as(receipt.reporter.viewer), pytest.raises(OtherWords):
        credit_answers.answer(
            credit_of(receipt), named("Robin R."), agreed="Robin Reporter", by=receipt.reporter, now=MONDAY
        )

    assert (printed(receipt.report), proofs(credit_of(receipt))) == ([], [])


@pytest.mark.parametrize("said", [ANONYMOUS, NOT_AT_ALL])
@pytest.mark.clause("P17")
def test_whoever_wants_no_name_gets_none(receipt: Receipt, member: User, said: Said) -> None:
    ask(receipt.report, by=member)
    says(receipt, named())

    says(receipt, said, now=MONDAY + timedelta(hours=2))

    assert printed(receipt.report) == []
    assert [answer for answer, _, _ in proofs(credit_of(receipt))] == [CreditAnswerKind.NAMED, said.kind]


@pytest.mark.clause("P17")
def test_a_consent_can_be_taken_back_and_given_again(receipt: Receipt, member: User) -> None:
    ask(receipt.report, by=member)
    says(receipt, named())
    before = printed(receipt.report)

    with acting_as(receipt.reporter.viewer):
        credit_answers.withdraw(credit_of(receipt), by=receipt.reporter, now=MONDAY + timedelta(hours=2))
    after = printed(receipt.report)
    says(receipt, named("R. R."), now=MONDAY + timedelta(hours=3))

    assert (before, after, printed(receipt.report)) == (["Robin Reporter"], [], ["R. R."])
    assert EventKind.CREDIT_WITHDRAWN in kinds()


def test_who_agreed_to_nothing_has_nothing_to_take_back(receipt: Receipt, member: User) -> None:
    ask(receipt.report, by=member)

    with acting_as(receipt.reporter.viewer), pytest.raises(Refused, match="no consent"):
        credit_answers.withdraw(credit_of(receipt), by=receipt.reporter, now=MONDAY)


@pytest.mark.clause("P17")
def test_nobody_answers_for_somebody_else(receipt: Receipt, member: User) -> None:
    other = duplicate_of(receipt.report)
    user = developer(receipt.report)
    ask(receipt.report, by=member)
    said = named()

    for by in (other.reporter, user):
        with acting_as(SYSTEM), pytest.raises(Refused, match="Only whom it names"):
            credit_answers.answer(credit_of(receipt), said, agreed=said.text, by=by, now=MONDAY)

    assert printed(receipt.report) == []


@pytest.mark.clause("P17")
def test_a_member_enters_what_they_were_told_and_how_they_know(receipt: Receipt, member: User) -> None:
    ask(receipt.report, by=member)
    credit, said = credit_of(receipt), named("Robin R.")
    with acting_as(factories.looking(member)):
        with pytest.raises(Refused, match="Say how you know"):
            credit_answers.answer_for(
                credit, said, agreed=said.text, channel=AnswerChannel.MAIL, note=" ", by=member, now=MONDAY
            )

        credit_answers.answer_for(
            credit,
            said,
            agreed=said.text,
            channel=AnswerChannel.MAIL,
            note="By mail of 2 March.",
            by=member,
            now=MONDAY,
        )

    with acting_as(SYSTEM):
        proof = CreditAnswer.objects.select_related("report").get()
    assert printed(receipt.report) == ["Robin R."]
    assert (proof.channel, proof.note, proof.entered_by) == (AnswerChannel.MAIL, "By mail of 2 March.", member)


@pytest.mark.clause("P18")
def test_who_reported_it_again_is_thanked_with_the_others_and_neither_sees_the_other(
    receipt: Receipt, member: User
) -> None:
    other = duplicate_of(receipt.report)
    ask(receipt.report, by=member)

    says(receipt, named())
    says(other, named("Dora"))

    assert printed(receipt.report) == ["Robin Reporter", "Dora"]
    for each in (receipt, other):
        with acting_as(each.reporter.viewer):
            assert [row.reporter_id for row in Credit.objects.all()] == [each.reporter.pk]
            assert {row.credit.reporter_id for row in CreditAnswer.objects.select_related("credit")} == {
                each.reporter.pk
            }


@pytest.mark.clause("P18")
def test_a_report_that_is_no_duplicate_any_more_thanks_nobody_there(receipt: Receipt, member: User) -> None:
    other = duplicate_of(receipt.report)
    ask(receipt.report, by=member)
    says(other, named("Dora"))

    with acting_as(SYSTEM):
        type(other.report).objects.filter(pk=other.report.pk).update(duplicate_of=None)

    assert printed(receipt.report) == []


@pytest.mark.clause("P18")
def test_a_reporter_relays_what_a_finder_agreed_to(receipt: Receipt, member: User) -> None:
    finder = crediting.name_finder(receipt.report, known_as="Fin Der", by=receipt.reporter)
    again = crediting.name_finder(receipt.report, known_as="Fin Der", by=receipt.reporter)
    ask(receipt.report, by=member)

    with acting_as(receipt.reporter.viewer):
        said = named("Fin Der", organisation="University of Examples")
        credit_answers.answer(finder, said, agreed=said.text, by=receipt.reporter, now=MONDAY)

    assert again == finder
    assert printed(receipt.report) == ["Fin Der (University of Examples)"]
    with acting_as(SYSTEM):
        assert CreditAnswer.objects.select_related("report").get().note == credit_answers.RELAYED


@pytest.mark.clause("P18")
def test_whoever_left_the_patch_team_can_still_take_their_name_back(receipt: Receipt, member: User) -> None:
    user = developer(receipt.report, name="Dev Eloper", github_login="dev")
    ask(receipt.report, by=member)
    with acting_as(factories.looking(user, is_member=False)):
        (credit,) = credit_answers.of_person(user)
        said = named("Dev Eloper", handle="dev")
        credit_answers.answer(credit, said, agreed=said.text, by=user, now=MONDAY)
    before = printed(receipt.report)
    with acting_as(SYSTEM):
        receipt.report.grants.filter(user=user).update(revoked_at=MONDAY)

    with acting_as(factories.looking(user, is_member=False)):
        (credit,) = credit_answers.of_person(user)
        credit_answers.withdraw(credit, by=user, now=MONDAY + timedelta(days=1))

    assert (before, printed(receipt.report)) == (["Dev Eloper (@dev)"], [])


def test_nobody_with_an_account_claims_another_login(receipt: Receipt, member: User) -> None:
    user = developer(receipt.report, github_login="dev")
    ask(receipt.report, by=member)

    with acting_as(factories.looking(user, is_member=False)):
        (credit,) = credit_answers.of_person(user)
        said = named("Dev", handle="torvalds")
        with pytest.raises(Refused, match="not your login"):
            credit_answers.answer(credit, said, agreed=said.text, by=user, now=MONDAY)


@pytest.mark.clause("P18")
def test_what_nobody_has_answered_or_asked_keeps_a_report_open(receipt: Receipt, member: User) -> None:
    other = duplicate_of(receipt.report)
    before = crediting.open_questions(receipt.report)
    ask(receipt.report, by=member)
    asked = crediting.open_questions(receipt.report)

    says(receipt, named())
    says(other, ANONYMOUS)

    assert (before, asked) == (OpenQuestions(unasked=2), OpenQuestions(unanswered=2))
    assert not crediting.open_questions(receipt.report)


def test_a_mail_that_waits_does_not_ask_what_is_answered(receipt: Receipt, member: User) -> None:
    ask(receipt.report, by=member)

    says(receipt, named())

    with acting_as(SYSTEM):
        assert [row.state for row in Notification.objects.filter(kind=NoticeKind.CREDIT_ASKED)] == ["dropped"]


@pytest.mark.clause("P9")
def test_everybody_who_reported_it_is_thanked_in_writing_once(receipt: Receipt) -> None:
    duplicate_of(receipt.report)

    with acting_as(SYSTEM):
        crediting.thank(receipt.report, now=MONDAY)
        crediting.thank(receipt.report, now=MONDAY + timedelta(days=1))

    assert told(NoticeKind.THANKS) == ["dora@example.net", "reporter@example.net"]


@pytest.mark.clause("P9")
def test_a_rehearsal_thanks_and_asks_nobody(receipt: Receipt, member: User) -> None:
    with acting_as(SYSTEM):
        type(receipt.report).objects.update(is_rehearsal=True)
        receipt.report.refresh_from_db()

    ask(receipt.report, by=member)
    with acting_as(SYSTEM):
        crediting.thank(receipt.report, now=MONDAY)

    assert told(NoticeKind.THANKS) + told(NoticeKind.CREDIT_ASKED) == []


def test_the_database_lets_nobody_change_a_proof(receipt: Receipt, member: User) -> None:
    ask(receipt.report, by=member)
    says(receipt, named())

    with acting_as(SYSTEM):
        for change in ({"answer": CreditAnswerKind.ANONYMOUS}, {"at": MONDAY}, {"channel": AnswerChannel.MAIL}):
            with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
                CreditAnswer.objects.update(**change)
        row = CreditAnswer.objects.select_related("report").get()
        row.text = "Somebody else"
        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            row.save(update_fields=["text"])


@pytest.mark.clause("P18")
def test_whoever_reported_it_again_after_everybody_was_asked_is_asked_before_it_is_closed(
    member: User, receipt: Receipt
) -> None:
    def unanswered() -> int:
        with acting_as(factories.looking(member)):
            return readiness_of(Report.objects.get(pk=receipt.report.pk), now=MONDAY).disclosure.unanswered

    ask(receipt.report, by=member)
    says(receipt, named())
    before = unanswered()
    late = duplicate_of(receipt.report)
    found = unanswered()
    ask(receipt.report, by=member)
    asked = unanswered()
    says(late, named("Dora"))

    assert (before, found, asked, unanswered()) == (0, 1, 1, 0)
