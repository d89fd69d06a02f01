"""What is owed after a fix stands on one page until it is done, for whoever may know of it (P13, P16)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from disclosures import cursors, obligations
from disclosures.enums import AdvisoryState, CreditKind, ExceptionKind, ReleaseState, RepositoryAdvisoryState
from disclosures.models import Credit, CveRequest, Release, RepositoryAdvisory, RuleException
from disclosures.obligations import PAGE, Kind
from portal.viewer import SYSTEM, acting_as
from reports.enums import State
from reports.models import AffectedProject, Recusal, Report
from teams.models import User
from tests import factories
from tests.disclosures.wishes import NOW, advisory_of, assigned_wish, requested_wish, wish_of
from tests.people import browser_of
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


def a_report(state: State = State.RELEASED) -> Report:
    report = factories.receipt(now=NOW - timedelta(days=30)).report
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(state=state, state_since=NOW - timedelta(days=3))
        report.refresh_from_db()
    return report


def released(report: Report, *, days_ago: int = 3, **fields: object) -> Release:
    with acting_as(SYSTEM):
        return Release.objects.create(
            report=report,
            project=factories.ProjectFactory.create(),
            state=ReleaseState.PUBLISHED,
            github_id=1,
            published_at=NOW - timedelta(days=days_ago),
            **fields,
        )


def undisclosed() -> Report:
    return a_report()


def day_passed() -> Report:
    report = a_report(State.READY)
    with acting_as(SYSTEM):
        Release.objects.create(
            report=report, project=factories.ProjectFactory.create(), planned_on=NOW.date() - timedelta(days=2)
        )
    return report


def cve_asked() -> Report:
    return requested_wish(a_report(State.DISCLOSED), is_published=True).report


def cve_needed() -> Report:
    return wish_of(a_report(State.DISCLOSED), is_published=True).report


def cve_spread() -> Report:
    with acting_as(SYSTEM):
        number = 40001 + CveRequest.objects.count()
    return assigned_wish(f"CVE-2026-{number}", report=a_report(State.DISCLOSED), is_published=True).report


def cve_reject() -> Report:
    report = cve_spread()
    with acting_as(SYSTEM):
        report.advisories.update(state=AdvisoryState.WITHDRAWN, withdrawn_at=NOW)
    return report


def notes() -> Report:
    report = a_report(State.DISCLOSED)
    release = released(report)
    with acting_as(SYSTEM):
        RepositoryAdvisory.objects.create(
            report=report,
            advisory=advisory_of(report, is_published=True),
            project=release.project,
            state=RepositoryAdvisoryState.PUBLISHED,
            ghsa_id=f"GHSA-{report.pk:04}-aaaa-aaaa",
            published_at=NOW,
        )
    return report


def credit() -> Report:
    report = a_report(State.DISCLOSED)
    with acting_as(SYSTEM):
        Credit.objects.create(report=report, kind=CreditKind.FINDER, known_as="Finder", asked_at=NOW)
    return report


def unfixed() -> Report:
    report, project = a_report(State.DISCLOSED), factories.ProjectFactory.create()
    with acting_as(SYSTEM):
        report.affected_projects.create(project=project)
        RuleException.objects.create(
            report=report,
            kind=ExceptionKind.EARLY,
            reason="It is exploited.",
            mitigation="Switch it off.",
            proposed_by=factories.member(),
            agreed_by=factories.member(),
            agreed_at=NOW,
        )
    return report


OWED: dict[Kind, Callable[[], Report]] = {
    Kind.UNDISCLOSED: undisclosed,
    Kind.DAY_PASSED: day_passed,
    Kind.CVE_ASKED: cve_asked,
    Kind.CVE_NEEDED: cve_needed,
    Kind.CVE_SPREAD: cve_spread,
    Kind.CVE_REJECT: cve_reject,
    Kind.NOTES: notes,
    Kind.CREDIT: credit,
    Kind.UNFIXED: unfixed,
}


def listed(user: User, *, is_member: bool = True, now: datetime = NOW) -> list[tuple[Kind, str]]:
    with acting_as(factories.looking(user, is_member=is_member)):
        return [(row.kind, row.reference) for row in obligations.page(now=now, cursor=None).rows]


@pytest.mark.parametrize("kind", Kind, ids=str)
@pytest.mark.clause("P13", "P16")
def test_each_kind_of_obligation_is_listed_until_it_is_met(member: User, kind: Kind) -> None:
    report = OWED[kind]()

    before = listed(member)
    with acting_as(SYSTEM):
        Report.objects.update(state=State.DISCLOSED)
        CveRequest.objects.update(spread_at=NOW, state="assigned", cve_id="CVE-2026-90000")
        RepositoryAdvisory.objects.update(linked_at=NOW)
        Credit.objects.update(answer="anonymous", answered_at=NOW)
        if kind is Kind.CVE_REJECT:
            CveRequest.objects.update(state="rejected")
        for report_, project in AffectedProject.objects.values_list("report", "project"):
            Release.objects.create(
                report_id=report_,
                project_id=project,
                state=ReleaseState.PUBLISHED,
                github_id=1,
                published_at=NOW,
            )

    assert before == [(kind, report.reference)]
    assert listed(member) == []


@pytest.mark.clause("P13")
def test_a_fix_that_one_project_has_released_is_owed_to_the_world_before_the_report_says_so(member: User) -> None:
    report = a_report(State.READY)
    released(report, days_ago=2)

    with acting_as(factories.looking(member)):
        (owed,) = obligations.page(now=NOW, cursor=None).rows

    assert (owed.kind, owed.since) == (Kind.UNDISCLOSED, NOW - timedelta(days=2))


def test_a_day_is_over_when_it_is_over_where_the_organisation_is(member: User) -> None:
    day_passed()

    with acting_as(factories.looking(member)):
        (owed,) = obligations.page(now=NOW, cursor=None).rows

    assert owed.since.isoformat() == "2026-11-24T05:00:00+00:00"


@pytest.mark.clause("P8")
def test_whoever_may_not_see_a_report_sees_none_of_its_obligations(member: User) -> None:
    reports = [owe() for owe in OWED.values()]
    stranger = factories.maintainer()
    with acting_as(SYSTEM):
        for report in reports:
            Recusal.objects.create(report=report, user=member, reason="Wrote the fault.")

    with acting_as(factories.looking(member)):
        counted = obligations.counts(now=NOW)

    assert [bool(count) for count in counted] == [False] * len(Kind)
    assert (listed(member), listed(stranger, is_member=False)) == ([], [])


def test_a_rehearsal_owes_nothing(member: User) -> None:
    for owe in OWED.values():
        owe()
    with acting_as(SYSTEM):
        Report.objects.update(is_rehearsal=True)

    with acting_as(factories.looking(member)):
        counted = obligations.counts(now=NOW)

    assert [bool(count) for count in counted] == [False] * len(Kind)
    assert listed(member) == []


def test_the_pages_follow_each_other_without_a_gap_or_a_row_twice(member: User) -> None:
    expected = []
    for number in range(PAGE + 3):
        owe = cve_needed if number % 2 else undisclosed
        expected.append(owe().reference)

    with acting_as(factories.looking(member)):
        first = obligations.page(now=NOW, cursor=None)
        second = obligations.page(now=NOW, cursor=cursors.read(first.onwards))

    assert (len(first.rows), len(second.rows), second.onwards) == (PAGE, 3, "")
    assert sorted(row.reference for row in [*first.rows, *second.rows]) == sorted(expected)


@pytest.mark.parametrize("address", ["/obligations/", "/cve/"])
def test_a_list_takes_as_many_queries_for_three_rows_of_each_kind_as_for_one(member: User, address: str) -> None:
    browser = browser_of(member)
    browser.get(address)
    for owe in OWED.values():
        owe()
    one = queries_of(browser, address)
    for owe in OWED.values():
        owe()
        owe()

    three = queries_of(browser, address)

    assert one == three
    assert three <= 12


def test_what_is_owed_costs_the_dashboard_no_query_of_its_own(member: User) -> None:
    browser = browser_of(member)
    reports = [a_report(State.DISCLOSED), wish_of().report]
    browser.get("/dashboard/")
    nothing = queries_of(browser, "/dashboard/")
    for report in reports:
        requested_wish(report, is_published=True)
        released(report)

    assert queries_of(browser, "/dashboard/") == nothing


def test_the_dashboard_counts_what_is_owed(member: User) -> None:
    cve_asked()

    shown = browser_of(member).get("/dashboard/").content.decode()

    assert "Obligations still open" in shown
    assert 'href="/obligations/?kind=cve_asked"' in shown


def test_the_list_names_what_to_do_and_leads_there(member: User) -> None:
    report = cve_asked()

    shown = browser_of(member).get("/obligations/?kind=cve_asked").content.decode()

    assert "It was asked for and has not come." in shown
    assert f'href="/reports/{report.reference}/cve/"' in shown


@pytest.mark.parametrize("query", ["kind=nothing", "after=bm90aGluZw", "kind=cve_asked&after=e30", "state=x"])
@pytest.mark.parametrize("address", ["/obligations/", "/cve/"])
def test_an_address_that_nobody_was_given_shows_the_first_page(member: User, address: str, query: str) -> None:
    assert browser_of(member).get(f"{address}?{query}").status_code == 200


def reading(browser: Client, address: str) -> str:
    return " ".join(browser.get(address).content.decode().split())


def test_the_queue_of_ids_shows_the_unsettled_first_and_each_state_by_itself(member: User) -> None:
    asked, needed = requested_wish(at=timezone.now()), wish_of()

    unsettled = reading(browser_of(member), "/cve/")
    alone = reading(browser_of(member), "/cve/?state=requested")

    assert asked.report.reference in unsettled
    assert needed.report.reference in unsettled
    assert asked.report.reference in alone
    assert needed.report.reference not in alone
