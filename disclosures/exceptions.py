"""Rules of the policy that are not kept this once, by people who say why (P12, P31).

Telling the world before there is a release takes two people. Another day than the release's takes a reason; the
conductor records the breach when it happens.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from disclosures import second_person
from disclosures.enums import EarlyGround, ExceptionKind
from disclosures.models import RuleException
from portal.policy import Clause, enforces
from reports import history
from reports.access import Permission
from reports.enums import EventKind, State
from reports.guards import Refused, demand
from reports.models import Report
from teams.models import User

STATES = {
    ExceptionKind.EARLY: frozenset({State.IDENTIFIED, State.FIXING, State.READY}),
    ExceptionKind.ANOTHER_DAY: frozenset({State.FIXING, State.READY, State.RELEASED}),
}
"""When there is something to except: after it the rule has been kept or broken."""
TOO_LATE = "That was decided already. Look at the page again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What somebody proposes. `ground` and `mitigation` only for an early disclosure."""

    kind: ExceptionKind
    reason: str
    ground: EarlyGround | None = None
    mitigation: str = ""


def standing(report: Report) -> "QuerySet[RuleException]":
    """Those that count, or wait for a second person."""
    rows = RuleException.objects.filter(report=report, dropped_at=None)
    return rows.select_related("report", "proposed_by", "agreed_by")


def agreed(report: Report) -> frozenset[ExceptionKind]:
    """Those that count now: proposed, agreed to where that takes a second person, and not dropped."""
    kinds = RuleException.objects.filter(report=report, agreed_at__isnull=False, dropped_at=None)
    return frozenset(ExceptionKind(kind) for kind in kinds.values_list("kind", flat=True))


def promises_mitigation(report: Report) -> bool:
    """Whether it is to be disclosed early because people can do something without a release."""
    early = RuleException.objects.filter(
        report=report, kind=ExceptionKind.EARLY, agreed_at__isnull=False, dropped_at=None
    ).first()
    return early is not None and bool(early.mitigation)


def possible(report: Report) -> list[ExceptionKind]:
    """What can be proposed now, as far as the report goes."""
    there = set(standing(report).values_list("kind", flat=True))
    return [kind for kind, states in STATES.items() if report.state in states and kind not in there]


@enforces(Clause.P12, Clause.P13, Clause.P31)
def propose(report: Report, proposal: Proposal, *, by: User, now: datetime) -> RuleException:
    """An early disclosure then waits for a second person. Another day counts at once: it breaks what it breaks."""
    demand(by, Permission.PUBLISH, report)
    if objection := _objection_to(report, proposal):
        raise Refused(objection)
    is_early = proposal.kind is ExceptionKind.EARLY
    try:
        with transaction.atomic():
            exception = RuleException.objects.create(
                report=report,
                kind=proposal.kind,
                reason=_reason(proposal),
                mitigation=proposal.mitigation.strip() if is_early else "",
                proposed_by=by,
                proposed_at=now,
                agreed_at=None if is_early else now,
            )
            ground = {"ground": proposal.ground.value} if proposal.ground else {}
            history.append(
                report,
                EventKind.EXCEPTION_PROPOSED,
                by=by,
                now=now,
                exception=exception.pk,
                of=proposal.kind.value,
                **ground,
            )
            if is_early:
                second_person.ask(report, fact=f"exception:{exception.pk}", but=by, now=now)
    except IntegrityError:
        raise Refused("Somebody has just proposed the same. Look at the page again.") from None
    return exception


@enforces(Clause.P12)
def agree(exception: RuleException, *, by: User, now: datetime) -> None:
    """The second person. Only then may anything be told early."""
    demand(by, Permission.PUBLISH, exception.report)
    if exception.proposed_by_id == by.pk:
        raise Refused("You proposed it yourself: somebody else must agree.")
    if exception.report.state not in STATES[ExceptionKind(exception.kind)]:
        raise Refused(f"It is {exception.report.get_state_display()}: there is nothing to except any more.")
    with transaction.atomic():
        waiting = RuleException.objects.filter(pk=exception.pk, agreed_at=None, dropped_at=None)
        if not waiting.update(agreed_at=now, agreed_by=by):
            raise Refused(TOO_LATE)
        history.append(exception.report, EventKind.EXCEPTION_AGREED, by=by, now=now, exception=exception.pk)


def drop(exception: RuleException, *, by: User, now: datetime) -> None:
    """Keep the rule after all. It stays on record that somebody proposed otherwise."""
    demand(by, Permission.PUBLISH, exception.report)
    if exception.report.state in {State.DISCLOSED, State.CLOSED}:
        raise Refused("It is disclosed: what was decided for that day stands.")
    with transaction.atomic():
        if not RuleException.objects.filter(pk=exception.pk, dropped_at=None).update(dropped_at=now):
            raise Refused(TOO_LATE)
        history.append(exception.report, EventKind.EXCEPTION_DROPPED, by=by, now=now, exception=exception.pk)


def _objection_to(report: Report, proposal: Proposal) -> str | None:
    if report.state not in STATES[proposal.kind]:
        return f"It is {report.get_state_display()}: that exception is of no use now."
    if not proposal.reason.strip():
        return "Say why: the reason stays on record."
    if proposal.kind is ExceptionKind.EARLY and proposal.ground is None:
        return "Choose what makes it necessary."
    if proposal.ground in {EarlyGround.EXPLOITED, EarlyGround.MITIGATION} and not proposal.mitigation.strip():
        return "Say what people can do until there is a release: without that, telling them early helps nobody."
    return None


def _reason(proposal: Proposal) -> str:
    said = proposal.reason.strip()
    return f"{proposal.ground.label.capitalize()}. {said}" if proposal.ground else said
