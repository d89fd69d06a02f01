"""Whom a report may thank, and who is asked how they want to be named (P17, P18).

Whoever reported the same thing again is thanked with the others, and neither learns of the other: their credit lies on
their own report, and what goes over all of these is done here by the portal itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from disclosures.consent import family_of
from disclosures.credit_text import Naming, handle_of, naming
from disclosures.enums import AnswerChannel, CreditAnswerKind, CreditKind
from disclosures.models import Credit, CreditAnswer
from portal.policy import Clause, enforces
from portal.viewer import SYSTEM, acting_as
from reports import history, notices
from reports.access import Permission
from reports.enums import CreditWish, EventKind, NoticeKind, Role, State
from reports.guards import Refused, demand
from reports.models import GitHubReport, Grant, Report, Reporter
from teams.models import User

ASKED_FROM: Final = frozenset({State.IDENTIFIED, State.FIXING, State.READY, State.RELEASED, State.DISCLOSED})
"""Before, there is nothing to thank for yet; a closed one has asked."""
THANKED_AS: Final = {
    Role.LEAD: CreditKind.REMEDIATION_DEVELOPER,
    Role.DEVELOPER: CreditKind.REMEDIATION_DEVELOPER,
    Role.REVIEWER: CreditKind.REMEDIATION_REVIEWER,
}
"""Whoever works on the fix; who does two things is thanked for the first of them."""
MOST_FINDERS: Final = 20
FINDERS_ARE_NAMED_BEFORE: Final = "It is closed. Write to us, if somebody is missing."


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestions:
    """What about credit is not settled. `unasked` counts people of the reporters' side whom nobody has prepared too."""

    unasked: int = 0
    unanswered: int = 0

    def __bool__(self) -> bool:
        return bool(self.unasked or self.unanswered)


@enforces(Clause.P17, Clause.P18)
def open_questions(report: Report) -> OpenQuestions:
    """What keeps a report from closing."""
    with acting_as(SYSTEM):
        family = family_of(report)
        rows = Credit.objects.filter(report__in=family, answer="")
        return OpenQuestions(
            unasked=rows.filter(asked_at=None).count() + _reporters_without(family).count(),
            unanswered=rows.filter(asked_at__isnull=False).count(),
        )


def prepare(report: Report, *, now: datetime) -> None:
    """Make the rows that are missing. Who said “no” when they reported has answered, and is not asked again."""
    with acting_as(SYSTEM), transaction.atomic():
        family = list(family_of(report).order_by("pk").select_for_update(no_key=True, of=("self",)))
        by_id = {each.pk: each for each in family}
        for reporter in _reporters_without(family_of(report)):
            _prepare_reporter(reporter, report=by_id[reporter.report_id], now=now)
        for finder in _finders_on_github(family):
            finder.save()
        for user, kind in _developers_without(report):
            known_as = user.name or user.github_login
            Credit.objects.create(report=by_id[report.pk], kind=kind, user=user, known_as=known_as)


def _reporters_without(family: QuerySet[Report]) -> QuerySet[Reporter]:
    return Reporter.objects.filter(report__in=family, grant__revoked_at=None, credit=None).order_by("pk")


def _prepare_reporter(reporter: Reporter, *, report: Report, now: datetime) -> None:
    reporter.report = report
    credit = Credit(report=report, kind=CreditKind.REPORTER, reporter=reporter)
    credit.known_as = reporter.credit_name or reporter.name
    if reporter.credit_wish == CreditWish.NO:
        credit.answer, credit.answered_at = CreditAnswerKind.NOT_AT_ALL, now
    credit.save()
    if credit.answer:
        CreditAnswer.objects.create(
            report=report, credit=credit, answer=credit.answer, channel=AnswerChannel.PAGE, at=now,
            note="They asked to be left out when they reported it.",
        )  # fmt: skip
        history.append(report, EventKind.CREDIT_ANSWERED, by=reporter, now=now, credit=credit.pk)


def _finders_on_github(family: Sequence[Report]) -> Iterator[Credit]:
    """Whom the reporter credited there beside themselves: as if they had named them here. Nobody has agreed yet."""
    by_id = {each.pk: each for each in family}
    for told in GitHubReport.objects.filter(report__in=family).select_related("reporter"):
        report = told.report = told.reporter.report = by_id[told.report_id]
        named = Credit.objects.filter(report=report, kind=CreditKind.FINDER, named_by=told.reporter)
        known = {credit.known_as for credit in _of(report, named)}
        for login in told.finders_named[:MOST_FINDERS]:
            if f"@{login}" not in known:
                yield Credit(report=report, kind=CreditKind.FINDER, named_by=told.reporter, known_as=f"@{login}")


def _of(report: Report, rows: QuerySet[Credit]) -> list[Credit]:
    """With the report whose key opens what they say."""
    found = list(rows)
    for row in found:
        row.report = report
    return found


def _developers_without(report: Report) -> Iterator[tuple[User, CreditKind]]:
    grants = Grant.objects.in_force().filter(report=report, role__in=THANKED_AS).select_related("user")
    first: dict[User, CreditKind] = {}
    for role, kind in THANKED_AS.items():
        for grant in grants:
            if grant.role == role and grant.user is not None:
                first.setdefault(grant.user, kind)
    known = set(Credit.objects.filter(report=report, user__isnull=False).values_list("user_id", flat=True))
    return ((user, kind) for user, kind in first.items() if user.pk not in known)


