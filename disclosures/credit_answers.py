"""What people say when they are asked how they want to be named, and the proof of it (P17).

Who answers by a link, or has left the patch team since, sees less of the report than an answer touches: the portal
writes it down for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from disclosures import credit_places
from disclosures.credit_text import NOBODY, Naming
from disclosures.enums import AnswerChannel, CreditAnswerKind
from disclosures.models import Credit, CreditAnswer
from portal.policy import Clause, enforces
from portal.viewer import SYSTEM, acting_as
from reports import history
from reports.access import Permission
from reports.enums import EventKind, NoticeKind, NoticeState
from reports.guards import Refused, demand
from reports.models import Notification, Report, Reporter
from teams.models import User


@dataclass(frozen=True, slots=True)
class Finder:
    """Whoever holds the link that leads to one question about a name: `credit` is its number."""

    credit: int


type Person = User | Reporter | Finder

CAN_BE_SAID: Final = (CreditAnswerKind.NAMED, CreditAnswerKind.ANONYMOUS, CreditAnswerKind.NOT_AT_ALL)
BY_A_MEMBER: Final = (AnswerChannel.MAIL, AnswerChannel.IN_PERSON)
WRITTEN: Final = (
    "answer",
    "text",
    "answered_at",
    "name",
    "handle",
    "organisation",
    "handle_unknown_at",
    "came_themselves_at",
)
RELAYED: Final = "Whoever named them has shown them the text, and says that they agree."
THEMSELVES: Final = "By a link of their own, which whoever named them has passed on."


class OtherWords(Exception):
    """What would be printed is not what the person was shown last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer. `naming` counts only with a consent."""

    kind: CreditAnswerKind
    naming: Naming = NOBODY

    @property
    def text(self) -> str:
        return self.naming.text if self.kind is CreditAnswerKind.NAMED else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """By which way an answer came, and from whom. `entered_by`: the member who was told."""

    channel: AnswerChannel
    author: User | Reporter | None = None
    entered_by: User | None = None
    note: str = ""
    by_finder: bool = False


@enforces(Clause.P17)
def answer(credit: Credit, said: Said, *, agreed: str, by: Person, now: datetime) -> None:
    """Keep what the person says on their own page. `agreed`: the text that they saw last.

    Raises `OtherWords` if that is not what would be printed. Said twice, it is kept once.
    """
    if not answers_for(by, credit):
        raise Refused("Only whom it names can say how.")
    _check(said, agreed=agreed)
    if isinstance(by, User) and said.naming.handle.lower() not in {"", by.github_login.lower()}:
        raise Refused("That is not your login on GitHub.")
    _keep(credit, said, proof=_own_word(credit, by), now=now)


@enforces(Clause.P17)
def answer_for(
    credit: Credit, said: Said, *, agreed: str, channel: AnswerChannel, note: str, by: User, now: datetime
) -> None:
    """Keep what somebody told a member. `note` says how and when, so that it can be looked up."""
    demand(by, Permission.CREDIT, credit.report)
    if channel not in BY_A_MEMBER:
        raise Refused("Say whether they wrote it or told you.")
    if not note.strip():
        raise Refused("Say how you know: when they said it, and where it can be found.")
    _check(said, agreed=agreed)
    _keep(credit, said, proof=Proof(channel=channel, author=by, entered_by=by, note=note), now=now)


@enforces(Clause.P17)
def withdraw(credit: Credit, *, by: Person, now: datetime) -> None:
    """Take the consent back. Nothing more is printed from this moment on; of what was printed a list is made."""
    if not answers_for(by, credit):
        raise Refused("Only whom it names can take it back.")
    _keep(credit, Said(kind=CreditAnswerKind.WITHDRAWN), proof=_own_word(credit, by), now=now)


def _own_word(credit: Credit, by: Person) -> Proof:
    """Said on a page: their own, or that of whoever named them."""
    if isinstance(by, Finder):
        return Proof(channel=AnswerChannel.PAGE, note=THEMSELVES, by_finder=True)
    note = RELAYED if isinstance(by, Reporter) and credit.named_by_id == by.pk else ""
    return Proof(channel=AnswerChannel.PAGE, author=by, note=note)


def keep_silence(credit: Credit, *, now: datetime) -> None:
    """Nobody answered, asked twice: they are thanked without a name. Whoever answers meanwhile has answered."""
    said = Said(kind=CreditAnswerKind.ANONYMOUS)
    _keep(credit, said, proof=Proof(channel=AnswerChannel.SILENCE), now=now, only_if_open=True)


def answers_for(person: Person, credit: Credit) -> bool:
    """Everybody for themselves; a reporter for the finders that they named, until these have used their own link."""
    if isinstance(person, Finder):
        return credit.pk == person.credit
    if isinstance(person, User):
        return credit.user_id == person.pk
    return person.pk == credit.reporter_id or (person.pk == credit.named_by_id and credit.came_themselves_at is None)


def of_person(user: User) -> Sequence[Credit]:
    """Everything that somebody with an account is asked, also on reports that they see no more; the newest first."""
    with acting_as(SYSTEM):
        rows = Credit.objects.filter(user=user, report__erased_at=None).exclude(asked_at=None, answer="")
        return _opened(rows.order_by("-asked_at", "-pk"))


def of_reporter(reporter: Reporter) -> Sequence[Credit]:
    """What they are asked themselves first, then the finders that they named."""
    mine = Q(reporter=reporter) | Q(named_by=reporter)
    with acting_as(SYSTEM):
        return _opened(Credit.objects.filter(mine, report__erased_at=None).order_by("named_by_id", "pk").reverse())


def _opened(rows: QuerySet[Credit]) -> Sequence[Credit]:
    """With what seals them at hand: their report may not be the viewer's to read."""
    return list(rows.select_related("report", "user"))


