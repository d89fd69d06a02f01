"""Four eyes: nobody's words go out before somebody who did not write them has said that they may."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction

from disclosures import judging
from disclosures.draft import from_json
from disclosures.judging import Judged
from disclosures.models import Advisory, Approval, LeakWaiver, Revision
from portal.policy import Clause, enforces
from reports import history, notices
from reports.access import ROLE_PERMISSIONS, Permission, permissions_on
from reports.enums import EventKind, NoticeKind
from reports.guards import Refused, demand
from reports.models import Grant, Recusal, Report
from teams.models import User


@enforces(Clause.P17, Clause.P30)
def approve(advisory: Advisory, revision_number: int, *, by: User, now: datetime) -> Approval:
    """Say that this revision, the newest, may go out. Said twice by one person, it is kept once."""
    demand(by, Permission.APPROVE, advisory.report)
    with transaction.atomic():
        hold(advisory)
        revision = newest_revision(advisory)
        if revision.number != revision_number:
            raise Refused(f"Meanwhile there is revision {revision.number}: read that one first.")
        judgement = judging.judge(advisory, from_json(revision.content))
        if by.pk in judgement.authors:
            raise Refused("You have written part of it yourself: somebody who has not must approve it.")
        if judgement.gaps:
            raise Refused(" ".join(["It is not complete yet.", *(gap.sentence for gap in judgement.gaps)]))
        if leaks := judgement.open_findings:
            raise Refused(still_to_look_at(leaks, may=permissions_on(by, advisory.report)))
        approval, is_new = Approval.objects.get_or_create(
            report=advisory.report, revision=revision, approved_by=by, withdrawn_at=None, defaults={"approved_at": now}
        )
        if is_new:
            details = {"advisory": advisory.pk, "revision": revision.number}
            history.append(advisory.report, EventKind.ADVISORY_APPROVED, by=by, now=now, **details)
    return approval


def waive(advisory: Advisory, finding: str, *, reason: str, by: User, now: datetime) -> LeakWaiver:
    """Let pass what only seems to give something away in the newest revision. `finding`: its key. For that one only:
    other words, or the same in another field, are found again.
    """
    report = advisory.report
    demand(by, Permission.ADVISE, report)
    if not reason.strip():
        raise Refused("Say why it gives nothing away.")
    with transaction.atomic():
        hold(advisory)
        revision = newest_revision(advisory)
        judgement = judging.judge(advisory, from_json(revision.content))
        judged = {each.key: each for each in judgement.findings}
        if finding not in judged or not judged[finding].is_shown(permissions_on(by, report)):
            raise Refused("That is not in the newest revision any more.")
        waiver, is_news = let_pass(advisory, judged[finding], reason=reason, by=by, now=now)
        if is_news:
            ask_if_ready(advisory, revision, now=now)
    return waiver


def let_pass(advisory: Advisory, judged: Judged, *, reason: str, by: User, now: datetime) -> tuple[LeakWaiver, bool]:
    """Keep why it gives nothing away, and say whether that is news. While the advisory is held."""
    report = advisory.report
    waiver, is_new = LeakWaiver.objects.get_or_create(
        report=report,
        advisory=advisory,
        finding=judged.key,
        defaults={"reason": reason, "waived_by": by, "waived_at": now},
    )
    if not is_new and judged.is_open:
        waiver.report, waiver.reason, waiver.waived_by, waiver.waived_at = report, reason, by, now
        waiver.save(update_fields=["reason", "waived_by", "waived_at"])
    if is_new or judged.is_open:
        found = judged.finding.kind.value
        history.append(report, EventKind.LEAK_WAIVED, by=by, now=now, advisory=advisory.pk, found=found)
    return waiver, is_new or judged.is_open


def withdraw_approval(advisory: Advisory, *, by: User, now: datetime) -> None:
    """Take back what was said for the newest revision. Whoever may approve may stop it, whoever approved."""
    demand(by, Permission.APPROVE, advisory.report)
    with transaction.atomic():
        hold(advisory)
        revision = newest_revision(advisory)
        if revision.published_at is not None:
            raise Refused("It is published: an approval cannot be taken back any more.")
        if not Approval.objects.filter(revision=revision, withdrawn_at=None).update(withdrawn_at=now):
            raise Refused("There is no approval to take back.")
        details = {"advisory": advisory.pk, "revision": revision.number}
        history.append(advisory.report, EventKind.APPROVAL_WITHDRAWN, by=by, now=now, **details)


@enforces(Clause.P17)
def suspend_named(report: Report, *, now: datetime) -> bool:
    """Take back what was approved and not published, if its text names somebody: one of them has changed their mind.

    Run it in the transaction of that change, by the portal, which sees everybody.
    """
    suspended = False
    for advisory in Advisory.objects.filter(report=report).select_related("report").order_by("pk"):
        revision = newest_revision(advisory)
        given = Approval.objects.filter(revision=revision, withdrawn_at=None)
        if revision.published_at is not None or not given.exists():
            continue
        if judging.judge(advisory, from_json(revision.content)).names and given.update(withdrawn_at=now):
            details = {"advisory": advisory.pk, "revision": revision.number}
            history.append(advisory.report, EventKind.APPROVAL_WITHDRAWN, by=None, now=now, **details)
            suspended = True
    return suspended


def newest_revision(advisory: Advisory) -> Revision:
    """There always is one: an advisory begins with it."""
    return advisory.revisions.order_by("-number")[0]


def hold(advisory: Advisory) -> None:
    """What is decided about the advisory stays so until the end of the transaction: the report's row is its lock."""
    Report.objects.select_for_update(no_key=True, of=("self",)).values_list("pk").get(pk=advisory.report_id)
    advisory.report.refresh_from_db(fields=["state"])
    advisory.refresh_from_db(fields=["state"])


def ask_if_ready(advisory: Advisory, revision: Revision, *, now: datetime) -> None:
    """Tell those who may approve it, once until somebody has: not with each of the changes until then."""
    judgement = judging.judge(advisory, from_json(revision.content))
    if not judgement.is_ready:
        return
    earlier = Approval.objects.filter(revision__advisory=advisory).count()
    fact = f"advisory:{advisory.pk}:{earlier}"
    asked = _others_who_may_approve(advisory.report, but=judgement.authors)
    notices.tell_users(advisory.report, NoticeKind.APPROVAL_ASKED, asked, fact=fact, now=now)


def still_to_look_at(leaks: Sequence[Judged], *, may: frozenset[Permission]) -> str:
    """For whoever may see as much as `may` says."""
    shown = [each.finding for each in leaks if each.is_shown(may)]
    sentences = [f"{finding.label}, line {finding.line}: {finding.kind.sentence}" for finding in shown]
    if len(shown) < len(leaks):
        sentences.append("Something is for a member of the security team to look at.")
    return " ".join(["Something in it should perhaps not get out.", *sentences])


def _others_who_may_approve(report: Report, *, but: Collection[int]) -> Iterable[User]:
    roles = [role for role, permissions in ROLE_PERMISSIONS.items() if Permission.APPROVE in permissions]
    granted = Grant.objects.in_force().filter(report=report, role__in=roles)
    walled = Recusal.objects.filter(report=report, lifted_at=None)
    helping = User.objects.filter(is_active=True, pk__in=granted.values("user_id"))
    helping = helping.exclude(pk__in=walled.values("user_id"))
    return {user for user in (*notices.team_of(report), *helping) if user.pk not in but}
