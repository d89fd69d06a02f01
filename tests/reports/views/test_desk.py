"""What the team sees of a report, and what it costs."""

import re
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.openpgp.certificates import in_groups, inspected
from portal.viewer import SYSTEM, acting_as
from reports import conversation, coordination, lifecycle, reporter_keys, staging
from reports.enums import Audience, DeclineReason, EventKind, KeyCame, Role, State
from reports.guards import Decision
from reports.intake import Receipt
from reports.lifecycle import Move
from reports.models import Attachment, Grant, Message, Recusal, Report, ReportEvent
from teams.models import User
from tests import factories
from tests.openpgp_keys import keys_of
from tests.people import browser_of
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

PARTS = ("conversation", "notes", "activity", "files", "original")
KEEPING_THAT_IT_WAS_READ = 5
"""Statements, once an hour: the report and the end of its history are locked, and the history is appended to."""


@pytest.fixture
def receipt() -> Receipt:
    project = factories.ProjectFactory.create(name="file-provider", repository="example/file-provider")
    return factories.receipt(projects=[project], project_unknown=False, reproduction="Start it.", impact="All of it.")


def place(report: Report, rest: str = "") -> str:
    return f"/reports/{report.reference}/{rest}"


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == HTTPStatus.OK
    return answer.content.decode()


@pytest.mark.clause("P7")
def test_a_member_reads_acknowledges_and_answers(desk: Client, member: User, receipt: Receipt) -> None:
    report = receipt.report

    page = text_of(desk, place(report))
    acknowledged = desk.post(
        place(report, "acknowledge/"), {"message": "I have read it.", "seen": "received", "take_coordination": "on"}
    )
    answered = desk.post(place(report, "write/"), {"text": "Which version?", "audience": "reporter"})
    noted = desk.post(place(report, "write/"), {"text": "Reproduced.", "audience": "team"})

    assert "Path traversal in the file provider" in page
    assert "Write the acknowledgement" in page
    assert [answer.status_code for answer in (acknowledged, answered, noted)] == [HTTPStatus.FOUND] * 3
    with acting_as(SYSTEM):
        report = Report.objects.get()
        assert (report.state, report.coordinator) == (State.TRIAGE, member)
        written = [(message.body, message.audience) for message in Message.objects.all()]
    assert written == [("I have read it.", "reporter"), ("Which version?", "reporter"), ("Reproduced.", "team")]


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_a_full_report_can_be_read(desk: Client, receipt: Receipt, part: str) -> None:
    report = receipt.report
    with acting_as(SYSTEM):
        Attachment.objects.create(
            report=report, reporter=receipt.reporter, name="proof.zip", size=9, sha256="ab" * 32, storage_key="a" * 32
        )
    conversation.hear(receipt.reporter, "Is there news?", now=timezone.now())

    page = text_of(desk, f"{place(report)}?part={part}")

    expected = {
        "conversation": "Is there news?",
        "notes": "No notes yet",
        "activity": "sent the report",
        "files": "proof.zip",
        "original": "All of it.",
    }
    assert expected[part] in page


def test_an_unknown_part_or_place_shows_the_conversation(desk: Client, receipt: Receipt) -> None:
    for query in ("part=elsewhere", "before=99999999999999999999", "part=notes&before=²", "before=-1"):
        assert desk.get(f"{place(receipt.report)}?{query}").status_code == HTTPStatus.OK


