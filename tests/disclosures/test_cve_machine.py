"""Whatever people and the world do in whatever order, a vulnerability's wish for an ID stays one that makes sense."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from disclosures import cve_acts, cves, late_ids
from disclosures.cve_acts import Act
from disclosures.cve_states import WITH_ID
from disclosures.enums import CveRoute, CveState
from disclosures.models import Advisory, CveRequest
from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind, NoticeKind
from reports.guards import Refused
from reports.models import Notification, ReportEvent
from tests import factories
from tests.disclosures.wishes import NOW, advisory_of

NUMBERS = ("CVE-2026-40001", "CVE-2026-40002", "CVE-2026-40003", "nonsense")


class LifeOfAnId(RuleBasedStateMachine):
    """Two people and two vulnerabilities, whose IDs may be mixed up."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = NOW

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.people = [factories.member(), factories.member()]
        report = factories.receipt(now=NOW - timedelta(days=9)).report
        self.report, self.advisories = report, [advisory_of(report), advisory_of(report)]

    def wish(self, place: int) -> CveRequest:
        return cves.need(Advisory.objects.select_related("report").get(pk=self.advisories[place].pk), now=self.now)

    def trying(self, deed: Callable[[], object]) -> None:
        with suppress(Refused), transaction.atomic():
            deed()

    @rule(
        act=st.sampled_from([act for act in Act if act is not Act.OURS]),
        person=st.integers(0, 1),
        place=st.integers(0, 1),
        number=st.sampled_from(NUMBERS),
        keep=st.sampled_from(["first", "second"]),
    )
    def somebody_does_something(self, *, act: Act, person: int, place: int, number: str, keep: str) -> None:
        said = {"reason": "A reason.", "cve_id": number, "keep": keep, "given_by": "by_hand"}
        user = self.people[person]
        with acting_as(factories.looking(user)):
            advisory = Advisory.objects.select_related("report").get(pk=self.advisories[place].pk)
            self.trying(lambda: cve_acts.do(act, advisory, said, by=user, now=self.now))

    @rule(place=st.integers(0, 1))
    def the_day_asks_github(self, *, place: int) -> None:
        with acting_as(SYSTEM):
            self.trying(lambda: cves.requested(self.wish(place), route=CveRoute.GITHUB, by=None, now=self.now))

    @rule(place=st.integers(0, 1), number=st.sampled_from(NUMBERS[:3]))
    def github_names_an_id(self, *, place: int, number: str) -> None:
        with acting_as(SYSTEM):
            cves.arrived(self.wish(place), number, now=self.now)

    @rule(days=st.integers(1, 40))
    def time_passes(self, *, days: int) -> None:
        self.now += timedelta(days=days)
        with acting_as(SYSTEM):
            late_ids.remind(now=self.now)

    @invariant()
    def it_makes_sense(self) -> None:
        with acting_as(SYSTEM):
            wishes = list(CveRequest.objects.filter(report=self.report))
            told = ReportEvent.objects.filter(report=self.report, kind=EventKind.CVE_CHANGED)
            deeds = list(told.order_by("pk").values_list("details__deed", flat=True))
            reminders = Notification.objects.filter(kind=NoticeKind.CVE_LATE).count()
        live = [wish for wish in wishes if wish.state != CveState.REJECTED]
        numbers = [wish.cve_id for wish in wishes if wish.cve_id]

        assert len({wish.advisory_id for wish in live}) == len(live) <= 2
        assert len(set(numbers)) == len(numbers)
        assert all(wish.cve_id for wish in wishes if wish.state in WITH_ID)
        assert not any(wish.cve_id for wish in wishes if wish.state in {CveState.NEEDED, CveState.REQUESTED})
        assert all(
            {wish.proposed_by_id, wish.agreed_by_id} == {user.pk for user in self.people}
            for wish in wishes
            if wish.state == CveState.NOT_NEEDED
        )
        assert deeds.count("agree") <= deeds.count("propose")
        assert reminders <= 2 * 3 * deeds.count("request")


@pytest.mark.django_db
@pytest.mark.clause("P15")
def test_a_wish_stays_one_that_makes_sense_whatever_happens() -> None:
    run_state_machine_as_test(LifeOfAnId, settings=settings(max_examples=20, stateful_step_count=15, deadline=None))
