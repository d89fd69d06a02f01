"""Mail becomes reports and joins conversations, or waits for a person."""

from datetime import timedelta
from email.message import EmailMessage

import pytest

from portal.viewer import SYSTEM, acting_as
from reports import conversation, emails, lifecycle
from reports.correspondence import quarantine, reply_addresses, sources
from reports.correspondence.reply_addresses import For
from reports.enums import (
    Channel,
    ClockKind,
    EventKind,
    MailState,
    NoticeKind,
    NoticeState,
    PutAside,
    State,
    Vouched,
)
from reports.guards import Decision
from reports.lifecycle import Move
from reports.models import Clock, InboundMail, Message, Notification, Recusal, Report, Reporter, ReportEvent
from tests import factories
from tests.people import with_second_factor
from tests.reports.correspondence.letters import ADA, NOON, letter, take

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("P1", "P11")]
LATER = NOON + timedelta(hours=5)


def reporter_of(mail: InboundMail) -> Reporter:
    with acting_as(SYSTEM):
        return Reporter.objects.select_related("report", "grant").get(report=mail.report)


def address_of(reporter: Reporter) -> str:
    return reply_addresses.address_for(For.REPORTER, reporter.pk, written_at=NOON)


def messages_of(report: Report | None) -> list[str]:
    with acting_as(SYSTEM):
        return [message.body for message in Message.objects.filter(report=report)]


def test_a_new_mail_becomes_a_report_whose_clock_began_when_our_server_had_it() -> None:
    mail = take(letter(), at=NOON, now=LATER)

    reporter = reporter_of(mail)
    report = reporter.report
    assert (mail.state, mail.vouched) == (MailState.REPORT, Vouched.SERVER)
    assert (report.summary, report.channel) == ("Path traversal in the registry", Channel.MAIL)
    assert report.description == "Send `..%2f` to the registry, and it answers."
    assert (reporter.name, reporter.email) == ("Ada", ADA)
    with acting_as(SYSTEM):
        assert Clock.objects.get(report=report, kind=ClockKind.ACKNOWLEDGE).started_at == NOON
        assert Notification.objects.filter(report=report, kind=NoticeKind.RECEIPT, reporter=reporter).count() == 1


def test_the_same_mail_taken_in_twice_is_one_report() -> None:
    first = take(letter())
    again = take(letter(Received="from elsewhere by mx.example.org; Tue, 3 Mar 2026 17:00:00 +0000"), now=LATER)

    assert again == first
    with acting_as(SYSTEM):
        assert Report.objects.count() == 1


def test_what_mail_servers_add_on_the_way_makes_no_other_mail() -> None:
    first = take(letter())

    again = take(letter(vouched=False, X_Spam_Status="No, score=0.1", DKIM_Signature="v=1; d=relay.example"))

    assert again == first


def test_a_folded_field_is_a_part_of_what_was_sent() -> None:
    head = b"From: Ada <ada@example.net>\r\nMessage-ID: <one@mua>\r\nSubject: The first\r\n "
    first = take(head + b"fault\r\n\r\nIt leaks.\r\n")

    assert take(head + b"mistake\r\n\r\nIt leaks.\r\n").report != first.report


def test_one_mail_to_several_conversations_joins_those_that_are_the_senders() -> None:
    mine = [reporter_of(take(letter(subject=subject))) for subject in ("One", "Two")]
    others = reporter_of(take(letter(sender="Eve <eve@example.com>", subject="Three")))
    to = ", ".join(address_of(reporter) for reporter in (others, *mine))

    mail = take(letter(to=to, text="To both."), now=LATER)

    assert (mail.state, mail.report) == (MailState.JOINED, mine[0].report)
    assert [messages_of(each.report) for each in (*mine, others)] == [["To both."], ["To both."], []]


@pytest.mark.clause("P8")
def test_a_second_conversation_in_which_one_may_not_write_gets_nothing_of_the_first() -> None:
    member = with_second_factor(factories.member(email="mia@example.org"))
    first, second = (reporter_of(take(letter(subject=subject))).report for subject in ("One", "Two"))
    addresses = [reply_addresses.address_for(For.NOTE, member.pk, each.pk, written_at=NOON) for each in (first, second)]
    with acting_as(SYSTEM):
        Recusal.objects.create(report=second, user=member)

    mail = take(letter(sender="Mia <mia@example.org>", to=", ".join(addresses), text="For the first."), now=LATER)

    assert (mail.state, mail.report) == (MailState.JOINED, first)
    assert (messages_of(first), messages_of(second)) == (["For the first."], [])


