"""A scanner's list is one report with findings; each is confirmed, rejected, or becomes a report of its own."""

import csv
import io
import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.viewer import SYSTEM, acting_as
from reports import intake, staging, submissions
from reports.enums import Channel, EventKind, FindingState, NoticeKind, Role, Severity, State
from reports.flood import findings
from reports.guards import Refused
from reports.intake import Receipt
from reports.models import (
    Attachment,
    Finding,
    Grant,
    Notification,
    Recusal,
    Report,
    Reporter,
    ReportEvent,
)
from teams.models import User
from tests import factories
from tests.people import browser_of
from tests.queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P1")]

SECRET = "xylophone quarrel"
TABLE = f"Name,Risk,URL,Description\n{SECRET},High,https://a.example/x,It shows\nCSRF,low,,It sends\nCORS,,,\n".encode()


@pytest.fixture(autouse=True)
def own_files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


@pytest.fixture
def desk(member: User) -> Client:
    return browser_of(member)


def received(content: bytes = TABLE, name: str = "scan.csv", **fields: object) -> Receipt:
    token = submissions.new(now=timezone.now())
    kept = staging.stage([SimpleUploadedFile(name, content)], submission=token, now=timezone.now()).kept
    files = [each.file for each in kept]
    return intake.receive(factories.submission(token.value, files=files, **fields), now=timezone.now())


def file_of(receipt: Receipt) -> Attachment:
    with acting_as(SYSTEM):
        return Attachment.objects.select_related("report").get(report=receipt.report)


def make(receipt: Receipt, *, by: User, from_file: bool = True) -> int:
    file = file_of(receipt) if from_file else None
    with acting_as(factories.looking(by)):
        return len(findings.make(receipt.report, of=file, by=by, now=timezone.now()).found)


def found(receipt: Receipt) -> list[Finding]:
    with acting_as(SYSTEM):
        return list(Finding.objects.filter(report=receipt.report).select_related("report", "became"))


def split(finding: Finding, *, by: User) -> Report:
    with acting_as(factories.looking(by)):
        return findings.split_off(finding, by=by, now=timezone.now())


def states(receipt: Receipt) -> list[str]:
    return [finding.state for finding in found(receipt)]


def test_a_file_is_shown_as_findings_and_read_again_it_adds_nothing(member: User) -> None:
    receipt = received()

    counts = [make(receipt, by=member), make(receipt, by=member)]

    first, second, third = found(receipt)
    assert counts == [3, 0]
    assert (first.title, first.place, first.detail, first.severity) == (
        SECRET, "https://a.example/x", "It shows", Severity.HIGH,
    )  # fmt: skip
    assert (second.severity, third.severity, states(receipt)) == (Severity.LOW, "", [FindingState.OPEN] * 3)
    with acting_as(SYSTEM):
        assert ReportEvent.objects.filter(report=receipt.report, kind=EventKind.FACTS_CHANGED).count() == 1


def test_the_reports_own_text_is_read_as_well(member: User) -> None:
    receipt = received(description="We found:\n\n1. XSS\nIt shows\n2. CSRF\nIt sends")

    assert make(receipt, by=member, from_file=False) == 2
    assert [(finding.title, finding.detail) for finding in found(receipt)] == [
        ("XSS", "It shows"),
        ("CSRF", "It sends"),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"\x7fELF\x00", "There is no list in it"), (b"{", "none that can be read"), (b"[]", "nothing")],
)
def test_a_file_that_is_no_list_is_refused_in_words(member: User, content: bytes, why: str) -> None:
    receipt = received(content)

    with pytest.raises(Refused, match=why):
        make(receipt, by=member)

    assert found(receipt) == []


def test_a_report_has_no_more_findings_than_can_be_looked_at(member: User) -> None:
    many = "\n".join(["name", *(f"One {number}" for number in range(400))]).encode()
    receipt = received(many, description="\n".join(f"1. Two {number}" for number in range(200)))
    make(receipt, by=member)

    with pytest.raises(Refused, match="at most 500 findings"):
        make(receipt, by=member, from_file=False)

    assert len(found(receipt)) == 400


def test_a_file_that_is_gone_is_said_to_be_gone(member: User, tmp_path: Path) -> None:
    receipt = received()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            path.unlink()

    with pytest.raises(Refused, match="not where it was kept"):
        make(receipt, by=member)


def test_findings_are_confirmed_rejected_and_opened_again(member: User) -> None:
    receipt = received()
    make(receipt, by=member)
    one, two, _ = (finding.pk for finding in found(receipt))
    alien = received()
    make(alien, by=member)

    def decide(state: FindingState, *chosen: int) -> int:
        with acting_as(factories.looking(member)):
            return findings.decide(receipt.report, chosen, state, by=member, now=timezone.now())

    changed = [
        decide(FindingState.CONFIRMED, one),
        decide(FindingState.CONFIRMED, one),
        decide(FindingState.REJECTED, two, found(alien)[0].pk),
        decide(FindingState.OPEN, one),
    ]

    assert changed == [1, 0, 1, 1]
    assert states(receipt) == [FindingState.OPEN, FindingState.REJECTED, FindingState.OPEN]
    assert states(alien) == [FindingState.OPEN] * 3


