import itertools
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from portal import backups, postgres
from portal.postgres.place import place_under
from reports.models import Report
from tests import database, smtp
from tests.failures import processes
from tests.failures.browser import FORM, Browser
from tests.smtp import Letterbox

pytestmark = pytest.mark.failure

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BEFORE, AWAY, AFTER = 2.0, 10.0, 2.0  # seconds
PAUSE = 0.5


@pytest.fixture
def var(django_db_setup: database.Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A database server of this test's own, durable as in production, and with all tables."""
    monkeypatch.setenv("PATH", str(place_under(settings.VAR).programs), prepend=os.pathsep)
    tables = backups.write(tmp_path / "tables", database=django_db_setup.backup_url, files=tmp_path / "none", now=NOW)
    place = settings.VAR / "lost"
    postgres.remove(place)
    with postgres.running(place) as addresses:
        backups.restore(tables, database=addresses.owner, files=tmp_path / "none")
        yield place
    postgres.remove(place)


def stop_at_once(var: Path) -> None:
    """As a power cut does: nothing is finished, nothing is said."""
    postmaster = int((postgres.home(var) / "data" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGQUIT)
    assert processes.wait_until(lambda: not Path(f"/proc/{postmaster}").exists(), seconds=5)


def summaries(var: Path) -> Counter[str]:
    """Of all reports that the database holds, seen as the portal's own background work, and opened."""
    columns = ("id", "reference", "data_key", "data_key_by", "summary")
    with psycopg.connect(postgres.addresses(var).application) as connection:
        connection.execute("SELECT set_config('portal.viewer', 'system', true)")
        rows = connection.execute(f"SELECT {', '.join(columns)} FROM reports_report".encode())  # noqa: S608 - our own columns
        return Counter(Report(**dict(zip(columns, row, strict=True))).summary for row in rows)


def report_all_the_time(browser: Browser, var: Path) -> set[str]:
    """Open one form after the other and send each until it is confirmed, while the database goes and comes.

    One form is always open and not yet sent, so that some are sent while the database is away.
    """
    begun, confirmed, forms = time.monotonic(), set[str](), list[dict[str, str]]()
    outage = Outage(var)
    for number in itertools.count():
        elapsed = time.monotonic() - begun
        outage.happen(elapsed)
        if form := browser.open_form(summary=f"report {number}"):
            forms.append(form)
        for form in forms if outage.is_now else forms[:-1]:
            if browser.post(FORM, form).status == HTTPStatus.FOUND:
                confirmed.add(form["summary"])
        forms = [form for form in forms if form["summary"] not in confirmed]
        if elapsed > BEFORE + AWAY + AFTER and len(forms) <= 1:
            return confirmed
        time.sleep(PAUSE)
    raise AssertionError


@dataclass
class Outage:
    var: Path
    is_now: bool = False
    is_over: bool = False

    def happen(self, elapsed: float) -> None:
        if not self.is_now and not self.is_over and elapsed > BEFORE:
            stop_at_once(self.var)
            self.is_now = True
        if self.is_now and elapsed > BEFORE + AWAY:
            postgres.start(self.var)
            self.is_now, self.is_over = False, True


@pytest.mark.clause("P1")
def test_a_database_that_dies_during_submissions_loses_nothing_that_was_confirmed(var: Path, tmp_path: Path) -> None:
    port = smtp.free_port()
    with smtp.letterbox() as box:
        env = processes.environment(
            database=postgres.addresses(var).application,
            mail_port=box.port,
            PORTAL_PORT=str(port),
            PORTAL_BASE_URL=f"http://localhost:{port}",
            PORTAL_WEB_PROCESSES="1",
            TRUSTED_PROXY_COUNT="1",
        )
        with (
            processes.running("-m", "portal.serve", env=env, log=tmp_path / "log") as web,
            processes.running("manage.py", "qcluster", env=env, log=tmp_path / "log") as worker,
        ):
            browser = Browser(port)
            assert processes.wait_until(lambda: _answers(browser), seconds=60), (tmp_path / "log").read_text()

            confirmed = report_all_the_time(browser, var)

            receipted = processes.wait_until(lambda: _receipted(box) >= confirmed, seconds=60)
            assert (web.poll(), worker.poll()) == (None, None)
    assert summaries(var) == Counter(confirmed)
    assert receipted
    assert len(set(box.facts)) == len(confirmed)
    refusals = [answer for answer in browser.answers if answer.status not in {HTTPStatus.OK, HTTPStatus.FOUND}]
    assert {answer.method for answer in refusals} == {"GET", "POST"}
    assert {answer.status for answer in refusals} == {HTTPStatus.SERVICE_UNAVAILABLE}
    assert all(settings.POLICY.organisation.security_address in answer.page for answer in refusals)


def _answers(browser: Browser) -> bool:
    try:
        return browser.get("/healthz").status == HTTPStatus.OK
    except OSError:
        return False


def _receipted(box: Letterbox) -> set[str]:
    return {str(letter["To"]).partition("@")[0].replace("-", " ") for letter in box.letters}
