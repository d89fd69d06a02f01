"""What members see of mail that came in, and what they decide about it."""

from http import HTTPStatus
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind, MailState, PutAside
from reports.models import InboundMail, Report, ReportEvent
from teams.enums import AccountEventKind
from teams.models import AccountEvent, User
from tests import factories
from tests.people import browser_of
from tests.queries import queries_of
from tests.reports.correspondence.letters import ADA, OUR_SERVER, letter, take

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P11")]
MARKUP = "Look: **not bold** & <b>neither</b>\n\n  - kept\n  - as typed"


@pytest.fixture(autouse=True)
def mail_comes_in(settings: Settings, tmp_path: Path) -> None:
    settings.REPLY_ADDRESS = "security+{token}@example.org"
    settings.MAIL_SERVERS = [OUR_SERVER]
    settings.MAIL_CHECKS_DKIM = False
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture
def report() -> Report:
    report = take(letter(), at=timezone.now()).report
    assert report is not None
    return report


def aside(report: Report, *, text: str = MARKUP) -> InboundMail:
    message = letter(subject=f"About {report.reference}", text=text, vouched=False, Cc="Eve <eve@example.com>")
    return take(message, at=timezone.now())


def place(mail: InboundMail) -> str:
    return f"/reports/mail/{mail.code}/"


def reread(mail: InboundMail) -> InboundMail:
    with acting_as(SYSTEM):
        return InboundMail.objects.select_related("report").get(pk=mail.pk)


def test_a_mail_that_waits_is_listed_with_its_reason_and_without_its_sender(desk: Client, report: Report) -> None:
    mail = aside(report)

    page = desk.get("/reports/quarantine/").content.decode()

    assert (place(mail) in page, "Nobody vouches for its sender" in page) == (True, True)
    assert (ADA in page, "eve@example.com" in page) == (False, False)


def test_its_page_shows_the_text_as_it_was_typed_and_the_people_once_asked(member: User, report: Report) -> None:
    mail, browser = aside(report), browser_of(member)

    before = browser.get(place(mail)).content.decode()
    revealed = browser.post(f"/reports/{report.reference}/reporter/", {"mail": mail.code})
    after = browser.get(place(mail)).content.decode()

    assert "Look: **not bold** &amp; &lt;b&gt;neither&lt;/b&gt;\n\n  - kept" in before
    assert (ADA in before, "eve@example.com" in before) == (False, False)
    assert revealed["Location"] == place(mail)
    assert (ADA in after, "eve@example.com" in after) == (True, True)
    assert "Nobody gains anything by being named here" in after


def test_a_member_takes_it_in_and_the_reporter_reads_their_own_words(desk: Client, report: Report) -> None:
    mail = aside(report)

    answer = desk.post(place(mail), {"verb": "accept"})

    page = desk.get(answer["Location"]).content.decode()
    assert answer["Location"] == f"/reports/{report.reference}/"
    assert "Look: **not bold** &amp; &lt;b&gt;neither&lt;/b&gt;\n\n  - kept" in page
    assert reread(mail).state == MailState.JOINED


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Choose one of them."),
        ({"verb": "throw"}, "Choose one of them."),
        ({"verb": "refuse"}, "Say why it is refused"),
        ({"verb": "move", "reference": "WSC-0000-0000"}, "no report with this reference that you may read"),
        ({"verb": "move", "reference": "\x00"}, "cannot be kept"),
    ],
)
def test_what_is_missing_is_told_and_nothing_typed_is_lost(
    desk: Client, report: Report, said: dict[str, str], sentence: str
) -> None:
    mail = aside(report)

    answer = desk.post(place(mail), {**said, "reason": said.get("reason", ""), "lets_sender_in": "on"})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert (sentence in answer.content.decode(), answer.context["form"]["lets_sender_in"].value()) == (True, True)
    assert reread(mail).state == MailState.ASIDE


