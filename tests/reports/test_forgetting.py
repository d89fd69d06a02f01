"""What is forgotten is gone, what happened stays, and the pages say so."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import TestCase
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.audit import ledger
from portal.policy.retention import Retention
from portal.sealed.box import SealBroken
from portal.sealed.fields import ERASED
from portal.viewer import SYSTEM, acting_as
from reports import conversation, forgetting, lifecycle, search, staging, submissions, tasks, tracking
from reports.enums import DeclineReason, EventKind, NoticeState
from reports.guards import Decision, Refused
from reports.intake import Receipt
from reports.lifecycle import Move
from reports.models import Message, Notification, Report, Reporter, ReportEvent
from reports.tracking import NoSuchLink
from teams.models import User
from tests import factories
from tests.people import browser_of
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=1000)


@pytest.fixture
def files(settings: Settings, tmp_path: Path) -> Path:
    settings.FILES_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


@pytest.fixture
def receipt(files: Path) -> Receipt:
    """A report with a file, answered once."""
    del files
    token = submissions.new(now=LONG_AGO)
    upload = SimpleUploadedFile("kolibri.txt", b"Kolibri")
    kept = staging.stage([upload], submission=token, now=LONG_AGO).kept
    return factories.receipt(
        LONG_AGO, token=token.value, summary="Kolibri escapes", name="Zoë Quinn", files=[each.file for each in kept]
    )


class Close(Protocol):
    def __call__(self, report: Report, *, now: datetime = LONG_AGO) -> None: ...


@pytest.fixture
def close(member: User) -> Close:
    def closed(report: Report, *, now: datetime = LONG_AGO) -> None:
        decision = Decision(message="It is intended.", reason=DeclineReason.INTENDED)
        with acting_as(factories.looking(member)):
            lifecycle.move(Report.objects.get(pk=report.pk), Move.DECLINE, by=member, decision=decision, now=now)

    return closed


def forget(receipt: Receipt, *, keep_links: bool = False) -> None:
    call_command("forget_reporter", receipt.report.reference.lower(), keep_links=keep_links)


def erased(report: Report) -> None:
    with acting_as(SYSTEM), TestCase.captureOnCommitCallbacks(execute=True):
        forgetting.erase(report, now=timezone.now())


def kinds() -> list[str]:
    with acting_as(SYSTEM):
        return [event.kind for event in ReportEvent.objects.order_by("pk")]


def found(words: str) -> int:
    with acting_as(SYSTEM):
        return search.matching(Report.objects.all(), query=words).count()


@pytest.mark.usefixtures("member")
def test_a_forgotten_reporter_has_no_name_no_address_and_no_way_in(receipt: Receipt) -> None:
    tracking.invite(
        receipt.reporter, name="Kim", email="kim@example.net", may_read_everything=True, token="t", now=LONG_AGO
    )
    before = found("zoe"), found("kim"), found("kolibri")

    forget(receipt)
    forget(receipt)

    with acting_as(SYSTEM):
        people = list(Reporter.objects.select_related("report"))
        waiting = Notification.objects.filter(reporter__isnull=False, state=NoticeState.PENDING).count()
    assert before == (1, 1, 1)
    assert [(each.name, each.email, each.email_index, each.credit_name) for each in people] == [("", "", "", "")] * 2
    assert (found("zoe"), found("kim"), found("example"), found("kolibri")) == (0, 0, 0, 1)
    assert waiting == 0
    with pytest.raises(NoSuchLink):
        tracking.enter(receipt.key, now=timezone.now())
    assert EventKind.IDENTITY_FORGOTTEN in kinds()


def test_their_link_can_be_left_to_them_and_their_words_stay(receipt: Receipt) -> None:
    forget(receipt, keep_links=True)

    assert tracking.enter(receipt.key, now=timezone.now()).reference == receipt.report.reference
    with acting_as(SYSTEM):
        assert Report.objects.get().summary == "Kolibri escapes"


def test_a_reference_that_does_not_exist_is_told() -> None:
    with pytest.raises(CommandError, match="no report with this reference"):
        call_command("forget_reporter", "WSC-0000-0000")


def test_only_a_closed_report_can_be_erased(receipt: Receipt) -> None:
    with acting_as(SYSTEM), pytest.raises(Refused, match="Only a closed report"):
        forgetting.erase(receipt.report, now=timezone.now())


def test_an_erased_report_has_no_words_no_files_and_is_found_by_none(
    receipt: Receipt, close: Close, files: Path
) -> None:
    close(receipt.report)
    before = [path for path in files.rglob("*") if path.is_file()]
    events = kinds()

    erased(receipt.report)
    erased(receipt.report)

    with acting_as(SYSTEM):
        report = Report.objects.get()
        said = [message.body for message in report.messages.all()]
        reporter = report.reporters.get()
    assert len(before) == 1
    assert [path for path in files.rglob("*") if path.is_file()] == []
    assert (report.summary, report.description, report.impact, said) == (ERASED, ERASED, "", [ERASED])
    assert (reporter.name, reporter.email, reporter.email_index) == ("", "", "")
    assert bytes(report.data_key) == b""
    assert (found("kolibri"), found("zoe"), found(report.reference)) == (0, 0, 0)
    assert kinds() == [*events, EventKind.ERASED]


@pytest.mark.parametrize("part", ["conversation", "notes", "activity", "files", "original", "access"])
def test_the_teams_pages_of_an_erased_report_say_so(receipt: Receipt, close: Close, member: User, part: str) -> None:
    close(receipt.report)
    erased(receipt.report)
    desk = browser_of(member)

    answer = desk.get(f"{receipt.report.get_absolute_url()}?part={part}")
    listed = desk.get("/reports/?state=closed")

    page = answer.content.decode()
    assert (answer.status_code, listed.status_code) == (200, 200)
    assert "Everything said in it was destroyed" in page
    assert ERASED in listed.content.decode()
    for gone in ("Kolibri", "kolibri", "Zoë", "It is intended."):
        assert gone not in page + listed.content.decode()
    assert 'name="text"' not in page


def test_nobody_can_add_to_an_erased_report_or_open_it_again(receipt: Receipt, close: Close, member: User) -> None:
    close(receipt.report)
    erased(receipt.report)
    desk = browser_of(member)
    desk.raise_request_exception = False
    place = receipt.report.get_absolute_url()

    statuses = [
        desk.get(f"{place}reopen/").status_code,
        desk.post(f"{place}write/", {"text": "More.", "audience": "team", "token": "1"}).status_code,
    ]

    assert all(status != 500 for status in statuses)
    member = User.objects.get(pk=member.pk)
    with acting_as(factories.looking(member)):
        report = Report.objects.get()
        with pytest.raises(Refused):
            conversation.note(report, "More.", by=member, now=timezone.now())
        decision = Decision(explanation="After all.")
        with pytest.raises(Refused):
            lifecycle.move(report, Move.REOPEN, by=member, decision=decision, now=timezone.now())
        assert Message.objects.count() == 1


def test_the_reporters_pages_of_an_erased_report_say_so(receipt: Receipt, close: Close) -> None:
    close(receipt.report, now=timezone.now())
    erased(receipt.report)
    visitor = Visitor()
    visitor.browser.raise_request_exception = False
    place = visitor.enter(receipt)

    page = visitor.get(place)
    copy = visitor.post(f"{place}everything/", {})
    pages = [
        visitor.get(f"{place}{rest}/").status_code for rest in ("credit", "address", "invite", "withdraw", "renew")
    ]
    writing = visitor.post(place, {"text": "More."}).status_code

    assert page.status_code == 200
    assert "Everything that was said in it was destroyed" in page.content.decode()
    assert "Kolibri" not in page.content.decode()
    assert copy.status_code == 200
    assert b"Kolibri" not in b"".join(copy)
    assert 500 not in pages
    assert writing == 410


def test_the_administration_shows_an_erased_report(receipt: Receipt, close: Close, member: User) -> None:
    close(receipt.report)
    erased(receipt.report)
    desk = browser_of(member)

    answers = [
        desk.get(f"/admin/reports/{model}/{row}")
        for model, row in (
            ("report", ""), ("report", f"{receipt.report.pk}/change/"),
            ("reporter", f"{receipt.reporter.pk}/change/"), ("grant", f"{receipt.reporter.grant_id}/change/"),
        )
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [200] * 4


@pytest.mark.django_db(transaction=True)
def test_the_record_proves_itself_though_reporter_and_report_are_gone(receipt: Receipt, close: Close) -> None:
    close(receipt.report)
    with acting_as(SYSTEM):
        ledger.note(now=timezone.now())

    forget(receipt)
    erased(receipt.report)

    with acting_as(SYSTEM):
        ledger.note(now=timezone.now())
    assert kinds()[-2:] == [EventKind.IDENTITY_FORGOTTEN, EventKind.ERASED]
    call_command("verify_audit", verbosity=0)


def test_the_database_takes_no_key_from_a_report_that_is_not_erased(receipt: Receipt) -> None:
    with acting_as(SYSTEM), pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=receipt.report.pk).update(data_key=b"", data_key_by="")


def test_the_policy_says_what_is_forgotten_when(receipt: Receipt, close: Close, settings: Settings) -> None:
    lasting = factories.receipt(summary="Kept", name="Kai").report
    close(receipt.report)
    settings.POLICY = replace(settings.POLICY, retention=Retention(identities_months=24, reports_months=0))

    tasks.forget()
    once = kinds().count(EventKind.IDENTITY_FORGOTTEN)
    tasks.forget()
    with acting_as(SYSTEM):
        kept = Report.objects.get(pk=receipt.report.pk).summary
    settings.POLICY = replace(settings.POLICY, retention=Retention(identities_months=24, reports_months=30))
    tasks.forget()

    assert (once, kinds().count(EventKind.IDENTITY_FORGOTTEN), kept) == (1, 1, "Kolibri escapes")
    with acting_as(SYSTEM):
        assert Report.objects.get(pk=receipt.report.pk).summary == ERASED
        assert Report.objects.get(pk=lasting.pk).summary == "Kept"
        assert lasting.reporters.get().name == "Kai"


def test_one_that_cannot_be_forgotten_holds_up_no_other(
    receipt: Receipt, close: Close, member: User, settings: Settings
) -> None:
    del member
    other = factories.receipt(LONG_AGO, summary="Other", name="Kai").report
    close(receipt.report)
    close(other, now=LONG_AGO + timedelta(hours=1))
    settings.POLICY = replace(settings.POLICY, retention=Retention(identities_months=24, reports_months=0))
    with acting_as(SYSTEM):
        Report.objects.filter(pk=receipt.report.pk).update(data_key=b"damaged")

    with pytest.raises(ExceptionGroup) as raised:
        forgetting.keep_retention(now=timezone.now())

    assert [type(failure) for failure in raised.value.exceptions] == [SealBroken]
    with acting_as(SYSTEM):
        assert other.reporters.get().name == ""
        assert set(Report.objects.filter(forgotten_at__isnull=False)) == {other}


def test_nothing_is_forgotten_where_the_policy_keeps_it_for_ever(
    receipt: Receipt, close: Close, settings: Settings
) -> None:
    close(receipt.report)
    settings.POLICY = replace(settings.POLICY, retention=Retention(identities_months=0, reports_months=0))

    tasks.forget()

    with acting_as(SYSTEM):
        assert Report.objects.get().reporters.get().name == "Zoë Quinn"
