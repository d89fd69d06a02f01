"""The reporter follows their report: by a link that opens it and nothing else."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.viewer import SYSTEM, acting_as
from reports import conversation, lifecycle
from reports.enums import DeclineReason, EventKind, NoticeKind
from reports.guards import Decision
from reports.intake import Receipt
from reports.lifecycle import Move
from reports.models import AccessKey, Attachment, Message, Notification, Report, ReportEvent
from teams.models import User
from tests import factories
from tests.visitor import Answer, Value, Visitor, hidden, page_of, text_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt() -> Receipt:
    return factories.receipt()


def moved(receipt: Receipt, step: Move, by: User, **decision: object) -> None:
    with acting_as(factories.looking(by)):
        said = Decision(message="We wrote to you.", **decision)  # type: ignore[arg-type] # each test names real fields
        lifecycle.move(Report.objects.get(pk=receipt.report.pk), step, by=by, decision=said, now=timezone.now())


def answered(receipt: Receipt, by: User, text: str) -> None:
    with acting_as(factories.looking(by)):
        conversation.answer(Report.objects.get(pk=receipt.report.pk), text, by=by, now=timezone.now())


def events(kind: EventKind) -> int:
    with acting_as(SYSTEM):
        return ReportEvent.objects.filter(kind=kind).count()


def notices(kind: NoticeKind) -> int:
    with acting_as(SYSTEM):
        return Notification.objects.filter(kind=kind).count()


def said(visitor: Visitor, place: str, text: str, **fields: Value) -> Answer:
    return visitor.post(place, {"submission": visitor.submission(place), "text": text, **fields})


# --- The link ---------------------------------------------------------------------------------------------------


def test_opening_the_link_shows_a_button_and_changes_nothing(visitor: Visitor, receipt: Receipt) -> None:
    with acting_as(SYSTEM):
        before = (ReportEvent.objects.count(), AccessKey.objects.values_list("revoked_at", "key_hash").get())

    answers = [visitor.get(f"/r/{receipt.key}/") for _ in range(3)]

    with acting_as(SYSTEM):
        after = (ReportEvent.objects.count(), AccessKey.objects.values_list("revoked_at", "key_hash").get())
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert "Open your report" in page_of(answers[0])
    assert list(visitor.browser.cookies) == ["csrf"]
    assert before == after


def test_a_get_does_not_tell_a_good_link_from_a_bad_one(visitor: Visitor, receipt: Receipt) -> None:
    good, bad = page_of(visitor.get(f"/r/{receipt.key}/")), page_of(visitor.get(f"/r/{'x' * 43}/"))

    token = r'name="csrfmiddlewaretoken" value="[^"]*"'
    assert re.sub(token, "", good).replace(receipt.key, "K") == re.sub(token, "", bad).replace("x" * 43, "K")


def test_the_link_is_exchanged_for_a_narrow_cookie(visitor: Visitor, receipt: Receipt) -> None:
    answer = visitor.post(f"/r/{receipt.key}/")

    cookie = visitor.browser.cookies[f"report-{receipt.report.reference}"]
    assert answer["Location"] == f"/track/{receipt.report.reference}/"
    assert visitor.get(answer["Location"]).status_code == 200
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 12 * 60 * 60)
    assert receipt.key not in cookie.value


def test_the_key_itself_is_stored_nowhere(receipt: Receipt) -> None:
    with acting_as(SYSTEM):
        stored = AccessKey.objects.get()

    assert len(receipt.key) == 43
    assert receipt.key not in stored.key_hash


def test_without_a_pass_a_report_looks_as_if_it_did_not_exist(visitor: Visitor, receipt: Receipt) -> None:
    here, nowhere = receipt.report.reference, "WSC-0000-0000"

    pages = [
        (answer.status_code, page_of(answer).replace(reference, "R"))
        for reference in (here, nowhere)
        for answer in [visitor.get(f"/track/{reference}/")]
    ]

    assert pages[0] == pages[1]
    assert pages[0][0] == 404


def test_a_pass_opens_its_own_report_alone(visitor: Visitor, receipt: Receipt) -> None:
    other = factories.receipt()
    visitor.enter(receipt)
    pass_of_first = visitor.browser.cookies[f"report-{receipt.report.reference}"].value

    visitor.browser.cookies[f"report-{other.report.reference}"] = pass_of_first

    assert visitor.get(f"/track/{other.report.reference}/").status_code == 404
    assert visitor.get(f"/track/{receipt.report.reference}/").status_code == 200


@pytest.mark.parametrize("value", ["", "x", "W10:x:y"])
def test_a_forged_pass_opens_nothing(visitor: Visitor, receipt: Receipt, value: str) -> None:
    visitor.browser.cookies[f"report-{receipt.report.reference}"] = value

    assert visitor.get(f"/track/{receipt.report.reference}/").status_code == 404


def test_a_pass_ends_after_half_a_day(visitor: Visitor, receipt: Receipt) -> None:
    place = visitor.enter(receipt)

    with time_machine.travel(timezone.now() + timedelta(hours=12, minutes=1)):
        assert visitor.get(place).status_code == 404


def test_a_revoked_link_and_the_pass_it_gave_open_nothing(visitor: Visitor, receipt: Receipt) -> None:
    place = visitor.enter(receipt)

    with acting_as(SYSTEM):
        AccessKey.objects.update(revoked_at=timezone.now())

    assert visitor.get(place).status_code == 404
    assert visitor.post(f"/r/{receipt.key}/").status_code == 404


def test_a_revoked_grant_ends_it_too(visitor: Visitor, receipt: Receipt) -> None:
    place = visitor.enter(receipt)

    with acting_as(SYSTEM):
        receipt.reporter.grant.revoked_at = timezone.now()
        receipt.reporter.grant.save(update_fields=["revoked_at"])

    assert visitor.get(place).status_code == 404
    assert visitor.post(f"/r/{receipt.key}/").status_code == 404


def test_a_link_outlives_its_report_by_ninety_days_and_a_new_one_can_be_sent(
    visitor: Visitor, receipt: Receipt, member: User
) -> None:
    place = visitor.enter(receipt)
    moved(receipt, Move.DECLINE, member, reason=DeclineReason.INTENDED)

    with time_machine.travel(timezone.now() + timedelta(days=89)):
        in_time = visitor.post(f"/r/{receipt.key}/")
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        too_late = visitor.post(f"/r/{receipt.key}/")
        still_open = visitor.get(place)

    assert in_time.status_code == 302
    assert too_late.status_code == 410
    assert "/track/" in page_of(too_late)
    assert still_open.status_code == 404


def test_a_members_own_session_stays_and_does_not_widen_the_reporters_page(
    desk: Client, receipt: Receipt, member: User
) -> None:
    with acting_as(factories.looking(member)):
        conversation.note(Report.objects.get(), "kolibri", by=member, now=timezone.now())
    session = desk.cookies["session"].value
    place = desk.post(f"/r/{receipt.key}/")["Location"]

    page = desk.get(place).content.decode()

    assert desk.cookies["session"].value == session
    assert "kolibri" not in page
    assert "Your report has arrived" in page


def test_nothing_may_keep_or_index_the_page_or_learn_where_it_was(visitor: Visitor, receipt: Receipt) -> None:
    for path in (f"/r/{receipt.key}/", visitor.enter(receipt)):
        answer = visitor.get(path)
        headers = {name: answer[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")}
        assert headers == {
            "Cache-Control": "no-store, private",
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex",
        }


# --- Where it stands ---------------------------------------------------------------------------------------------


@pytest.mark.clause("P9")
def test_the_page_says_where_it_stands_and_by_when_one_hears_from_us(visitor: Visitor, member: User) -> None:
    receipt = factories.receipt(now=datetime(2026, 11, 20, 15, 0, tzinfo=UTC))
    with time_machine.travel("2026-11-20T16:00:00Z", tick=False):
        place = visitor.enter(receipt)
        received = page_of(visitor.get(place))
        moved(receipt, Move.ACKNOWLEDGE, member)
        in_triage = page_of(visitor.get(place))

    assert "<h1>Your report has arrived</h1>" in received
    assert "You will hear from us by <strong>Wednesday 25 November 2026, 18:00 EST</strong>." in received
    assert "<h1>A maintainer is checking what you found</h1>" in in_triage
    assert "also if nothing is new" in in_triage
    assert "We wrote to you." in in_triage
    assert "Mira Member, security team" in in_triage


def test_a_missed_promise_is_admitted(visitor: Visitor) -> None:
    receipt = factories.receipt(now=timezone.now() - timedelta(days=20))

    page = page_of(visitor.get(visitor.enter(receipt)))

    assert "We owe you an answer since" in page


@pytest.mark.parametrize("reason", [each for each in DeclineReason if each != DeclineReason.SPAM])
def test_a_declined_report_says_why_in_plain_words(
    visitor: Visitor, receipt: Receipt, member: User, reason: DeclineReason
) -> None:
    other = (
        factories.receipt(summary="kolibri", name="Other Finder").report if reason == DeclineReason.DUPLICATE else None
    )
    moved(receipt, Move.DECLINE, member, reason=reason, duplicate_of=other)

    page = page_of(visitor.get(visitor.enter(receipt)))

    assert "<h1>This report is closed</h1>" in page
    assert reason.label not in page.replace("intended", "") or reason == DeclineReason.WITHDRAWN
    assert "kolibri" not in page
    assert other is None or (other.reference not in page and "Other Finder" not in page)


# --- The conversation --------------------------------------------------------------------------------------------


@pytest.mark.clause("P11")
def test_the_reporter_answers_in_markdown_with_files(visitor: Visitor, receipt: Receipt) -> None:
    place = visitor.enter(receipt)

    answer = said(visitor, place, "It was **1.4**.", files=[text_file("log.txt")])
    page = page_of(visitor.get(answer["Location"]))

    assert "<strong>1.4</strong>" in page
    assert "log.txt" in page
    assert events(EventKind.REPORTER_WROTE) == 1


def test_an_answer_sent_twice_is_there_once(visitor: Visitor, receipt: Receipt) -> None:
    place = visitor.enter(receipt)
    form = {"submission": visitor.submission(place), "text": "Once."}

    statuses = [visitor.post(place, form).status_code for _ in range(2)]
    other_words = visitor.post(place, {**form, "text": "Something else."})

    with acting_as(SYSTEM):
        assert [message.body for message in Message.objects.all()] == ["Once."]
    assert statuses == [302, 302]
    assert other_words.status_code == 409
    assert "Something else." in page_of(other_words)


def test_an_answer_after_the_visit_ended_comes_back_to_be_sent_again(visitor: Visitor, receipt: Receipt) -> None:
    place = visitor.enter(receipt)
    form = {"submission": visitor.submission(place), "text": "A long answer.\nWith two lines."}
    visitor.post(f"{place}leave/")

    kept = visitor.post(place, form)
    visitor.enter(receipt)
    again = visitor.post(place, form)

    assert kept.status_code == 404
    assert "A long answer.\nWith two lines." in page_of(kept)
    assert again.status_code == 302


def test_an_empty_answer_keeps_its_files(visitor: Visitor, receipt: Receipt) -> None:
    answer = said(visitor, visitor.enter(receipt), "", files=[text_file("log.txt")])

    assert answer.status_code == 422
    assert len(hidden(page_of(answer), "staged")) == 1


@pytest.mark.usefixtures("small_uploads")
def test_limits_hold_for_all_files_of_a_report(visitor: Visitor) -> None:
    place = visitor.enter(factories.receipt())
    first = said(visitor, place, "One.", files=[text_file("a.bin", b"x" * 900_000), text_file("b.bin", b"x" * 900_000)])

    second = said(visitor, place, "Two.", files=[text_file("c.bin", b"x" * 900_000)])

    assert first.status_code == 302
    assert second.status_code == 422
    assert "c.bin was not kept. Together the files would be larger than 2 MB." in page_of(second)
    assert "Two." in page_of(second)


def test_the_page_takes_as_many_queries_with_one_message_as_with_three(
    visitor: Visitor, receipt: Receipt, member: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    place = visitor.enter(receipt)
    answered(receipt, member, "First.")
    said(visitor, place, "Reply.", files=[text_file()])
    visitor.get(place)
    with django_assert_num_queries(14):
        visitor.get(place)

    answered(receipt, member, "Second.")
    said(visitor, place, "Third.", files=[text_file(), text_file()])
    visitor.get(place)
    with django_assert_num_queries(14):
        visitor.get(place)


# --- Files -------------------------------------------------------------------------------------------------------


def test_a_file_is_a_download_and_never_a_page(visitor: Visitor, receipt: Receipt) -> None:
    place = visitor.enter(receipt)
    said(visitor, place, "Here.", files=[text_file("évil\u202egnp.html", b"<script>alert(1)</script>")])
    with acting_as(SYSTEM):
        number = Attachment.objects.get().pk

    answer = visitor.get(f"{place}files/{number}/")

    assert b"".join(answer) == b"<script>alert(1)</script>"
    assert {name: answer[name] for name in ("Content-Type", "Content-Security-Policy", "X-Content-Type-Options")} == {
        "Content-Type": "application/octet-stream",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    assert answer["Content-Disposition"].startswith('attachment; filename="evilgnp.html"')


def test_a_file_of_another_report_or_of_the_team_is_not_found(visitor: Visitor, receipt: Receipt, member: User) -> None:
    other, elsewhere = factories.receipt(), Visitor()
    said(elsewhere, elsewhere.enter(other), "Mine.", files=[text_file()])
    with acting_as(SYSTEM):
        note = Message.objects.create(report=receipt.report, user=member, audience="team", body="Ours.")
        ours = Attachment.objects.create(
            report=receipt.report,
            message=note,
            user=member,
            audience="team",
            name="n",
            size=1,
            sha256="",
            storage_key="k",
        )
        theirs = Attachment.objects.exclude(pk=ours.pk).get()
    place = visitor.enter(receipt)

    assert visitor.get(f"{place}files/{theirs.pk}/").status_code == 404
    assert visitor.get(f"{place}files/{ours.pk}/").status_code == 404


def test_a_picture_is_shown_only_as_it_was_drawn_anew(visitor: Visitor, receipt: Receipt) -> None:
    place = visitor.enter(receipt)
    said(visitor, place, "Look.", files=[text_file("screen.png", b"\x89PNG with GPS")])
    with acting_as(SYSTEM):
        attachment = Attachment.objects.get()

    undrawn = visitor.get(f"{place}files/{attachment.pk}/picture/")

    assert undrawn.status_code == 404
    assert "<img" not in page_of(visitor.get(place))