@enforces(Clause.P17)
def ask(report: Report, *, by: User, now: datetime) -> int:
    """Ask everybody who may be thanked and was not asked yet; how many that were."""
    demand(by, Permission.CREDIT, report)
    if report.state not in ASKED_FROM:
        raise Refused("People are asked once the vulnerability is confirmed, and until the report is closed.")
    prepare(report, now=now)
    with acting_as(SYSTEM), transaction.atomic():
        rows = _in_turn(Credit.objects.filter(report__in=family_of(report), answer="", asked_at=None))
        for row in rows:
            _ask(row, by=by if row.report_id == report.pk else None, now=now)
    return len(rows)


def ask_one(credit: Credit, *, by: User, now: datetime) -> None:
    """Ask one person now, who may have come later than the others."""
    demand(by, Permission.CREDIT, credit.report)
    with acting_as(SYSTEM), transaction.atomic():
        rows = _in_turn(Credit.objects.filter(pk=credit.pk, answer="", asked_at=None))
        if not rows:
            raise Refused("They have been asked already.")
        _ask(rows[0], by=by, now=now)


def _in_turn(rows: QuerySet[Credit]) -> Sequence[Credit]:
    """Locked, so that nobody is asked twice at once: the reports first, as wherever their history grows."""
    owners = Report.objects.filter(pk__in=rows.values("report_id"))
    list(owners.order_by("pk").select_for_update(no_key=True, of=("self",)))
    locked = rows.select_related("report", "reporter__report", "user", "named_by__report").order_by("pk")
    return list(locked.select_for_update(of=("self",)))


def _ask(credit: Credit, *, by: User | None, now: datetime) -> None:
    _put(credit, by=by, now=now)
    tell(credit, NoticeKind.CREDIT_ASKED, now=now)


def _put(credit: Credit, *, by: User | Reporter | None, now: datetime) -> None:
    """What they are shown first is kept as it is shown."""
    proposed = proposal_for(credit)
    credit.name, credit.handle, credit.organisation = proposed.name, proposed.handle, proposed.organisation
    credit.asked_text, credit.asked_at = proposed.text, now
    credit.save(update_fields=["name", "handle", "organisation", "asked_text", "asked_at"])
    history.append(credit.report, EventKind.CREDIT_ASKED, by=by, now=now, credit=credit.pk)


def ask_anew(credit: Credit, *, now: datetime) -> None:
    """Ask who has taken the place of whoever was asked, as if nobody had been. In the transaction under way."""
    credit.asked_again_at = None
    credit.save(update_fields=["asked_again_at"])
    _ask(credit, by=None, now=now)


def note_asked(number: int, *, by: Reporter | User, now: datetime) -> bool:
    """Whoever named somebody asks them now. False if they were asked before: they are not asked anew."""
    with acting_as(SYSTEM), transaction.atomic():
        rows = _in_turn(Credit.objects.filter(pk=number, answer="", asked_at=None))
        for row in rows:
            _put(row, by=by, now=now)
    return bool(rows)


def proposal_for(credit: Credit) -> Naming:
    """What we think they would like: what they wished for when they reported, or what we call them."""
    if credit.user is not None:
        return naming(name=credit.user.name, handle=credit.user.github_login)
    if credit.reporter is not None:
        return _proposal(credit.reporter.credit_name or credit.reporter.name)
    return _proposal(credit.known_as)


def _proposal(called: str) -> Naming:
    """Whoever is known by a GitHub login alone is proposed by that."""
    handle = handle_of(called) if called.startswith("@") else ""
    return naming(handle=handle) if handle else naming(name=called)


def tell(credit: Credit, kind: NoticeKind, *, now: datetime) -> None:
    """By mail, once for all of whom one person answers for. Without an address the page alone asks."""
    whom = credit.reporter or credit.named_by
    if credit.report.is_rehearsal:
        return
    if whom is not None:
        notices.tell_reporter(whom, kind, fact=f"credit:{now.isoformat()}", now=now)
    elif credit.user is not None and credit.user.email:
        fact = f"{kind}:{credit.pk}"
        notices.write(notices.of_the_team(NoticeKind.CREDIT_OF_WORK, [credit.user], fact=fact, now=now))


@enforces(Clause.P18)
def name_finder(report: Report, *, known_as: str, by: Reporter | User) -> Credit:
    """Somebody else found it, too. Whoever named them asks them; a finder whom the team names, a member asks."""
    if isinstance(by, User):
        demand(by, Permission.CREDIT, report)
    with acting_as(SYSTEM), transaction.atomic():
        locked = Report.objects.select_for_update(no_key=True, of=("self",)).get(pk=report.pk)
        if locked.erased_at is not None or (locked.is_closed and locked.duplicate_of_id is None):
            raise Refused(FINDERS_ARE_NAMED_BEFORE)
        named_by = by if isinstance(by, Reporter) else None
        finders = Credit.objects.filter(report=locked, kind=CreditKind.FINDER, named_by=named_by)
        same = next((finder for finder in finders.select_related("report") if finder.known_as == known_as), None)
        if same is not None:
            return same
        if len(finders) >= MOST_FINDERS:
            raise Refused(f"At most {MOST_FINDERS} people can be named here.")
        return Credit.objects.create(report=locked, kind=CreditKind.FINDER, named_by=named_by, known_as=known_as)


@enforces(Clause.P9)
def thank(report: Report, *, now: datetime) -> None:
    """Thank everybody who reported it, in writing and once, with its publication."""
    tell_everybody(report, NoticeKind.THANKS, fact=f"thanks:{report.pk}", now=now)


def tell_everybody(report: Report, kind: NoticeKind, *, fact: str, now: datetime) -> None:
    """Who reported it, and who reported the same again."""
    if report.is_rehearsal:
        return
    with acting_as(SYSTEM), transaction.atomic():
        for each in family_of(report).order_by("pk"):
            notices.tell_reporters(each, kind, fact=fact, now=now)
