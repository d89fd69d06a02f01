"""Writing on a report: to the reporter, from the reporter, and among the team (P11)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from portal.policy import Clause, enforces
from portal.viewer import SYSTEM, acting_as
from reports import clocks, history, intake, notices
from reports.access import Permission, may
from reports.enums import Audience, Channel, ClockKind, EventKind, NoticeKind, State
from reports.guards import Refused, refuse_made_up
from reports.models import Message, Report, Reporter, StagedFile
from reports.models.people import hash_key
from teams.models import User

NOBODY: Final = "nobody outside is there to be written to. Keep it as a team note."


@enforces(Clause.P11)
def answer(
    report: Report,
    text: str,
    *,
    by: User,
    now: datetime,
    files: Sequence[StagedFile] = (),
    token: str = "",
    channel: Channel = Channel.WEB,
) -> Message:
    """Write to the reporter and tell them that there is something to read. It keeps the promised next update."""
    if not may(by, Permission.ANSWER, report):
        raise Refused("You may not write to this reporter.")
    refuse_made_up(report, NOBODY)
    if report.channel == Channel.TEAM:
        raise Refused(f"The team found it itself, so {NOBODY}")
    with transaction.atomic():
        message = post(report, text, by=by, now=now, files=files, token=token, channel=channel)
        notices.tell_reporters(report, NoticeKind.ANSWERED, fact=f"message:{message.pk}", now=now)
        report.refresh_from_db(fields=["state"])  # its row is ours now: nobody closes it while a clock is started
        if report.state not in {State.RECEIVED, State.CLOSED}:
            clocks.stop(report, ClockKind.ACKNOWLEDGE, by=by, now=now)  # runs where the first one came back
            clocks.restart(report, ClockKind.NEXT_UPDATE, by=by, now=now)
    return message


def post(
    report: Report,
    text: str,
    *,
    by: User,
    now: datetime,
    files: Sequence[StagedFile] = (),
    token: str = "",
    channel: Channel = Channel.WEB,
) -> Message:
    """Put a message to the reporter into the conversation, without telling anybody yet."""
    message = _create(report, text, by=by, audience=Audience.REPORTER, now=now, token=token, channel=channel)
    _attach(files, message, now)
    history.append(report, EventKind.TEAM_WROTE, by=by, now=now, message=message.pk)
    return message


def note(
    report: Report,
    text: str,
    *,
    by: User,
    now: datetime,
    files: Sequence[StagedFile] = (),
    token: str = "",
    channel: Channel = Channel.WEB,
) -> Message:
    """Keep something among the team. The reporter never sees it."""
    if not may(by, Permission.NOTE, report):
        raise Refused("You may not write team notes on this report.")
    with transaction.atomic():
        message = _create(report, text, by=by, audience=Audience.TEAM, now=now, token=token, channel=channel)
        _attach(files, message, now)
        history.append(report, EventKind.NOTE_ADDED, by=by, now=now, message=message.pk)
    return message


def hear(
    reporter: Reporter,
    text: str,
    *,
    now: datetime,
    files: Sequence[StagedFile] = (),
    token: str = "",
    channel: Channel = Channel.WEB,
) -> Message:
    """Take what somebody on the reporter's side writes. It ends the waiting for them, and the coordinator is told."""
    with acting_as(SYSTEM), transaction.atomic():
        report = Report.objects.select_related("coordinator").get(pk=reporter.report_id)
        message = _create(report, text, by=reporter, audience=Audience.REPORTER, now=now, token=token, channel=channel)
        _attach(files, message, now)
        history.append(report, EventKind.REPORTER_WROTE, by=reporter, now=now, message=message.pk)
        clocks.reached(report, now=now)
        if report.waiting_since is not None:
            Report.objects.filter(pk=report.pk).update(waiting_since=None, next_reminder_at=None)
            history.append(report, EventKind.WAITING_ENDED, by=reporter, now=now)
        if report.quarantined_at is None:
            notices.tell_coordinator(report, NoticeKind.REPORTER_WROTE, fact=f"message:{message.pk}", now=now)
    return message


def _create(
    report: Report,
    text: str,
    *,
    by: User | Reporter,
    audience: Audience,
    now: datetime,
    token: str,
    channel: Channel,
) -> Message:
    submission = hash_key(token) if token else None
    try:
        with transaction.atomic():
            return Message.objects.create(
                report=report,
                user=by if isinstance(by, User) else None,
                reporter=by if isinstance(by, Reporter) else None,
                audience=audience,
                channel=channel,
                body=text,
                created_at=now,
                submission=submission,
            )
    except IntegrityError:
        if submission is None or not Message.objects.filter(submission=submission).exists():
            raise
        raise AlreadySent from None


def is_said(text: str, *, token: str, audience: str = Audience.REPORTER) -> bool:
    """Whether the form of `token` has brought these very words."""
    said = Message.objects.select_related("report").filter(submission=hash_key(token), audience=audience).first()
    return said is not None and said.body == text


class AlreadySent(Refused):
    """The same form came twice; the first one counts."""

    def __init__(self) -> None:
        super().__init__("That was sent already; it is there once.")


def _attach(files: Sequence[StagedFile], message: Message, now: datetime) -> None:
    if files:
        with acting_as(SYSTEM):
            intake.claim(files, report=message.report, message=message, now=now)
            history.append(
                message.report, EventKind.FILE_ADDED, by=message.user or message.reporter, now=now, files=len(files)
            )