def without_token(page: bytes) -> str:
    """The page but for the proof of origin, which is drawn anew each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.decode())


ADDRESSES = (
    "", "acknowledge/", "identify/", "decline/", "reopen/", "write/", "waiting/", "take/", "hand-over/", "projects/",
    "severity/", "let-in/", "files/1/", "files/1/picture/",
)  # fmt: skip


@pytest.mark.clause("P8")
@pytest.mark.parametrize("who", ["maintainer", "recused"])
def test_what_one_may_not_see_is_answered_like_what_never_was(
    sign_in: Callable[[User], Client], receipt: Receipt, who: str
) -> None:
    user = factories.maintainer() if who == "maintainer" else factories.member()
    if who == "recused":
        with acting_as(SYSTEM):
            Recusal.objects.create(report=receipt.report, user=user)
    client = sign_in(user)
    for rest in ADDRESSES:
        for ask in (client.get, client.post):
            there = ask(place(receipt.report, rest))
            nowhere = ask(f"/reports/WSC-0000-0000/{rest}")

            assert there.status_code == nowhere.status_code
            assert there.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
            assert without_token(there.content) == without_token(nowhere.content)
    with acting_as(SYSTEM):
        assert ReportEvent.objects.exclude(kind=EventKind.RECEIVED).count() == 0


@pytest.mark.clause("P27")
def test_a_developer_sees_no_name_of_the_reporter_and_no_button_that_is_not_theirs(
    sign_in: Callable[[User], Client], receipt: Receipt
) -> None:
    developer = factories.maintainer()
    with acting_as(SYSTEM):
        Grant.objects.create(report=receipt.report, user=developer, role="developer", reason="Mends it.")
    client = sign_in(developer)

    pages = [text_of(client, f"{place(receipt.report)}?part={part}") for part in PARTS]
    moved = client.post(place(receipt.report, "acknowledge/"), {"message": "Hello.", "seen": "received"})
    written = client.post(place(receipt.report, "write/"), {"text": "Hello.", "audience": "reporter"})

    for page in pages:
        assert "Robin Reporter" not in page
        assert "reporter@example.net" not in page
        assert "Write the acknowledgement" not in page
        assert "Send to the reporter" not in page
    assert "Keep as a team note" in pages[0]
    assert (moved.status_code, written.status_code) == (HTTPStatus.FOUND, HTTPStatus.CONFLICT)
    with acting_as(SYSTEM):
        assert Report.objects.get().state == State.RECEIVED
        assert not Message.objects.exists()


@pytest.mark.clause("P8")
@pytest.mark.parametrize(("role", "reads"), [(Role.OBSERVER, False), (Role.REVIEWER, True)])
def test_the_teams_notes_and_their_files_are_for_who_may_write_them(
    sign_in: Callable[[User], Client],
    member: User,
    receipt: Receipt,
    settings: Settings,
    tmp_path: Path,
    *,
    role: Role,
    reads: bool,
) -> None:
    settings.FILES_ROOT = tmp_path
    report, person = receipt.report, factories.maintainer()
    kept = staging.store().save([b"Kolibri"], limit=100)
    with acting_as(SYSTEM):
        Grant.objects.create(report=report, user=person, role=role, reason="Looks on.")
    with acting_as(factories.looking(member)):
        note = conversation.note(report, "Kolibri", by=member, now=timezone.now())
    with acting_as(SYSTEM):
        file = Attachment.objects.create(
            report=report, message=note, user=member, audience=Audience.TEAM, name="kolibri.txt", size=7,
            sha256=kept.sha256, secret=kept.secret, storage_key=kept.key, picture_key=kept.key,
        )  # fmt: skip
    browser = sign_in(person)

    pages = [text_of(browser, f"{place(report)}?part={part}") for part in ("notes", "files")]
    answers = [browser.get(place(report, f"files/{file.pk}/{rest}")) for rest in ("", "picture/")]
    for answer in answers:
        answer.close()

    assert ["kolibri" in page.lower() for page in pages] == [reads, reads]
    assert ["part=notes" in page for page in pages] == [reads, reads]
    assert [answer.status_code == HTTPStatus.OK for answer in answers] == [reads, reads]


def test_a_duplicate_and_its_other_report_lead_to_each_other_for_those_who_see_both(
    sign_in: Callable[[User], Client], desk: Client, member: User, receipt: Receipt
) -> None:
    other = factories.receipt().report
    with acting_as(factories.looking(member)):
        report = Report.objects.get(pk=receipt.report.pk)
        said = Decision(message="Known.", reason=DeclineReason.DUPLICATE, duplicate_of=other)
        lifecycle.move(report, Move.DECLINE, by=member, decision=said, now=timezone.now())
    walled_off = factories.member()
    with acting_as(SYSTEM):
        Recusal.objects.create(report=other, user=walled_off)

    assert other.reference in text_of(desk, place(report))
    assert report.reference in text_of(desk, place(other))
    page = text_of(sign_in(walled_off), place(report))
    assert other.reference not in page
    assert "a report that you cannot see" in page


def test_what_the_report_lacks_is_said_before_the_step_can_be_taken(
    desk: Client, member: User, receipt: Receipt
) -> None:
    with acting_as(factories.looking(member)):
        report = Report.objects.get(pk=receipt.report.pk)
        lifecycle.move(report, Move.ACKNOWLEDGE, by=member, decision=Decision(message="Read."), now=timezone.now())

    before = text_of(desk, place(report))
    with acting_as(factories.looking(member)):
        coordination.take(report, by=member, now=timezone.now())
        coordination.assess(
            report,
            vectors=["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N"],
            cwe_ids=["CWE-22"],
            by=member,
            now=timezone.now(),
        )
    after = text_of(desk, place(report))

    assert "Its severity is not assessed" in before
    assert f'href="{place(report, "identify/")}"' not in before
    assert "Its severity is not assessed" not in after
    assert f'href="{place(report, "identify/")}"' in after


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("part", "queries"),
    [("conversation", 12), ("notes", 11), ("activity", 11), ("files", 10), ("original", 10)],
)
def test_the_page_costs_as_much_with_three_messages_as_with_one(
    desk: Client, member: User, receipt: Receipt, part: str, queries: int, count: int
) -> None:
    with acting_as(factories.looking(member)):
        report = Report.objects.get(pk=receipt.report.pk)
        for number in range(count):
            then = timezone.now() + timedelta(seconds=number)
            answer = conversation.answer(report, f"Answer {number}", by=member, now=then)
            conversation.note(report, f"Note {number}", by=member, now=then)
            Attachment.objects.create(
                report=report,
                message=answer,
                user=member,
                audience=Audience.REPORTER,
                name="log.txt",
                size=1,
                sha256="ab" * 32,
                storage_key=f"{number:032x}",
            )

    once_an_hour = queries_of(desk, f"{place(report)}?part={part}")

    assert desk.get(f"{place(report)}?part={part}").status_code == HTTPStatus.OK
    assert queries_of(desk, f"{place(report)}?part={part}") == queries
    assert once_an_hour == queries + KEEPING_THAT_IT_WAS_READ


def test_a_long_conversation_is_shown_from_its_end_and_leads_back(desk: Client, member: User, receipt: Receipt) -> None:
    with acting_as(factories.looking(member)):
        report = Report.objects.get(pk=receipt.report.pk)
        Message.objects.bulk_create(
            Message(report=report, user=member, body=f"Message number {number}.") for number in range(130)
        )

    latest = desk.get(place(report))
    earlier = text_of(desk, f"{place(report)}?part=conversation&before={latest.context['stretch'].earlier}")

    page = latest.content.decode()
    assert "Message number 129." in page
    assert "Message number 30." in page
    assert "Message number 29." not in page
    assert "Message number 29." in earlier
    assert "Message number 30." not in earlier
    assert "Earlier messages" not in earlier


@pytest.mark.clause("P4")
def test_the_reporters_key_is_shown_to_whoever_asked_who_it_is(member: User, receipt: Receipt) -> None:
    desk = browser_of(member)
    certificate = inspected(keys_of("Robin <robin@example.net>").certificate, now=timezone.now())
    with_none = text_of(desk, place(receipt.report))
    reporter_keys.offer_key(receipt.reporter, certificate, how=KeyCame.PAGE, now=timezone.now())

    before = text_of(desk, place(receipt.report))
    desk.post(place(receipt.report, "reporter/"))
    after = text_of(desk, place(receipt.report))

    fingerprint, said = in_groups(certificate.fingerprint), "mails to them are encrypted, since"
    assert [said in page for page in (with_none, before, after)] == [False, True, True]
    assert [fingerprint in page for page in (with_none, before, after)] == [False, False, True]
