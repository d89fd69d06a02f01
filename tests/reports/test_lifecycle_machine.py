"""Whatever a team, a reporter and the clock do in whatever order, a report stays one that makes sense."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Min
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from disclosures.models import AffectedProduct, Approval
from portal.viewer import SYSTEM, acting_as
from reports import checklist, clocks, conversation, coordination, lifecycle, patch_team
from reports.checklist import Plan
from reports.enums import (
    PATCH_ROLES,
    REQUIRED_WORK,
    Answer,
    Audience,
    ClockKind,
    DeclineReason,
    EventKind,
    NoticeKind,
    Role,
    State,
    Work,
)
from reports.guards import Decision, Refused
from reports.lifecycle import Move
from reports.models import (
    ChecklistItem,
    Clock,
    Grant,
    Invitation,
    Message,
    Notification,
    ProjectFix,
    Report,
    Reporter,
    ReportEvent,
)
from teams.models import Maintainership, Project, User
from tests import factories
from tests.disclosures.factories import approved_advisory

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

LEADS_TO = {
    (State.RECEIVED, Move.ACKNOWLEDGE): State.TRIAGE,
    (State.TRIAGE, Move.IDENTIFY): State.IDENTIFIED,
    (State.IDENTIFIED, Move.ASSEMBLE): State.FIXING,
    (State.FIXING, Move.MARK_READY): State.READY,
    (State.RECEIVED, Move.DECLINE): State.CLOSED,
    (State.TRIAGE, Move.DECLINE): State.CLOSED,
    (State.CLOSED, Move.REOPEN): State.TRIAGE,
}
"""The policy's lifecycle, written down a second time."""

TOLD_BY = {
    Move.ACKNOWLEDGE: EventKind.ACKNOWLEDGED,
    Move.IDENTIFY: EventKind.IDENTIFIED,
    Move.ASSEMBLE: EventKind.ASSEMBLED,
    Move.MARK_READY: EventKind.MADE_READY,
    Move.DECLINE: EventKind.DECLINED,
    Move.REOPEN: EventKind.REOPENED,
}
MOVED_ON = frozenset(TOLD_BY.values())
AMONG_THE_TEAM = {Move.ASSEMBLE, Move.MARK_READY}
"""Moves that are no news of their own to the reporter."""