def test_an_old_page_says_that_somebody_was_quicker(desk: Client, report: Report) -> None:
    mail = aside(report)
    first = browser_of(factories.member()).post(place(mail), {"verb": "refuse", "reason": "Forged."})

    second = desk.post(place(mail), {"verb": "refuse", "reason": "Me too."})

    assert (first.status_code, second.status_code) == (HTTPStatus.FOUND, HTTPStatus.CONFLICT)
    assert "Somebody has settled this mail already" in second.content.decode()
    assert reread(mail).refusal == "Forged."


@pytest.mark.clause("P8")
def test_a_mail_cannot_be_moved_to_a_report_that_one_may_not_read(desk: Client, member: User, report: Report) -> None:
    mail, other = aside(report), factories.receipt().report
    with acting_as(SYSTEM):
        other.recusals.create(user=member, reason="Wrote it.")

    answer = desk.post(place(mail), {"verb": "move", "reference": other.reference})
    never = desk.post(place(mail), {"verb": "move", "reference": "WSC-0000-0000"})

    assert answer.status_code == never.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert reread(mail).report == report


def test_looking_at_a_mail_stands_in_the_history(desk: Client, report: Report) -> None:
    mail = aside(report)

    desk.get(place(mail))
    desk.get(place(mail))

    with acting_as(SYSTEM):
        events = ReportEvent.objects.filter(report=report, kind=EventKind.READ)
        assert [event.details["what"] for event in events] == ["mail"]


def test_a_sign_up_mail_is_folded_and_named(desk: Client, report: Report) -> None:
    mail = aside(report, text="Your code is 123456")
    with acting_as(SYSTEM):
        InboundMail.objects.filter(pk=mail.pk).update(why=PutAside.SIGN_UP)

    listed = desk.get("/reports/quarantine/").content.decode()
    page = desk.get(place(mail)).content.decode()

    assert "123456" not in listed
    assert ("do not follow it" in page, 'value="accept"' in page) == (True, False)


def test_automatic_and_ignored_mail_can_be_looked_over(desk: Client) -> None:
    mail = take(
        letter(subject="I am on holiday", Auto_Submitted="auto-replied", In_Reply_To="<1@example.org>"),
        at=timezone.now(),
    )

    page = desk.get("/reports/quarantine/").content.decode()

    assert ("Automatic and ignored mail of the last 30 days" in page, place(mail) in page) == (True, True)


def test_looking_at_a_mail_of_no_report_and_taking_it_stands_in_ones_own_record(member: User, report: Report) -> None:
    mail, browser = aside(report), browser_of(member)
    with acting_as(SYSTEM):
        InboundMail.objects.filter(pk=mail.pk).update(report=None)

    browser.get(place(mail))
    browser.get(place(mail))
    browser.post(f"{place(mail)}source/").getvalue()

    with acting_as(SYSTEM):
        kinds = [AccountEventKind.MAIL_READ, AccountEventKind.MAIL_TAKEN]
        told = AccountEvent.objects.filter(user=member, kind__in=kinds).order_by("pk")
        assert [(event.kind, event.details["mail"]) for event in told] == [(kind, mail.pk) for kind in kinds]


@pytest.mark.clause("P8")
def test_others_learn_nothing_of_it(report: Report) -> None:
    mail, outsider = aside(report), browser_of(factories.maintainer())

    real = outsider.get(place(mail))
    never = outsider.get("/reports/mail/nosuchmail/")

    assert (real.status_code, never.status_code) == (HTTPStatus.NOT_FOUND, HTTPStatus.NOT_FOUND)
    assert place(mail) not in outsider.get("/reports/quarantine/").content.decode()


def test_the_quarantine_costs_the_same_with_three_mails_as_with_one(desk: Client, report: Report) -> None:
    aside(report)
    desk.get("/reports/quarantine/")  # the record keeps once an hour that somebody looked
    with_one = queries_of(desk, "/reports/quarantine/")
    for number in range(2):
        aside(report, text=f"Number {number}")
        aside(factories.receipt().report, text=f"Other {number}")

    assert (with_one, queries_of(desk, "/reports/quarantine/")) == (8, 8)
