"""What every mail looks like, whole. To accept a change: `PORTAL_WRITE_SNAPSHOTS=1`, then read the difference."""

import email.policy
import os
import re
import secrets
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from pytest_django.fixtures import Settings

from portal.audit import chain
from portal.mail import Mail
from portal.models import LedgerEntry
from portal.viewer import SYSTEM, acting_as
from reports import emails, history, intake, notices
from reports.enums import CAN_WAIT, EventKind, NoticeKind, NoticeState, Role
from reports.models import Clock, Invitation, Notification, Report, Reporter
from reports.told_ahead import HeadsUp
from teams.models import User
from tests import factories

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)
CANARY = "Kolibri"
"""Stands in everything that a reporter or a project is called or says."""
TO_REPORTER = {
    NoticeKind.RECEIPT,
    NoticeKind.LINK,
    NoticeKind.INVITATION,
    NoticeKind.MOVED,
    NoticeKind.ANSWERED,
    NoticeKind.REMINDER,
    NoticeKind.CREDIT_ASKED,
    NoticeKind.CREDIT_AGAIN,
    NoticeKind.THANKS,
    NoticeKind.CVE_CAME,
    NoticeKind.TAKEN_BACK,
    NoticeKind.KEY_CHANGED,
    NoticeKind.PUBLICITY_ASKED,
    NoticeKind.FINDER,
}
NAMES_PROJECTS = {NoticeKind.HEADS_UP}
"""The one mail that says on purpose what is affected and how badly, and no report."""
BOUNDARY = re.compile(r"={3,}[0-9]+==")
THREAD = re.compile(r"<report\.[\w-]+@")
"""Follows from the numbers of rows, and these from whatever tests ran before."""


@pytest.fixture(autouse=True)
def at_noon(settings: Settings) -> Iterator[None]:
    settings.BASE_URL = "https://security.example.org"
    settings.SECRET_KEY = "the same in every test"
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def member() -> User:
    return factories.member(name=f"{CANARY} Member", email="member@example.org")


@pytest.fixture
def reporter(member: User, monkeypatch: pytest.MonkeyPatch) -> Reporter:
    """Of a report that waits for their answer."""
    project = factories.ProjectFactory.create(name=CANARY.lower(), repository=f"example/{CANARY}")
    drawn = iter("7K3M9QXD")
    with monkeypatch.context() as chance:
        chance.setattr(secrets, "choice", lambda _: next(drawn))
        receipt = intake.receive(
            factories.submission(
                str(uuid.UUID(int=7)),
                summary=f"{CANARY} in the summary",
                description=f"{CANARY} in the description",
                projects=[project],
                name=f"{CANARY} Reporter",
                dependency_name=CANARY,
            ),
            now=NOON,
        )
    with acting_as(SYSTEM):
        Report.objects.update(waiting_since=NOON, coordinator=member)
        Clock.objects.update(warned_at=NOON, breached_at=NOON)
        Notification.objects.all().delete()
        return Reporter.objects.get(pk=receipt.reporter.pk)


def notice(kind: NoticeKind, *, reporter: Reporter, member: User) -> Notification:
    """The one notification of `kind`, numbered alike in every test."""
    report = Report.objects.get()
    if kind == NoticeKind.DIGEST:
        digest = Notification.objects.create(pk=9001, kind=kind, user=member, dedupe_key="digest")
        for gathered in sorted(CAN_WAIT):
            Notification.objects.create(
                report=report,
                kind=gathered,
                user=member,
                dedupe_key=gathered,
                digest=digest,
                state=NoticeState.GATHERED,
            )
        return digest
    if kind == NoticeKind.ANCHOR:
        chain.append([LedgerEntry(at=NOON, details={"heads": []})])
        anchor = notices.of_anchor("keeper@example.org", day=NOON.date(), now=NOON)
        anchor.pk = 9002
        anchor.save(force_insert=True)
        return anchor
    if kind == NoticeKind.HEADS_UP:
        told = HeadsUp(day=date(2026, 3, 10), hour=16, severity="high", projects=[CANARY.lower(), "wash"])
        history.append(report, EventKind.HEADS_UP_GIVEN, by=member, now=NOON, **told.details)
        ahead = notices.ahead(report, ["downstream@example.org"], fact="it", now=NOON)[0]
        ahead.pk = 9003
        ahead.save(force_insert=True)
        return ahead
    if kind == NoticeKind.ASKED:
        Invitation.objects.create(
            report=report, user=member, role=Role.DEVELOPER, reason=CANARY, invited_by=member, code="The-code-of-it"
        )
    row = (
        notices.of_reporter(reporter, kind, fact="it", now=NOON)
        if kind in TO_REPORTER
        else notices.of_users(report, kind, [member], fact="it", now=NOON)[0]
    )
    row.pk = 9000
    row.save(force_insert=True)
    return Notification.objects.get(pk=9000)


