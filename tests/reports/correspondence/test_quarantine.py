"""Mail that was put aside is taken in, moved or refused by a member, once."""

from datetime import timedelta

import pytest
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from portal.viewer import SYSTEM, acting_as
from reports import sharing, walls
from reports.correspondence import quarantine, sources
from reports.enums import Audience, Channel, ClockKind, EventKind, MailState, NoticeKind, PutAside, Role, Vouched
from reports.guards import Refused
from reports.models import (
    Attachment,
    Clock,
    Grant,
    InboundMail,
    Message,
    Notification,
    Recusal,
    Report,
    Reporter,
    ReportEvent,
)
from teams.models import User
from tests import factories
from tests.people import browser_of
from tests.reports.correspondence.letters import ADA, NOON, letter, take

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P11")]
LATER = NOON + timedelta(hours=5)


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


@pytest.fixture
def report() -> Report:
    report = take(letter()).report
    assert report is not None
    return report


def aside(report: Report, *, text: str = "I am Ada, really.", name: str = "") -> InboundMail:
    """A mail that names `report`, and for which nobody vouches."""
    message = letter(subject=f"About {report.reference}", text=text, vouched=False)
    if name:
        message.add_attachment(b"a proof", maintype="application", subtype="octet-stream", filename=name)
    mail = take(message, at=LATER)
    assert mail.state == MailState.ASIDE
    return mail


def passed_over() -> InboundMail:
    """About no report, and for nobody to look at."""
    mail = take(letter(subject="I am on holiday", Auto_Submitted="auto-replied", In_Reply_To="<1@example.org>"))
    assert (mail.state, mail.report) == (MailState.IGNORED, None)
    return mail


def writer_of(report: Report) -> Reporter:
    with acting_as(SYSTEM):
        return Reporter.objects.select_related("grant", "report").get(report=report, invited_by=None)


def reread(mail: InboundMail) -> InboundMail:
    with acting_as(SYSTEM):
        return InboundMail.objects.select_related("report", "message", "settled_by").get(pk=mail.pk)


def kinds(report: Report | None) -> list[str]:
    with acting_as(SYSTEM):
        return [event.kind for event in ReportEvent.objects.filter(report=report).order_by("seq")]


def test_what_a_member_accepts_joins_the_conversation_with_its_files(member: User, report: Report) -> None:
    mail = aside(report, name="proof.bin")

    with acting_as(factories.looking(member)):
        message = quarantine.accept(mail, writer=writer_of(report), by=member, now=LATER)

    found = reread(mail)
    assert (found.state, found.settled_by, found.vouched) == (MailState.JOINED, member, Vouched.PERSON)
    assert found.message == message
    with acting_as(SYSTEM):
        said = Message.objects.select_related("reporter", "report").get(pk=message.pk)
        assert (said.body, said.channel, said.reporter) == ("I am Ada, really.", Channel.MAIL, writer_of(report))
        assert [file.name for file in Attachment.objects.filter(message=message)] == ["proof.bin"]
    assert kinds(report)[-1] == EventKind.MAIL_ACCEPTED


def test_of_two_members_one_settles_it_and_the_other_is_told(member: User, report: Report) -> None:
    mail, other = aside(report), factories.member()
    stale = reread(mail)
    with acting_as(factories.looking(member)):
        quarantine.accept(mail, writer=writer_of(report), by=member, now=LATER)

    with acting_as(factories.looking(other)), pytest.raises(Refused, match="Somebody has settled this mail already"):
        quarantine.refuse(stale, reason="Forged.", by=other, now=LATER)

    assert reread(mail).state == MailState.JOINED
    assert kinds(report).count(EventKind.MAIL_REFUSED) == 0


def test_a_note_stays_among_the_team_and_vouches_for_nobody(member: User, report: Report) -> None:
    mail = aside(report)

    with acting_as(factories.looking(member)):
        quarantine.keep_as_note(mail, by=member, now=LATER)

    found = reread(mail)
    assert (found.state, found.vouched) == (MailState.JOINED, Vouched.NOBODY)
    assert found.message is not None
    assert (found.message.audience, found.message.user) == (Audience.TEAM, member)


