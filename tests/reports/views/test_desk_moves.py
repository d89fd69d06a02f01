"""Moving a report on: prepared, explained, refused with everything typed still there, and never twice."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from portal.viewer import SYSTEM, acting_as
from reports import coordination, prepared
from reports.enums import Audience, DeclineReason, EventKind, State
from reports.models import Message, Recusal, Report, ReportEvent
from teams.models import User
from tests import factories

pytestmark = pytest.mark.django_db

VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N"


@pytest.fixture
def report() -> Report:
    project = factories.ProjectFactory.create(name="file-provider", repository="example/file-provider")
    return factories.receipt(projects=[project], project_unknown=False).report


def go(client: Client, report: Report, step: str, **said: str) -> tuple[int, str]:
    answer = client.post(f"/reports/{report.reference}/{step}/", said)
    return answer.status_code, answer.content.decode()


def page(client: Client, report: Report, step: str) -> str:
    return client.get(f"/reports/{report.reference}/{step}/").content.decode()


def now_is(report: Report) -> State:
    with acting_as(SYSTEM):
        return State(Report.objects.get(pk=report.pk).state)


def acknowledge(client: Client, report: Report) -> None:
    status, _ = go(client, report, "acknowledge", message="Read.", seen="received", take_coordination="on")
    assert status == HTTPStatus.FOUND


@pytest.mark.clause("P7", "P9")
def test_the_acknowledgement_is_prepared_with_the_moment_of_the_next_update(desk: Client, report: Report) -> None:
    offered = page(desk, report, "acknowledge")

    assert "Hello,\n\nThank you for your report." in offered
    assert "You will hear from us by" in offered
    assert "18:00" in offered


def test_an_acknowledgement_without_words_is_refused_at_its_field(desk: Client, report: Report) -> None:
    status, answer = go(desk, report, "acknowledge", message="  ", seen="received")

    assert status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Write to the reporter: this step is theirs to know." in answer
    assert now_is(report) == State.RECEIVED


def test_a_second_acknowledgement_is_refused_and_keeps_what_was_typed(
    sign_in: Callable[[User], Client], desk: Client, report: Report
) -> None:
    colleague = sign_in(factories.member())
    acknowledge(desk, report)

    status, answer = go(colleague, report, "acknowledge", message="My own careful words.", seen="received")

    assert status == HTTPStatus.CONFLICT
    assert "somebody else moved this report" in answer
    assert "My own careful words." in answer
    with acting_as(SYSTEM):
        assert ReportEvent.objects.filter(kind=EventKind.ACKNOWLEDGED).count() == 1
        assert Message.objects.count() == 1


def test_who_decides_on_a_report_that_has_moved_meanwhile_decides_again(
    sign_in: Callable[[User], Client], desk: Client, report: Report
) -> None:
    colleague = sign_in(factories.member())
    acknowledge(desk, report)

    said = {"reason": "intended", "message": "It is meant so."}
    stale, answer = go(colleague, report, "decline", seen="received", **said)
    fresh, _ = go(colleague, report, "decline", seen="triage", **said)

    assert (stale, fresh) == (HTTPStatus.CONFLICT, HTTPStatus.FOUND)
    assert 'name="seen" value="triage"' in answer
    assert now_is(report) == State.CLOSED


def test_a_step_that_leads_nowhere_is_not_offered(desk: Client, report: Report) -> None:
    answer = desk.get(f"/reports/{report.reference}/identify/", follow=True)

    assert answer.redirect_chain == [(f"/reports/{report.reference}/", HTTPStatus.FOUND)]
    assert "is no step for you there" in answer.content.decode()


@pytest.mark.clause("P2", "P10")
def test_a_vulnerability_is_confirmed_with_coordinator_project_severity_and_a_message(
    desk: Client, member: User, report: Report
) -> None:
    acknowledge(desk, report)
    early, refusal = go(desk, report, "identify", message="It is real.", seen="triage")
    with acting_as(factories.looking(member)):
        found = Report.objects.get()
        coordination.assess(found, vectors=[VECTOR], cwe_ids=[], by=member, now=timezone.now())

    offered = page(desk, report, "identify")
    late, _ = go(desk, report, "identify", message="It is real.", seen="triage")

    assert early == HTTPStatus.CONFLICT
    assert "Its severity is not assessed" in refusal
    assert "It is real." in refusal
    assert "a vulnerability in file-provider. We rate it critical (9.1)" in offered
    assert late == HTTPStatus.FOUND
    assert now_is(report) == State.IDENTIFIED


@pytest.mark.clause("P10")
def test_whoever_writes_nothing_says_why_and_the_reason_stays(desk: Client, member: User, report: Report) -> None:
    acknowledge(desk, report)
    with acting_as(factories.looking(member)):
        coordination.assess(Report.objects.get(), vectors=[VECTOR], cwe_ids=[], by=member, now=timezone.now())

    silent, refusal = go(desk, report, "identify", message="", waiver="", seen="triage")
    waived, _ = go(desk, report, "identify", message="", waiver="We spoke on the phone.", seen="triage")

    assert silent == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "say below why nothing is written" in refusal
    assert waived == HTTPStatus.FOUND
    with acting_as(SYSTEM):
        note = Message.objects.select_related("report").get(audience=Audience.TEAM)
    assert note.body == "Why the reporter was not written to: We spoke on the phone."


@pytest.mark.clause("P2", "P6")
@pytest.mark.parametrize("reason", [reason for reason in DeclineReason if reason != DeclineReason.DUPLICATE])
def test_a_report_is_declined_for_each_reason_with_its_text(
    desk: Client, report: Report, reason: DeclineReason
) -> None:
    address = f"/reports/{report.reference}/decline/"
    offered = desk.get(f"{address}?reason={reason}").context["form"]["message"].value()

    status, _ = go(desk, report, "decline", reason=reason, message=offered, seen="received")

    assert status == HTTPStatus.FOUND
    with acting_as(SYSTEM):
        closed = Report.objects.get()
        sent = [message.body for message in Message.objects.all()]
    assert (closed.state, closed.decline_reason) == (State.CLOSED, reason)
    assert sent == ([] if reason == DeclineReason.SPAM else [offered])


def test_no_text_is_prepared_twice_alike() -> None:
    occasion = prepared.Occasion(policy=settings.POLICY, now=timezone.now(), name="Robin Reporter")

    texts = [text for reason in DeclineReason if (text := prepared.refusal(reason, occasion))]

    assert len(set(texts)) == len(DeclineReason) - 1
    assert all(text.startswith("Hello Robin Reporter,\n\n") for text in texts)


def test_spam_is_no_reason_once_a_person_has_acknowledged(desk: Client, report: Report) -> None:
    acknowledge(desk, report)

    status, _ = go(desk, report, "decline", reason="spam", message="", seen="triage")

    assert 'value="spam"' not in page(desk, report, "decline")
    assert status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert now_is(report) == State.TRIAGE


@pytest.mark.clause("P8")
def test_a_duplicate_of_what_one_may_not_see_is_answered_like_one_of_nothing(
    desk: Client, member: User, report: Report
) -> None:
    hidden = factories.receipt().report
    with acting_as(SYSTEM):
        Recusal.objects.create(report=hidden, user=member)

    said = {"reason": "duplicate", "message": "Known.", "seen": "received"}
    answers = {
        reference: go(desk, report, "decline", duplicate_of=reference, **said)
        for reference in (hidden.reference, "WSC-0000-0000", report.reference, "")
    }

    assert {status for status, _ in answers.values()} == {HTTPStatus.UNPROCESSABLE_ENTITY}
    unseen, unknown, itself, nothing = (answer for _, answer in answers.values())
    assert "There is no report with this reference." in unseen
    assert "There is no report with this reference." in unknown
    assert "A report is no duplicate of itself." in itself
    assert "Say which report it is a duplicate of." in nothing
    assert all("Known." in answer for _, answer in answers.values())
    assert now_is(report) == State.RECEIVED


def test_a_duplicate_is_declined_and_its_reporter_learns_nothing_of_the_other(desk: Client, report: Report) -> None:
    other = factories.receipt(summary="A secret of somebody else").report
    address = f"/reports/{report.reference}/decline/"
    offered = desk.get(f"{address}?reason=duplicate").context["form"]["message"].value()

    status, _ = go(
        desk,
        report,
        "decline",
        reason="duplicate",
        duplicate_of=other.reference.lower(),
        message=offered,
        seen="received",
    )

    assert status == HTTPStatus.FOUND
    assert other.reference not in offered
    assert "secret" not in offered
    with acting_as(SYSTEM):
        assert Report.objects.get(pk=report.pk).duplicate_of == other


def test_without_javascript_the_prepared_text_comes_by_a_button_and_keeps_what_was_typed(
    desk: Client, report: Report
) -> None:
    status, empty = go(desk, report, "decline", reason="intended", message="", prepare="", seen="received")
    _, typed = go(desk, report, "decline", reason="intended", message="My own words.", prepare="", seen="received")

    assert status == HTTPStatus.OK
    assert "It works as it is meant to" in empty
    assert "It works as it is meant to" in typed
    assert "My own words." in typed
    assert now_is(report) == State.RECEIVED


def test_a_closed_report_is_reopened_with_a_reason_for_the_team(desk: Client, report: Report) -> None:
    go(desk, report, "decline", reason="intended", message="Meant so.", seen="received")

    silent, _ = go(desk, report, "reopen", explanation="", message="", seen="closed")
    said, _ = go(desk, report, "reopen", explanation="A second look.", message="We look again.", seen="closed")

    assert (silent, said) == (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.FOUND)
    assert now_is(report) == State.TRIAGE
    with acting_as(SYSTEM):
        written = [(message.body, message.audience) for message in Message.objects.all()]
    assert written == [("Meant so.", "reporter"), ("We look again.", "reporter"), ("A second look.", "team")]


@pytest.mark.parametrize("step", ["acknowledge", "decline"])
def test_whatever_is_sent_is_answered_and_never_with_a_fault_of_ours(desk: Client, report: Report, step: str) -> None:
    hostile = {
        "message": "\x00 \u202e \ud800".encode("utf-8", "replace").decode(),
        "reason": "elsewhere",
        "duplicate_of": "WSC-\u202e" + "9" * 5000,
        "seen": "\u202e" * 100,
        "take_coordination": "\x00",
    }

    status, _ = go(desk, report, step, **hostile)

    assert HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    assert now_is(report) == State.RECEIVED
