"""A report with several advisories: each tells of its own projects, and one that was begun by mistake is dropped."""

from datetime import UTC, datetime

import pytest

from disclosures import approving, cve_acts, cves, drafting, dropping
from disclosures.cve_acts import Act
from disclosures.enums import CveRoute, RepositoryAdvisoryState
from disclosures.models import Advisory, RepositoryAdvisory
from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind
from reports.guards import Refused
from reports.models import Report
from reports.readiness import readiness_of
from teams.models import Project, User
from tests import factories
from tests.disclosures.factories import complete_draft, report_of, written_advisory
from tests.people import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P29")]

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def projects() -> list[Project]:
    return [factories.ProjectFactory.create(name=name) for name in ("wadm", "wash")]


@pytest.fixture
def report(projects: list[Project]) -> Report:
    return report_of(*projects)


@pytest.fixture
def author() -> User:
    return factories.member(name="Anna Author")


def test_each_of_two_advisories_may_tell_of_one_project(report: Report, projects: list[Project], author: User) -> None:
    approver = factories.member()
    advisories = [written_advisory(report, by=author, draft=complete_draft(each), now=NOW) for each in projects]

    with acting_as(factories.looking(approver)):
        for advisory in advisories:
            approving.approve(advisory, 2, by=approver, now=NOW)
        lacking = readiness_of(report, now=NOW).disclosure.without_advisory

    assert list(lacking) == []


def test_one_alone_that_leaves_a_project_out_is_not_complete(
    report: Report, projects: list[Project], author: User
) -> None:
    approver = factories.member()
    advisory = written_advisory(report, by=author, draft=complete_draft(projects[0]), now=NOW)

    with acting_as(factories.looking(approver)), pytest.raises(Refused, match="No package of wash"):
        approving.approve(advisory, 2, by=approver, now=NOW)


def test_a_dropped_draft_is_in_no_list_and_holds_nothing_up(
    report: Report, projects: list[Project], author: User
) -> None:
    desk = browser_of(author)
    kept = written_advisory(report, by=author, draft=complete_draft(*projects), now=NOW)
    with acting_as(factories.looking(author)):
        mistake = drafting.begin(report, by=author, now=NOW)
    place = f"/reports/{report.reference}/advisories/"

    desk.post(f"{place}{mistake.identifier}/drop/")

    listed = desk.get(place).context["advisories"]
    assert [each.identifier for each in listed] == [kept.identifier]
    assert desk.get(f"{place}{mistake.identifier}/").status_code == 404
    with acting_as(SYSTEM):
        assert list(report.advisories.all()) == [kept]
        assert report.events.filter(kind=EventKind.ADVISORY_DROPPED).count() == 1
        assert mistake.products.count() == 0


def test_dropped_twice_it_is_dropped_once(report: Report, author: User) -> None:
    with acting_as(factories.looking(author)):
        mistake = drafting.begin(report, by=author, now=NOW)
        dropping.drop(mistake, by=author, now=NOW)
        dropping.drop(mistake, by=author, now=NOW)

        assert report.events.filter(kind=EventKind.ADVISORY_DROPPED).count() == 1


def test_what_somebody_could_publish_on_github_is_not_dropped(
    report: Report, projects: list[Project], author: User
) -> None:
    with acting_as(factories.looking(author)):
        advisory = drafting.begin(report, by=author, now=NOW)
        row = RepositoryAdvisory.objects.create(
            report=report,
            advisory=advisory,
            project=projects[0],
            ghsa_id="GHSA-2222-2222-2222",
            state=RepositoryAdvisoryState.DRAFT,
        )
        with pytest.raises(Refused, match="close it there first"):
            dropping.drop(advisory, by=author, now=NOW)
        RepositoryAdvisory.objects.filter(pk=row.pk).update(state=RepositoryAdvisoryState.CLOSED)
        dropping.drop(advisory, by=author, now=NOW)

        assert list(Advisory.objects.all()) == []


@pytest.mark.clause("P15")
def test_one_whose_cve_id_is_out_is_not_dropped(report: Report, author: User) -> None:
    with acting_as(factories.looking(author)):
        advisory = drafting.begin(report, by=author, now=NOW)
        cves.need(advisory, now=NOW)
        cve_acts.do(Act.ENTER, advisory, {"cve_id": "CVE-2026-12345", "given_by": CveRoute.BY_HAND}, by=author, now=NOW)

        with pytest.raises(Refused, match="reject it first"):
            dropping.drop(advisory, by=author, now=NOW)
