"""How mail shows in the conversation, and the parts of it that are dangerous to look at."""

import re
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.rate_limits import Scope
from portal.rate_limits import take as take_from_bucket
from portal.viewer import SYSTEM, acting_as
from reports import conversation, sharing
from reports.enums import Channel, Door, EventKind, MailState, Opened, Role, Signed, Vouched
from reports.intake import Receipt
from reports.models import InboundMail, Message, Report, ReportEvent
from reports.views.uploading import TOO_MANY
from teams.models import User
from tests import factories
from tests.people import browser_of
from tests.queries import queries_of
from tests.reports.correspondence.letters import letter, take

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P11")]


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture
def receipt() -> Receipt:
    return factories.receipt()


@pytest.fixture
def asking(member: User) -> Client:
    """The browser of `member`, who has shown their second factor."""
    return browser_of(member)


def wrote(receipt: Receipt, number: int = 0, **fields: object) -> InboundMail:
    """The reporter's mail that is a message."""
    then = timezone.now() + timedelta(seconds=number)
    text = f"**Stars** of mail {number}"
    message = conversation.hear(receipt.reporter, text, now=then, channel=Channel.MAIL)
    with acting_as(SYSTEM):
        values: dict[str, object] = {
            "identity": f"mail {number}",
            "door": Door.MAILBOX,
            "arrived_at": then,
            "state": MailState.JOINED,
            "vouched": Vouched.SERVER,
            "report": receipt.report,
            "message": message,
            "text": text,
            "quoted": "> What did you see?",
            "recipients": "Cc: Eve <eve@example.com>",
            "oddities": "Its text is said to be in an unknown charset.",
            "html": '<p>Hello <b>there</b><img src="https://tracker.example/x.png"><script>alert(1)</script></p>',
            "size": 1,
        }
        return InboundMail.objects.create(**{**values, **fields})


def conversation_of(browser: Client, report: Report) -> str:
    answer = browser.get(f"/reports/{report.reference}/")
    assert answer.status_code == HTTPStatus.OK
    return " ".join(answer.content.decode().split())


def test_a_message_that_came_by_mail_says_so_and_who_vouched_for_it(desk: Client, receipt: Receipt) -> None:
    wrote(receipt)

    page = conversation_of(desk, receipt.report)

    assert "by mail" in page
    assert "our mail server vouches for its sender" in page
    assert "**Stars** of mail 0" in page
    assert "unknown charset" in page
    assert re.search(r"<summary>What it quotes</summary>.*&gt; What did you see\?", page)


@pytest.mark.parametrize("signed", [Signed.FOREIGN, Signed.PARTIAL, Signed.BAD])
def test_no_signature_but_a_good_one_is_shown_as_proof(desk: Client, receipt: Receipt, signed: Signed) -> None:
    wrote(receipt, signed=signed)

    page = conversation_of(desk, receipt.report)

    assert ("that proves nothing" in page, "signed by the sender" in page) == (True, False)


@pytest.mark.clause("P8")
def test_people_on_it_are_shown_to_who_asked_and_what_it_quotes_not_to_the_patch_team(
    member: User, receipt: Receipt
) -> None:
    mail = wrote(receipt)
    developer = factories.maintainer()
    with acting_as(factories.looking(member)):
        sharing.share(
            receipt.report, to=developer, role=Role.DEVELOPER, reason="Fixes it.", by=member, now=timezone.now()
        )
    desk = browser_of(member)

    before = conversation_of(desk, receipt.report)
    desk.post(f"/reports/{receipt.report.reference}/reporter/")
    after = conversation_of(desk, receipt.report)
    of_developer = conversation_of(browser_of(developer), receipt.report)

    assert ("eve@example.com" in before, "eve@example.com" in after) == (False, True)
    assert "What did you see" not in of_developer
    assert mail.code not in of_developer
    assert "our mail server vouches" in of_developer


@pytest.mark.parametrize("count", [1, 3])
def test_the_conversation_costs_the_same_with_three_mails_as_with_one(
    desk: Client, receipt: Receipt, count: int
) -> None:
    for number in range(count):
        wrote(receipt, number)
    desk.get(f"/reports/{receipt.report.reference}/")

    assert queries_of(desk, f"/reports/{receipt.report.reference}/") == 12


@pytest.mark.clause("P8")
def test_its_html_and_its_signer_are_shown_to_who_asked_who_sent_it(asking: Client, receipt: Receipt) -> None:
    mail = wrote(receipt, signed=Signed.GOOD, signer="ABCDEF0123456789")
    place = f"/reports/mail/{mail.code}/"

    before, refused = asking.get(place).content.decode(), asking.get(f"{place}html/")
    asking.post(f"/reports/{receipt.report.reference}/reporter/")
    after, shown = asking.get(place).content.decode(), asking.get(f"{place}html/")

    assert ("ABCDEF0123456789" in before, f"{place}html/" in before, refused["Location"]) == (False, False, place)
    assert ("ABCDEF0123456789" in after, f"{place}html/" in after, shown.status_code) == (True, True, HTTPStatus.OK)


