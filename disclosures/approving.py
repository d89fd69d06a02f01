"""Four eyes: nobody's words go out before somebody who did not write them has said that they may."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce

from disclosures import completeness, leak_check
from disclosures.completeness import Gap
from disclosures.draft import Draft, from_json
from disclosures.leak_check import Judged
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
        if by.pk in authors_since_published(advisory):
            raise Refused("You have written part of it yourself: somebody who has not must approve it.")
        draft = from_json(revision.content)
        if gaps := gaps_in(advisory, draft):
            raise Refused(" ".join(["It is not complete yet.", *(gap.sentence for gap in gaps)]))
        if leaks := [each for each in leak_check.findings_in(advisory, draft) if each.is_open]:
            raise Refused(_still_to_look_at(leaks, may=permissions_on(by, advisory.report)))
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
        judged = {each.key: each for each in leak_check.findings_in(advisory, from_json(revision.content))}
        if finding not in judged or not judged[finding].is_shown(permissions_on(by, report)):
            raise Refused("That is not in the newest revision any more.")
        waiver, is_new = LeakWaiver.objects.get_or_create(
            report=report,
            advisory=advisory,
            finding=finding,
            defaults={"reason": reason, "waived_by": by, "waived_at": now},
        )
        if is_new:
            kind = judged[finding].finding.kind.value
            history.append(report, EventKind.LEAK_WAIVED, by=by, now=now, advisory=advisory.pk, found=kind)
            ask_if_ready(advisory, revision, now=now)
    return waiver


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


def newest_revision(advisory: Advisory) -> Revision:
    """There always is one: an advisory begins with it."""
    return advisory.revisions.order_by("-number")[0]


def authors_since_published(advisory: Advisory) -> set[int]:
    """Who wrote what has not been approved for the world yet. What was published before is nobody's draft."""
    published = _highest(advisory.revisions.filter(published_at__isnull=False))
    later = advisory.revisions.filter(number__gt=published, written_by__isnull=False)
    return set(later.order_by().values_list("written_by_id", flat=True).distinct())


def gaps_in(advisory: Advisory, draft: Draft) -> list[Gap]:
    named = advisory.report.affected_projects.select_related("project")
    return completeness.missing(draft, projects=[each.project for each in named])


def hold(advisory: Advisory) -> None:
    """What is decided about the advisory stays so until the end of the transaction: the report's row is its lock."""
    Report.objects.select_for_update(no_key=True, of=("self",)).values_list("pk").get(pk=advisory.report_id)
    advisory.report.refresh_from_db(fields=["state"])
    advisory.refresh_from_db(fields=["state"])


def ask_if_ready(advisory: Advisory, revision: Revision, *, now: datetime) -> None:
    """Tell those who may approve it, once until somebody has: not with each of the changes until then."""
    draft = from_json(revision.content)
    if gaps_in(advisory, draft) or any(each.is_open for each in leak_check.findings_in(advisory, draft)):
        return
    earlier = Approval.objects.filter(revision__advisory=advisory).count()
    fact = f"advisory:{advisory.pk}:{earlier}"
    asked = _others_who_may_approve(advisory)
    notices.tell_users(advisory.report, NoticeKind.APPROVAL_ASKED, asked, fact=fact, now=now)


def _still_to_look_at(leaks: Sequence[Judged], *, may: frozenset[Permission]) -> str:
    shown = [each.finding for each in leaks if each.is_shown(may)]
    sentences = [f"{finding.label}, line {finding.line}: {finding.kind.sentence}" for finding in shown]
    if len(shown) < len(leaks):
        sentences.append("Something is for a member of the security team to look at.")
    return " ".join(["Something in it should perhaps not get out.", *sentences])


def _others_who_may_approve(advisory: Advisory) -> Iterable[User]:
    report = advisory.report
    roles = [role for role, permissions in ROLE_PERMISSIONS.items() if Permission.APPROVE in permissions]
    granted = Grant.objects.in_force().filter(report=report, role__in=roles)
    walled = Recusal.objects.filter(report=report, lifted_at=None)
    helping = User.objects.filter(is_active=True, pk__in=granted.values("user_id"))
    helping = helping.exclude(pk__in=walled.values("user_id"))
    authors = authors_since_published(advisory)
    return {user for user in (*notices.team_of(report), *helping) if user.pk not in authors}


def _highest(revisions: QuerySet[Revision]) -> int:
    found: int = revisions.aggregate(number=Coalesce(Max("number"), 0))["number"]
    return found
