"""Whom to tell what. Rows only: `reports.tasks.deliver` sends them, and asks again then who may still know (EML-01).

A notice is about one fact, named by `fact`. The same fact is told to the same person once, however often it is written.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.conf import settings
from django.db.models import QuerySet

from portal.policy import Clause, enforces
from portal.queue import enqueue
from reports.enums import NoticeKind, NoticeState, Task
from reports.models import Grant, Notification, Recusal, Report, Reporter
from teams import rota
from teams.models import SecurityTeamMembership, User


def team_of(report: Report) -> QuerySet[User]:
    """The members of the security team who may know of `report`: not recused, and by a grant if it is restricted."""
    members = SecurityTeamMembership.objects.current()
    recused = Recusal.objects_unrestricted.filter(report=report, lifted_at=None)
    team = User.objects.filter(is_active=True, pk__in=members.values("user_id")).exclude(
        pk__in=recused.values("user_id")
    )
    if report.restricted_at is None:
        return team
    granted = Grant.objects_unrestricted.in_force().filter(report=report, user__isnull=False)
    return team.filter(pk__in=granted.values("user_id"))


def teams_of(reports: Sequence[Report]) -> dict[int, list[User]]:
    """`team_of` for many reports in three queries, by the report's id."""
    members = SecurityTeamMembership.objects.current()
    team = list(User.objects.filter(is_active=True, pk__in=members.values("user_id")))
    walls = set(
        Recusal.objects_unrestricted.filter(report__in=reports, lifted_at=None).values_list("report_id", "user_id")
    )
    restricted = [report for report in reports if report.restricted_at is not None]
    granted = set(
        Grant.objects_unrestricted.in_force().filter(report__in=restricted).values_list("report_id", "user_id")
    )
    open_to_all = {report.pk for report in reports} - {report.pk for report in restricted}
    return {
        report.pk: [
            user
            for user in team
            if (report.pk, user.pk) not in walls and (report.pk in open_to_all or (report.pk, user.pk) in granted)
        ]
        for report in reports
    }


@enforces(Clause.P21)
def tell_team(report: Report, kind: NoticeKind, *, fact: str, now: datetime, but: User | None = None) -> None:
    """Tell every member who may know, except the one who did it."""
    tell_users(report, kind, (user for user in team_of(report) if user != but), fact=fact, now=now)


@enforces(Clause.P21)
def tell_of_arrival(report: Report, reporter: Reporter, *, now: datetime) -> None:
    """Tell every member who may know, and the reporter if they left an address.

    Whoever is on duty is told that it is theirs to take first; the others hear of it as ever (P21).
    """
    fact, duty = f"report:{report.pk}", rota.on_duty(now=now)
    team = list(team_of(report))
    told = of_users(report, NoticeKind.NEW_REPORT, (user for user in team if user != duty), fact=fact, now=now)
    told += of_users(report, NoticeKind.ON_DUTY, (user for user in team if user == duty), fact=fact, now=now)
    if reporter.email_index:
        told.append(of_reporter(reporter, NoticeKind.RECEIPT, fact=fact, now=now))
    write(told)


def tell_coordinator(report: Report, kind: NoticeKind, *, fact: str, now: datetime, but: User | None = None) -> None:
    """Tell the coordinator; everybody while there is none, or none who may know."""
    if report.coordinator is None or not team_of(report).filter(pk=report.coordinator.pk).exists():
        tell_team(report, kind, fact=fact, now=now, but=but)
    elif report.coordinator != but:
        tell_users(report, kind, [report.coordinator], fact=fact, now=now)


def tell_users(report: Report, kind: NoticeKind, users: Iterable[User], *, fact: str, now: datetime) -> None:
    write(of_users(report, kind, users, fact=fact, now=now))


def of_users(
    report: Report, kind: NoticeKind, users: Iterable[User], *, fact: str, now: datetime
) -> list[Notification]:
    return [
        Notification(
            report=report, kind=kind, user=user, dedupe_key=f"{kind}:{fact}:user:{user.pk}", next_attempt_at=now
        )
        for user in users
    ]


def tell_reporters(report: Report, kind: NoticeKind, *, fact: str, now: datetime, but: Reporter | None = None) -> None:
    """Tell everybody on the reporter's side who left an address and still has access."""
    reachable = Reporter.objects.filter(report=report, grant__revoked_at=None).exclude(email_index="")
    write([of_reporter(reporter, kind, fact=fact, now=now) for reporter in reachable if reporter != but])


def tell_reporter(reporter: Reporter, kind: NoticeKind, *, fact: str, now: datetime) -> None:
    if reporter.email_index:
        write([of_reporter(reporter, kind, fact=fact, now=now)])


def of_reporter(reporter: Reporter, kind: NoticeKind, *, fact: str, now: datetime) -> Notification:
    return Notification(
        report_id=reporter.report_id,
        kind=kind,
        reporter=reporter,
        dedupe_key=f"{kind}:{fact}:reporter:{reporter.pk}",
        next_attempt_at=now,
    )


def of_the_team(kind: NoticeKind, users: Iterable[User], *, fact: str, now: datetime) -> list[Notification]:
    """About the team and no report."""
    return [
        Notification(kind=kind, user=user, dedupe_key=f"{kind}:{fact}:user:{user.pk}", next_attempt_at=now)
        for user in users
    ]


def of_escalation(report: Report, kind: NoticeKind, *, fact: str, now: datetime) -> Notification:
    """To somebody outside the queue: everybody in it may be on holiday."""
    return Notification(
        report=report,
        kind=kind,
        address=settings.POLICY.organisation.escalation_address,
        dedupe_key=f"{kind}:{fact}:escalation",
        next_attempt_at=now,
    )


def ahead(report: Report, addresses: Iterable[str], *, fact: str, now: datetime) -> list[Notification]:
    """To those whom the settings name, who plan for many others."""
    kind = NoticeKind.HEADS_UP
    return [
        Notification(
            report=report,
            kind=kind,
            address=address,
            dedupe_key=f"{kind}:{fact}:{place}",
            created_at=now,
            next_attempt_at=now,
        )
        for place, address in enumerate(addresses)
    ]


def of_anchor(address: str, *, day: date, now: datetime) -> Notification:
    """To whoever keeps the proof outside: about no report, once a day."""
    kind = NoticeKind.ANCHOR
    return Notification(kind=kind, address=address, dedupe_key=f"{kind}:{day}", created_at=now, next_attempt_at=now)


def write_once(notice: Notification) -> None:
    """`write` for what is asked for each minute: as a rule it is there and long since sent."""
    if not Notification.objects.filter(dedupe_key=notice.dedupe_key).exists():
        write([notice])


def write(notifications: Sequence[Notification]) -> None:
    """Write rows that are not there yet and ring the worker for those that wait."""
    if not notifications:
        return
    Notification.objects.bulk_create(notifications, ignore_conflicts=True)
    waiting = Notification.objects.filter(
        dedupe_key__in=[row.dedupe_key for row in notifications], state=NoticeState.PENDING
    )
    enqueue(Task.DELIVER, *waiting.values_list("pk", flat=True))
