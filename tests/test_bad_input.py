"""Whatever is sent to whichever address by whoever may send there: an answer, never an error of ours."""

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from portal.viewer import SYSTEM, acting_as
from reports.enums import NoticeState, State
from reports.models import Attachment, Notification, Report
from tests import cast, database, factories
from tests.access_matrix import ADMINISTRATION, DEMO, OURS
from tests.cast import Stage, Who
from tests.places import PLACES, address, asked
from tests.visitor import text_file

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo_urls")]

type Value = str | bytes | Sequence[str] | SimpleUploadedFile | Sequence[SimpleUploadedFile]

TYPED = "What somebody has typed with care"
MEGABYTES = 10_000_000
URL_ENCODED = "application/x-www-form-urlencoded"
NONSENSE: dict[str, Callable[[], Value]] = {
    "nothing": lambda: "",
    "NUL": lambda: "a\0b",
    "another direction": lambda: "a\u202egpj.exe\u2066\u200b",
    "several": lambda: ["one", "two", ""],
    "a file": text_file,
    "a huge number": lambda: "9" * 400,
    "a number below zero": lambda: "-1",
    "another alphabet's digits": lambda: "١٢³",
    "code": lambda: "{{ 7|add:7 }}<script>alert(1)</script>' OR 1=1 --",
    "a moment out of this world": lambda: "9999-12-31T23:59:59.999999+14:00",
}
BODIES = {
    "cut off": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="te'),
    "without an end": ("multipart/form-data; boundary=x", b"--x"),
    "without a boundary": ("multipart/form-data", b"text=a"),
    "JSON": ("application/json", b'{"text": ["a", null, {"b": 1}]}'),
    "escapes of nothing": (URL_ENCODED, b"%=%00&text=%zz&&&=&text=%ed%a0%80"),
    "another encoding": ("application/x-www-form-urlencoded; charset=utf-7", b"text=+AGEA"),
    "a thousand fields": (URL_ENCODED, b"&".join(b"a%d=b" % n for n in range(1000))),
}
QUERIES = {
    "beyond all bounds": (
        "cursor=" + "9" * 300,
        "q=" + "%25" * 900,
        "move=acknowledge&chosen=%ED%A0%80&chosen=WSC-0000-0000&back=%2F%2Fevil.example%2F",
        "_popup=1&_to_field=nonsense&id__gt=x&report__summary__startswith=a",
    ),
    "half characters": (
        "cursor=%ff%00&before=%00&q=a%ED%A0%80&state=%ED%A0%80&sort=%ED%A0%80",
        "owner=x&owner=y&severity=&p=-1",
    ),
    "no choice": (
        "before=-1&part=nonsense&reason=nonsense&sent=",
        "move[]=x&chosen[0]=y&q[$ne]=1&__class__=1",
        "next=//evil.example&next=javascript:alert(1)&e=1&o=-99.99&all=&p=999999999999999999999",
    ),
    "too long": ("a" * 7_000,),
}
FIELD = re.compile(r'<(?:input|textarea|select|button)[^>]*?\sname="([^"]+)"')
MORE_FIELDS = (
    "text", "audience", "token", "wait", "chosen", "move", "all", "lift", "spam", "only", "name", "query", "drawn",
    "submission", "staged", "seen", "message", "reason", "back", "link", "reference", "email",
)  # fmt: skip


@pytest.fixture(scope="module")
def stage(django_db_setup: database.Clone) -> Iterator[Stage]:
    del django_db_setup
    with cast.standing() as stage:
        yield stage