def test_another_mail_with_the_same_message_id_is_another_mail() -> None:
    first = take(letter(message_id="<one@mua>"))
    other = take(letter(message_id="<one@mua>", text="Something else."))

    assert other.report != first.report


def test_the_source_is_kept_and_sealed() -> None:
    raw = bytes(letter())

    mail = take(raw)

    with acting_as(SYSTEM):
        assert sources.read(mail) == raw


@pytest.mark.clause("P8")
def test_whoever_is_copied_or_named_for_answers_takes_no_part() -> None:
    eve = "Eve <eve@example.com>"

    first = take(letter(Cc=eve, Reply_To=eve))
    reporter = reporter_of(first)
    answer = letter(to=address_of(reporter), subject="Re: received", text="It also answers.", Cc=eve, Reply_To=eve)
    joined = take(answer, now=LATER)

    assert (joined.state, joined.report) == (MailState.JOINED, reporter.report)
    assert reporter.email == ADA
    with acting_as(SYSTEM):
        outside = Notification.objects.filter(report=reporter.report, user=None)
        assert set(outside.values_list("reporter", "address")) == {(reporter.pk, "")}


def test_an_answer_from_their_own_address_joins_the_conversation() -> None:
    reporter = reporter_of(take(letter()))

    mail = take(letter(to=address_of(reporter), subject="Re: received", text="It also answers on port 80."), now=LATER)

    assert (mail.state, mail.report) == (MailState.JOINED, reporter.report)
    assert mail.message is not None
    assert (mail.message.reporter, mail.message.channel) == (reporter, Channel.MAIL)
    assert messages_of(reporter.report) == ["It also answers on port 80."]


@pytest.mark.parametrize(
    ("sender", "vouched", "why"),
    [
        (f"Ada <{ADA}>", False, PutAside.UNVERIFIED),
        ("Eve <eve@example.com>", True, PutAside.OTHER_SENDER),
        ("Eve <eve@example.com>", False, PutAside.OTHER_SENDER),
        (f"Ada <{ADA}>, Eve <eve@example.com>", True, PutAside.UNVERIFIED),
    ],
)
@pytest.mark.clause("P8")
def test_an_answer_that_nobody_vouches_for_waits_for_a_person(sender: str, vouched: bool, why: PutAside) -> None:  # noqa: FBT001
    reporter = reporter_of(take(letter()))

    mail = take(letter(sender=sender, to=address_of(reporter), text="I am Ada.", vouched=vouched), now=LATER)

    assert (mail.state, mail.why, mail.report) == (MailState.ASIDE, why, reporter.report)
    assert messages_of(reporter.report) == []
    with acting_as(SYSTEM):
        assert ReportEvent.objects.filter(report=reporter.report, kind=EventKind.MAIL_QUARANTINED).count() == 1


def test_the_reference_alone_joins_nothing_from_somebody_else() -> None:
    report = reporter_of(take(letter())).report

    mail = take(letter(sender="Eve <eve@example.com>", subject=f"Re: [{report.reference}] news"), now=LATER)

    assert (mail.state, mail.why) == (MailState.ASIDE, PutAside.NO_ADDRESS)


def test_the_reference_with_a_vouched_participant_joins() -> None:
    report = reporter_of(take(letter())).report

    mail = take(letter(subject=f"Re: [{report.reference}] news", text="More."), now=LATER)

    assert (mail.state, messages_of(report)) == (MailState.JOINED, ["More."])


def test_a_reference_that_was_made_up_makes_a_new_report() -> None:
    assert take(letter(subject="Re: [WSC-AAAA-AAAA] news")).state == MailState.REPORT


def test_an_address_that_was_made_up_is_none() -> None:
    reporter = reporter_of(take(letter()))
    forged = address_of(reporter).replace("security+", "security+a", 1).replace("@", "", 0)

    assert reply_addresses.read(forged) is None
    assert reply_addresses.read(address_of(reporter).upper()) is not None


def test_an_expired_address_puts_the_mail_aside() -> None:
    reporter = reporter_of(take(letter()))

    mail = take(letter(to=address_of(reporter), text="Years later."), at=NOON + timedelta(days=400))

    assert (mail.state, mail.why) == (MailState.ASIDE, PutAside.EXPIRED)


def test_whoever_lost_access_writes_to_a_person_first() -> None:
    reporter = reporter_of(take(letter()))
    with acting_as(SYSTEM):
        reporter.grant.revoked_at = NOON
        reporter.grant.save()

    mail = take(letter(to=address_of(reporter), text="Let me in."), now=LATER)

    assert (mail.state, mail.why) == (MailState.ASIDE, PutAside.ENDED)


