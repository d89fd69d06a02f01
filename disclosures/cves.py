"""The CVE ID of each vulnerability: whether one is needed, by which way it comes, and what becomes of it (P15)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from disclosures import cve_ids
from disclosures.cve_states import ENDED, NOT_FREE, WITH_ID, Deed, change
from disclosures.enums import AdvisoryState, CveRoute, CveState, Task
from disclosures.models import Advisory, CveRequest, PublishedAdvisory
from portal import cve_services
from portal.policy import Clause, enforces
from portal.queue import enqueue
from reports import notices
from reports.access import Permission
from reports.enums import NoticeKind
from reports.guards import Refused, demand, refuse_made_up
from teams.models import User

LONGEST_PROBLEM = 300
LEASE: Final = timedelta(minutes=3)
"""Longer than a visit to CVE Services takes."""
NO_REAL_ID: Final = "no real ID belongs to it. Ask GitHub, which is the sandbox here."


def current(advisory: Advisory) -> CveRequest | None:
    """The wish that counts: the newest that was not rejected."""
    wish = CveRequest.objects.filter(advisory=advisory).exclude(state__in=ENDED).order_by("created_at", "id").last()
    if wish is not None:
        wish.report = advisory.report
    return wish


def last_ended(advisory: Advisory) -> CveRequest | None:
    """The newest that was rejected."""
    wish = CveRequest.objects.filter(advisory=advisory, state__in=ENDED).order_by("created_at", "id").last()
    if wish is not None:
        wish.report = advisory.report
    return wish


@dataclass(frozen=True, slots=True)
class Called:
    """What the vulnerability is called by, everywhere; empty while it has no ID, or after that was rejected.

    A withdrawn advisory keeps the ID that was rejected with it, and says so.
    """

    cve_id: str = ""
    rejected_at: datetime | None = None
    route: str = ""
    """By which way it came, and so who gave it out."""


def called(advisory: Advisory) -> Called:
    wish = current(advisory)
    if wish is None and advisory.state == AdvisoryState.WITHDRAWN:
        wish = last_ended(advisory)
        return Called(wish.cve_id, wish.ended_at, wish.route) if wish and wish.cve_id else Called()
    has_one = wish is not None and wish.state in WITH_ID
    return Called(wish.cve_id, route=wish.route) if wish and wish.cve_id and has_one else Called()


@enforces(Clause.P15)
def need(advisory: Advisory, *, now: datetime) -> CveRequest:
    """The wish that counts, made if there is none: each vulnerability needs an ID until two people say otherwise.

    Of a withdrawn advisory whose ID was rejected, it is that one: there is nothing left that needs another.
    """
    wish = current(advisory)
    if wish is None and advisory.state == AdvisoryState.WITHDRAWN:
        wish = last_ended(advisory)
    if wish is None:
        fresh = CveRequest(report=advisory.report, advisory=advisory, created_at=now)
        CveRequest.objects.bulk_create([fresh], ignore_conflicts=True)
        wish = current(advisory)
    if wish is None:
        raise Refused("Somebody else has just changed this. Look at it again before you decide.")
    return wish


# --- Whether one is needed ----------------------------------------------------------------------------------


@enforces(Clause.P15)
def propose_not_needed(wish: CveRequest, *, reason: str, by: User, now: datetime) -> None:
    demand(by, Permission.PUBLISH, wish.report)
    why = _said(reason, "Say why none is needed.")
    event = change(wish, Deed.PROPOSE, by=by, now=now, reason=why, proposed_by=by)
    notices.tell_team(wish.report, NoticeKind.SECOND_ASKED, fact=f"event:{event.pk}", now=now, but=by)


@enforces(Clause.P15)
def agree_not_needed(wish: CveRequest, *, by: User, now: datetime) -> None:
    """By somebody else than whoever proposed it."""
    demand(by, Permission.PUBLISH, wish.report)
    if wish.proposed_by_id == by.pk:
        raise Refused("You proposed it yourself: somebody else has to agree.")
    change(wish, Deed.AGREE, by=by, now=now, only_if=~Q(proposed_by=by), agreed_by=by)


def take_back(wish: CveRequest, *, by: User, now: datetime) -> None:
    """Whoever finds that it is needed: the one who proposed otherwise, or anybody who does not agree."""
    demand(by, Permission.PUBLISH, wish.report)
    change(wish, Deed.TAKE_BACK, by=by, now=now, reason="")


def need_after_all(wish: CveRequest, *, by: User, now: datetime) -> None:
    demand(by, Permission.PUBLISH, wish.report)
    change(wish, Deed.NEED, by=by, now=now, reason="")


# --- The ways to one ----------------------------------------------------------------------------------------


def choose_github(wish: CveRequest, *, by: User, now: datetime) -> None:
    """GitHub is asked as soon as the advisory is there, at least as a draft."""
    demand(by, Permission.PUBLISH, wish.report)
    _refuse_withdrawn(wish)
    change(wish, Deed.CHOOSE, by=by, now=now, route=CveRoute.GITHUB, problem="")


def requested(wish: CveRequest, *, route: CveRoute, by: User | None, now: datetime) -> None:
    """Somebody who gives out IDs has been asked, or is about to be: from now on it may come any day, and be late."""
    change(wish, Deed.REQUEST, by=by, now=now, route=route, requested_at=now, reminded_after=0, problem="", reason="")


def request_of_our_own(wish: CveRequest, *, by: User, now: datetime) -> None:
    """We are a CNA: an ID is reserved at CVE Services in the background."""
    demand(by, Permission.PUBLISH, wish.report)
    if cve_services.account() is None:
        raise Refused("The organisation gives out no IDs itself: ask GitHub.")
    _refuse_withdrawn(wish)
    refuse_made_up(wish.report, NO_REAL_ID)
    with transaction.atomic():
        requested(wish, route=CveRoute.CNA, by=by, now=now)
        CveRequest.objects.filter(pk=wish.pk).update(next_attempt_at=now)
    enqueue(Task.NUMBER, wish.pk)


def _refuse_withdrawn(wish: CveRequest) -> None:
    if wish.advisory.state == AdvisoryState.WITHDRAWN:
        raise Refused("Its advisory is withdrawn: no ID is asked for any more.")


def owed_since(wish: CveRequest, advisory: Advisory) -> datetime:
    """From when an ID that has not come ages: since it was asked for, or since the world reads of it without one."""
    if wish.state == CveState.REQUESTED and wish.requested_at is not None:
        return wish.requested_at
    return max(advisory.published_at or wish.created_at, wish.created_at)


def give_up(wish: CveRequest, *, by: User, now: datetime) -> None:
    """Nothing came of asking: it can be tried by another way. Should the ID come all the same, it is taken.

    Whoever is at it needs no reminder of the days that are over.
    """
    demand(by, Permission.PUBLISH, wish.report)
    since = max(wish.advisory.published_at or now, wish.created_at)
    told = settings.POLICY.cve.reminder_due(since, now=now)
    change(wish, Deed.GIVE_UP, by=by, now=now, route="", requested_at=None, reminded_after=told, problem="")


def enter(wish: CveRequest, *, cve_id: str, given_by: CveRoute = CveRoute.BY_HAND, by: User, now: datetime) -> None:
    """An ID that came by mail, or by whatever other way. What was asked for tells nothing of who gave out this one."""
    demand(by, Permission.PUBLISH, wish.report)
    refuse_made_up(wish.report, NO_REAL_ID)
    known = typed(cve_id, now=now)
    if given_by is CveRoute.CNA and cve_services.account() is None:
        raise Refused("The organisation gives out no IDs itself: say who gave out this one.")
    if wish.cve_id is not None:
        raise Refused(f"It has one, {wish.cve_id}. If there are two, say which of them is kept.")
    check_free(known, wish.advisory)
    _assign(wish, known, route=given_by, by=by, now=now)


def arrived(wish: CveRequest, cve_id: str, *, given_by: CveRoute = CveRoute.GITHUB, now: datetime) -> None:
    """What GitHub or CVE Services says its ID is. Told again and again, it happens once.

    Another one than the one we have changes nothing: people decide which of the two is kept.
    """
    if cve_id == wish.cve_id or CveRequest.objects.filter(advisory=wish.advisory, cve_id=cve_id).exists():
        return
    if wish.cve_id is not None:
        note_problem(wish, f"Another ID has come, {cve_id}. Say which of the two is kept.")
        return
    try:
        check_free(cve_id, wish.advisory)
        _assign(wish, cve_id, route=given_by, by=None, now=now)
    except Refused:
        note_problem(wish, f"The ID {cve_id} has come, and cannot be taken over here.")


def _assign(wish: CveRequest, cve_id: str, *, route: str, by: User | None, now: datetime) -> None:
    change(wish, Deed.ASSIGN, by=by, now=now, route=route, cve_id=cve_id, assigned_at=now, problem="", reason="")


# --- What becomes of it -------------------------------------------------------------------------------------


def mark_published(wish: CveRequest, *, by: User, now: datetime) -> None:
    demand(by, Permission.PUBLISH, wish.report)
    record_published(wish, by=by, now=now)


def record_published(wish: CveRequest, *, by: User | None, now: datetime) -> None:
    change(wish, Deed.PUBLISH, by=by, now=now, published_at=now, problem="")


def dispute(wish: CveRequest, *, reason: str, by: User, now: datetime) -> None:
    demand(by, Permission.PUBLISH, wish.report)
    why = _said(reason, "Say who disputes it, and why.")
    change(wish, Deed.DISPUTE, by=by, now=now, reason=why, ended_at=now)


def settle(wish: CveRequest, *, by: User, now: datetime) -> None:
    demand(by, Permission.PUBLISH, wish.report)
    change(wish, Deed.SETTLE, by=by, now=now, reason="", ended_at=None)


@enforces(Clause.P15)
def reject(wish: CveRequest, *, reason: str, by: User, now: datetime) -> CveRequest:
    """It stays on record, and another wish takes its place: the vulnerability still needs an ID.

    Unless its advisory is withdrawn. Returns the wish that counts.
    """
    demand(by, Permission.PUBLISH, wish.report)
    why = _said(reason, "Say why it was rejected.")
    with transaction.atomic():
        change(wish, Deed.REJECT, by=by, now=now, reason=why, ended_at=now)
        return need(wish.advisory, now=now)


def keep_one(wish: CveRequest, *, other: str, keeps_other: bool, by: User, now: datetime) -> CveRequest:
    """Two IDs for one vulnerability: one is kept, the other stays on record as rejected, with a reference to the first.

    Returns the wish that counts.
    """
    demand(by, Permission.PUBLISH, wish.report)
    refuse_made_up(wish.report, NO_REAL_ID)
    known = typed(other, now=now)
    if wish.state not in WITH_ID or wish.cve_id is None:
        raise Refused("It has no ID yet: enter this one.")
    if known == wish.cve_id:
        raise Refused("That is the ID which it has. Enter the other one.")
    check_free(known, wish.advisory)
    with transaction.atomic():
        second = CveRequest(report=wish.report, advisory=wish.advisory, route=CveRoute.BY_HAND, created_at=now)
        if keeps_other:
            change(wish, Deed.REJECT, by=by, now=now, reason=f"In favour of {known}.", ended_at=now, problem="")
            second.save(force_insert=True)
            _assign(second, known, route=CveRoute.BY_HAND, by=by, now=now)
            return second
        second.state, second.cve_id, second.ended_at = CveState.REJECTED, known, now
        second.reason = f"In favour of {wish.cve_id}."
        _insert(second)
        note_problem(wish, "")
        return wish


def note_problem(wish: CveRequest, words: str) -> None:
    """Why it does not get on, for the page. Written only when it changes."""
    if wish.problem != words[:LONGEST_PROBLEM]:
        wish.problem = words[:LONGEST_PROBLEM]
        wish.save(update_fields=["problem"])


# --- What is typed ------------------------------------------------------------------------------------------


def typed(text: str, *, now: datetime) -> str:
    try:
        return cve_ids.read(text, today=settings.POLICY.calendar.day_of(now))
    except cve_ids.NoCveId as mistake:
        raise Refused(str(mistake)) from None


def check_free(cve_id: str, advisory: Advisory) -> None:
    """Kinder words than the database's for what may be known. It refuses the rest, and does not say why."""
    if CveRequest.objects.filter(advisory=advisory, cve_id=cve_id).exists():
        raise Refused(f"{cve_id} is on record here already, as one that was rejected.")
    if named := PublishedAdvisory.objects.filter(cve_ids__contains=[cve_id]).exclude(identifier=advisory.identifier)[
        :1
    ]:
        raise Refused(f"{cve_id} is the ID of another vulnerability, published as {named[0].identifier}.")


def _insert(second: CveRequest) -> None:
    if not CveRequest.objects.bulk_create([second], ignore_conflicts=True) or not _is_there(second):
        raise Refused(NOT_FREE)


def _is_there(wish: CveRequest) -> bool:
    return CveRequest.objects.filter(pk=wish.pk).exists()


def _said(words: str, otherwise: str) -> str:
    if not words.strip():
        raise Refused(otherwise)
    return words.strip()