@pytest.fixture(autouse=True)
def no_errors_of_ours(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    django = logging.getLogger("django")
    django.addHandler(caplog.handler)
    yield
    django.removeHandler(caplog.handler)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


def rightful(name: str) -> Who:
    if name.startswith("track"):
        return Who.REPORTER
    if name.startswith(("admin:teams", "admin/teams")):
        return Who.ADMINISTRATOR
    return Who.MEMBER


def answers_to(method: str, name: str) -> bool:
    said = {**OURS, **ADMINISTRATION, **DEMO}[name][method == "POST"].split()
    column = list(Who).index(rightful(name))
    return said[column if len(said) > 1 else 0] not in {"405", "403", "404"}


def is_form(name: str) -> bool:
    """Of the administration's pages, only those that read more than who asks."""
    return not name.startswith("admin") or name.endswith(("_change", "_add", "report_changelist"))


TO_POST_TO = [name for name in PLACES if answers_to("POST", name) and is_form(name)]
TO_LOOK_AT = [name for name in PLACES if answers_to("GET", name) and (is_form(name) or name.endswith("changelist"))]


class Senders:
    """A browser for each of those who may, made once."""

    def __init__(self, stage: Stage, fields: dict[str, list[str]]) -> None:
        self.stage = stage
        self.browsers = {who: stage.browser(who) for who in (Who.REPORTER, Who.MEMBER, Who.ADMINISTRATOR)}
        for browser in self.browsers.values():
            browser.raise_request_exception = False
        self._fields = fields

    def fields(self, name: str) -> list[str]:
        if name not in self._fields:
            page = asked(self.browsers[rightful(name)], "GET", address(name, self.stage))
            shown = FIELD.findall(page.getvalue().decode("utf-8", "replace")) if page.status_code == 200 else []
            self._fields[name] = list(dict.fromkeys([*shown, *MORE_FIELDS]))
        return self._fields[name]

    def send(self, name: str, data: Mapping[str, Value] | bytes, content_type: str = MULTIPART_CONTENT) -> int:
        return self.answer(name, data, content_type).status_code

    def answer(
        self, name: str, data: Mapping[str, Value] | bytes, content_type: str = MULTIPART_CONTENT
    ) -> HttpResponseBase:
        browser = self.browsers[rightful(name)]
        before = {key: morsel.value for key, morsel in browser.cookies.items()}
        with transaction.atomic():
            answer = browser.post(address(name, self.stage), data, content_type=content_type)
            answer.getvalue()
            transaction.set_rollback(True)
        browser.cookies.clear()
        browser.cookies.load(before)
        return answer


@pytest.fixture(scope="module")
def fields() -> dict[str, list[str]]:
    """Those of each form on the stage, once somebody has looked."""
    return {}


@pytest.fixture
def senders(stage: Stage, fields: dict[str, list[str]]) -> Senders:
    return Senders(stage, fields)


def test_there_is_something_to_send_to() -> None:
    assert {"report-form", "track", "report-write", "report-move", "save-view", "admin:reports_grant_change"} <= set(
        TO_POST_TO
    )


@pytest.mark.parametrize("what", NONSENSE)
def test_nonsense_in_every_field_of_every_form_is_answered(senders: Senders, what: str) -> None:
    make = NONSENSE[what]

    answers = {name: senders.send(name, {field: make() for field in senders.fields(name)}) for name in TO_POST_TO}

    assert {name: status for name, status in answers.items() if status >= 500} == {}


def test_half_a_character_in_every_field_of_every_form_is_answered(senders: Senders) -> None:
    answers = {}

    for name in TO_POST_TO:
        half_characters = "&".join(f"{quote(field)}=%ED%A0%80+%FF" for field in senders.fields(name))
        answers[name] = senders.send(name, half_characters.encode(), URL_ENCODED)

    assert {name: status for name, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_cannot_be_read_is_answered(senders: Senders, what: str) -> None:
    """Views never see it, so that each address gets some of them, and each of them goes to some of the addresses."""
    turn, (content_type, body) = list(BODIES).index(what), BODIES[what]

    answers = {name: senders.send(name, body, content_type) for name in TO_POST_TO[turn % 3 :: 3]}

    assert {name: status for name, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize("query", ["&".join(parts) for parts in QUERIES.values()], ids=QUERIES)
def test_an_absurd_query_is_answered(senders: Senders, query: str) -> None:
    answers = {}

    for name in TO_LOOK_AT:
        where = f"{address(name, senders.stage)}?{query}"
        answers[name] = asked(senders.browsers[rightful(name)], "GET", where).status_code

    assert {name: status for name, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("report-form", "summary"),
        ("report-form", "description"),
        ("track", "text"),
        ("track-credit", "credit_name"),
        ("track-withdraw", "why"),
        ("report-find", "link"),
        ("report-write", "text"),
        ("report-move", "message"),
        ("report-severity", "cvss31"),
        ("save-view", "query"),
        ("decide-together", "message"),
        ("preferences", "email"),
        ("markdown-preview", "text"),
    ],
)
def test_ten_megabytes_in_a_field_are_answered(senders: Senders, name: str, field: str) -> None:
    status = senders.send(name, {field: "x" * MEGABYTES, "audience": "team"})

    assert status < 500


@pytest.mark.parametrize("name", ["report-form", "track", "report-write", "markdown-preview", "leaving"])
def test_a_hundred_kilobytes_of_marks_take_less_than_a_second(senders: Senders, name: str) -> None:
    slow = {}

    for marks in ("[", "*_", "> ", "<a ", "&#", "`", "\u202e", "e\u0301", "\n- ", "|-"):
        text = (marks * 100_000)[:100_000]
        started = time.process_time()
        senders.send(name, {"description": text, "text": text, "summary": text, "to": text, "audience": "team"})
        slow[marks] = time.process_time() - started

    assert {marks: seconds for marks, seconds in slow.items() if seconds >= 1} == {}


@pytest.mark.parametrize("name", ["report-form", "stage-file", "track", "report-write", "report-move", "preferences"])
def test_two_hundred_files_are_answered(senders: Senders, name: str) -> None:
    files = [text_file(f"{number}.txt") for number in range(200)]

    assert senders.send(name, {"files": files, "attachments": files, "text": TYPED, "audience": "team"}) < 500


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("report-form", {"description": TYPED}),
        ("report-form", {"summary": "One", "description": TYPED, "email": "nobody"}),
        ("track", {"text": f"{TYPED}\0"}),
        ("track-credit", {"credit_wish": "nonsense", "credit_name": TYPED}),
        ("track-invite", {"name": TYPED, "email": "nobody"}),
        ("report-find", {"reference": TYPED, "email": "nobody"}),
        ("report-write", {"text": TYPED, "audience": "everybody"}),
        ("report-move", {"message": TYPED, "seen": "closed"}),
        ("report-severity", {"cvss31": "nonsense", "weaknesses": TYPED}),
        ("preferences", {"email": TYPED, "delivery": "hourly"}),
    ],
)
def test_what_was_typed_comes_back_with_the_error(senders: Senders, name: str, data: dict[str, Value]) -> None:
    answer = senders.answer(name, data)

    assert answer.status_code in {200, 409, 422}
    assert TYPED in answer.getvalue().decode()


