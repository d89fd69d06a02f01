"""Which of the next days suits a release, and why the others do not (P14). Advice: a person decides.

Pure: who is needed and away, what else is planned and what the reporter means to do is told, not looked up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, IntEnum
from functools import cached_property

from portal.policy.business_days import ONE_DAY
from portal.policy.clauses import Clause
from portal.policy.deadlines import release_day_verdict
from portal.policy.enforce import enforces
from portal.policy.organisation import Policy


class Concern(IntEnum):
    """What speaks against a day; its number says how much. The lesser ones together are less than a greater one."""

    CROWDED = 1
    UNSUITABLE = 4
    WAITS = 5
    TOO_LATE = 16
    NOBODY = 32


class Verdict(Enum):
    """`MIND`: it can be done, and somebody should know what they do. `AVOID` takes a reason."""

    GOOD = "good"
    MIND = "mind"
    AVOID = "avoid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something that people do on the day: `what`, as a sentence goes on ("releases wash"), who can, how many must."""

    what: str
    people: frozenset[int]
    fewest: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    person: int
    first_day: date
    last_day: date

    def covers(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is known of one release. `others`: the days of other disclosures, as many times as there are."""

    duties: Sequence[Duty] = ()
    absences: Sequence[Away] = ()
    others: Sequence[date] = ()
    reporter_discloses_on: date | None = None
    is_exploited: bool = False


@dataclass(frozen=True)
class Remark:
    """One thing to say about a day, in a few words for a badge or a list."""

    concern: Concern
    words: str


@dataclass(frozen=True)
class Slot:
    """A day, with all that speaks against it, the weightiest first."""

    day: date
    remarks: tuple[Remark, ...] = ()

    @cached_property
    def weight(self) -> int:
        return sum(remark.concern for remark in self.remarks)

    @property
    def verdict(self) -> Verdict:
        if not self.remarks:
            return Verdict.GOOD
        return Verdict.MIND if self.weight < Concern.UNSUITABLE else Verdict.AVOID

    @property
    def is_good(self) -> bool:
        return self.verdict is Verdict.GOOD

    @property
    def takes_a_reason(self) -> bool:
        return self.verdict is Verdict.AVOID

    @property
    def words(self) -> str:
        return "; ".join(remark.words for remark in self.remarks)


@dataclass(frozen=True, kw_only=True)
class Advice:
    """The next days in their order. `is_urgent`: it is exploited, so it goes out as soon as it is ready."""

    slots: tuple[Slot, ...]
    is_urgent: bool

    @cached_property
    def ranked(self) -> tuple[Slot, ...]:
        """The best first; of days that are as good, the nearest."""
        return tuple(sorted(self.slots, key=lambda slot: (slot.weight, slot.day)))

    @property
    def best(self) -> Slot:
        return self.ranked[0]


@enforces(Clause.P14)
def advise(today: date, *, circumstances: Circumstances, policy: Policy) -> Advice:
    """On today and the days after it, as far as the policy looks ahead."""
    days = (today + ahead * ONE_DAY for ahead in range(policy.release.look_ahead_days))
    slots = tuple(slot_on(day, today=today, circumstances=circumstances, policy=policy) for day in days)
    return Advice(slots=slots, is_urgent=circumstances.is_exploited)


@enforces(Clause.P14)
def slot_on(day: date, *, today: date, circumstances: Circumstances, policy: Policy) -> Slot:
    """What speaks against one day. Once it is exploited, no calendar counts: only who is there, and how soon it is."""
    remarks = [*_nobody(day, circumstances)]
    if circumstances.is_exploited:
        remarks += _waiting(day, today)
    else:
        remarks += [*_too_late(day, circumstances), *_unsuitable(day, policy), *_crowded(day, circumstances, policy)]
    return Slot(day=day, remarks=tuple(sorted(remarks, key=lambda remark: -remark.concern)))


def _nobody(day: date, circumstances: Circumstances) -> Iterable[Remark]:
    away = {absence.person for absence in circumstances.absences if absence.covers(day)}
    for duty in circumstances.duties:
        there = len(duty.people - away)
        if there < duty.fewest and duty.people & away:
            words = f"nobody who {duty.what} is there" if there == 0 else f"too few who {_plural(duty.what)} are there"
            yield Remark(Concern.NOBODY, words)


def _plural(what: str) -> str:
    verb, space, rest = what.partition(" ")
    return f"{verb.removesuffix('s')}{space}{rest}"


def _waiting(day: date, today: date) -> Iterable[Remark]:
    days = (day - today).days
    if days > 0:
        yield Remark(Concern.WAITS, f"it is exploited for {days} more {'day' if days == 1 else 'days'}")


def _too_late(day: date, circumstances: Circumstances) -> Iterable[Remark]:
    theirs = circumstances.reporter_discloses_on
    if theirs is not None and day > theirs:
        yield Remark(Concern.TOO_LATE, f"the reporter tells everybody on {theirs.day} {theirs:%B}, before it")


def _unsuitable(day: date, policy: Policy) -> Iterable[Remark]:
    verdict = release_day_verdict(day, policy=policy)
    if not verdict.is_good:
        yield Remark(Concern.UNSUITABLE, verdict.reason)


def _crowded(day: date, circumstances: Circumstances, policy: Policy) -> Iterable[Remark]:
    monday = _monday_of(day)
    that_week = sum(_monday_of(other) == monday for other in circumstances.others)
    if that_week >= policy.release.most_a_week:
        number = "another disclosure" if that_week == 1 else f"{that_week} other disclosures"
        yield Remark(Concern.CROWDED, f"{number} that week")


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
