"""A list that came as one report is shown as its findings; each is confirmed, rejected, or becomes a report of its own.

The findings are the team's: the reporter is told of them in the conversation, as of everything else.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from portal.file_store import StoreError
from portal.keys import derive
from portal.policy import Clause, enforces
from portal.sealed.secrets import Secret, index_of
from portal.viewer import SYSTEM, acting_as
from reports import history, intake, staging
from reports.access import Permission
from reports.enums import Channel, EventKind, FindingState
from reports.flood import scanner_lists
from reports.flood.scanner_lists import MOST, MOST_BYTES, Claim, Claims, NoListError
from reports.guards import Refused, demand
from reports.intake import Submission
from reports.models import Attachment, Finding, Grant, Recusal, Report, Reporter
from teams.models import User

MISSING: Final = "The file is not where it was kept. Tell an administrator: a backup may have it."
RESTRICTED: Final = "It is restricted to named people: open it to the team first, or tell the finding as it is."
FROM_GITHUB: Final = (
    "Its reporter came by GitHub, and would have no way to another report: keep the finding here, or ask them to "
    "report it by itself."
)
DECIDED: Final = "It is a report of its own already."


@enforces(Clause.P1)
def make(report: Report, *, of: Attachment | None, by: User, now: datetime) -> Claims:
    """Show what a file lists, or the report's own text, as findings. What is there already stays as it is."""
    demand(by, Permission.ASSESS, report)
    try:
        claims = scanner_lists.claims_in(_content(of)) if of else scanner_lists.claims_in_text(report.description)
    except NoListError as mistake:
        raise Refused(str(mistake)) from None
    with transaction.atomic():
        Report.objects.select_for_update(no_key=True, of=("self",)).get(pk=report.pk)
        known = {bytes(each) for each in report.findings.values_list("identity", flat=True)}
        fresh = {identity: claim for claim in claims.found if (identity := _identity(report, claim)) not in known}
        if len(known) + len(fresh) > MOST:
            raise Refused(f"A report has at most {MOST} findings.")
        for identity, claim in fresh.items():
            Finding.objects.create(
                report=report,
                attachment=of,
                identity=identity,
                title=claim.title,
                place=claim.place,
                detail=claim.detail,
                severity=claim.severity or "",
                created_at=now,
            )
        if fresh:
            history.append(report, EventKind.FACTS_CHANGED, by=by, now=now, fields=["findings"])
    return Claims(list(fresh.values()), left_out=claims.left_out)


def _identity(report: Report, claim: Claim) -> bytes:
    plain = "\n".join(("finding", str(report.pk), claim.title, claim.place, claim.detail))
    return index_of(plain, by=Secret.LIKENESS)


def _content(attachment: Attachment) -> bytes:
    if attachment.size > MOST_BYTES:
        raise NoListError(f"It is larger than {MOST_BYTES // 1_000_000} MB.")
    try:
        with staging.store().open(attachment.storage_key, secret=attachment.secret) as opened:
            return opened.read(MOST_BYTES + 1)
    except StoreError:
        raise Refused(MISSING) from None


def decide(report: Report, chosen: Iterable[int], state: FindingState, *, by: User, now: datetime) -> int:
    """Confirm, reject, or open again those of the report's findings; how many changed. Reports of their own stay so."""
    demand(by, Permission.ASSESS, report)
    decided = None if state is FindingState.OPEN else now
    with transaction.atomic():
        rows = report.findings.filter(pk__in=list(chosen)).exclude(state__in=[FindingState.SPLIT, state])
        changed = rows.update(state=state, decided_at=decided, decided_by=by if decided else None)
        if changed:
            history.append(report, EventKind.FACTS_CHANGED, by=by, now=now, fields=["findings"])
    return changed


@enforces(Clause.P1, Clause.P8)
def split_off(finding: Finding, *, by: User, now: datetime) -> Report:
    """Make a report of its own of it, from the same reporter. Its clock starts now.

    They get a receipt with a link, if they still have access. Whoever is recused from the list is recused from what is
    split off.
    """
    report = finding.report
    demand(by, Permission.MOVE, report)
    if report.restricted_at is not None:
        raise Refused(RESTRICTED)
    if report.channel == Channel.GITHUB:
        raise Refused(FROM_GITHUB)
    with transaction.atomic(), acting_as(SYSTEM):
        Report.objects.select_for_update(no_key=True, of=("self",)).get(pk=report.pk)
        if Finding.objects.filter(pk=finding.pk, state=FindingState.SPLIT).exists():
            raise Refused(DECIDED)
        finder = report.reporters.select_related("grant").filter(invited_by=None).first()
        has_access = finder is not None and finder.grant.is_in_force
        part = intake.receive(_told_by(finding, finder, is_reached=has_access), now=now).report
        if not has_access:
            Grant.objects.filter(report=part, user=None).update(revoked_at=now)
        walls = Recusal.objects.filter(report=report, lifted_at=None)
        for wall in walls:
            Recusal.objects.create(
                report=part, user_id=wall.user_id, reason=wall.reason, recused_at=now, recused_by_id=wall.recused_by_id
            )
        Finding.objects.filter(pk=finding.pk).update(
            state=FindingState.SPLIT, became=part, decided_at=now, decided_by=by
        )
        history.append(report, EventKind.SPLIT, by=by, now=now, finding=finding.pk)
    return part


def _told_by(finding: Finding, finder: Reporter | None, *, is_reached: bool) -> Submission:
    """As `finder` might have told it. Asked for twice, it is there once."""
    report = finding.report
    where = f"\n\nWhere: {finding.place}" if finding.place else ""
    return Submission(
        token=derive("finding", f"{report.reference}:{finding.pk}"),
        summary=finding.title[:300],
        description=f"{finding.detail or finding.title}{where}",
        projects=list(report.projects.all()),
        project_unknown=report.project_unknown,
        dependency_name=report.dependency_name,
        dependency_version=report.dependency_version,
        already_public=report.already_public,
        reporter_discloses_on=report.reporter_discloses_on,
        name=finder.name if finder else "",
        email=finder.email if finder and is_reached else "",
        channel=Channel(report.channel),
    )


def visible_parts(findings: Sequence[Finding]) -> dict[int, Report]:
    """The reports that findings became, by the finding; only those that the viewer may read."""
    parts = Report.objects.filter(pk__in=[one.became_id for one in findings if one.became_id])
    by_id = {part.pk: part for part in parts}
    return {one.pk: by_id[one.became_id] for one in findings if one.became_id in by_id}
