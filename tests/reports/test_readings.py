"""Who saw what, and who was told: kept once an hour, and no news to anybody."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from portal.keys import derive
from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind, NoticeKind
from reports.models import Notification, Report, ReportEvent
from reports.tasks import deliver
from teams.models import User
from tests import cast, factories
from tests.cast import Stage, Who
from tests.people import browser_of

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)
HERE = derive("network", "127.0.0.1")[:22]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def stage() -> Stage:
    return cast.build()


def kept(stage: Stage, *kinds: EventKind) -> list[tuple[User | None, dict[str, object]]]:
    with acting_as(SYSTEM):
        events = ReportEvent.objects.filter(report=stage.report, kind__in=kinds).select_related("user")
        return [(event.user, event.details) for event in events.order_by("seq")]


def test_reading_twice_in_an_hour_is_one_line_and_later_another(stage: Stage, clock: time_machine.Traveller) -> None:
    member, page = stage.people[Who.MEMBER], f"/reports/{stage.report.reference}/"

    for minutes in (0, 20, 45):
        clock.shift(timedelta(minutes=minutes))
        browser_of(member).get(page)

    assert kept(stage, EventKind.READ) == [(member, {"what": "page", "network": HERE})] * 2


def test_each_person_and_each_kind_of_thing_has_its_own_line(stage: Stage) -> None:
    member, patcher = stage.people[Who.MEMBER], stage.people[Who.PATCH_TEAM]
    page = f"/reports/{stage.report.reference}/"

    for person in (member, patcher):
        browser = browser_of(person)
        for address in (page, f"{page}severity/", f"{page}files/{stage.file.pk}/picture/"):
            answer = browser.get(address)
            assert answer.getvalue()
            assert answer.status_code == 200
    administration = browser_of(member)
    for model, number in (("report", stage.report.pk), ("attachment", 0), ("report", stage.report.pk)):
        administration.get(f"/admin/reports/{model}/{number}/change/")

    assert [(user, details["what"]) for user, details in kept(stage, EventKind.READ)] == [
        (member, "page"),
        (member, "picture"),
        (patcher, "page"),
        (patcher, "picture"),
        (member, "admin"),
    ]


@pytest.mark.parametrize("who", [Who.RECUSED, Who.MAINTAINER, Who.PLAIN, Who.ADMINISTRATOR, Who.ANONYMOUS])
def test_who_sees_nothing_leaves_no_line(stage: Stage, who: Who) -> None:
    stage.browser(who).get(f"/reports/{stage.report.reference}/")

    assert kept(stage, EventKind.READ) == []


def test_the_reporters_link_leaves_a_line_without_a_place(stage: Stage, clock: time_machine.Traveller) -> None:
    browser = stage.browser(Who.REPORTER)
    for minutes in (0, 5, 65):
        clock.shift(timedelta(minutes=minutes))
        assert browser.get(f"/track/{stage.report.reference}/").status_code == 200

    assert kept(stage, EventKind.LINK_USED) == [(None, {})] * 2
    assert browser.get(f"/track/{stage.report.reference}/files/{stage.file.pk}/").getvalue() == b"proof"
    assert kept(stage, EventKind.FILE_DOWNLOADED) == [(None, {"file": stage.file.pk})]


def test_reading_is_no_news_and_moves_no_report(stage: Stage, clock: time_machine.Traveller) -> None:
    member = stage.people[Who.MEMBER]
    with acting_as(SYSTEM):
        changed_at = Report.objects.get(pk=stage.report.pk).changed_at
    clock.shift(timedelta(hours=2))

    browser_of(stage.people[Who.PATCH_TEAM]).get(f"/reports/{stage.report.reference}/")
    stage.browser(Who.REPORTER).get(f"/track/{stage.report.reference}/")
    with acting_as(SYSTEM):
        deliver(*Notification.objects.filter(report=stage.report).values_list("pk", flat=True))

    conversation_page = browser_of(member).get(f"/reports/{stage.report.reference}/").content.decode()
    assert "read the report" not in conversation_page
    assert "came by their link" not in conversation_page
    with acting_as(SYSTEM):
        assert Report.objects.get(pk=stage.report.pk).changed_at == changed_at
    assert len(kept(stage, EventKind.READ, EventKind.LINK_USED, EventKind.NOTIFIED)) > 3


def test_the_activity_tells_it_in_words_and_the_same_only_once_in_a_row(
    stage: Stage, clock: time_machine.Traveller
) -> None:
    for _ in range(3):
        clock.shift(timedelta(hours=2))
        browser_of(stage.people[Who.PATCH_TEAM]).get(f"/reports/{stage.report.reference}/")
    with acting_as(SYSTEM):
        deliver(*Notification.objects.filter(report=stage.report).values_list("pk", flat=True))

    page = browser_of(stage.people[Who.MEMBER]).get(f"/reports/{stage.report.reference}/?part=activity")

    lines = [(line.who, line.words) for line in page.context["lines"]]
    assert lines.count(("Pat Patcher", "read the report")) == 1
    assert ("", "A mail went out to Mira Member: the reporter wrote") in lines
    assert ("", "A mail went out to the reporter's side: receipt to the reporter") in lines


def test_who_was_told_is_kept_by_number_and_a_mail_that_cannot_go_too() -> None:
    reachable, unreachable = factories.member(), factories.member(email="")
    report = factories.receipt(email="").report

    with acting_as(SYSTEM):
        deliver(*Notification.objects.values_list("pk", flat=True))
        events = ReportEvent.objects.filter(report=report).exclude(kind=EventKind.RECEIVED).order_by("seq")
        told = sorted((event.kind, event.details["to"]) for event in events)

    assert told == [(EventKind.NOT_NOTIFIED, unreachable.pk), (EventKind.NOTIFIED, reachable.pk)]


def test_a_digest_tells_of_each_report_that_its_reader_may_still_read() -> None:
    member = factories.member(delivery="daily")
    told, walled = (factories.receipt(NOON, email=f"{number}@example.net").report for number in range(2))
    with acting_as(SYSTEM):
        digest = Notification.objects.create(kind=NoticeKind.DIGEST, user=member, dedupe_key="digest")
        Notification.objects.filter(kind=NoticeKind.NEW_REPORT).update(digest=digest, state="gathered")
        walled.recusals.create(user=member)
        deliver(digest.pk)

        events = list(ReportEvent.objects.filter(kind=EventKind.NOTIFIED).values_list("report", "details"))

    assert events == [(told.pk, {"notice": "new_report", "to": member.pk})]


def test_a_page_that_cannot_be_put_on_record_is_not_shown(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = browser_of(stage.people[Who.MEMBER])
    browser.raise_request_exception = False
    monkeypatch.setattr("portal.audit.chain.MOVE_HEADS", "no SQL at all {table} {key} {owner}")

    answer = browser.get(f"/reports/{stage.report.reference}/")

    assert answer.status_code == 500
    assert "Path traversal" not in answer.content.decode()