words = st.sampled_from(["Some words.", "Some words.", "", "  \n"])
decisions = st.builds(
    Decision,
    message=words,
    waiver=words,
    explanation=words,
    reason=st.none() | st.sampled_from(DeclineReason),
    take_coordination=st.booleans(),
)
vectors = st.sampled_from(
    ["", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N", "CVSS:4.0/AV:N", "9.8"]
)  # two of them are right


def shown_by(report: Report) -> dict[str, object]:
    """All that it says of itself, what is sealed opened."""
    return {field.attname: getattr(report, field.attname) for field in Report._meta.concrete_fields}  # noqa: SLF001 - Django's documented model API


class LifeOfAReport(RuleBasedStateMachine):
    """`told` counts the moves whose reporters are told, by what was decided and not by what the portal did."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = BEGIN
        self.moves: list[Move] = []
        self.told = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(quarantined=st.booleans())
    def arrive(self, *, quarantined: bool) -> None:
        self.team = [factories.member(), factories.member()]
        self.projects: list[Project] = factories.ProjectFactory.create_batch(2)
        self.helper = factories.maintainer(project=self.projects[0])
        Maintainership.objects.create(
            user=self.helper, project=self.projects[1], since=factories.LONG_AGO, reason="Maintains it."
        )
        receipt = factories.receipt(BEGIN, quarantined=quarantined)
        self.pk, self.reporter = receipt.report.pk, receipt.reporter
        self.other = factories.receipt(BEGIN).report
        with acting_as(SYSTEM):
            grant = Grant.objects.create(
                report_id=self.pk, role=Role.CO_REPORTER, reason="Found it too.", granted_at=BEGIN, sees_from=BEGIN
            )
            Reporter.objects.create(
                report_id=self.pk, grant=grant, invited_by=self.reporter, email="second@example.net"
            )

    def by(self, number: int, verb: Callable[[Report, User], object]) -> bool:
        """Let a member do something; a refusal must have changed nothing."""
        user = self.team[number]
        before = self.everything()
        with acting_as(factories.looking(user)):
            report = Report.objects.get(pk=self.pk)
            try:
                verb(report, user)
            except Refused:
                assert shown_by(report) == shown_by(Report.objects.get(pk=self.pk))
                refused = True
            else:
                refused = False
        if refused:
            assert self.everything() == before
        return not refused

    def everything(self) -> list[object]:
        with acting_as(SYSTEM):
            return [
                Report.objects.filter(pk=self.pk).values().get(),
                *(
                    list(model.objects.filter(report_id=self.pk).order_by("pk").values())
                    for model in (
                        Clock,
                        ReportEvent,
                        Message,
                        Notification,
                        Grant,
                        Invitation,
                        ProjectFix,
                        ChecklistItem,
                    )
                ),
            ]

    @rule(hours=st.integers(min_value=1, max_value=24 * 9), swept=st.booleans())
    def time_passes(self, *, hours: int, swept: bool) -> None:
        self.now += timedelta(hours=hours)
        if swept:
            with acting_as(SYSTEM):
                clocks.sweep(now=self.now)

    @rule(number=st.integers(0, 1), step=st.sampled_from(Move), decision=decisions, names_other=st.booleans())
    def somebody_moves(self, *, number: int, step: Move, decision: Decision, names_other: bool) -> None:
        with acting_as(SYSTEM):
            state = State(Report.objects.get(pk=self.pk).state)
            written = Message.objects.filter(report_id=self.pk).count()
        if names_other:
            decision = Decision(
                **{name: getattr(decision, name) for name in Decision.__slots__} | {"duplicate_of": self.other}
            )

        moved = self.by(
            number, lambda report, user: lifecycle.move(report, step, by=user, decision=decision, now=self.now)
        )

        if not moved:
            return
        with acting_as(SYSTEM):
            report = Report.objects.get(pk=self.pk)
            new = list(Message.objects.filter(report_id=self.pk).order_by("pk"))[written:]
        assert report.state == LEADS_TO[state, step]
        to_reporter = [message for message in new if message.audience == Audience.REPORTER]
        notes = [message for message in new if message.audience == Audience.TEAM]
        is_spam = step is Move.DECLINE and decision.reason == DeclineReason.SPAM
        silent = step in AMONG_THE_TEAM
        assert silent or to_reporter or is_spam or step is Move.REOPEN or (step is Move.IDENTIFY and notes)
        if step is Move.ASSEMBLE:
            self.the_team_covers_what_is_affected()
        if step is Move.MARK_READY:
            self.the_work_is_done()
        self.moves.append(step)
        self.told += not (silent or is_spam or (decision.waiver.strip() and not to_reporter))

    def the_team_covers_what_is_affected(self) -> None:
        """Asked of the rows, and in other words than the guards'."""
        with acting_as(SYSTEM):
            grants = Grant.objects.filter(report_id=self.pk, role__in=PATCH_ROLES, revoked_at=None)
            people = set(grants.values_list("user", flat=True))
            roles = set(grants.values_list("role", flat=True))
            affected = set(Report.objects.get(pk=self.pk).projects.all())
        assert Role.LEAD in roles
        assert all(project.maintainerships.filter(user__in=people).exists() for project in affected)

    def the_work_is_done(self) -> None:
        with acting_as(SYSTEM):
            report = Report.objects.get(pk=self.pk)
            for project in report.projects.all():
                assert ProjectFix.objects.exclude(fixed_version="").filter(report=report, project=project).exists()
                done = ChecklistItem.objects.filter(report=report, project=project, done_at__isnull=False)
                assert {"patch", "tests", "release_notes", "advisory"} <= set(done.values_list("work", flat=True))
                told = AffectedProduct.objects.filter(report=report, project=project).values("advisory_id")
                assert Approval.objects.filter(revision__advisory__in=told, withdrawn_at=None).exists()
        assert report.release_planned_on is not None

    @rule(number=st.integers(0, 1), choice=st.integers(0, 1))
    def somebody_moves_with_care(self, *, number: int, choice: int) -> None:
        """A step that leads on, with everything said: chance alone would seldom get past the guards."""
        with acting_as(SYSTEM):
            state = Report.objects.get(pk=self.pk).state
        steps = [step for source, step in LEADS_TO if source == state]
        if not steps:
            return
        step = steps[choice % len(steps)]
        reason = DeclineReason.INTENDED if step is Move.DECLINE else None
        said = Decision(message="Words.", explanation="Words.", reason=reason, take_coordination=True)
        self.somebody_moves(number=number, step=step, decision=said, names_other=False)

    @rule(number=st.integers(0, 1), vector=vectors)
    def somebody_assesses(self, *, number: int, vector: str) -> None:
        self.by(
            number,
            lambda report, user: coordination.assess(
                report, vectors=[vector], cwe_ids=["CWE-22"], by=user, now=self.now
            ),
        )

    @rule(number=st.integers(0, 1), count=st.integers(0, 2))
    def somebody_names_projects(self, *, number: int, count: int) -> None:
        self.by(
            number,
            lambda report, user: coordination.set_projects(report, self.projects[:count], by=user, now=self.now),
        )

    @rule(number=st.integers(0, 1))
    def somebody_looks_into_it(self, *, number: int) -> None:
        """All that is needed before the vulnerability can be confirmed."""
        self.somebody_takes_it(number=number)
        self.somebody_names_projects(number=number, count=1)
        self.somebody_assesses(number=number, vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N")

    @rule(number=st.integers(0, 1), who=st.integers(0, 2), role=st.sampled_from([Role.LEAD, Role.RELEASER]))
    def somebody_asks(self, *, number: int, who: int, role: Role) -> None:
        """The helper maintains both projects; the members neither."""
        asked = [*self.team, self.helper][who]
        self.by(
            number,
            lambda report, user: patch_team.ask(
                report, who=asked, role=role, reason="Knows it.", by=user, now=self.now
            ),
        )

    @rule(number=st.integers(0, 1))
    def somebody_puts_a_team_together(self, *, number: int) -> None:
        """All that is needed before the fix can begin."""
        self.somebody_asks(number=number, who=2, role=Role.LEAD)
        self.whoever_is_asked_answers(agrees=True)

    @rule(number=st.integers(0, 1), count=st.integers(1, 2), required=st.sampled_from([REQUIRED_WORK, (Work.PATCH,)]))
    def somebody_works(self, *, number: int, count: int, required: tuple[Work, ...]) -> None:
        """All that is needed before the fix is ready, or less."""
        day = self.now.date() + timedelta(days=10)

        def work(report: Report, user: User) -> None:
            for project in self.projects[:count]:
                checklist.plan(report, project, meant=Plan(fixed_version="1.2.3"), by=user, now=self.now)
                for part in required:
                    checklist.tick(report, project, part, done=True, by=user, now=self.now)

        self.by(number, lambda report, user: checklist.plan_day(report, day, by=user, now=self.now))
        with acting_as(SYSTEM):
            named = Report.objects.get(pk=self.pk).projects.count()
        if named >= count:
            self.by(number, work)

    @rule()
    def somebody_writes_an_advisory_and_another_approves_it(self) -> None:
        with acting_as(SYSTEM):
            report = Report.objects.get(pk=self.pk)
            is_wanted = report.state == State.FIXING and not report.advisories.exists() and report.projects.exists()
        if is_wanted:
            approved_advisory(report, by=self.team[0], approved_by=self.team[1], now=self.now)

    @rule(agrees=st.booleans())
    def whoever_is_asked_answers(self, *, agrees: bool) -> None:
        with acting_as(factories.looking(self.helper, is_member=False)):
            invitation = Invitation.objects.filter(user=self.helper, answer=Answer.PENDING).first()
            if invitation is None:
                return
            before = Report.objects.filter(pk=self.pk).exists()
            verb = patch_team.accept if agrees else patch_team.decline
            try:
                verb(invitation, by=self.helper, now=self.now)
            except Refused:
                agrees = False
            assert Report.objects.filter(pk=self.pk).exists() == (before or agrees)

    @rule(number=st.integers(0, 2))
    def somebody_leaves_the_patch_team(self, *, number: int) -> None:
        user = [*self.team, self.helper][number]
        with acting_as(factories.looking(user, is_member=number < len(self.team))):
            report = Report.objects.filter(pk=self.pk).first()
            if report is None:
                return
            try:
                patch_team.leave(report, by=user, now=self.now)
            except Refused:
                return
            assert Report.objects.filter(pk=self.pk).exists() == (number < len(self.team))

    @rule(number=st.integers(0, 1))
    def somebody_takes_it(self, *, number: int) -> None:
        self.by(number, lambda report, user: coordination.take(report, by=user, now=self.now))

    @rule(number=st.integers(0, 1), to=st.integers(0, 1))
    def somebody_hands_it_over(self, *, number: int, to: int) -> None:
        self.by(number, lambda report, user: coordination.hand_over(report, to=self.team[to], by=user, now=self.now))

    @rule(number=st.integers(0, 1), begins=st.booleans())
    def somebody_waits(self, *, number: int, begins: bool) -> None:
        verb = coordination.wait_for_reporter if begins else coordination.stop_waiting
        self.by(number, lambda report, user: verb(report, by=user, now=self.now))

    @rule(number=st.integers(0, 1), to_reporter=st.booleans())
    def somebody_writes(self, *, number: int, to_reporter: bool) -> None:
        say = conversation.answer if to_reporter else conversation.note
        self.by(number, lambda report, user: say(report, "Words.", by=user, now=self.now))

    @rule(number=st.integers(0, 1))
    def somebody_lets_it_in(self, *, number: int) -> None:
        self.by(number, lambda report, user: coordination.lift_quarantine(report, by=user, now=self.now))

    @rule()
    def the_reporter_writes(self) -> None:
        conversation.hear(self.reporter, "More.", now=self.now)

    @invariant()
    def it_makes_sense(self) -> None:
        with acting_as(SYSTEM):
            report = Report.objects.get(pk=self.pk)
            running = Clock.objects.filter(report=report, stopped_at=None)
            told = list(
                ReportEvent.objects.filter(report=report, kind__in=MOVED_ON)
                .order_by("pk")
                .values_list("kind", flat=True)
            )
            acknowledging = running.filter(kind=ClockKind.ACKNOWLEDGE).count()
            notices = Notification.objects.filter(report=report, kind=NoticeKind.MOVED)
            state = State.RECEIVED
            for step in self.moves:
                state = LEADS_TO[state, step]

            assert report.state == state
            assert (report.closed_at is not None) == (report.state == State.CLOSED)
            assert acknowledging == (report.state == State.RECEIVED)
            assert not (report.is_closed and running.exists())
            assert report.next_due_at == running.aggregate(nearest=Min("due_at"))["nearest"]
            assert report.is_closed or running.exists()
            assert told == [TOLD_BY[step] for step in self.moves]
            assert notices.count() == 2 * self.told
            assert not (report.is_closed and report.waiting_since)
            assert (report.next_reminder_at is None) or report.waiting_since


@pytest.mark.django_db
@pytest.mark.clause("P2", "P7", "P10")
def test_a_report_stays_one_that_makes_sense_whatever_happens() -> None:
    run_state_machine_as_test(LifeOfAReport, settings=settings(max_examples=20, stateful_step_count=15, deadline=None))
