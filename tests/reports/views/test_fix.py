"""The checklist of a fix and the planning of its release, as people use them."""

from datetime import date
from http import HTTPStatus

import pytest
from django.test import Client

from portal.viewer import SYSTEM, acting_as
from reports.enums import REQUIRED_WORK, Role, State, Work
from reports.models import ChecklistItem, Grant, ProjectFix, Report
from teams.models import Project, User
from tests import factories
from tests.disclosures.factories import approved_advisory
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return factories.ProjectFactory.create(name="wash")


@pytest.fixture
def report(project: Project) -> Report:
    """Being fixed."""
    found = factories.receipt(projects=[project], project_unknown=False).report
    with acting_as(SYSTEM):
        Report.objects.filter(pk=found.pk).update(state=State.FIXING)
        return Report.objects.get(pk=found.pk)


@pytest.fixture
def developer(report: Report, project: Project) -> User:
    user = factories.maintainer(name="Dora Developer", project=project)
    with acting_as(SYSTEM):
        Grant.objects.create(report=report, user=user, role=Role.DEVELOPER, reason="Fixes it.")
    return user


def place(report: Report, rest: str = "") -> str:
    return f"/reports/{report.reference}/fix/{rest}"


def page_of(browser: Client, where: str) -> str:
    return " ".join(browser.get(where).content.decode().split())


def test_a_plan_is_shown_with_owner_day_version_and_the_forks_host(
    desk: Client, report: Report, project: Project, developer: User
) -> None:
    said = {
        "fixed_version": "1.4.2",
        "fork_url": "https://github.com/example/wash-ghsa-1",
        "patch_owner": developer.pk,
        "patch_due": "2026-12-01",
    }

    answer = desk.post(place(report, f"{project.pk}/"), said, follow=True)

    shown = " ".join(answer.content.decode().split())
    assert "The plan for wash is saved." in shown
    assert "Fixed in <strong><bdi>1.4.2</bdi></strong>" in shown
    assert '<a href="https://github.com/example/wash-ghsa-1" rel="noreferrer">Private fork on github.com</a>' in shown
    assert "Dora Developer, by 1 December 2026" in shown
    assert 'value="1.4.2"' in page_of(desk, place(report, f"{project.pk}/"))


@pytest.mark.parametrize(
    "address",
    ["http://github.com/a", "javascript:alert(1)", "github.com/a", "https://", "https://me@evil.example", "https://[x",
     "https://gïthub.com/"],
)  # fmt: skip
def test_a_fork_is_linked_by_a_plain_encrypted_address(
    desk: Client, report: Report, project: Project, address: str
) -> None:
    answer = desk.post(place(report, f"{project.pk}/"), {"fork_url": address})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Write the whole address" in answer.content.decode()
    with acting_as(SYSTEM):
        assert not ProjectFix.objects.exists()


def test_only_the_patch_team_can_be_chosen_as_owner(desk: Client, report: Report, project: Project) -> None:
    answer = desk.post(place(report, f"{project.pk}/"), {"patch_owner": factories.maintainer().pk})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "on the patch team no longer" in answer.content.decode()


def test_a_part_is_done_and_taken_up_again_by_one_button(desk: Client, report: Report, project: Project) -> None:
    done = desk.post(place(report, f"{project.pk}/release_notes/"), {"done": ""}, follow=True).content.decode()
    again = desk.post(place(report, f"{project.pk}/release_notes/"), {}, follow=True).content.decode()

    assert "Release notes of wash: done." in done
    assert "Take up again: release notes of wash" in done
    assert "Release notes of wash: to do again." in again


def test_a_project_that_is_not_affected_has_no_page(desk: Client, report: Report) -> None:
    other = factories.ProjectFactory.create()

    assert desk.get(place(report, f"{other.pk}/")).status_code == HTTPStatus.NOT_FOUND
    assert desk.post(place(report, f"{other.pk}/patch/"), {"done": ""}).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.clause("P12")
def test_the_fix_is_marked_as_ready_once_nothing_is_missing(desk: Client, report: Report, project: Project) -> None:
    before = page_of(desk, f"/reports/{report.reference}/")
    refused = desk.post(f"/reports/{report.reference}/mark-ready/", {"seen": "fixing"})
    desk.post(place(report, f"{project.pk}/"), {"fixed_version": "1.4.2"})
    for work in REQUIRED_WORK:
        desk.post(place(report, f"{project.pk}/{work}/"), {"done": ""})
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(release_planned_on=date(2031, 1, 7))
    approved_advisory(report)

    ready = page_of(desk, place(report))
    done = desk.post(f"/reports/{report.reference}/mark-ready/", {"seen": "fixing"}, follow=True)

    assert "Still to be done: patch, tests, release notes and advisory of wash." in before
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "Everything is done" in ready
    assert "The fix is ready for its release." in done.content.decode()


def test_the_checklist_costs_as_much_with_three_projects_as_with_one(
    desk: Client, report: Report, project: Project, developer: User
) -> None:
    desk.get(place(report))  # the record keeps once an hour who read it
    costs = []
    for more in ([project], factories.ProjectFactory.create_batch(2)):
        with acting_as(SYSTEM):
            for each in more:
                report.projects.add(each)
                ProjectFix.objects.create(report=report, project=each, fixed_version="1")
                ChecklistItem.objects.create(report=report, project=each, work=Work.PATCH, owner=developer)
        costs.append([queries_of(desk, place(report)), queries_of(desk, f"/reports/{report.reference}/")])

    assert costs == [[10, 12], [10, 12]]