@pytest.mark.parametrize(("purpose", "audience"), [(For.NOTE, "team"), (For.ANSWER, "reporter")])
def test_a_member_writes_by_mail_to_the_team_or_to_the_reporter_by_different_addresses(
    purpose: For, audience: str
) -> None:
    member = with_second_factor(factories.member(email="mia@example.org"))
    report = reporter_of(take(letter())).report
    to = reply_addresses.address_for(purpose, member.pk, report.pk, written_at=NOON)

    mail = take(letter(sender="Mia <mia@example.org>", to=to, text="Which version?"), now=LATER)

    assert mail.state == MailState.JOINED
    assert mail.message is not None
    assert (mail.message.user, mail.message.audience) == (member, audience)


def test_a_forged_member_says_nothing() -> None:
    member = with_second_factor(factories.member(email="mia@example.org"))
    report = reporter_of(take(letter())).report
    to = reply_addresses.address_for(For.ANSWER, member.pk, report.pk, written_at=NOON)

    unvouched = take(letter(sender="Mia <mia@example.org>", to=to, text="Send me the proof.", vouched=False))
    by_reference = take(letter(sender="Mia <mia@example.org>", subject=f"[{report.reference}]", text="And this."))

    assert {unvouched.why, by_reference.why} == {PutAside.TEAM}
    assert messages_of(report) == []


def test_a_person_who_is_let_in_no_longer_says_nothing_by_mail() -> None:
    stranger = factories.UserFactory.create(email="mia@example.org")
    report = reporter_of(take(letter())).report
    to = reply_addresses.address_for(For.NOTE, stranger.pk, report.pk, written_at=NOON)

    assert take(letter(sender="Mia <mia@example.org>", to=to)).why == PutAside.ENDED


def test_an_automatic_mail_is_kept_and_never_answered() -> None:
    reporter = reporter_of(take(letter()))
    with acting_as(SYSTEM):
        told = Notification.objects.count()

    away = take(letter(to=address_of(reporter), text="I am on holiday.", Auto_Submitted="auto-replied"), now=LATER)
    stray = take(
        letter(text="Ticket 5 was opened.", Auto_Submitted="auto-replied", In_Reply_To="<one@elsewhere.example>"),
        now=LATER,
    )

    assert (away.state, away.report) == (MailState.AUTOMATIC, reporter.report)
    assert (stray.state, stray.report) == (MailState.IGNORED, None)
    with acting_as(SYSTEM):
        assert Notification.objects.count() == told


def bounce_of(notice: Notification, *, status: str = "5.1.1", action: str = "failed") -> bytes:
    to = reply_addresses.address_for(For.BOUNCES, notice.pk, written_at=notice.created_at)
    return (
        f"Return-Path: <>\r\nDelivered-To: {to}\r\nFrom: MAILER-DAEMON@mx.example.net\r\nTo: {to}\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
        f"Final-Recipient: rfc822; {ADA}\r\nAction: {action}\r\nStatus: {status}\r\n\r\n--b--\r\n"
    ).encode()


def acknowledged() -> tuple[Report, Notification]:
    member = factories.member()
    report = reporter_of(take(letter())).report
    with acting_as(factories.looking(member)):
        lifecycle.move(report, Move.ACKNOWLEDGE, by=member, decision=Decision(message="Thanks."), now=LATER)
    with acting_as(SYSTEM):
        told = Notification.objects.get(report=report, kind=NoticeKind.MOVED, reporter__isnull=False)
        Notification.objects.filter(pk=told.pk).update(state=NoticeState.SENT, sent_at=LATER)
    return report, told


def running(report: Report) -> set[str]:
    with acting_as(SYSTEM):
        return set(Clock.objects.filter(report=report, stopped_at=None).values_list("kind", flat=True))


@pytest.mark.clause("P7")
def test_an_acknowledgement_that_comes_back_is_none_and_its_clock_goes_on() -> None:
    report, told = acknowledged()
    assert ClockKind.ACKNOWLEDGE not in running(report)

    mail = take(bounce_of(told), at=LATER)

    assert (mail.state, mail.bounced, mail.report) == (MailState.BOUNCE, told, report)
    assert ClockKind.ACKNOWLEDGE in running(report)
    with acting_as(SYSTEM):
        assert Notification.objects.get(pk=told.pk).error == "It came back: 5.1.1."
        assert Notification.objects.filter(report=report, kind=NoticeKind.BOUNCED).count() == 1
        assert Clock.objects.filter(report=report, kind=ClockKind.ACKNOWLEDGE).count() == 1


@pytest.mark.clause("P7")
def test_the_clock_that_went_on_stops_once_the_reporter_is_heard_or_written_to_again() -> None:
    report, told = acknowledged()
    take(bounce_of(told), at=LATER)

    with acting_as(SYSTEM):
        reporter = Reporter.objects.get(report=report)
    conversation.hear(reporter, "I have read it on the page.", now=LATER + timedelta(hours=1))

    assert ClockKind.ACKNOWLEDGE not in running(report)