@pytest.mark.clause("P1", "P7")
def test_a_report_of_its_own_has_the_clock_of_its_arrival(member: User, report: Report) -> None:
    mail = aside(report, text="Something else is broken too.")

    with acting_as(factories.looking(member)):
        made = quarantine.make_report(mail, lets_sender_in=True, by=member, now=LATER + timedelta(days=1))

    reporter = writer_of(made)
    assert (made.description, made.channel) == ("Something else is broken too.", Channel.MAIL)
    assert (reporter.name, reporter.email) == ("Ada", ADA)
    with acting_as(SYSTEM):
        assert Clock.objects.get(report=made, kind=ClockKind.ACKNOWLEDGE).started_at == LATER
        assert Notification.objects.filter(report=made, kind=NoticeKind.RECEIPT).count() == 1
    assert (reread(mail).state, reread(mail).report) == (MailState.REPORT, made)


@pytest.mark.clause("P8")
def test_its_sender_gets_no_link_unless_the_member_says_so(member: User, report: Report) -> None:
    mail = aside(report)

    with acting_as(factories.looking(member)):
        made = quarantine.make_report(mail, lets_sender_in=False, by=member, now=LATER)

    assert (writer_of(made).name, writer_of(made).email) == ("", "")
    with acting_as(SYSTEM):
        assert not Notification.objects.filter(report=made, reporter__isnull=False).exists()


@pytest.mark.clause("P8")
def test_the_walls_around_the_report_stand_around_what_is_made_of_its_mail(member: User, report: Report) -> None:
    walled_off, outside, keeper = factories.member(), factories.member(), factories.member()
    with acting_as(factories.looking(member)):
        sharing.share(report, to=walled_off, role=Role.OBSERVER, reason="Looks on.", by=member, now=NOON)
        walls.recuse(report, who=walled_off, reason="Knows Ada.", by=member, now=NOON)
        walls.restrict(Report.objects.get(pk=report.pk), keep=[keeper], reason="Close.", by=member, now=NOON)
    mail = aside(report)

    with acting_as(factories.looking(member)):
        made = quarantine.make_report(mail, lets_sender_in=False, by=member, now=LATER)

    seen_by = {}
    for user in (member, keeper, walled_off, outside):
        with acting_as(factories.looking(user)):
            seen_by[user] = Report.objects.filter(pk=made.pk).exists()
    assert seen_by == {member: True, keeper: True, walled_off: False, outside: False}
    with acting_as(SYSTEM):
        told = set(Notification.objects.filter(report=made).values_list("user", flat=True))
        assert told == {member.pk, keeper.pk}
        assert {wall.user for wall in Recusal.objects.filter(report=made)} == {walled_off}
        assert set(Grant.objects.filter(report=made, user__isnull=False).values_list("role", flat=True)) == {
            Role.COORDINATOR
        }


def test_a_mail_that_is_moved_waits_with_the_other_report_and_names_neither(member: User, report: Report) -> None:
    mail, other = aside(report), factories.receipt(NOON).report

    with acting_as(factories.looking(member)):
        quarantine.move(mail, to=other, by=member, now=LATER)

    found = reread(mail)
    assert (found.state, found.report) == (MailState.ASIDE, other)
    assert kinds(report)[-1] == EventKind.MAIL_REFUSED
    assert kinds(other)[-1] == EventKind.MAIL_QUARANTINED
    with acting_as(SYSTEM):
        details = ReportEvent.objects.filter(report=report).latest("seq").details
    assert details == {"mail": mail.pk, "moved": True}


def test_a_refused_mail_keeps_its_reason_and_its_source(member: User, report: Report) -> None:
    mail = aside(report)

    with acting_as(factories.looking(member)):
        quarantine.refuse(mail, reason="Somebody else wrote it.", by=member, now=LATER)
        source = sources.read(reread(mail))

    found = reread(mail)
    assert (found.state, found.refusal, found.settled_at) == (MailState.REFUSED, "Somebody else wrote it.", LATER)
    assert source.endswith(b"I am Ada, really.\n")