def test_one_becomes_a_report_of_its_own_with_the_same_reporter_once(member: User) -> None:
    receipt = received(projects=[factories.ProjectFactory.create(name="wash")], project_unknown=False)
    make(receipt, by=member)
    finding = found(receipt)[0]

    part = split(finding, by=member)
    with pytest.raises(Refused, match="already"):
        split(finding, by=member)

    with acting_as(SYSTEM):
        report = Report.objects.get(pk=part.pk)
        reporter = Reporter.objects.select_related("report").get(report=part)
        told = Notification.objects.filter(report=part, kind=NoticeKind.RECEIPT).count()
        projects = [str(project) for project in report.projects.all()]
        assert Report.objects.count() == 2
        assert ReportEvent.objects.filter(report=receipt.report, kind=EventKind.SPLIT).count() == 1
    assert (report.summary, report.description) == (SECRET, "It shows\n\nWhere: https://a.example/x")
    assert (report.state, projects) == (State.RECEIVED, ["wash"])
    assert (reporter.name, reporter.email, told) == ("Robin Reporter", "reporter@example.net", 1)
    assert (found(receipt)[0].state, found(receipt)[0].became) == (FindingState.SPLIT, part)


@pytest.mark.clause("P8")
def test_a_reporter_who_lost_access_to_the_list_gets_none_by_what_is_split_off(member: User) -> None:
    receipt = received()
    make(receipt, by=member)
    with acting_as(SYSTEM):
        Grant.objects.filter(pk=receipt.reporter.grant_id).update(revoked_at=timezone.now())

    part = split(found(receipt)[0], by=member)

    with acting_as(SYSTEM):
        assert [grant.is_in_force for grant in Grant.objects.filter(report=part, user=None)] == [False]
        assert not Notification.objects.filter(report=part, reporter__isnull=False).exists()


@pytest.mark.clause("P8")
def test_walls_go_with_what_is_split_off_and_named_people_stay_the_only_ones(member: User) -> None:
    receipt, recused = received(), factories.member()
    make(receipt, by=member)
    with acting_as(SYSTEM):
        Recusal.objects.create(report=receipt.report, user=recused, reason="Wrote it.")

    part = split(found(receipt)[0], by=member)

    with acting_as(factories.looking(recused)):
        assert list(Report.objects.all()) == []
    with acting_as(SYSTEM):
        Report.objects.filter(pk=receipt.report.pk).update(restricted_at=timezone.now())
        Grant.objects.create(report=receipt.report, user=member, role=Role.COORDINATOR, reason="Leads it.")
    with pytest.raises(Refused, match="restricted to named people"):
        split(found(receipt)[1], by=member)
    assert part.restricted_at is None


def test_whoever_came_by_github_gets_no_report_that_they_could_not_open(member: User) -> None:
    receipt = received(channel=Channel.GITHUB)
    make(receipt, by=member)

    with pytest.raises(Refused, match="no way to another report"):
        split(found(receipt)[0], by=member)

    assert states(receipt) == [FindingState.OPEN] * 3


@pytest.mark.clause("P8")
def test_who_may_not_assess_makes_nothing_and_reporters_see_no_findings(member: User) -> None:
    receipt, observer = received(), factories.maintainer()
    make(receipt, by=member)
    with acting_as(SYSTEM):
        Grant.objects.create(report=receipt.report, user=observer, role=Role.OBSERVER, reason="Looks on.")

    with acting_as(factories.looking(observer, is_member=False)):
        for verb in (
            lambda: findings.make(receipt.report, of=None, by=observer, now=timezone.now()),
            lambda: findings.decide(receipt.report, [], FindingState.REJECTED, by=observer, now=timezone.now()),
            lambda: findings.split_off(found(receipt)[0], by=observer, now=timezone.now()),
        ):
            with pytest.raises(Refused):
                verb()
    with acting_as(receipt.reporter.viewer):
        assert Finding.objects.count() == 0


def page(desk: Client, receipt: Receipt) -> str:
    return " ".join(desk.get(f"/reports/{receipt.report.reference}/findings/").content.decode().split())