def test_a_delay_changes_nothing() -> None:
    report, told = acknowledged()

    take(bounce_of(told, status="4.4.1", action="delayed"), at=LATER)

    assert ClockKind.ACKNOWLEDGE not in running(report)
    with acting_as(SYSTEM):
        assert Notification.objects.get(pk=told.pk).state == NoticeState.SENT


def test_a_bounce_to_an_address_that_we_never_gave_is_no_bounce_of_ours() -> None:
    _, told = acknowledged()
    genuine = reply_addresses.address_for(For.BOUNCES, told.pk, written_at=told.created_at)
    forged = bounce_of(told).replace(genuine.encode(), b"security@example.org")

    mail = take(forged, at=LATER)

    assert (mail.state, mail.why, mail.report) == (MailState.IGNORED, PutAside.UNKNOWN_BOUNCE, None)


def test_mail_from_a_list_is_a_report_that_waits_and_gets_no_answer() -> None:
    mail = take(letter(List_Id="<everybody.example.net>", Precedence="list"))

    assert (mail.state, mail.why) == (MailState.REPORT, PutAside.LIST)
    with acting_as(SYSTEM):
        assert Report.objects.get().quarantined_at == NOON
        assert Notification.objects.filter(kind=NoticeKind.RECEIPT).count() == 0


def test_a_mail_without_a_sender_is_a_report_all_the_same() -> None:
    mail = take(b"Subject: no From\r\n\r\nIt leaks.\r\n")

    reporter = reporter_of(mail)
    assert (reporter.report.summary, reporter.email) == ("no From", "")


def test_our_own_mail_that_comes_back_is_left_alone() -> None:
    report, told = acknowledged()
    with acting_as(SYSTEM):
        own = emails.compose(Notification.objects.get(pk=told.pk), now=LATER)

    mail = take(letter(message_id=own.message_id), now=LATER)

    assert (mail.state, mail.why) == (MailState.IGNORED, PutAside.LOOP)
    assert report.state == State.TRIAGE


def waiting_for_a_word() -> tuple[Report, InboundMail, EmailMessage]:
    """An answer that came first by a door that vouches for nobody, and the same as it comes by one that does."""
    report = take(letter()).report
    assert report is not None
    said = {"subject": f"Re: {report.reference}", "text": "One more thing.", "message_id": "<again@mua.example.net>"}
    bare, word = letter(**said, vouched=False), letter(**said)  # type: ignore[arg-type] # its own names
    for each in (bare, word):
        each.add_attachment(b"a proof", maintype="application", subtype="octet-stream", filename="proof.bin")
        each.set_boundary("the same")
    first = take(bare, at=LATER)
    assert (first.state, first.why) == (MailState.ASIDE, PutAside.UNVERIFIED)
    return report, first, word


def test_a_mail_that_comes_again_by_a_door_that_vouches_for_it_joins_once() -> None:
    report, first, word = waiting_for_a_word()

    second, third = (take(word, at=LATER + timedelta(minutes=5)) for _ in range(2))

    assert first.pk == second.pk == third.pk
    assert (second.state, second.why, second.vouched, second.settled_by) == (MailState.JOINED, "", Vouched.SERVER, None)
    with acting_as(SYSTEM):
        message = Message.objects.get(report=report)
        assert [file.name for file in message.attachments.all()] == ["proof.bin"]
        told = ReportEvent.objects.filter(report=report, kind=EventKind.MAIL_ACCEPTED)
        assert [(event.user, event.details["vouched"]) for event in told] == [(None, Vouched.SERVER)]
        assert b"dmarc=pass" in sources.read(second)


def test_what_a_person_has_settled_stays_settled() -> None:
    report, first, word = waiting_for_a_word()
    member = factories.member()
    with acting_as(factories.looking(member)):
        quarantine.refuse(InboundMail.objects.get(pk=first.pk), reason="Not hers.", by=member, now=LATER)

    again = take(word, at=LATER + timedelta(minutes=5))

    assert again.state == MailState.REFUSED
    with acting_as(SYSTEM):
        assert not Message.objects.filter(report=report).exists()


def test_what_nobody_vouches_for_by_either_door_waits_on() -> None:
    _, first, word = waiting_for_a_word()
    del word["Authentication-Results"]

    again = take(word, at=LATER + timedelta(minutes=5))

    assert (again.pk, again.state, again.vouched) == (first.pk, MailState.ASIDE, Vouched.NOBODY)