@pytest.mark.clause("P8")
def test_what_a_bounce_says_names_the_reporter_and_waits_for_who_asked(asking: Client, receipt: Receipt) -> None:
    mail = wrote(receipt, state=MailState.BOUNCE, message=None, text="No such user: robin@example.net")
    place = f"/reports/mail/{mail.code}/"

    before = asking.get(place).content.decode()
    asking.post(f"/reports/{receipt.report.reference}/reporter/")
    after = asking.get(place).content.decode()

    assert ("robin@example.net" in before, "What did you see?" in before) == (False, False)
    assert ("robin@example.net" in after, "What did you see?" in after) == (True, True)


def test_its_html_is_shown_without_anything_that_acts_or_loads(asking: Client, receipt: Receipt) -> None:
    mail = wrote(receipt)
    asking.post(f"/reports/{receipt.report.reference}/reporter/")

    answer = asking.get(f"/reports/mail/{mail.code}/html/")

    page = answer.content.decode()
    assert "<b>there</b>" in page or "<strong>there</strong>" in page
    assert ("<script" in page, "tracker.example/x.png" in page and "<img" in page) == (False, False)
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'; style-src 'self'")


@pytest.mark.clause("P8")
def test_the_source_is_a_download_that_the_history_keeps_as_a_look_at_who_reported_it(
    asking: Client, member: User
) -> None:
    raw = bytes(letter())
    mail = take(raw)

    read = asking.get(f"/reports/mail/{mail.code}/source/")
    answer = asking.post(f"/reports/mail/{mail.code}/source/")

    assert (read.status_code, answer.getvalue()) == (HTTPStatus.METHOD_NOT_ALLOWED, raw)
    assert answer["Content-Disposition"] == f'attachment; filename="mail-{mail.code}.eml"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    with acting_as(SYSTEM):
        kinds = [EventKind.IDENTITY_REVEALED, EventKind.FILE_DOWNLOADED]
        events = ReportEvent.objects.filter(report=mail.report, kind__in=kinds)
        assert {(event.kind, event.user, event.details.get("mail")) for event in events} == {
            (EventKind.IDENTITY_REVEALED, member, None),
            (EventKind.FILE_DOWNLOADED, member, mail.pk),
        }


def test_a_mail_without_html_and_a_source_that_is_gone_are_told(asking: Client, receipt: Receipt) -> None:
    mail = wrote(receipt, html="", storage_key="0" * 32)
    asking.post(f"/reports/{receipt.report.reference}/reporter/")

    shown = asking.get(f"/reports/mail/{mail.code}/html/")
    taken = asking.post(f"/reports/mail/{mail.code}/source/", follow=True)

    assert shown.status_code == HTTPStatus.NOT_FOUND
    assert "The source is not where it was kept" in taken.content.decode()


@pytest.mark.clause("P4")
def test_what_a_member_could_open_stands_in_the_conversation_from_then_on(desk: Client, receipt: Receipt) -> None:
    mail = wrote(receipt, opened=Opened.SHUT, text="")
    flagged = conversation_of(desk, receipt.report)

    handed = desk.post(f"/reports/mail/{mail.code}/opened/", {"words": "It was the parser."})
    again = desk.post(f"/reports/mail/{mail.code}/opened/", {"words": "No, the lexer."}, follow=True)

    page = conversation_of(desk, receipt.report)
    assert "Open it on your own machine" in flagged
    assert (handed.status_code, "It has been opened already" in again.content.decode()) == (HTTPStatus.FOUND, True)
    assert ("It was the parser." in page, "Open it on your own machine" in page) == (True, False)
    with acting_as(SYSTEM):
        assert Message.objects.get(pk=mail.message_id).body == "It was the parser."
        assert ReportEvent.objects.filter(report=receipt.report, kind=EventKind.MAIL_OPENED).count() == 1


def test_a_decrypted_mail_can_be_handed_in_as_a_file_and_only_its_words_are_taken(
    desk: Client, receipt: Receipt
) -> None:
    mail = wrote(receipt, opened=Opened.SHUT, text="")
    inner = b"Content-Type: text/plain; charset=utf-8\r\n\r\nIt was the parser.\r\n"

    desk.post(f"/reports/mail/{mail.code}/opened/", {"file": SimpleUploadedFile("mail.txt", inner)})

    with acting_as(SYSTEM):
        assert InboundMail.objects.get(pk=mail.pk).text.strip() == "It was the parser."


def test_nothing_handed_in_is_told(desk: Client, receipt: Receipt) -> None:
    mail = wrote(receipt, opened=Opened.SHUT, text="")

    answer = desk.post(f"/reports/mail/{mail.code}/opened/", {"words": " "})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Write what it says" in answer.content.decode()


def test_so_many_files_from_one_network_are_refused_and_no_word_handed_in_is(desk: Client, receipt: Receipt) -> None:
    mail, file = wrote(receipt, opened=Opened.SHUT, text=""), SimpleUploadedFile("mail.txt", b"It was the parser.")
    with time_machine.travel(timezone.now(), tick=False):
        for _ in range(Scope.UPLOAD.burst):
            take_from_bucket(Scope.UPLOAD, "127.0.0.1", now=timezone.now())

        refused = desk.post(f"/reports/mail/{mail.code}/opened/", {"words": "Every word of it.", "file": file})
        typed = desk.post(f"/reports/mail/{mail.code}/opened/", {"words": "Every word of it."})

    assert (refused.status_code, typed.status_code) == (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.FOUND)
    assert TOO_MANY in refused.content.decode()
    assert "Every word of it.</textarea>" in refused.content.decode()
