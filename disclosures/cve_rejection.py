"""Taking back the CVE ID of an advisory that is withdrawn (P15, P16).

Where we gave it out ourselves it is rejected with the advisory, and `disclosures.numbering` says so at CVE Services.
Everybody else's has to be rejected by whoever gave it out: that is owed until somebody says that it is done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db import transaction
from django.db.models import Q

from disclosures import cves
from disclosures.cve_states import ENDED, WITH_ID, Deed, change
from disclosures.enums import AdvisoryState, CveRoute, CveState, Task
from disclosures.models import Advisory, CveRequest
from portal import cve_services
from portal.policy import Clause, enforces
from portal.queue import enqueue
from reports import history
from reports.access import Permission
from reports.enums import EventKind
from reports.guards import Refused, demand
from teams.models import User

UNSAID: Final = Q(state=CveState.REJECTED, route=CveRoute.CNA, cve_id__isnull=False, rejection_sent_at=None)
"""Rejected here, and CVE Services do not know it yet."""
OWED: Final = UNSAID | Q(advisory__state=AdvisoryState.WITHDRAWN, state__in=[CveState.ASSIGNED, CveState.PUBLISHED])
"""An ID that has to be rejected elsewhere."""


class Way(StrEnum):
    """What is left to do about the ID of an advisory that is withdrawn."""

    NOTHING = "nothing"
    UNNEEDED = "unneeded"
    """Nobody asked for one, and two people have to say that none is needed."""
    AWAITED = "awaited"
    """It may still come."""
    GITHUB = "github"
    OURS = "ours"
    ELSEWHERE = "elsewhere"
    SENDING = "sending"
    DISPUTED = "disputed"
    REJECTED = "rejected"


def way_of(wish: CveRequest | None) -> Way:
    """`wish`: the newest of a withdrawn advisory."""
    if wish is None:
        return Way.UNNEEDED
    if wish.state in {CveState.ASSIGNED, CveState.PUBLISHED}:
        return _way_to_reject(wish)
    return Way.SENDING if is_unsaid(wish) else WAYS[CveState(wish.state)]


WAYS: Final = {
    CveState.NEEDED: Way.UNNEEDED,
    CveState.NOT_NEEDED: Way.NOTHING,
    CveState.REQUESTED: Way.AWAITED,
    CveState.DISPUTED: Way.DISPUTED,
    CveState.REJECTED: Way.REJECTED,
}


def _way_to_reject(wish: CveRequest) -> Way:
    if wish.route == CveRoute.GITHUB:
        return Way.GITHUB
    return Way.OURS if is_ours(wish) else Way.ELSEWHERE


def is_ours(wish: CveRequest) -> bool:
    """We gave it out ourselves, and can still speak for it."""
    return wish.route == CveRoute.CNA and cve_services.account() is not None


def is_unsaid(wish: CveRequest) -> bool:
    """The same as `UNSAID`, of one that is at hand."""
    return (
        wish.state == CveState.REJECTED
        and wish.route == CveRoute.CNA
        and wish.cve_id is not None
        and wish.rejection_sent_at is None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """What is left to do, as the pages show it. `wish` is the one that it is about, if there is one."""

    advisory: Advisory
    wish: CveRequest | None
    way: Way

    @property
    def is_left_to_us(self) -> bool:
        """Whether anybody here has to do something, or it happens by itself."""
        return self.way not in {Way.NOTHING, Way.REJECTED, Way.DISPUTED, Way.SENDING}

    @property
    def by_others(self) -> bool:
        """Only whoever gave it out can reject it."""
        return self.way in {Way.GITHUB, Way.ELSEWHERE}

    @property
    def is_ours(self) -> bool:
        return self.wish is not None and is_ours(self.wish)

    @property
    def field(self) -> str:
        """Names it on a page that shows several."""
        return f"reject-words-{self.advisory.pk}"

    @property
    def words(self) -> str:
        """What to write to whoever gave it out. All of it is public."""
        called = self.wish.cve_id if self.wish and self.wish.cve_id else "the CVE ID"
        reason = " ".join(self.advisory.withdrawn_reason.split())
        return f"Please reject {called}. Its advisory {self.advisory.identifier} is withdrawn: {reason}"


def rejection_of(advisory: Advisory, wishes: Sequence[CveRequest]) -> Rejection | None:
    """None if there is nothing to say of it. `wishes`: all of the advisory's, the oldest first."""
    if advisory.state == AdvisoryState.WITHDRAWN:
        live = [wish for wish in wishes if wish.state not in ENDED]
        wish = next(reversed(live or wishes), None)
        return Rejection(advisory=advisory, wish=wish, way=way_of(wish))
    waiting = [wish for wish in wishes if is_unsaid(wish)]
    return Rejection(advisory=advisory, wish=waiting[-1], way=Way.SENDING) if waiting else None


def look_up(advisory: Advisory) -> Rejection | None:
    """The same, of an advisory that is at hand."""
    wishes = list(advisory.cve_requests.order_by("created_at", "id"))
    for wish in wishes:
        wish.report = advisory.report
    return rejection_of(advisory, wishes)


@enforces(Clause.P15)
def with_advisory(advisory: Advisory, *, reason: str, by: User | None, now: datetime) -> None:
    """Reject the ID that we gave out ourselves, with the reason of the withdrawal. Run it in its transaction."""
    wish = cves.current(advisory)
    if wish is None or wish.state not in WITH_ID or not is_ours(wish):
        return
    change(wish, Deed.REJECT, by=by, now=now, reason=reason, problem="", ended_at=now)
    enqueue(Task.NUMBER, wish.pk)


def unsaid(advisory: Advisory) -> CveRequest:
    """Its rejection that CVE Services have not heard of, or `Refused`."""
    wish = CveRequest.objects.filter(UNSAID, advisory=advisory).order_by("created_at", "id").last()
    if wish is None:
        raise Refused("CVE Services know everything that was decided here.")
    wish.report = advisory.report
    return wish


def try_again(wish: CveRequest, *, by: User, now: datetime) -> None:
    """At once, unless somebody is at it just now: then it is due again as soon as they are done."""
    demand(by, Permission.PUBLISH, wish.report)
    put_off = CveRequest.objects.filter(UNSAID, pk=wish.pk, next_attempt_at__gt=now + cves.LEASE)
    put_off.update(next_attempt_at=now)
    enqueue(Task.NUMBER, wish.pk)


def say_done(wish: CveRequest, *, by: User, now: datetime) -> None:
    """Somebody rejected it there with another tool. Said twice, it is kept once."""
    demand(by, Permission.PUBLISH, wish.report)
    with transaction.atomic():
        if note_said(wish, by=by, now=now):
            cves.note_problem(wish, "")


def note_said(wish: CveRequest, *, by: User | None, now: datetime) -> bool:
    """CVE Services have it as rejected. False if that was known."""
    if not CveRequest.objects.filter(UNSAID, pk=wish.pk).update(rejection_sent_at=now):
        return False
    history.append(wish.report, EventKind.CVE_CHANGED, by=by, now=now, wish=wish.pk, deed="rejected-there")
    return True
