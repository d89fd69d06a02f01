"""What a mail server pipes its mail into: it keeps the mail unless it hears that we have it."""

import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from pytest_django.fixtures import Settings

from portal.viewer import SYSTEM, acting_as
from reports.enums import Door
from reports.models import InboundMail
from tests import database
from tests.failures import processes
from tests.mail.letters import letter

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(letter(1))))


def sizes() -> list[int]:
    with acting_as(SYSTEM):
        return list(InboundMail.objects.values_list("size", flat=True))


@pytest.mark.usefixtures("piped")
def test_a_mail_is_taken_in_and_arrived_now() -> None:
    with time_machine.travel(NOW, tick=False):
        call_command("receive_mail")

    with acting_as(SYSTEM):
        mail = InboundMail.objects.get()
        found = (mail.door, mail.subject, mail.arrived_at)
    assert found == (Door.PIPE, "Heap overflow number 1", NOW)


@pytest.mark.usefixtures("piped")
def test_of_a_mail_that_is_too_large_the_beginning_is_taken_in(settings: Settings) -> None:
    settings.MAIL_MOST_BYTES = 100

    call_command("receive_mail")

    with acting_as(SYSTEM):
        mail = InboundMail.objects.get()
        found = (mail.size, mail.sender_address, mail.oddities.splitlines()[0])
    assert found == (
        len(letter(1)),
        "rita1@reporters.example",
        "It is larger than what is taken in (0 MB): only its beginning is here, and the mail server has it whole.",
    )


@pytest.mark.usefixtures("piped")
def test_without_a_database_the_mail_server_is_asked_to_try_again(capsys: pytest.CaptureFixture[str]) -> None:
    connection.close()
    reached, connection.settings_dict["PORT"] = connection.settings_dict["PORT"], "1"
    try:
        with pytest.raises(SystemExit) as end:
            call_command("receive_mail")
    finally:
        connection.close()
        connection.settings_dict["PORT"] = reached

    assert end.value.code == os.EX_TEMPFAIL
    assert capsys.readouterr().err == "The mail was not taken in (OperationalError). Try again later.\n"


def test_where_a_setting_is_wrong_the_mail_server_is_asked_to_try_again() -> None:
    ended = subprocess.run(
        [sys.executable, "manage.py", "receive_mail"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings", "PORTAL_MASTER_KEYS": "nonsense"},
        input=letter(1),
        capture_output=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (os.EX_TEMPFAIL, b"")
    assert ended.stderr.splitlines()[-1].startswith(b"The mail was not taken in (")


def test_a_real_process_takes_a_mail_in_and_says_nothing(django_db_setup: database.Clone) -> None:
    ended = subprocess.run(
        [sys.executable, "manage.py", "receive_mail"],
        cwd=ROOT,
        env=processes.environment(database=django_db_setup.application_url, mail_port=1),
        input=letter(1),
        capture_output=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")
    assert sizes() == [len(letter(1))]