def _check(said: Said, *, agreed: str) -> None:
    if said.kind not in CAN_BE_SAID:
        raise Refused("Choose one of the answers.")
    if said.kind is CreditAnswerKind.NAMED and not said.text:
        raise Refused("Write the name or the handle that is to be printed.")
    if said.kind is CreditAnswerKind.NAMED and said.text != agreed:
        raise OtherWords


def _keep(credit: Credit, said: Said, *, proof: Proof, now: datetime, only_if_open: bool = False) -> None:
    with acting_as(SYSTEM), transaction.atomic():
        report = _hold(credit)
        if report.erased_at is not None:
            raise Refused("Everything about it was destroyed.")
        row = Credit.objects.select_for_update(of=("self",)).get(pk=credit.pk)
        row.report = report
        if (row.answer, row.text) == (said.kind, said.text) or (only_if_open and row.answer):
            return
        if said.kind is CreditAnswerKind.WITHDRAWN and not row.is_consented:
            raise Refused("There is no consent to take back.")
        _write(row, said, proof=proof, now=now)
        kind = EventKind.CREDIT_WITHDRAWN if said.kind is CreditAnswerKind.WITHDRAWN else EventKind.CREDIT_ANSWERED
        history.append(report, kind, by=proof.author, now=now, credit=row.pk, channel=proof.channel.value)
        _ask_no_more(row)
        credit_places.after_change(row, now=now)
    for name in WRITTEN:  # its report may not be the viewer's to read, so it is not loaded anew
        setattr(credit, name, getattr(row, name))


def _hold(credit: Credit) -> Report:
    """The report of the credit, which may be a duplicate, and the one where its advisory is approved."""
    advised = Report.objects.filter(pk=credit.report_id).values("duplicate_of_id")
    both = Report.objects.filter(Q(pk=credit.report_id) | Q(pk__in=advised)).order_by("pk")
    held = {report.pk: report for report in both.select_for_update(no_key=True, of=("self",))}
    return held[credit.report_id]


def _write(row: Credit, said: Said, *, proof: Proof, now: datetime) -> None:
    """The consent and its proof together. What they typed for a name stays, should they want it again."""
    row.answer, row.text, row.answered_at, row.handle_unknown_at = said.kind, said.text, now, None
    if said.kind is CreditAnswerKind.NAMED:
        row.name, row.handle, row.organisation = said.naming.name, said.naming.handle, said.naming.organisation
    if proof.by_finder:
        row.came_themselves_at = now
    row.save(update_fields=WRITTEN)
    CreditAnswer.objects.create(
        report=row.report, credit=row, answer=said.kind, channel=proof.channel, text=said.text, note=proof.note,
        at=now, entered_by=proof.entered_by,
    )  # fmt: skip


def _ask_no_more(row: Credit) -> None:
    """A mail that waits would ask what is answered, unless the same person has more to answer."""
    whom = row.reporter_id or row.named_by_id
    left = Credit.objects.filter(Q(reporter=whom) | Q(named_by=whom), answer="", asked_at__isnull=False)
    if whom is None or left.exists():
        return
    waiting = Notification.objects.filter(
        reporter=whom, kind__in=[NoticeKind.CREDIT_ASKED, NoticeKind.CREDIT_AGAIN], state=NoticeState.PENDING
    )
    waiting.update(state=NoticeState.DROPPED, error="It is answered.")
