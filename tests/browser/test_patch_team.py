"""A patch team comes together for a report on two projects: refused, completed, and the fix brought to ready."""

from datetime import UTC, datetime

import pytest
import time_machine
from playwright.sync_api import Page, expect

from portal.viewer import SYSTEM, acting_as
from reports.enums import State
from reports.models import Report
from teams.models import Maintainership, User
from tests import factories
from tests.browser.conftest import Open
from tests.disclosures.factories import approved_advisory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WEDNESDAY = datetime(2026, 11, 25, 15, tzinfo=UTC)
SUMMARY = "Path traversal in the file provider"
MISSING = "Nobody on the patch team maintains wadm: ask one of its maintainers."


def identified(coordinator: User) -> Report:
    """In two projects, of which the coordinator maintains the first and Dora the second."""
    projects = [factories.ProjectFactory.create(name=name) for name in ("wash", "wadm")]
    Maintainership.objects.create(
        user=coordinator, project=projects[0], since=factories.LONG_AGO, reason="Wrote most of it."
    )
    factories.maintainer(project=projects[1], name="Dora Developer")
    report = factories.receipt(projects=projects, project_unknown=False).report
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(state=State.IDENTIFIED, coordinator=coordinator)
    return report


def ask(desk: Page, who: str, role: str, reason: str) -> None:
    desk.get_by_role("link", name=f"Choose {who}").click()
    desk.get_by_label("As what").select_option(label=role)
    desk.get_by_label("Why fixing it needs them").fill(reason)
    desk.get_by_role("button", name="Ask them").click()


@pytest.mark.clause("P22", "P26", "P27", "P28")
def test_a_patch_team_is_refused_until_each_project_has_a_maintainer_on_it(opened: Open) -> None:
    person = factories.member(name="Maria Member")
    report = identified(person)
    dora = User.objects.get(name="Dora Developer")

    # The coordinator leads the fix, and may not begin it: nobody on the team maintains the second project.
    desk = opened(person)
    desk.goto(f"/reports/{report.reference}/")
    expect(desk.get_by_role("link", name="Nobody leads the fix yet: ask somebody to.")).to_be_visible()
    desk.get_by_role("link", name="The patch team", exact=True).click()
    expect(desk.get_by_text("maintains wadm, as nobody on the team does yet")).to_be_visible()
    ask(desk, "Maria Member", "Lead of the fix", "")
    expect(desk.get_by_text("Maria Member is on the patch team now.")).to_be_visible()
    desk.get_by_role("link", name="Begin the fix").click()
    desk.get_by_role("button", name="Begin the fix").click()
    expect(desk.get_by_role("alert").get_by_text(MISSING)).to_be_visible()

    # A maintainer of the second project is asked, and sees nothing before they agree.
    desk.goto(f"/reports/{report.reference}/patch-team/")
    ask(desk, "Dora Developer", "Developer", "Wrote the parser.")
    expect(desk.get_by_text("Dora Developer is asked by mail")).to_be_visible()
    helper = opened(dora)
    helper.goto(f"/reports/{report.reference}/")
    expect(helper.get_by_text(SUMMARY)).to_have_count(0)
    helper.goto("/dashboard/")
    expect(helper.get_by_text(SUMMARY)).to_have_count(0)
    helper.get_by_role("link", name="Agree or decline").click()
    helper.get_by_role("button", name="Agree and see what it is").click()
    expect(helper.get_by_text("Without this promise").first).to_be_visible()
    helper.get_by_label("I keep everything").check()
    helper.get_by_role("button", name="Agree and see what it is").click()
    expect(helper.get_by_role("heading", name=SUMMARY)).to_be_visible()

    # Now the team is complete, and the fix begins.
    desk.reload()
    expect(desk.get_by_role("heading", name="The team is complete")).to_be_visible()
    desk.get_by_role("link", name="Begin the fix").click()
    desk.get_by_role("button", name="Begin the fix").click()
    expect(desk.get_by_text("the fix has begun")).to_be_visible()

    # The maintainer does the work; the lead plans a day, is warned of a Friday, and calls it ready.
    helper.goto(f"/reports/{report.reference}/fix/")
    for project in ("wash", "wadm"):
        helper.get_by_role("link", name=f"Plan the fix in {project}").click()
        helper.get_by_label("First version with the fix").fill("1.4.2")
        helper.get_by_role("button", name="Save the plan").click()
        for work in ("patch", "tests", "release notes", "advisory"):
            helper.get_by_role("button", name=f"Done: {work} of {project}").click()
            expect(helper.get_by_text(f"{work.capitalize()} of {project}: done.")).to_be_visible()
    approved_advisory(report)
    plan_a_day(desk, report)
    desk.goto(f"/reports/{report.reference}/fix/")
    desk.get_by_role("link", name="Mark it ready").click()
    desk.get_by_role("button", name="Mark it ready").click()
    expect(desk.get_by_text("The fix is ready for its release.")).to_be_visible()
    with acting_as(SYSTEM):
        assert Report.objects.get(pk=report.pk).state == State.READY


def plan_a_day(desk: Page, report: Report) -> None:
    with time_machine.travel(WEDNESDAY, tick=True):
        desk.goto(f"/reports/{report.reference}/day/plan/")
        desk.get_by_label("Release on").fill("2026-12-04")
        desk.get_by_role("button", name="Keep this plan").click()
        expect(desk.get_by_text("Better not on Friday 4 December: Friday.").first).to_be_visible()
        desk.get_by_label("Release on").fill("2026-12-01")
        desk.get_by_role("button", name="Keep this plan").click()
        expect(desk.get_by_text("The release is planned.")).to_be_visible()
