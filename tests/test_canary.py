"""Random words stand in all that people write on a report. Then they are looked for wherever they must not be."""

import logging
import pickle
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client, TestCase
from django_q.conf import Conf
from django_q.models import Failure, OrmQ, Success
from django_q.tasks import _sync

from portal.queue import enqueue
from portal.viewer import SYSTEM, acting_as
from reports import tasks
from reports.enums import Task
from reports.models import Notification
from tests import cast
from tests.cast import STRANGERS, Stage, Who
from tests.places import PLACES, address, asked

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo_urls")]

COMMON_WORD = "weakness"
HOLD_WORDS = {
    "reports_report",
    "reports_message",
    "reports_attachment",
    "reports_reporter",
    "reports_searchword",
    "reports_savedview",
}
"""The tables made for what people write, all under forced row-level security."""


@dataclass(frozen=True)
class Canaries:
    """`words` are the report's, `identity` the reporter's name and address, `note` what the team keeps to itself."""

    words: str = field(default_factory=lambda: f"w{secrets.token_hex(6)}")
    identity: str = field(default_factory=lambda: f"i{secrets.token_hex(6)}")
    note: str = field(default_factory=lambda: f"n{secrets.token_hex(6)}")

    def found_in(self, text: str) -> list[str]:
        folded = text.casefold()
        return [bird for bird in (self.words, self.identity, self.note) if bird in folded]


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture
def stage(canaries: Canaries) -> Stage:
    """A report with a canary in every field, answered, noted on, sorted, declined and opened again."""
    words, text = canaries.words, f"{COMMON_WORD} {canaries.words}"
    with TestCase.captureOnCommitCallbacks(execute=True):
        stage = cast.build(
            text=text,
            summary=text,
            description=text,
            affected_versions=words,
            reproduction=words,
            impact=words,
            dependency_name=words,
            dependency_version=words,
            already_public=True,
            public_where=words,
            exploited=True,
            exploit_evidence=words,
            file_name=f"{words}.txt",
            file_content=words.encode(),
            name=canaries.identity,
            email=f"{canaries.identity}@example.net",
        )
        _work_on_it(stage, canaries)
    return stage


def _work_on_it(stage: Stage, canaries: Canaries) -> None:
    desk, reporter = stage.browser(Who.MEMBER), stage.browser(Who.REPORTER)
    place, track = (f"/{part}/{stage.report.reference}/" for part in ("reports", "track"))
    words, note = canaries.words, canaries.note
    steps: list[tuple[Client, str, dict[str, str]]] = [
        (desk, f"{place}acknowledge/", {"message": words, "take_coordination": "on"}),
        (desk, f"{place}write/", {"text": note, "audience": "team", "token": "1"}),
        (desk, f"{place}write/", {"text": words, "audience": "reporter", "token": "2"}),
        (desk, f"{place}waiting/", {"wait": "yes"}),
        (desk, f"{place}severity/", {"vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N"}),
        (desk, "/reports/views/save/", {"name": note, "query": f"q={words}"}),
        (reporter, track, {"text": words}),
        (
            reporter,
            f"{track}credit/",
            {"credit_wish": "yes", "credit_name": canaries.identity, "agreed": canaries.identity},
        ),
        (reporter, f"{track}invite/", {"name": canaries.identity, "email": f"co-{canaries.identity}@example.net"}),
        (desk, f"{place}identify/", {"waiver": note, "message": ""}),
        (reporter, f"{track}withdraw/", {"why": words}),
    ]
    for browser, where, data in steps:
        assert browser.post(where, data).status_code == 302, where


@pytest.fixture
def records(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What is logged, also by Django's own loggers, which keep it from the others."""
    django = logging.getLogger("django")
    django.addHandler(caplog.handler)
    with caplog.at_level(logging.INFO):
        yield caplog
    django.removeHandler(caplog.handler)


def _let_the_worker_work(patch: pytest.MonkeyPatch) -> None:
    """Run what waits in the queue by django-q's own worker and monitor; one of the tasks fails."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        enqueue(Task.DELIVER, "no id")  # type: ignore[arg-type] # which is why it fails
    patch.setattr(Conf, "SYNC", True)
    for bell in OrmQ.objects.all():
        _sync(bell.payload)


def _every_row() -> Iterator[tuple[str, str]]:
    """Each row of each table that the portal itself can read."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT t::text FROM {connection.ops.quote_name(table)} t")  # noqa: S608 - our own tables
            yield from ((table, text) for (text,) in cursor.fetchall())


