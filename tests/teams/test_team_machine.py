"""Whatever GitHub answers, people do and the clock shows, in whatever order: nobody stays who may not, and nothing of a
report is left to who is gone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as portal
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from portal.github import Unavailable
from portal.viewer import SYSTEM, acting_as
from reports import coordination, departures, sharing
from reports.enums import Role
from reports.guards import Refused
from reports.models import Grant, Report
from teams import confirming, consequences, github_sync, joining
from teams.enums import Outcome
from teams.evidence import Pair
from teams.models import Maintainership, Project, SecurityTeamMembership, SyncRun, User
from tests import factories
from tests.github.memory import InMemory

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POLICY = portal.POLICY.team

people = st.integers(11, 15)
repositories = st.integers(1, 4)
roles = st.sampled_from(["read", "write", "maintain", "admin"])


class LifeOfATeam(RuleBasedStateMachine):
    """`boss` is an administrator, who is of no team and confirms by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = BEGIN
        self.github = InMemory()

    def teardown(self) -> None:
        try:
            self.settle()
            self.nobody_stays_who_may_not()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.boss = factories.UserFactory.create(github_id=1, is_administrator=True)
        for number in range(1, 4):
            self.github.add(number, f"repository{number}", p11="admin", p12="maintain")
        self.github.roles[2][13] = "maintain"
        self.settle()

    # --- what happens on GitHub -----------------------------------------------------------------------------

    @rule(number=repositories, archived=st.booleans())
    def archive(self, number: int, *, archived: bool) -> None:
        if number in self.github.repos:
            self.github.archive(number, archived=archived)

    @rule(number=repositories)
    def transfer_or_add(self, number: int) -> None:
        if self.github.repos.pop(number, None) is None and f"example/repository{number}" not in self.names():
            self.github.add(number, f"repository{number}")

    @rule(number=repositories, name=st.integers(1, 4))
    def rename(self, number: int, name: int) -> None:
        if number in self.github.repos and f"example/repository{name}" not in self.names():
            self.github.rename(number, f"repository{name}")

    @rule(number=repositories, person=people, role=roles)
    def give_role(self, number: int, person: int, role: str) -> None:
        self.github.roles[number][person] = role

    @rule(number=repositories, person=people)
    def take_role(self, number: int, person: int) -> None:
        self.github.roles[number].pop(person, None)

    @rule(number=repositories, person=people, count=st.integers(0, 3))
    def count(self, number: int, person: int, count: int) -> None:
        self.github.counts[number][person] = count

    @rule(person=people)
    def close_account(self, person: int) -> None:
        self.github.gone ^= {person}

    @rule(person=people)
    def leave_the_organisation(self, person: int) -> None:
        self.github.outside ^= {person}

    @rule(days=st.sampled_from([1, 30, 200, 400]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    # --- what happens in the portal -------------------------------------------------------------------------

    @rule(person=people)
    def join(self, person: int) -> None:
        if user := User.objects.filter(github_id=person).first():
            try:
                joining.join(user, version=portal.POLICY.terms.version, now=self.now)
            except joining.NotNow:
                return
            assert self.is_eligible(user)

    @rule(person=people)
    def coordinate(self, person: int) -> None:
        if user := self.member(person):
            report = factories.receipt(self.now).report
            with acting_as(factories.looking(user)):
                coordination.take(report, by=user, now=self.now)

    @rule(person=people, by=people)
    def share(self, person: int, by: int) -> None:
        user, giver = User.objects.filter(github_id=person).first(), self.member(by)
        with acting_as(SYSTEM):
            report = Report.objects.first()
        if user and giver and report and user != giver:
            with acting_as(factories.looking(giver)):
                try:
                    sharing.share(report, to=user, role=Role.REVIEWER, reason="Helps.", by=giver, now=self.now)
                except Refused:
                    return

    @rule(person=people, number=repositories, holds=st.booleans())
    def confirm(self, person: int, number: int, *, holds: bool) -> None:
        user = User.objects.filter(github_id=person).first()
        project = Project.objects.filter(github_id=number).first()
        if user and project:
            if holds:
                confirming.confirm(user, on=project, reason="Knows it.", by=self.boss, now=self.now)
            else:
                confirming.withdraw(user, on=project, reason="", by=self.boss, now=self.now)

    # --- looking ----------------------------------------------------------------------------------------------

    @rule()
    def sync(self) -> None:
        self.tick()
        run = self.look()
        if run.outcome == Outcome.DONE:
            self.nobody_stays_who_may_not()

    @rule(data=st.data(), way=st.sampled_from(["fails", "is empty"]))
    def sync_badly(self, data: st.DataObject, way: str) -> None:
        """One answer, whichever: an empty one counts where there was something."""
        self.tick()
        question = data.draw(st.sampled_from(sorted(set(self.github.asked)) or ["repositories"]))
        before = self.everything()
        with self.trouble(question, way):
            run = self.look()
        if run.outcome != Outcome.DONE:
            assert self.everything() == before
        assert way == "is empty" or run.outcome == Outcome.FAILED or question not in self.asked_now()

    @rule(agree=st.booleans())
    def decide(self, *, agree: bool) -> None:
        if run := SyncRun.objects.waiting().first():
            github_sync.decide(run, agree=agree, by=self.boss, now=self.now)

    # --- what always holds ------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_left_to_who_is_gone(self) -> None:
        current = SecurityTeamMembership.objects.filter(until=None)
        former = User.objects.filter(security_team_memberships__until__lte=self.now).exclude(
            pk__in=current.values("user_id")
        )
        with acting_as(SYSTEM):
            assert not Report.objects.open().filter(coordinator__in=former).exists()
        assert not current.exclude(departure__ended_at=None).exists()

    @invariant()
    def nobody_is_on_the_team_twice(self) -> None:
        members = list(SecurityTeamMembership.objects.filter(until=None).values_list("user_id", flat=True))
        assert len(members) == len(set(members))

    def nobody_stays_who_may_not(self) -> None:
        for membership in SecurityTeamMembership.objects.filter(until=None).select_related("user"):
            assert self.is_eligible(membership.user), membership.user
        for row in Maintainership.objects.filter(until=None).select_related("user", "project"):
            verdicts = consequences.verdicts_on([row.user_id], policy=POLICY, now=self.now)
            assert verdicts[Pair(row.user_id, row.project_id)].is_maintainer
        with acting_as(SYSTEM):
            gone = User.objects.filter(security_team_memberships__until=self.now)
            assert not Grant.objects.filter(user__in=gone, revoked_at=None, granted_at__lt=self.now).exists()

    # --- by hand ----------------------------------------------------------------------------------------------

    def look(self) -> SyncRun:
        run = github_sync.sync(self.github, policy=POLICY, clock=lambda: self.now)
        with acting_as(SYSTEM):
            departures.carry_out_announced(now=self.now)
        return run

    def settle(self) -> None:
        """The next sync that goes through, with somebody who agrees to whatever waits."""
        if not self.github.repos:
            self.github.add(9, "last")
        for _ in range(4):
            self.tick()
            run = self.look()
            if run.outcome == Outcome.DONE:
                return
            SyncRun.objects.filter(pk=run.pk).update(outcome=Outcome.HELD)
            github_sync.decide(run, agree=True, by=self.boss, now=self.now)
        raise AssertionError(run.trouble)

    def tick(self) -> None:
        self.now += timedelta(hours=1)

    @contextmanager
    def trouble(self, question: str, way: str) -> Iterator[None]:
        self.github.asked.clear()
        if way == "fails":
            self.github.trouble = {question: Unavailable("502")}
        else:
            self.github.empty = {question}
        try:
            yield
        finally:
            self.github.trouble, self.github.empty = {}, set()

    def asked_now(self) -> list[str]:
        return self.github.asked

    def names(self) -> set[str]:
        return {each.full_name for each in self.github.repos.values()}

    def member(self, person: int) -> User | None:
        current = SecurityTeamMembership.objects.current(at=self.now).filter(user__github_id=person).first()
        return current.user if current else None

    def is_eligible(self, user: User) -> bool:
        verdicts = consequences.verdicts_on([user.pk], policy=POLICY, now=self.now)
        return any(verdict.is_eligible for verdict in verdicts.values())

    def everything(self) -> list[list[dict[str, object]]]:
        models = (User, Project, Maintainership, SecurityTeamMembership)
        return [[*model._default_manager.order_by("pk").values()] for model in models]  # noqa: SLF001


@pytest.mark.django_db
@pytest.mark.clause("P20", "P25")
def test_no_sequence_leaves_an_ineligible_member_or_access_behind() -> None:
    run_state_machine_as_test(LifeOfATeam, settings=settings(max_examples=20, stateful_step_count=25, deadline=None))
