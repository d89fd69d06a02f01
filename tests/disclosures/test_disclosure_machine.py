"""Whatever people do, in whatever order: nothing goes out unapproved, unreleased, on another day or with a name that
nobody agreed to, unless somebody said so before and it stands on record.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar, Final

import pytest
import time_machine
from django.conf import settings as portal
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from disclosures import approving, credit_answers, credit_rewriting, drafting, snapshot
from disclosures.conductor import rewriting
from disclosures.credit_answers import Said
from disclosures.credit_text import Naming
from disclosures.credits import prepare
from disclosures.draft import from_json
from disclosures.enums import CreditAnswerKind, CveState, ExceptionKind, ReleaseState, RepositoryAdvisoryState
from disclosures.models import (
    Advisory,
    Approval,
    Credit,
    CveRequest,
    PublishedAdvisory,
    Release,
    RepositoryAdvisory,
    Revision,
    RuleException,
)
from portal.github.sandbox import by_hand
from portal.sandbox_models import SandboxAdvisory, SandboxFault, SandboxVerb
from portal.viewer import SYSTEM, acting_as
from reports import lifecycle
from reports.enums import EventKind, State
from reports.guards import Decision, Refused
from reports.lifecycle import Move
from reports.models import Report, ReportEvent
from teams.models import User
from tests import factories
from tests.disclosures.conductor import stage
from tests.disclosures.conductor.stage import NAMES

PUBLIC: Final = (RepositoryAdvisoryState.PUBLISHED, RepositoryAdvisoryState.WITHDRAWN)
names = st.sampled_from(NAMES)


class DayOfARelease(RuleBasedStateMachine):
    reached: ClassVar[set[str]] = set()
    """How far the examples got: what is never published proves nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        stage.use_sandbox(self.patch)
        self.atomic = transaction.atomic()
        self.atomic._from_testcase = True  # type: ignore[attr-defined] # noqa: SLF001 - it stands for the test's own
        self.atomic.__enter__()
        self.travel = time_machine.travel(stage.NOON, tick=False)
        self.clock = self.travel.start()

    def teardown(self) -> None:
        with acting_as(SYSTEM):
            self.reached.add(Report.objects.get(pk=self.day.report.pk).state)
        self.travel.stop()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        self.patch.undo()

    @initialize(is_over=st.booleans())
    def a_fix_is_ready(self, *, is_over: bool) -> None:
        """Some begin with the day, and some when everything is published already."""
        self.day = stage.build(self.clock)
        self.author, self.other = factories.member(), factories.member()
        self.answered: str | None = None
        with acting_as(SYSTEM):
            prepare(self.day.report, now=self.day.now)
        self.day.start()
        if is_over:
            self.day.release_all()
            self.day.conduct()

    # --- What people do ---------------------------------------------------------------------------------------

    @rule(words=st.sampled_from(["It is worse.", "It is not so bad."]))
    def somebody_writes(self, *, words: str) -> None:
        def write() -> None:
            advisory = Advisory.objects.select_related("report").get(pk=self.day.advisory.pk)
            newest = approving.newest_revision(advisory)
            draft = replace(from_json(newest.content), overview=words)
            drafting.write(advisory, draft, by=self.author, base_revision=newest.number, now=self.day.now)

        self.try_to(write, self.author)

    @rule(by_author=st.booleans())
    def somebody_approves(self, *, by_author: bool) -> None:
        person = self.author if by_author else self.other

        def approve() -> None:
            advisory = Advisory.objects.select_related("report").get(pk=self.day.advisory.pk)
            approving.approve(advisory, approving.newest_revision(advisory).number, by=person, now=self.day.now)

        self.try_to(approve, person)

    @rule()
    def somebody_sets_the_day_going(self) -> None:
        self.try_to(self.day.start, self.day.person)

    @rule()
    def the_worker_works(self) -> None:
        self.day.conduct()

    @rule()
    def the_portal_looks(self) -> None:
        self.day.look()
        with acting_as(SYSTEM):
            credit_rewriting.sweep(now=self.day.now)
            rewriting.sweep(now=self.day.now)

    @rule(name=names, prerelease=st.booleans())
    def a_release_comes_out(self, *, name: str, prerelease: bool) -> None:
        if not self.day.repository(name).releases.exists():
            self.day.release(name, prerelease=prerelease)

    @rule(name=names)
    def a_release_is_taken_away(self, *, name: str) -> None:
        self.day.repository(name).releases.all().delete()

    @rule(name=names)
    def somebody_publishes_by_hand(self, *, name: str) -> None:
        for advisory in SandboxAdvisory.objects.filter(repository=self.day.repository(name), state="draft"):
            by_hand.publish(advisory, now=self.day.now)

    @rule(name=names)
    def github_breaks_over_night(self, *, name: str) -> None:
        """What was to be published today comes only the next day."""
        where = self.day.repository(name)
        SandboxFault.objects.get_or_create(
            repository=where, verb=SandboxVerb.PUBLISH_ADVISORY, defaults={"how": SandboxFault.How.BROKEN, "times": 1}
        )
        self.day.conduct()
        self.day.later(hours=20)
        self.day.conduct()

    @rule(hours=st.sampled_from([1, 5, 14, 30]))
    def time_passes(self, *, hours: int) -> None:
        self.day.later(hours=hours)

    @rule()
    def somebody_excepts_the_day(self) -> None:
        self.except_from(ExceptionKind.ANOTHER_DAY, agreed_by=None)

    @rule(agreed=st.booleans())
    def somebody_wants_it_early(self, *, agreed: bool) -> None:
        self.except_from(ExceptionKind.EARLY, agreed_by=self.other if agreed else None)

    @rule(kind=st.sampled_from([CreditAnswerKind.NAMED, CreditAnswerKind.ANONYMOUS]))
    def the_reporter_answers(self, *, kind: CreditAnswerKind) -> None:
        said = Said(kind=kind, naming=Naming(name="Robin Reporter"))
        with acting_as(SYSTEM):
            credit_answers.answer(
                self.credit(), said, agreed=said.text, by=self.day.report.reporters.get(), now=self.day.now
            )

    @rule(name=names)
    def an_id_comes(self, *, name: str) -> None:
        for advisory in SandboxAdvisory.objects.filter(repository=self.day.repository(name), cve_id=""):
            by_hand.give_cve(advisory, cve_id="CVE-2026-31337", now=self.day.now)

    @rule()
    def somebody_closes_it(self) -> None:
        def close() -> None:
            lifecycle.move(self.day.fresh(), Move.CLOSE, by=self.day.person, decision=Decision(), now=self.day.now)

        self.try_to(close, self.day.person)

    def try_to(self, verb: Callable[[], None], person: User) -> None:
        """Refused or not: what must hold afterwards is the same."""
        try:
            with transaction.atomic(), acting_as(factories.looking(person)):
                verb()
        except Refused:
            pass

    def except_from(self, kind: ExceptionKind, *, agreed_by: User | None) -> None:
        with acting_as(SYSTEM):
            RuleException.objects.get_or_create(
                report=self.day.report,
                kind=kind,
                dropped_at=None,
                defaults={
                    "reason": "It is public elsewhere.",
                    "proposed_by": self.author,
                    "proposed_at": self.day.now,
                    "agreed_by": agreed_by,
                    "agreed_at": self.day.now if agreed_by else None,
                },
            )

    def credit(self) -> Credit:
        return Credit.objects.select_related("report").get(reporter__report=self.day.report)

    # --- What must hold -----------------------------------------------------------------------------------------

    @invariant()
    def what_the_world_reads_was_approved_by_somebody_who_did_not_write_it(self) -> None:
        with acting_as(SYSTEM):
            for published in PublishedAdvisory.objects.all():
                told = snapshot.from_json(published.snapshot)
                public = Revision.objects.select_related("report").filter(published_at__isnull=False)
                approved = [
                    revision
                    for revision in public
                    if from_json(revision.content).overview == told.overview
                    and Approval.objects.filter(revision=revision).exclude(approved_by=revision.written_by).exists()
                ]
                assert approved

    @invariant()
    def nobody_is_named_who_does_not_want_it_once_the_portal_has_looked(self) -> None:
        with acting_as(SYSTEM):
            credit_rewriting.sweep(now=self.day.now)
            wanted = {self.credit().text} - {""}
            for published in PublishedAdvisory.objects.all():
                assert {one.text for one in snapshot.from_json(published.snapshot).credits} <= wanted

    @invariant()
    def what_we_published_on_github_came_after_its_release_on_its_day_or_somebody_said_otherwise(self) -> None:
        with acting_as(SYSTEM):
            day_of = portal.POLICY.calendar.day_of
            events = ReportEvent.objects.filter(report=self.day.report)
            missed = events.filter(kind=EventKind.SAME_DAY_MISSED).exists()
            excepted = set(RuleException.objects.filter(report=self.day.report).values_list("kind", "agreed_by"))
            early = any(kind == ExceptionKind.EARLY and agreed for kind, agreed in excepted)
            another_day = any(kind == ExceptionKind.ANOTHER_DAY for kind, _ in excepted)
            for row in RepositoryAdvisory.objects.filter(report=self.day.report, state__in=PUBLIC):
                release = Release.objects.filter(report=self.day.report, project=row.project_id).first()
                at = release.published_at if release else None
                same_day = at is not None and row.published_at is not None and day_of(at) == day_of(row.published_at)
                after = at is not None and row.published_at is not None and at <= row.published_at
                assert (same_day and after) or (missed and (row.was_by_hand or early or another_day))

    @invariant()
    def no_report_is_closed_that_owes_something(self) -> None:
        with acting_as(SYSTEM):
            report = Report.objects.get(pk=self.day.report.pk)
            if report.state != State.CLOSED:
                return
            assert CveRequest.objects.filter(report=report, spread_at__isnull=False).exists() or (
                CveRequest.objects.filter(report=report, state=CveState.NOT_NEEDED).exists()
            )
            assert not Release.objects.filter(report=report, state=ReleaseState.PUBLISHED, linked_at=None).exists()
            assert not Credit.objects.filter(report=report, answer="").exists()

    @invariant()
    def disclosed_means_published_everywhere(self) -> None:
        with acting_as(SYSTEM):
            report = Report.objects.get(pk=self.day.report.pk)
            if report.state not in {State.DISCLOSED, State.CLOSED}:
                return
            rows = RepositoryAdvisory.objects.filter(report=report)
            assert {row.state in PUBLIC for row in rows} == {True}
            assert PublishedAdvisory.objects.exists()


@pytest.mark.django_db
@pytest.mark.clause("P12", "P16", "P17", "P29", "P31", "P32")
def test_no_way_leads_around_approval_consent_the_release_and_its_day() -> None:
    examples = settings(max_examples=10, stateful_step_count=14, deadline=None)

    run_state_machine_as_test(DayOfARelease, settings=examples)

    assert State.DISCLOSED in DayOfARelease.reached