@pytest.mark.clause("P8")
def test_a_sign_up_mail_reaches_nobody_outside_the_team(member: User, report: Report) -> None:
    mail = aside(report)
    with acting_as(SYSTEM):
        InboundMail.objects.update(why=PutAside.SIGN_UP)
    mail = reread(mail)

    with acting_as(factories.looking(member)):
        with pytest.raises(Refused, match="third party"):
            quarantine.accept(mail, writer=writer_of(report), by=member, now=LATER)
        with pytest.raises(Refused, match="third party"):
            quarantine.make_report(mail, lets_sender_in=True, by=member, now=LATER)

    assert reread(mail).state == MailState.ASIDE


@pytest.mark.clause("P8")
def test_whoever_lost_access_is_not_taken_for_its_writer(member: User, report: Report) -> None:
    mail = aside(report)
    with acting_as(SYSTEM):
        Grant.objects.filter(report=report, user=None).update(revoked_at=LATER)

    with acting_as(factories.looking(member)), pytest.raises(Refused, match="no access"):
        quarantine.accept(mail, writer=writer_of(report), by=member, now=LATER)


@pytest.mark.clause("P8")
def test_only_who_may_know_the_reporter_sees_and_settles_it(member: User, report: Report) -> None:
    mail = aside(report)
    developer, coordinator, stranger = factories.maintainer(), factories.maintainer(), factories.maintainer()
    with acting_as(factories.looking(member)):
        sharing.share(report, to=developer, role=Role.DEVELOPER, reason="Fixes it.", by=member, now=NOON)
        sharing.share(report, to=coordinator, role=Role.COORDINATOR, reason="Helps out.", by=member, now=NOON)

    listed = {}
    for user, is_member in ((member, True), (developer, False), (coordinator, False), (stranger, False)):
        with acting_as(factories.looking(user, is_member=is_member)):
            listed[user] = list(quarantine.put_aside(user)) == [mail]
    with acting_as(factories.looking(developer, is_member=False)), pytest.raises(Refused, match="Your role"):
        quarantine.refuse(mail, reason="No.", by=developer, now=LATER)

    assert listed == {member: True, developer: False, coordinator: True, stranger: False}


@pytest.mark.clause("P8")
def test_mail_about_no_report_is_the_teams(member: User) -> None:
    automatic = passed_over()
    outsider = factories.maintainer()

    with acting_as(factories.looking(member)):
        seen = list(quarantine.passed_over(member, now=LATER))
    with acting_as(factories.looking(outsider, is_member=False)):
        unseen = list(quarantine.passed_over(outsider, now=LATER))

    assert (automatic.report, seen, unseen) == (None, [automatic], [])


def test_what_was_passed_over_is_listed_for_thirty_days(member: User) -> None:
    mail = passed_over()

    with acting_as(factories.looking(member)):
        day_30 = list(quarantine.passed_over(member, now=NOON + timedelta(days=30, seconds=-1)))
        day_31 = list(quarantine.passed_over(member, now=NOON + timedelta(days=31)))

    assert (day_30, day_31) == ([mail], [])


def test_it_can_be_decided_even_if_the_source_is_gone(
    member: User, report: Report, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    mail = aside(report)
    with acting_as(SYSTEM):
        InboundMail.objects.update(storage_key="0" * 32)
    mail = reread(mail)

    with acting_as(factories.looking(member)), django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(Refused, match="source of this mail"):
            quarantine.accept(mail, writer=writer_of(report), by=member, now=LATER)
        quarantine.refuse(mail, reason="It cannot be read.", by=member, now=LATER)

    assert reread(mail).state == MailState.REFUSED


def test_its_page_names_its_files_before_it_is_taken_in_and_serves_none(member: User, report: Report) -> None:
    mail = aside(report, name="<b>proof.bin")

    page = browser_of(member).get(f"/reports/mail/{mail.code}/").content.decode()

    named = page.partition('id="mail-files"')[2].partition("</ul>")[0]
    assert ("proof.bin" in named, "<b>" in named, "7 bytes · " in named) == (True, False, True)
    assert ("application/octet-stream" in named, "href" in named) == (True, False)
    with acting_as(SYSTEM):
        assert not Attachment.objects.filter(report=report).exists()


def test_a_mail_without_files_says_nothing_of_them(member: User, report: Report) -> None:
    mail = aside(report)

    page = browser_of(member).get(f"/reports/mail/{mail.code}/").content.decode()

    assert "Files in it" not in page
