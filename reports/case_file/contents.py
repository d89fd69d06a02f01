"""What a case file tells, in words: the report, what was decided, what was said, and who they all are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Lower

from portal import csv_cells
from portal.moments import exact
from reports import dossier, entries, export, narrative
from reports.case_file.identity import Identity
from reports.enums import Audience, DeclineReason, MailState
from reports.event_words import WORTH_A_LINE
from reports.models import Attachment, InboundMail, Message, Report, Reporter, ReportEvent
from reports.narrative import Names
from teams.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All of a report that goes into its case file. `identity` is what must not stand in it."""

    report: Report
    reporters: Sequence[Reporter]
    messages: Sequence[Message]
    attachments: Sequence[Attachment]
    identity: Identity
    names: Names

    def who(self, thing: Message | Attachment) -> str:
        if thing.reporter is None:
            return str(thing.user or "The portal")
        return self.names.of_reporter(thing.reporter, at=thing.created_at)


def case_of(report: Report, *, with_identity: bool) -> Case:
    reporters = dossier.reporters(report)
    files = entries.readable_files(report, notes=True).select_related("user", "reporter__grant").order_by("pk")
    attachments = entries.with_reporters(files)
    mails = _mails_of_reporters(report)
    identity = Identity.nobody() if with_identity else Identity.of(report, reporters, mails=mails)
    events = report.events.filter(details__has_key="to").values_list("details__to", flat=True)
    return Case(
        report=report,
        reporters=reporters,
        messages=entries.with_reporters(report.messages.select_related("user", "reporter__grant").order_by("pk")),
        attachments=attachments,
        identity=identity,
        names=Names(
            shows_reporters=with_identity,
            shows_notes=True,
            people=dossier.people(number for number in events if isinstance(number, int)),
            files={file.pk: identity.removed_from(file.name) for file in attachments},
        ),
    )


def _mails_of_reporters(report: Report) -> list[InboundMail]:
    """By which the reporter's side wrote: who passed it on stands there alone, once somebody said who really found it.

    Who has an account is no secret of the reporter's side.
    """
    written = Q(state=MailState.REPORT) | Q(message__reporter__isnull=False)
    mails = InboundMail.objects.filter(written, report=report).exclude(data_key=b"")
    senders = list(mails.only("code", "data_key", "data_key_by", "report_id", "sender_name", "sender_address"))
    accounts = User.objects.annotate(address=Lower("email")).values_list("address", flat=True)
    known = set(accounts.filter(address__in=[mail.sender_address.lower() for mail in senders]))
    return [mail for mail in senders if mail.sender_address.lower() not in known]


def report_in_words(case: Case) -> str:
    return case.identity.removed_from(export.report_as_markdown(case.report))


def conversation(case: Case, audience: Audience) -> str:
    said = [message for message in case.messages if message.audience == audience]
    return "\n\n---\n\n".join(_said(case, message) for message in said) + "\n"


def _said(case: Case, message: Message) -> str:
    files = [case.names.files[file.pk] for file in case.attachments if file.message_id == message.pk]
    came_with = f"\n\nWith the files: {', '.join(files)}" if files else ""
    body = export.words_of(message, case.identity.removed_from(message.body))
    return f"## {_moment(message.created_at)}, {case.who(message)}\n\n{body}{came_with}"


def decisions(case: Case, events: Sequence[ReportEvent]) -> str:
    """Where the report stands, and by which steps it came there."""
    report = case.report
    facts = {
        "State": f"{report.get_state_display()}, since {_moment(report.state_since)}",
        "Coordinator": str(report.coordinator or "nobody"),
        "Projects": ", ".join(str(affected.project) for affected in report.affected_projects.select_related("project")),
        "Severity": " ".join([report.get_severity_display(), str(report.cvss_score), *report.cvss_vectors])
        if report.severity
        else "",
        "Weakness": ", ".join(report.cwe_ids),
        "Declined as": DeclineReason(report.decline_reason).label if report.decline_reason else "",
    }
    stands = "\n".join(f"- {name}: {value}" for name, value in facts.items() if value)
    steps = "\n".join(_step(case, event) for event in events if event.kind in WORTH_A_LINE)
    return f"# Decisions on {report.reference}\n\n{stands}\n\n## How it came about\n\n{steps}\n"


def _step(case: Case, event: ReportEvent) -> str:
    said = narrative.line(event, names=case.names)
    return f"- {_moment(event.at)}: {f'{said.who} {said.words}'.strip()}"


def people(case: Case, events: Sequence[ReportEvent]) -> str:
    """Who the numbers of the timeline are."""
    users: dict[int, User] = {event.user.pk: event.user for event in events if event.user}
    rows = [(f"user:{number}", str(user), user.handle) for number, user in sorted(users.items())]
    rows += [(f"reporter:{one.pk}", case.names.of_reporter(one), "") for one in case.reporters]
    return csv_cells.table(("who", "name", "GitHub"), rows)


def findings(case: Case) -> str:
    """What a list was taken apart into, and what the team said to each. Empty if it was none."""
    found = list(case.report.findings.select_related("decided_by"))
    rows: list[tuple[object, ...]] = []
    for number, one in enumerate(found, 1):
        one.report = case.report
        told = [case.identity.removed_from(text) for text in (one.title, one.place, one.detail)]
        decided = (
            one.get_state_display(),
            str(one.decided_by or ""),
            one.decided_at.isoformat() if one.decided_at else "",
        )
        rows.append((number, *told, one.get_severity_display(), *decided))
    head = ("number", "title", "place", "detail", "severity as claimed", "decision", "by", "at")
    return csv_cells.table(head, rows) if rows else ""


def reporters(case: Case) -> str:
    """Only in a case file that may hold it."""
    rows = [(f"reporter:{one.pk}", one.name, one.email, one.credit_wish, one.credit_name) for one in case.reporters]
    return csv_cells.table(("who", "name", "address", "credit", "named as"), rows)


def timeline(case: Case, events: Sequence[ReportEvent]) -> str:
    rows: list[tuple[object, ...]] = []
    for event in events:
        said = narrative.line(event, names=case.names)
        rows.append((event.seq, event.at.isoformat(), event.kind, event.who, said.who, said.words, event.hash))
    return csv_cells.table(("number", "at", "kind", "who", "name", "what happened", "hash"), rows)


def _moment(at: datetime) -> str:
    return exact(at, zone=settings.POLICY.calendar.zone)