def test_a_file_that_waits_for_another_form_is_not_taken_along(stage: Stage) -> None:
    stranger, reporter = Client(), stage.browser(Who.REPORTER)
    form = stranger.get("/report/new/").content.decode()
    token = re.findall(r'name="submission"\s+value="([^"]*)"', form)[0]
    ahead = stranger.post("/report/files/", {"submission": token, "file": text_file()}).json()

    place = f"/track/{stage.report.reference}/"
    own = re.findall(r'name="submission"\s+value="([^"]*)"', reporter.get(place).content.decode())[0]
    answer = reporter.post(place, {"submission": own, "text": "Look", "staged": [ahead["token"]]})

    assert answer.status_code == 302
    with acting_as(SYSTEM):
        assert Attachment.objects.filter(report=stage.report).count() == 1


def test_ids_and_references_of_what_one_may_not_see_do_nothing(stage: Stage) -> None:
    with acting_as(SYSTEM):
        notice = Notification.objects.filter(report=stage.report)[0]
        Notification.objects.filter(pk=notice.pk).update(state=NoticeState.FAILED)
        Report.objects.filter(pk=stage.report.pk).update(quarantined_at=stage.report.received_at)
    reference = stage.report.reference

    for who in (Who.RECUSED, Who.PLAIN, Who.MAINTAINER, Who.ADMINISTRATOR):
        browser = stage.browser(who)
        browser.post("/reports/undelivered/send-again/", {"only": [notice.pk]})
        browser.post("/reports/quarantine/review/", {"lift": [reference]})
        browser.post("/reports/quarantine/review/", {"spam": [reference]})
        browser.post("/reports/together/", {"move": "acknowledge", "chosen": [reference], "message": "Read."})
        browser.post(f"/reports/views/{stage.view.pk}/delete/")

    with acting_as(SYSTEM):
        notice.refresh_from_db()
        report = Report.objects.get(pk=stage.report.pk)
    assert (notice.state, report.state, report.quarantined_at is None) == (NoticeState.FAILED, State.RECEIVED, False)
    with acting_as(factories.looking(stage.people[Who.MEMBER])):
        stage.view.refresh_from_db()
