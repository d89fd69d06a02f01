"""Whoever is forgotten is thanked by name no more, and the proofs keep no word of theirs."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from disclosures import credit_places
from disclosures import credits as crediting
from disclosures.consent import consented
from disclosures.enums import CreditAnswerKind, CreditPlaceKind
from disclosures.models import Credit, CreditAnswer
from portal.policy.retention import Retention
from portal.viewer import SYSTEM, acting_as
from reports import tasks as report_tasks
from reports.enums import NoticeKind, State
from reports.intake import Receipt
from reports.models import Notification, Report
from teams.models import User
from tests import factories
from tests.disclosures.crediting import MONDAY, ask, confirmed, credit_of, developer, named, printed, says

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> User:
    return factories.member()


@pytest.fixture
def receipt(member: User) -> Receipt:
    receipt = confirmed()
    crediting.name_finder(receipt.report, known_as="Fin Der", by=receipt.reporter)
    ask(receipt.report, by=member)
    says(receipt, named("Robin Reporter", handle="robin", organisation="Example GmbH"))
    return receipt


def publish(report: Report) -> None:
    with acting_as(SYSTEM):
        page = credit_places.Place(kind=CreditPlaceKind.PAGE)
        people = consented(report)
        credit_places.note_printed(report, [page], people=people, now=MONDAY + timedelta(hours=2))


def words() -> set[str]:
    """Everything that is still said about people."""
    with acting_as(SYSTEM):
        rows = Credit.objects.filter(user=None).select_related("report")
        answers = CreditAnswer.objects.select_related("report")
        said = {
            text
            for row in rows
            for text in (row.known_as, row.asked_text, row.name, row.handle, row.organisation, row.text)
        }
        return (said | {text for row in answers for text in (row.text, row.note)}) - {""}


@pytest.mark.clause("P17")
def test_whoever_asks_to_be_forgotten_is_named_nowhere_any_more(receipt: Receipt, member: User) -> None:
    publish(receipt.report)
    before = words()

    call_command("forget_reporter", receipt.report.reference)
    call_command("forget_reporter", receipt.report.reference)

    assert "Robin Reporter (@robin, Example GmbH)" in before
    assert (words(), printed(receipt.report)) == (set(), [])
    assert credit_of(receipt).answer == CreditAnswerKind.WITHDRAWN
    assert not crediting.open_questions(receipt.report)
    with acting_as(SYSTEM):
        assert [place.kind for place in credit_places.to_write_again(receipt.report)] == [CreditPlaceKind.PAGE]
        assert Notification.objects.get(kind=NoticeKind.CREDIT_GONE).user == member
        assert [row.answer for row in CreditAnswer.objects.all()] == [CreditAnswerKind.NAMED]


def test_who_fixed_it_is_not_forgotten_with_who_reported_it(receipt: Receipt, member: User) -> None:
    developer(receipt.report, name="Dev Eloper", github_login="dev")
    ask(receipt.report, by=member)

    call_command("forget_reporter", receipt.report.reference)

    with acting_as(SYSTEM):
        kept = Credit.objects.select_related("report").get(user__github_login="dev")
        assert kept.asked_text == "Dev Eloper (@dev)"


@pytest.mark.parametrize("in_print", [True, False])
@pytest.mark.clause("P18")
def test_time_alone_takes_nobodys_thanks_out_of_print(receipt: Receipt, settings: Settings, *, in_print: bool) -> None:
    settings.POLICY = replace(settings.POLICY, retention=Retention(identities_months=24, reports_months=0))
    if in_print:
        publish(receipt.report)
    with acting_as(SYSTEM):
        long_ago = timezone.now() - timedelta(days=1000)
        Report.objects.filter(pk=receipt.report.pk).update(state=State.CLOSED, closed_at=long_ago)

    report_tasks.forget()

    kept = ["Robin Reporter (@robin, Example GmbH)"] if in_print else []
    assert printed(receipt.report) == kept
    assert {word for word in words() if "Robin" in word} == ({"Robin Reporter", *kept} if in_print else set())
    assert "Fin Der" not in words()