@pytest.mark.usefixtures("stage")
@pytest.mark.clause("P8")
def test_nothing_that_people_write_leaves_the_tables_made_for_it(
    records: pytest.LogCaptureFixture, canaries: Canaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    _let_the_worker_work(monkeypatch)
    with TestCase.captureOnCommitCallbacks(execute=True):
        for task in (tasks.sweep, tasks.tidy, tasks.figures):
            task()

    with acting_as(SYSTEM):
        holding = {table for table, text in _every_row() if canaries.found_in(text)}
        unsent = list(Notification.objects.filter(sent_at=None).exclude(error="").values_list("error", flat=True))
    packed = [
        pickle.dumps((task.args, task.kwargs, task.result)) for task in (*Success.objects.all(), *Failure.objects.all())
    ]
    packed += [pickle.dumps(bell.task) for bell in OrmQ.objects.all()]
    sessions = [str(session.get_decoded()) for session in Session.objects.all()]
    letters = [_without_recipient(letter) for letter in mail.outbox]
    logged = [f"{record.getMessage()} {record.exc_text or ''}" for record in records.records]

    assert holding == HOLD_WORDS
    assert (Success.objects.exists(), Failure.objects.exists(), bool(letters), bool(logged)) == (True, True, True, True)
    everything = [*map(repr, packed), *sessions, *letters, *logged, *unsent]
    assert [text for text in everything if canaries.found_in(text)] == []


def _without_recipient(letter: mail.EmailMessage) -> str:
    """All of a mail but the line that says to whom it goes."""
    raw = letter.message()
    del raw["To"]
    parts = [part.get_payload(decode=True) or b"" for part in raw.walk()]
    headers = "\n".join(f"{name}: {value}" for name, value in raw.items())
    return headers + b"".join(part for part in parts if isinstance(part, bytes)).decode()


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.clause("P8")
def test_no_stranger_is_shown_a_word_of_it_anywhere(stage: Stage, canaries: Canaries, who: Who) -> None:
    browser = stage.browser(who)
    asking = [address(name, stage) for name in PLACES if name not in {"demo-mailbox", "account_logout"}]
    asking += [
        f"/reports/?q={COMMON_WORD}",
        "/admin/reports/report/?q=WSC",
        f"/admin/reports/reporter/?q={COMMON_WORD}",
    ]

    shown = {where: canaries.found_in(_page(browser, where)) for where in asking}

    assert {where: birds for where, birds in shown.items() if birds} == {}


@pytest.mark.clause("P8")
def test_everybody_who_may_see_some_of_it_sees_only_that(stage: Stage, canaries: Canaries) -> None:
    place = f"/reports/{stage.report.reference}/"
    seen: dict[Who, set[str]] = {}

    for who in (Who.MEMBER, Who.PATCH_TEAM, Who.REPORTER):
        browser = stage.browser(who)
        wheres = [address(name, stage) for name in PLACES if name != "demo-mailbox"]
        wheres += [f"{place}?part={part}" for part in ("notes", "activity", "files", "original", "access")]
        seen[who] = {bird for where in wheres for bird in canaries.found_in(_page(browser, where))}

    assert seen[Who.MEMBER] == {canaries.words, canaries.identity, canaries.note}
    assert seen[Who.PATCH_TEAM] == {canaries.words, canaries.note}
    assert seen[Who.REPORTER] == {canaries.words, canaries.identity}


@pytest.mark.parametrize("who", [Who.MEMBER, Who.PATCH_TEAM, Who.REPORTER])
def test_no_title_of_a_page_says_what_a_report_says(stage: Stage, canaries: Canaries, who: Who) -> None:
    """Titles stand in histories, in windows that are shared, and in the lists of assistants."""
    browser = stage.browser(who)

    titles = {where: _title(_page(browser, where)) for where in (address(name, stage) for name in PLACES)}

    assert {where: title for where, title in titles.items() if canaries.found_in(title)} == {}


def _page(browser: Client, where: str) -> str:
    answer = asked(browser, "GET", where)
    return f"{answer.headers} {answer.getvalue().decode('utf-8', 'replace')}"


def _title(page: str) -> str:
    found = re.search("<title>(.*?)</title>", page, re.DOTALL)
    return found[1] if found else ""
