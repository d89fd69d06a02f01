"""Whoever reported stands in the mails as they came: those go when their sender is forgotten."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import TestCase
from pytest_django.fixtures import Settings

from portal.viewer import SYSTEM, acting_as
from reports import forgetting, tidying
from reports.enums import MailState, State
from reports.models import InboundMail, Report
from tests.reports.correspondence.letters import NOON, OUR_SERVER, letter, take

pytestmark = pytest.mark.django_db
WORDS = ("header_id", "sender_name", "sender_address", "recipients", "subject", "text", "secret")


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> Path:
    settings.FILES_ROOT, settings.MAIL_SERVERS = tmp_path / "files", [OUR_SERVER]
    settings.MAIL_CHECKS_DKIM = False
    return tmp_path / "files"


def stored(files: Path) -> list[Path]:
    return [path for path in files.rglob("*") if path.is_file()]


def reread(mail: InboundMail) -> InboundMail:
    with acting_as(SYSTEM):
        return InboundMail.objects.get(pk=mail.pk)


def test_with_its_sender_a_mail_loses_its_words_and_its_source(files: Path) -> None:
    mail = take(letter())
    before = stored(files)

    with acting_as(SYSTEM), TestCase.captureOnCommitCallbacks(execute=True):
        assert mail.report is not None
        forgetting.forget_reporters(mail.report, now=NOON)

    found = reread(mail)
    assert (len(before), stored(files)) == (1, [])
    assert (found.is_erased, found.sender_index, found.storage_key) == (True, "", "")
    assert {getattr(found, name) for name in WORDS} == {""}
    with acting_as(SYSTEM):
        assert Report.objects.get().description == "Send `..%2f` to the registry, and it answers."


def test_with_its_report_a_mail_is_erased(files: Path) -> None:
    mail = take(letter())
    with acting_as(SYSTEM), TestCase.captureOnCommitCallbacks(execute=True):
        Report.objects.update(state=State.CLOSED, decline_reason="spam", closed_at=NOON)
        forgetting.erase(Report.objects.get(), now=NOON)

    assert (reread(mail).is_erased, reread(mail).subject, stored(files)) == (True, "", [])


@pytest.mark.parametrize(("days", "is_left"), [(29, True), (31, False)])
def test_mail_that_counted_for_nothing_goes_after_its_time(
    settings: Settings, files: Path, days: int, *, is_left: bool
) -> None:
    settings.POLICY = replace(settings.POLICY, retention=replace(settings.POLICY.retention, unwanted_mail_days=30))
    ignored = take(letter(subject="On holiday", Auto_Submitted="auto-replied", In_Reply_To="<1@example.org>"))
    report = take(letter())

    with acting_as(SYSTEM), TestCase.captureOnCommitCallbacks(execute=True):
        tidying.tidy(now=NOON + timedelta(days=days))

    assert ignored.state == MailState.IGNORED
    assert (not reread(ignored).is_erased, len(stored(files))) == (is_left, 2 if is_left else 1)
    assert not reread(report).is_erased
