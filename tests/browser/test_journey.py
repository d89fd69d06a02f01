"""The whole way: from a stranger's report to a maintainer's answer, and what the clock does meanwhile."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import expect

from portal.viewer import SYSTEM, acting_as
from reports.models import Clock, Report
from tests import factories
from tests.browser.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MONDAY = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)
SUMMARY = "Path traversal in the file provider"


@pytest.mark.clause("P1", "P7", "P10", "P11")
def test_a_report_is_made_followed_answered_and_confirmed(
    opened: Open, worker: Callable[[], None], tmp_path: Path
) -> None:
    project = factories.ProjectFactory.create(name="wash")
    person = factories.member(name="Maria Member")
    (tmp_path / "proof.py").write_text("print('proof')\n")
    (tmp_path / "log.txt").write_text("..%2f..%2f\n")

    # A stranger reports, with two files.
    reporter = opened()
    reporter.goto("/")
    reporter.get_by_role("link", name="Report a vulnerability").click()
    reporter.get_by_role("link", name="Report it").last.click()
    reporter.get_by_label("wash").check()
    reporter.get_by_label("In one sentence").fill(SUMMARY)
    reporter.get_by_label("Details").fill("A component leaves its folder with `..%2f`.")
    reporter.locator("input[type=file][multiple]").set_input_files([tmp_path / "proof.py", tmp_path / "log.txt"])
    expect(reporter.locator("input[name=staged]")).to_have_count(2)
    reporter.get_by_label("Your name").fill("Robin")
    reporter.get_by_label("Your e-mail address").fill("robin@example.net")
    reporter.get_by_role("button", name="Send the report").click()

    # They get a reference and a link, and follow it.
    expect(reporter.get_by_role("heading", name="Your report has arrived")).to_be_visible()
    reporter.get_by_role("button", name="Open your report").click()
    expect(reporter.get_by_text("proof.py").first).to_be_attached()
    assert "/r/" not in reporter.url

    # A member finds it burning, reads it, and acknowledges it with a message.
    worker()
    desk = opened(person)
    desk.goto("/dashboard/")
    desk.get_by_role("link", name=SUMMARY).first.click()
    desk.get_by_role("button", name="Take it").click()
    desk.get_by_role("link", name="Write the acknowledgement").click()
    desk.get_by_label("Message").fill("Hello Robin, I have read it and am **checking** it now.")
    desk.get_by_role("button", name="Acknowledge").click()
    expect(desk.get_by_text("triage has begun")).to_be_visible()

    # The reporter sees it and answers.
    worker()
    reporter.reload()
    expect(reporter.get_by_text("I have read it and am")).to_be_visible()
    reporter.get_by_label("Write to the security team").fill("Thank you. It is version 0.24.1.")
    reporter.get_by_role("button", name="Send").click()
    expect(reporter.get_by_text("It is version 0.24.1.")).to_be_visible()

    # The member assesses and confirms it; both see it.
    desk.reload()
    expect(desk.get_by_text("It is version 0.24.1.")).to_be_visible()
    desk.get_by_role("link", name="Assess it").click()
    desk.get_by_label("CVSS").first.fill("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("9.1").first).to_be_visible()
    desk.get_by_role("link", name="Write what you found").click()
    desk.get_by_role("button", name="Confirm the vulnerability").click()
    expect(desk.get_by_text("The vulnerability is confirmed.")).to_be_visible()
    reporter.reload()
    expect(reporter.get_by_role("heading", level=1)).to_contain_text("confirmed")
    with acting_as(SYSTEM):
        report = Report.objects.get()
        assert (report.state, report.coordinator, [str(row) for row in report.affected_projects.all()]) == (
            "identified",
            person,
            [project.name],
        )


@pytest.mark.clause("P7")
def test_the_dashboard_shows_the_clock_come_near_and_pass(opened: Open, worker: Callable[[], None]) -> None:
    person = factories.member()
    with time_machine.travel(MONDAY, tick=True):
        factories.receipt(now=MONDAY)
    with acting_as(SYSTEM):
        clock = Clock.objects.get()

    with time_machine.travel(clock.warn_at + timedelta(minutes=5), tick=True):
        worker()
        desk = opened(person)
        desk.clock.set_fixed_time(clock.warn_at + timedelta(minutes=5))
        desk.goto("/dashboard/")
        expect(desk.locator("time.badge.soon").first).to_be_visible()

    with time_machine.travel(clock.due_at + timedelta(hours=2), tick=True):
        worker()
        desk = opened(person)
        desk.clock.set_fixed_time(clock.due_at + timedelta(hours=2))
        desk.goto("/dashboard/")
        expect(desk.locator("time.badge.late").first).to_contain_text("overdue")
        desk.get_by_role("link", name=SUMMARY).first.click()
        desk.get_by_role("link", name="Activity").click()
        expect(desk.get_by_text("A deadline was missed: acknowledgement")).to_be_visible()
