"""A part of a report becomes a report of its own, and nobody sees more by it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from portal.viewer import SYSTEM, acting_as
from reports import conversation, history, staging, submissions, tracking, walls
from reports.correspondence import splitting
from reports.correspondence.splitting import Part
from reports.enums import ClockKind, EventKind, NoticeKind
from reports.guards import Refused
from reports.intake import Receipt
from reports.models import Attachment, Clock, Grant, Notification, Report, Reporter, ReportEvent
from teams.models import User
from tests import factories
from tests.people import browser_of
from tests.reports.correspondence.letters import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P1", "P8")]
LATER = NOON + timedelta(days=1)


@pytest.fixture
def member() -> User:
    return factories.member()


@pytest.fixture
def receipt() -> Receipt:
    return factories.receipt(NOON)


def split(receipt: Receipt, *, by: User, files: Sequence[Attachment] = (), with_co_reporters: bool = True) -> Report:
    with acting_as(factories.looking(by)):
        report = Report.objects.get(pk=receipt.report.pk)
        part = Part(
            token="a form", summary="The second", text="Its words.", files=files, with_co_reporters=with_co_reporters
        )
        return splitting.split(report, part, by=by, now=LATER)


def test_it_has_the_same_reporter_with_a_link_of_their_own_and_the_clock_of_the_first(
    member: User, receipt: Receipt
) -> None:
    made = split(receipt, by=member)
    again = split(receipt, by=member)

    assert again == made
    with acting_as(SYSTEM):
        reporter = Reporter.objects.select_related("report").get(report=made)
        assert (reporter.name, reporter.email) == ("Robin Reporter", "reporter@example.net")
        assert reporter.grant_id != receipt.reporter.grant_id
        assert Clock.objects.get(report=made, kind=ClockKind.ACKNOWLEDGE).started_at == NOON
        assert Notification.objects.filter(report=made, kind=NoticeKind.RECEIPT, reporter=reporter).count() == 1
        assert ReportEvent.objects.filter(report=receipt.report, kind=EventKind.SPLIT).count() == 1
        assert made.description == "Its words."


def test_whoever_could_not_see_the_first_does_not_see_the_part(member: User, receipt: Receipt) -> None:
    keeper, outside, walled_off = factories.member(), factories.member(), factories.member()
    with acting_as(factories.looking(member)):
        walls.recuse(receipt.report, who=walled_off, reason="Wrote it.", by=member, now=NOON)
        walls.restrict(Report.objects.get(), keep=[keeper], reason="Close.", by=member, now=NOON)

    made = split(receipt, by=member)

    seen = {}
    for user in (member, keeper, outside, walled_off):
        with acting_as(factories.looking(user)):
            seen[user] = Report.objects.filter(pk=made.pk).exists()
    assert seen == {member: True, keeper: True, outside: False, walled_off: False}


def test_a_reporter_who_lost_access_gets_none_by_it(member: User, receipt: Receipt) -> None:
    with acting_as(SYSTEM):
        Grant.objects.filter(pk=receipt.reporter.grant_id).update(revoked_at=NOON)

    made = split(receipt, by=member)

    with acting_as(SYSTEM):
        assert [grant.is_in_force for grant in Grant.objects.filter(report=made, user=None)] == [False]
        assert not Notification.objects.filter(report=made, reporter__isnull=False).exists()


def test_only_who_coordinates_may_split_it(receipt: Receipt) -> None:
    stranger = factories.maintainer()

    with acting_as(factories.looking(stranger, is_member=False)), pytest.raises(Refused):
        splitting.split(receipt.report, Part(token="t", summary="x", text="y"), by=stranger, now=LATER)


def test_the_form_loses_nothing_and_leads_to_the_new_report(member: User, receipt: Receipt) -> None:
    desk, place = browser_of(member), f"/reports/{receipt.report.reference}/split/"

    empty = desk.post(place, {"text": "Only this."})
    done = desk.post(place, {"summary": "The second", "text": "Only this."}, follow=True)

    assert (empty.status_code, "Only this." in empty.content.decode()) == (422, True)
    assert "It is a report of its own now" in done.content.decode()


def sent(receipt: Receipt, *names: str, by: User | None = None) -> list[Attachment]:
    """Files with a message of the reporter's, or with a note of the member's."""
    uploads = [SimpleUploadedFile(name, f"the bytes of {name}".encode()) for name in names]
    kept = [each.file for each in staging.stage(uploads, submission=submissions.new(now=NOON), now=NOON).kept]
    if by is None:
        conversation.hear(receipt.reporter, "With files.", now=NOON, files=kept)
    else:
        with acting_as(factories.looking(by)):
            conversation.note(receipt.report, "With files.", by=by, now=NOON, files=kept)
    with acting_as(SYSTEM):
        return list(Attachment.objects.select_related("report").filter(report=receipt.report))


def test_chosen_files_come_along_sealed_anew_and_the_others_stay(member: User, receipt: Receipt) -> None:
    first, second = sent(receipt, "one.txt", "two.txt")

    made = split(receipt, by=member, files=[second])

    with acting_as(SYSTEM):
        there = Attachment.objects.select_related("report").get(report=made)
        assert (there.name, there.sha256, there.reporter_id) == (
            "two.txt", second.sha256, Reporter.objects.get(report=made).pk,
        )  # fmt: skip
        assert there.storage_key not in {first.storage_key, second.storage_key}
        assert there.secret != second.secret
        with staging.store().open(there.storage_key, secret=there.secret) as opened:
            assert opened.read() == b"the bytes of two.txt"
        assert Attachment.objects.filter(report=receipt.report).count() == 2


def test_files_of_the_teams_notes_are_not_offered(member: User, receipt: Receipt) -> None:
    sent(receipt, "theirs.txt")
    sent(receipt, "note.txt", by=member)

    page = browser_of(member).get(f"/reports/{receipt.report.reference}/split/").content.decode()

    assert ("theirs.txt" in page, "note.txt" in page) == (True, False)


def test_a_file_that_is_gone_is_named_and_nothing_typed_is_lost(member: User, receipt: Receipt) -> None:
    (file,) = sent(receipt, "one.txt")
    staging.store().delete(file.storage_key)

    said = {"summary": "The second", "text": "Only this.", "attachments": str(file.pk)}
    page = browser_of(member).post(f"/reports/{receipt.report.reference}/split/", said)

    assert (page.status_code, "one.txt is not where it was kept" in page.content.decode()) == (422, True)
    assert "Only this." in page.content.decode()
    with acting_as(SYSTEM):
        assert Report.objects.count() == 1


@pytest.mark.parametrize("everything", [True, False])
def test_co_reporters_come_along_each_with_a_link_and_a_mail(
    member: User, receipt: Receipt, *, everything: bool
) -> None:
    for name, email in (("Kim", "kim@example.net"), ("No address", "")):
        tracking.invite(receipt.reporter, name=name, email=email, may_read_everything=everything, token=name, now=LATER)

    made, again = (split(receipt, by=member) for _ in range(2))

    assert again == made
    with acting_as(SYSTEM):
        finder, kim = Reporter.objects.select_related("report", "grant").filter(report=made)
        assert (kim.name, kim.email, kim.invited_by_id) == ("Kim", "kim@example.net", finder.pk)
        assert (kim.sees_report, kim.grant.granted_by) == (everything, member)
        assert Notification.objects.filter(reporter=kim, kind=NoticeKind.INVITATION).count() == 1
        told = ReportEvent.objects.get(report=made, kind=EventKind.CO_REPORTER_INVITED)
        assert (told.user, told.reporter) == (member, None)


def test_co_reporters_can_be_left_with_the_first_report(member: User, receipt: Receipt) -> None:
    tracking.invite(receipt.reporter, name="Kim", email="k@example.net", may_read_everything=True, token="t", now=NOON)
    place = f"/reports/{receipt.report.reference}/split/"

    shown = browser_of(member).get(place).content.decode()
    browser_of(member).post(place, {"summary": "The second", "text": "Only this."})

    assert "Its co-reporters come along" in shown
    with acting_as(SYSTEM):
        assert Reporter.objects.exclude(report=receipt.report).count() == 1


@pytest.mark.clause("P7")
def test_a_reporter_whose_mail_comes_back_is_told_on_their_page_until_they_change_the_address(
    receipt: Receipt,
) -> None:
    browser = Client()
    browser.post(f"/r/{receipt.key}/")
    where = f"/track/{receipt.report.reference}/"
    before = browser.get(where).content.decode()
    with acting_as(SYSTEM):
        kind, number = EventKind.MAIL_BOUNCED, receipt.reporter.pk
        history.append(receipt.report, kind, by=None, now=timezone.now(), notice="receipt", reporter=number)

    told = browser.get(where).content.decode()
    browser.post(f"{where}address/", {"email": "new@example.net"})
    after = browser.get(where).content.decode()

    sentence = "Our mail to your address comes back"
    assert [sentence in page for page in (before, told, after)] == [False, True, False]
