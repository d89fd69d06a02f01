"""A vulnerability's way to its CVE ID: one table, and the one function that changes the state of a wish for one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from disclosures.enums import AdvisoryState, CveState
from disclosures.models import Advisory, CveRequest
from portal.policy import Clause, enforces
from reports import history
from reports.enums import EventKind
from reports.guards import Refused
from reports.models import ReportEvent
from teams.models import User


class Deed(StrEnum):
    PROPOSE = "propose"
    AGREE = "agree"
    TAKE_BACK = "take-back"
    NEED = "need"
    CHOOSE = "choose"
    REQUEST = "request"
    GIVE_UP = "give-up"
    ASSIGN = "assign"
    PUBLISH = "publish"
    DISPUTE = "dispute"
    SETTLE = "settle"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A row of the table. `proposed`, `undecided`: only while somebody's proposal that none is needed stands, or not.

    `ends_proposal`: what comes of it overtakes such a proposal.
    """

    deed: Deed
    sources: frozenset[CveState]
    target: CveState
    clause: Clause
    label: str
    proposed: bool = False
    undecided: bool = False
    ends_proposal: bool = False


TABLE: dict[Deed, Transition] = {
    row.deed: row
    for row in (
        Transition(
            deed=Deed.PROPOSE,
            sources=frozenset({CveState.NEEDED}),
            target=CveState.NEEDED,
            clause=Clause.P15,
            label="Propose that none is needed",
            undecided=True,
        ),
        Transition(
            deed=Deed.AGREE,
            sources=frozenset({CveState.NEEDED}),
            target=CveState.NOT_NEEDED,
            clause=Clause.P15,
            label="Agree that none is needed",
            proposed=True,
        ),
        Transition(
            deed=Deed.TAKE_BACK,
            sources=frozenset({CveState.NEEDED}),
            target=CveState.NEEDED,
            clause=Clause.P15,
            label="It is needed",
            proposed=True,
            ends_proposal=True,
        ),
        Transition(
            deed=Deed.NEED,
            sources=frozenset({CveState.NOT_NEEDED}),
            target=CveState.NEEDED,
            clause=Clause.P15,
            label="It is needed after all",
            ends_proposal=True,
        ),
        Transition(
            deed=Deed.CHOOSE,
            sources=frozenset({CveState.NEEDED}),
            target=CveState.NEEDED,
            clause=Clause.P15,
            label="Let the portal ask GitHub",
            undecided=True,
        ),
        Transition(
            deed=Deed.REQUEST,
            sources=frozenset({CveState.NEEDED}),
            target=CveState.REQUESTED,
            clause=Clause.P15,
            label="Ask for it",
            undecided=True,
        ),
        Transition(
            deed=Deed.GIVE_UP,
            sources=frozenset({CveState.REQUESTED}),
            target=CveState.NEEDED,
            clause=Clause.P15,
            label="Try another way",
        ),
        Transition(
            deed=Deed.ASSIGN,
            sources=frozenset({CveState.NEEDED, CveState.NOT_NEEDED, CveState.REQUESTED}),
            target=CveState.ASSIGNED,
            clause=Clause.P15,
            label="Enter the ID",
            ends_proposal=True,
        ),
        Transition(
            deed=Deed.PUBLISH,
            sources=frozenset({CveState.ASSIGNED}),
            target=CveState.PUBLISHED,
            clause=Clause.P15,
            label="Its record is published",
        ),
        Transition(
            deed=Deed.DISPUTE,
            sources=frozenset({CveState.PUBLISHED}),
            target=CveState.DISPUTED,
            clause=Clause.P16,
            label="It is disputed",
        ),
        Transition(
            deed=Deed.SETTLE,
            sources=frozenset({CveState.DISPUTED}),
            target=CveState.PUBLISHED,
            clause=Clause.P16,
            label="The dispute is settled",
        ),
        Transition(
            deed=Deed.REJECT,
            sources=frozenset({CveState.REQUESTED, CveState.ASSIGNED, CveState.PUBLISHED, CveState.DISPUTED}),
            target=CveState.REJECTED,
            clause=Clause.P16,
            label="It was rejected",
        ),
    )
}

ENDED = frozenset({CveState.REJECTED})
"""Wishes that another one has taken the place of."""
WITH_ID = frozenset({CveState.ASSIGNED, CveState.PUBLISHED, CveState.DISPUTED})
"""States in which the vulnerability is called by its ID."""

NOT_FREE = "That ID cannot be entered here. Please compare it digit by digit with what you were sent."
"""The same sentence whatever has it already: nobody learns by it that another report exists."""


def is_to_be_spread(wish: CveRequest, advisory: Advisory) -> bool:
    """It is there, and not in everything that was published. That of a withdrawn advisory has to go instead."""
    return wish.state in WITH_ID and wish.spread_at is None and advisory.state == AdvisoryState.PUBLISHED


def possible(wish: CveRequest) -> frozenset[Deed]:
    """What leads on from here."""
    return frozenset(
        deed
        for deed, row in TABLE.items()
        if wish.state in row.sources
        and not (row.proposed and wish.proposed_by_id is None)
        and not (row.undecided and wish.proposed_by_id is not None)
    )


@enforces(Clause.P15)
def change(
    wish: CveRequest,
    deed: Deed,
    *,
    by: User | None,
    now: datetime,
    only_if: Q | None = None,
    reason: str | None = None,
    problem: str | None = None,
    **fields: User | datetime | str | int | None,
) -> ReportEvent:
    """Take `wish` one step on, with its event, in one transaction, or raise `Refused`.

    Conditional on the state that whoever does it saw. `by`: nobody, where GitHub or CVE Services did it.
    """
    row = TABLE[deed]
    if wish.state not in row.sources:
        raise Refused(f"The CVE ID is {wish.get_state_display()} by now: “{row.label}” is no step from there.")
    if row.undecided and wish.proposed_by_id is not None:
        raise Refused("Somebody proposes that none is needed. Agree to that first, or say that it is needed.")
    if row.ends_proposal:
        fields |= {"proposed_by": None, "agreed_by": None}
    report = wish.report
    with transaction.atomic():
        _write(_as_seen(wish, row).filter(only_if or Q()), target=row.target, fields=fields)
        wish.refresh_from_db()
        wish.report = report
        _seal(wish, reason=reason, problem=problem)
        return history.append(report, EventKind.CVE_CHANGED, by=by, now=now, wish=wish.pk, deed=deed.value)


def _as_seen(wish: CveRequest, row: Transition) -> QuerySet[CveRequest]:
    seen = CveRequest.objects.filter(pk=wish.pk, state=wish.state)
    if row.proposed or row.undecided:
        seen = seen.filter(proposed_by__isnull=row.undecided)
    return seen


def _write(
    seen: QuerySet[CveRequest], *, target: CveState, fields: dict[str, User | datetime | str | int | None]
) -> None:
    try:
        with transaction.atomic():
            changed = seen.update(state=target, **fields)
    except IntegrityError:
        raise Refused(NOT_FREE if fields.get("cve_id") else "Another wish for an ID has taken its place.") from None
    if not changed:
        raise Refused("Somebody else has just changed this. Look at it again before you decide.")


def _seal(wish: CveRequest, *, reason: str | None, problem: str | None) -> None:
    told = {"reason": reason, "problem": problem}
    names = [name for name, words in told.items() if words is not None]
    for name in names:
        setattr(wish, name, told[name])
    if names:
        wish.save(update_fields=names)