def test_on_the_desk_a_list_is_read_decided_and_split(desk: Client) -> None:
    receipt = received()
    place = f"/reports/{receipt.report.reference}/findings/"
    file = file_of(receipt)

    offered = desk.get(f"/reports/{receipt.report.reference}/?part=files").content.decode()
    made = desk.post(f"{place}make/", {"of": str(file.pk)}, follow=True).content.decode()
    one, two, three = (str(finding.pk) for finding in found(receipt))
    decided = desk.post(f"{place}decide/", {"what": "reject", "chosen": [one, two]}, follow=True).content.decode()
    desk.post(f"{place}decide/", {"split": three})

    assert place in offered
    assert "3 new findings." in made
    assert "2 of 2 changed: rejected." in decided
    assert states(receipt) == [FindingState.REJECTED, FindingState.REJECTED, FindingState.SPLIT]
    became = found(receipt)[2].became
    assert became is not None
    assert became.reference in page(desk, receipt)
    assert f'href="{place}"' in desk.get(f"/reports/{receipt.report.reference}/").content.decode()


@pytest.mark.clause("P8")
def test_of_a_part_that_one_may_not_read_the_list_shows_nothing(member: User) -> None:
    receipt, developer = received(), factories.maintainer()
    make(receipt, by=member)
    part = split(found(receipt)[0], by=member)
    with acting_as(SYSTEM):
        Grant.objects.create(report=receipt.report, user=developer, role=Role.DEVELOPER, reason="Fixes it.")

    text = page(browser_of(developer), receipt)

    assert SECRET in text
    assert part.reference not in text


@pytest.mark.parametrize(
    "posted",
    [{}, {"what": "confirm"}, {"what": "explode", "chosen": "1"}, {"what": "reject", "chosen": ["x", "²", "9" * 30]}],
)
def test_nonsense_decides_nothing(desk: Client, posted: dict[str, str]) -> None:
    receipt = received()

    answer = desk.post(f"/reports/{receipt.report.reference}/findings/decide/", posted, follow=True)

    assert "Choose findings first" in answer.content.decode()


@pytest.mark.clause("P8")
def test_a_file_or_finding_of_another_report_is_none_of_this_one(desk: Client, member: User) -> None:
    receipt, other = received(), received()
    make(other, by=member)
    place = f"/reports/{receipt.report.reference}/findings/"

    answers = [
        desk.post(f"{place}make/", {"of": str(file_of(other).pk)}),
        desk.post(f"{place}decide/", {"split": str(found(other)[0].pk)}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert (states(receipt), states(other)) == ([], [FindingState.OPEN] * 3)


def test_what_a_list_says_is_shown_as_words_and_nothing_else(desk: Client, member: User) -> None:
    hostile = [{"title": "<script>alert(1)</script>", "file": "\u202ea", "message": "![x](https://evil.example/p.png)"}]
    receipt = received(json.dumps([*hostile, {"title": "Other"}]).encode(), "scan.json")
    make(receipt, by=member)

    text = page(desk, receipt)

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert '<img src="https://evil' not in text
    assert "\u202e" not in text


def test_the_page_costs_as_much_with_many_findings_as_with_few(desk: Client, member: User) -> None:
    receipt = received(description="1. One\n2. Two")
    make(receipt, by=member, from_file=False)
    address = f"/reports/{receipt.report.reference}/findings/"
    desk.get(address)
    few = queries_of(desk, address)
    make(receipt, by=member)
    split(found(receipt)[0], by=member)
    split(found(receipt)[1], by=member)

    assert queries_of(desk, address) <= few + 1
    assert few <= 11


def test_no_word_of_a_finding_lies_open_in_the_database(member: User) -> None:
    receipt = received()
    make(receipt, by=member)

    with acting_as(SYSTEM):
        rows = str(list(Finding.objects.values()))
    assert SECRET not in rows
    assert SECRET.split(maxsplit=1)[0] not in rows


@pytest.mark.clause("P8")
def test_a_case_file_holds_the_findings_and_what_was_decided_without_who_reported_them(
    desk: Client, member: User
) -> None:
    table = b"Name,Risk,URL,Description\nXSS,High,https://a.example/x,Robin Reporter saw it\nCSRF,low,,It sends\n"
    receipt = received(table, name="scan.csv")
    make(receipt, by=member)
    with acting_as(factories.looking(member)):
        first = found(receipt)[0]
        findings.decide(receipt.report, [first.pk], FindingState.CONFIRMED, by=member, now=timezone.now())

    answer = desk.post(f"/reports/{receipt.report.reference}/case-file/")
    with ZipFile(io.BytesIO(answer.getvalue())) as archive:
        rows = list(csv.reader(io.StringIO(archive.read("findings.csv").decode("utf-8-sig"))))

    assert [row[:7] for row in rows] == [
        ["number", "title", "place", "detail", "severity as claimed", "decision", "by"],
        ["1", "XSS", "https://a.example/x", "[removed] saw it", "high", "confirmed", "Mira Member"],
        ["2", "CSRF", "", "It sends", "low", "not looked at yet", ""],
    ]
