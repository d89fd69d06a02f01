"""How long it takes to take a thousand mails out of a mailbox, and how much memory: `make bench-mail`.

No part of the suite. Fetcher, database and mail server run on this machine, as processes of their own.
"""

import os
import re
import time
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from portal.viewer import SYSTEM, acting_as
from reports.models import InboundMail, Report
from tests import database
from tests.dovecot import Dovecot
from tests.failures import processes

MANY, FEW = 1_000, 100
LONGEST_SECONDS = 60.0
FLAT = 1.25
"""How much more memory ten times as many mails may take."""
KILOBYTE = 1024
PROSE = "The parser trusts the length in the header, and reads past the end of the buffer when that is a lie.\n" * 25
SIZES = {100: 5_000 * KILOBYTE, 10: 200 * KILOBYTE}
"""Every so manieth mail carries a file of that size; the others are text."""


@dataclass(frozen=True)
class Cost:
    seconds: float
    processor: float
    """Seconds that the fetcher itself computed; the rest is the database's, the mail server's, and waiting."""
    megabytes: float


@pytest.mark.django_db(transaction=True)
def test_a_thousand_mails_are_taken_in_within_a_minute_and_with_flat_memory(
    dovecot: Dovecot, django_db_setup: database.Clone, tmp_path: Path
) -> None:
    few = _taken_in(FEW, dovecot, database=django_db_setup.application_url, log=tmp_path / "few.log")
    many = _taken_in(MANY, dovecot, database=django_db_setup.application_url, log=tmp_path / "many.log")

    for number, cost in ((FEW, few), (MANY, many)):
        print(  # noqa: T201
            f"\n{number:>5,} mails: {cost.seconds:5.1f} s ({cost.processor:.1f} s of a processor), "
            f"at most {cost.megabytes:.0f} MB; load {os.getloadavg()[0]:.1f}",
            end="",
        )
    assert many.seconds <= LONGEST_SECONDS
    assert many.megabytes <= FLAT * few.megabytes


def _taken_in(number: int, server: Dovecot, *, database: str, log: Path) -> Cost:
    mailbox = server.new_mailbox()
    mailbox.deliver(*(_mail(each, of=mailbox.user) for each in range(1, number + 1)))
    before = _there()
    env = processes.environment(database=database, mail_port=1, **mailbox.environment)
    began, processor, megabytes = time.monotonic(), 0.0, 0.0
    with processes.running("manage.py", "fetch_mail", "--once", env=env, log=log) as process:
        while process.poll() is None:
            megabytes = max(megabytes, _peak(process.pid))
            processor = max(processor, _processor(process.pid))
            time.sleep(0.02)
        seconds = time.monotonic() - began
    assert process.returncode == 0, log.read_text()
    assert _there() - before == number
    assert mailbox.sources() == []
    return Cost(seconds=seconds, processor=processor, megabytes=megabytes)


def _peak(process: int) -> float:
    """The most that it has had so far."""
    found = re.search(r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text(), re.MULTILINE)
    return int(found[1]) / KILOBYTE if found else 0.0


def _processor(process: int) -> float:
    """Seconds; those of a process that has just ended are none."""
    times = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")


def _there() -> int:
    with acting_as(SYSTEM):
        mails, reports = InboundMail.objects.count(), Report.objects.count()
    assert mails == reports
    return mails


def _mail(number: int, *, of: str) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"Rita Reporter {number} <rita{number}@{of}.example>"
    mail["To"] = "security@example.org"
    mail["Subject"] = f"Heap overflow number {number}"
    mail["Message-ID"] = f"<{number}@{of}.example>"
    mail.set_content(PROSE)
    size = next((size for every, size in SIZES.items() if number % every == 0), 0)
    if size:
        mail.add_attachment(os.urandom(size), maintype="application", subtype="octet-stream", filename="proof.bin")
    return mail.as_bytes()