def composed(kind: NoticeKind, *, reporter: Reporter, member: User) -> Mail:
    with acting_as(SYSTEM):
        return emails.compose(notice(kind, reporter=reporter, member=member), now=NOON)


def whole(mail: Mail) -> str:
    """The mail as it is sent, with its random boundary and its thread named."""
    raw = mail.message().message(policy=email.policy.SMTPUTF8.clone(linesep="\n", cte_type="8bit")).as_string()
    return THREAD.sub("<report.thread@", BOUNDARY.sub("=boundary=", raw))


@pytest.mark.parametrize("kind", NoticeKind)
def test_the_mail_is_exactly_this(kind: NoticeKind, reporter: Reporter, member: User) -> None:
    file = Path(__file__).with_name(f"{kind}.eml.txt")

    letter = whole(composed(kind, reporter=reporter, member=member))

    if os.environ.get("PORTAL_WRITE_SNAPSHOTS"):
        file.write_text(letter)
    assert letter == file.read_text()


def test_every_snapshot_belongs_to_a_kind_of_mail() -> None:
    snapshots = {file.name.removesuffix(".eml.txt") for file in Path(__file__).parent.glob("*.eml.txt")}

    assert snapshots == {kind.value for kind in NoticeKind}


@pytest.mark.parametrize("kind", NoticeKind)
def test_no_mail_says_what_a_report_is_about_or_who_is_in_it(
    kind: NoticeKind, reporter: Reporter, member: User
) -> None:
    letter = whole(composed(kind, reporter=reporter, member=member))
    with acting_as(SYSTEM):
        reference = Report.objects.get().reference

    assert (CANARY.lower() in letter.lower()) == (kind in NAMES_PROJECTS)
    assert ("severity" in letter.lower()) == (kind in NAMES_PROJECTS)
    assert kind not in NAMES_PROJECTS or reference not in letter


@pytest.mark.clause("P22")
def test_whoever_is_asked_is_not_told_which_report_it_is(reporter: Reporter, member: User) -> None:
    letter = whole(composed(NoticeKind.ASKED, reporter=reporter, member=member))

    with acting_as(SYSTEM):
        assert Report.objects.get().reference not in letter


@pytest.mark.parametrize("kind", NoticeKind)
def test_no_mail_fetches_anything_or_leads_elsewhere(kind: NoticeKind, reporter: Reporter, member: User) -> None:
    letter = composed(kind, reporter=reporter, member=member)

    assert re.findall(r"(?:src|background|@import|url\()", letter.html) == []
    links = re.findall(r"https?://[^\s\"<]+", letter.text + letter.html)
    assert links
    assert [link for link in links if not link.startswith("https://security.example.org/")] == []


def test_the_same_notice_is_always_the_same_mail(reporter: Reporter, member: User) -> None:
    first = composed(NoticeKind.RECEIPT, reporter=reporter, member=member)
    with acting_as(SYSTEM):
        again = emails.compose(Notification.objects.get(pk=9000), now=NOON)

    assert first == again


def test_mails_on_one_report_stand_in_one_thread_for_each_recipient(reporter: Reporter, member: User) -> None:
    with acting_as(SYSTEM):
        report = Report.objects.get()
        rows = [
            notices.of_reporter(reporter, NoticeKind.ANSWERED, fact="1", now=NOON),
            notices.of_reporter(reporter, NoticeKind.MOVED, fact="2", now=NOON),
            *notices.of_users(report, NoticeKind.NEW_REPORT, [member], fact="3", now=NOON),
        ]
        Notification.objects.bulk_create(rows)
        one, two, other = (emails.compose(row, now=NOON) for row in Notification.objects.order_by("pk"))

    assert one.thread == two.thread != other.thread
    assert len({one.message_id, two.message_id, other.message_id}) == 3
