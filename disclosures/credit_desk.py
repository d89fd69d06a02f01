"""The team's page about credit: who was asked when, what they said, and how we know."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Prefetch
from django.db.models.functions import Lower

from disclosures import credit_doors, credit_places
from disclosures.consent import family_of
from disclosures.credit_places import OUR_PAGES
from disclosures.enums import CreditPlaceKind, PlaceState, StepKind, StepState
from disclosures.models import Credit, CreditAnswer, CreditPlace, Step
from reports.models import Report
from teams.models import User

type Shows = Callable[[Report], bool]
"""Whether who is on the reporter's side of a report is shown to whoever looks."""

UNVERIFIED: Final = "Nobody has checked that this handle is theirs: they did not sign in with GitHub."
UNKNOWN_THERE: Final = "GitHub knows nobody by this handle: they are thanked in the text. Ask them for it again."
CLAIMED_TWICE: Final = "Somebody else here names the same handle."
OF_ANOTHER: Final = "The handle belongs to the account of {}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person. `words` is empty where there are none, and None while who reported it is hidden."""

    credit: Credit
    who: str
    words: str | None
    duplicate: str
    proof: CreditAnswer | None
    next_at: datetime | None
    doubts: Sequence[str]

    @property
    def is_open(self) -> bool:
        return not self.credit.answer

    @property
    def may_have_link(self) -> bool:
        """The team passes it on; finders whom a reporter named have one from there."""
        return not self.duplicate and credit_doors.is_named_by_the_team(self.credit)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """`trouble`: why the portal has not done it yet, if it has tried."""

    place: CreditPlace
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    rows: Sequence[Row]
    to_do: Sequence[ToDo]
    """What a person takes out by hand, unless the portal gets there first."""
    given_up: Sequence[CreditPlace]
    """What cannot be changed, with why."""
    by_itself: Sequence[CreditPlace]
    done: Sequence[CreditPlace]
    beyond: Sequence[CreditPlace]

    @property
    def unasked(self) -> int:
        return sum(row.is_open and row.credit.asked_at is None for row in self.rows)

    @property
    def hides_people(self) -> bool:
        return any(row.words is None for row in self.rows)


def overview_of(report: Report, *, shows: Shows) -> Overview:
    """Of the report, and of its duplicates as far as the viewer may read them."""
    places = _places_of(report)
    return Overview(
        rows=_rows_of(report, shows=shows),
        to_do=_to_do(report, [place for place in places if _is_stale(place) and place.kind not in OUR_PAGES]),
        given_up=[place for place in places if place.obstacle],
        by_itself=[place for place in places if _is_stale(place) and place.kind in OUR_PAGES],
        done=[place for place in places if place.state == PlaceState.CHANGED],
        beyond=[place for place in places if place.state == PlaceState.BEYOND_US and not place.obstacle],
    )


def _rows_of(report: Report, *, shows: Shows) -> Sequence[Row]:
    answers = Prefetch("answers", CreditAnswer.objects.select_related("entered_by").order_by("at", "pk"))
    found = Credit.objects.filter(report__in=family_of(report)).prefetch_related(answers)
    people = list(found.select_related("report", "reporter", "user").order_by("report_id", "pk"))
    shown = {pk for pk, each in {row.report_id: row.report for row in people}.items() if shows(each)}
    logins = _accounts_of(people)
    return [
        _row(each, report, others=people, logins=logins, shows=each.user_id is not None or each.report_id in shown)
        for each in people
    ]


def _places_of(report: Report) -> Sequence[CreditPlace]:
    """What a name stands in that is to go, and where it went; what stands as it should is no news."""
    found = CreditPlace.objects.filter(report__in=family_of(report)).annotate(is_stale=credit_places.IS_STALE)
    return list(found.select_related("report", "changed_by"))


def _is_stale(place: CreditPlace) -> bool:
    return bool(getattr(place, "is_stale", False)) and place.kind != CreditPlaceKind.COPIES


def _to_do(report: Report, places: Sequence[CreditPlace]) -> Sequence[ToDo]:
    """With what the steps ran into that were to do it."""
    if not places:
        return ()
    failed = Step.objects.filter(report=report, kind=StepKind.REWRITE, state=StepState.FAILED)
    troubles: dict[str, str] = {}
    for step in failed.select_related("project"):
        step.report = report
        if step.project is not None:
            troubles[step.project.repository] = step.problem
    return [ToDo(place=place, trouble=troubles.get(place.where, "")) for place in places]


def _row(credit: Credit, report: Report, *, others: Sequence[Credit], logins: dict[str, User], shows: bool) -> Row:
    proofs = list(credit.answers.all())
    for proof in proofs:
        proof.report = credit.report
    return Row(
        credit=credit,
        who=_who(credit, shows=shows),
        words=(credit.text or ("" if credit.answer else credit.asked_text)) if shows else None,
        duplicate=credit.report.reference if credit.report_id != report.pk else "",
        proof=proofs[-1] if proofs else None,
        next_at=_next_at(credit),
        doubts=_doubts(credit, others=others, logins=logins) if credit.is_consented else (),
    )


def _who(credit: Credit, *, shows: bool) -> str:
    if credit.user is not None:
        return str(credit.user)
    if shows and credit.known_as:
        return credit.known_as
    if credit.reporter is not None:
        return "Co-reporter" if credit.reporter.is_co_reporter else "Reporter"
    return "A finder, named by the reporter" if credit.named_by_id else "A finder"


def _next_at(credit: Credit) -> datetime | None:
    """When the next question, or the silence, is due."""
    policy = settings.POLICY
    if credit.answer or credit.asked_at is None:
        return None
    if credit.asked_again_at is None:
        return policy.credit.ask_again_at(credit.asked_at, calendar=policy.calendar)
    return policy.credit.silent_at(credit.asked_again_at, calendar=policy.calendar)


def _accounts_of(people: Sequence[Credit]) -> dict[str, User]:
    """Whose login somebody without an account says is theirs."""
    claimed = {row.handle.lower() for row in people if row.is_consented and row.user_id is None and row.handle}
    if not claimed:
        return {}
    found = User.objects.annotate(login=Lower("github_login")).filter(login__in=claimed)
    return {user.github_login.lower(): user for user in found}


def _doubts(credit: Credit, *, others: Sequence[Credit], logins: dict[str, User]) -> Sequence[str]:
    handle = credit.handle.lower()
    if not handle:
        return ()
    doubts = [] if credit.user_id else [UNVERIFIED]
    if credit.handle_unknown_at:
        doubts = [UNKNOWN_THERE]
    if any(each.pk != credit.pk and each.is_consented and each.handle.lower() == handle for each in others):
        doubts.append(CLAIMED_TWICE)
    if credit.user_id is None and handle in logins:
        doubts.append(OF_ANOTHER.format(logins[handle]))
    return doubts
