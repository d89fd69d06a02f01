"""Who is on duty in which week, and who is away: new reports are offered to them first, and hand-overs find them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet

from teams.models import Absence, Departure, DutyWeek, SecurityTeamMembership, User

WEEK = timedelta(days=7)
PLANNED_WEEKS = 8


@dataclass(frozen=True, slots=True)
class Week:
    monday: date
    user: User | None
    is_away: bool
    """For some of its days."""
    is_chosen: bool

    @property
    def last_day(self) -> date:
        return self.monday + timedelta(days=6)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def staying(*, now: datetime) -> QuerySet[User]:
    """The members, without those who are about to leave."""
    current = SecurityTeamMembership.objects.current(at=now)
    leaving = Departure.objects.filter(ended_at=None)
    return User.objects.filter(is_active=True, pk__in=current.values("user_id")).exclude(
        pk__in=leaving.values("membership__user_id")
    )


def away_on(day: date) -> set[int]:
    return set(Absence.objects.on(day).values_list("user_id", flat=True))


def on_duty(*, now: datetime) -> User | None:
    """Whoever the rota says; if they are away or gone, whoever has the next week and is not."""
    today = settings.POLICY.calendar.day_of(now)
    away = Absence.objects.on(today)
    planned = DutyWeek.objects.filter(monday__gte=monday_of(today), user__in=staying(now=now))
    week = planned.exclude(user__in=away.values("user_id")).select_related("user").first()
    return week.user if week else None


def plan(*, now: datetime) -> None:
    """Fill the weeks to come that have nobody, each in turn. What a person chose stays. Safe to run twice."""
    first = monday_of(settings.POLICY.calendar.day_of(now))
    wanted = [first + count * WEEK for count in range(PLANNED_WEEKS)]
    with transaction.atomic():
        members = list(staying(now=now).order_by("pk"))
        DutyWeek.objects.filter(monday__gte=first).exclude(user__in=members).delete()
        taken = set(DutyWeek.objects.filter(monday__in=wanted).values_list("monday", flat=True))
        for monday in wanted:
            if monday not in taken and members:
                DutyWeek.objects.create(monday=monday, user=_next_in_turn(members, monday))


def _next_in_turn(members: Sequence[User], monday: date) -> User:
    """Whoever was on duty the longest ago, among those who are there that week."""
    lasts = dict(
        DutyWeek.objects.filter(user__in=members, monday__lt=monday)
        .order_by()
        .values("user_id")
        .annotate(last=Max("monday"))
        .values_list("user_id", "last")
    )
    away = set(
        Absence.objects.filter(first_day__lt=monday + WEEK, last_day__gte=monday).values_list("user_id", flat=True)
    )
    there = [member for member in members if member.pk not in away] or members
    return min(there, key=lambda member: (lasts.get(member.pk, date.min), member.pk))


def choose(monday: date, *, user: User, by: User) -> None:
    """Put `user` on duty in a week, instead of whoever was."""
    DutyWeek.objects.update_or_create(monday=monday, defaults={"user": user, "chosen_by": by})


def be_away(user: User, *, first_day: date, last_day: date, now: datetime) -> Absence:
    """Say so, and leave the weeks on duty that the rota had given one in that time to the next in turn."""
    with transaction.atomic():
        absence = Absence.objects.create(user=user, first_day=first_day, last_day=last_day)
        DutyWeek.objects.filter(user=user, chosen_by=None, monday__lte=last_day, monday__gt=first_day - WEEK).delete()
        plan(now=now)
    return absence


def weeks(*, now: datetime) -> list[Week]:
    """The weeks planned, from this one on."""
    first = monday_of(settings.POLICY.calendar.day_of(now))
    planned = {week.monday: week for week in DutyWeek.objects.filter(monday__gte=first).select_related("user")}
    absences = list(Absence.objects.filter(last_day__gte=first))
    found = []
    for count in range(PLANNED_WEEKS):
        monday = first + count * WEEK
        row = planned.get(monday)
        is_away = row is not None and any(
            each.user_id == row.user_id and each.first_day < monday + WEEK and each.last_day >= monday
            for each in absences
        )
        found.append(
            Week(
                monday=monday,
                user=row.user if row else None,
                is_away=is_away,
                is_chosen=row is not None and row.chosen_by_id is not None,
            )
        )
    return found
