"""A report on two projects goes the whole way, from triage to its end: by many hands, on one day, and 20 days later."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.db.models import Count
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from disclosures import tasks
from disclosures.models import Advisory, Credit, RepositoryAdvisory
from portal.sandbox_models import (
    SandboxAccount,
    SandboxAdvisory,
    SandboxRelease,
    SandboxRepository,
    SandboxVerb,
    SandboxWrite,
)
from portal.viewer import SYSTEM, acting_as
from reports.enums import REQUIRED_WORK, State
from reports.models import Report
from teams.models import Maintainership, Project, User
from tests import factories
from tests.browser.conftest import Open
from tests.disclosures.factories import CVSS31

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.demo_urls"),
]

WEDNESDAY = datetime(2026, 11, 25, 15, tzinfo=UTC)
TUESDAY = datetime(2026, 12, 1, 15, tzinfo=UTC)
NAMES = ("wadm", "wash")
TITLE = "Files outside of the provider's folder can be read"
NOT_SEEN = "There is no published release v1.4.2 yet."
CVE = "CVE-2026-54321"
THANKED = "Robin Reporter (Example Ltd)"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Maria coordinates the report and maintains wash, Dora maintains wadm, and Paula writes nothing of it."""

    report: Report
    key: str
    maria: User
    dora: User
    paula: User
    projects: tuple[Project, ...]

    def page(self, part: str = "") -> str:
        return f"/reports/{self.report.reference}/{part}"

    def state(self) -> str:
        with acting_as(SYSTEM):
            return Report.objects.get(pk=self.report.pk).state

    def conduct(self) -> None:
        """What a worker does when the bell rings."""
        tasks.conduct(self.report.pk)


@pytest.fixture
def scene(live_server: LiveServer, settings: Settings) -> Iterator[Scene]:
    settings.DEMO = True
    settings.GITHUB_WEB_URL = f"{live_server.url}/sandbox/github"
    with time_machine.travel(WEDNESDAY, tick=True):
        yield build()


def build() -> Scene:
    projects = tuple(_project(name) for name in NAMES)
    maria, paula = factories.member(name="Maria Member"), factories.member(name="Paula Prover")
    Maintainership.objects.create(user=maria, project=projects[1], since=factories.LONG_AGO, reason="Wrote most of it.")
    dora = factories.maintainer(project=projects[0], name="Dora Developer")
    for user in (maria, dora):
        SandboxAccount.objects.create(github_id=user.github_id, login=user.github_login, is_security_manager=True)
    for repository in SandboxRepository.objects.all():
        repository.collaborators.create(account_id=maria.github_id, role_name="admin")
    received = factories.receipt(
        projects=list(projects), project_unknown=False, name="Robin Reporter", email="robin@example.net"
    )
    with acting_as(SYSTEM):
        Report.objects.filter(pk=received.report.pk).update(state=State.TRIAGE, coordinator=maria)
    return Scene(report=received.report, key=received.key, maria=maria, dora=dora, paula=paula, projects=projects)


def _project(name: str) -> Project:
    full_name = f"{settings.POLICY.organisation.github_organisation}/{name}"
    there = SandboxRepository.objects.create(full_name=full_name)
    return factories.ProjectFactory.create(name=name, repository=full_name, github_id=there.pk)


# --- Wednesday: from triage to ready ------------------------------------------------------------------------


def confirm(desk: Page, scene: Scene) -> None:
    desk.goto(scene.page())
    desk.get_by_role("link", name="Assess it").click()
    desk.get_by_label("CVSS").first.fill(CVSS31)
    desk.get_by_role("button", name="Save").click()
    desk.get_by_role("link", name="Write what you found").click()
    desk.get_by_role("button", name="Confirm the vulnerability").click()
    expect(desk.get_by_text("The vulnerability is confirmed.")).to_be_visible()


def put_the_team_together(desk: Page, helper: Page, scene: Scene) -> None:
    for who, role, reason in (("Maria Member", "Lead of the fix", ""), ("Dora Developer", "Developer", "Knows wadm.")):
        desk.goto(scene.page("patch-team/"))
        desk.get_by_role("link", name=f"Choose {who}").click()
        desk.get_by_label("As what").select_option(label=role)
        desk.get_by_label("Why fixing it needs them").fill(reason)
        desk.get_by_role("button", name="Ask them").click()
    expect(desk.get_by_text("Dora Developer is asked by mail")).to_be_visible()
    helper.goto("/dashboard/")
    helper.get_by_role("link", name="Agree or decline").click()
    helper.get_by_label("I keep everything").check()
    helper.get_by_role("button", name="Agree and see what it is").click()
    expect(helper.get_by_role("heading", name=scene.report.summary)).to_be_visible()
    desk.goto(scene.page())
    desk.get_by_role("link", name="Begin the fix").click()
    desk.get_by_role("button", name="Begin the fix").click()
    expect(desk.get_by_text("the fix has begun")).to_be_visible()


def do_the_work(helper: Page, scene: Scene) -> None:
    for name in NAMES:
        helper.goto(scene.page("fix/"))
        helper.get_by_role("link", name=f"Plan the fix in {name}").click()
        helper.get_by_label("First version with the fix").fill("1.4.2")
        helper.get_by_role("button", name="Save").click()
        for work in REQUIRED_WORK:
            helper.get_by_role("button", name=f"Done: {work.label} of {name}").click()
            expect(helper.get_by_role("button", name=f"Take up again: {work.label} of {name}")).to_be_visible()


def write_the_advisory(desk: Page, scene: Scene) -> str:
    """Where it stands."""
    desk.goto(scene.page("advisories/"))
    desk.get_by_role("button", name="Begin an advisory").click()
    desk.get_by_label("Title", exact=True).fill(TITLE)
    for field, words in (("Overview", "Any file."), ("Details", "Checked too early."), ("Fix", "Update to 1.4.2.")):
        desk.get_by_role("textbox", name=field, exact=True).fill(words)
    desk.get_by_role("textbox", name="Workaround", exact=True).fill("")
    desk.get_by_label("No workaround is known").check()
    for number, name in enumerate(NAMES, 1):
        package = desk.get_by_role("group", name=f"Package {number}")
        package.get_by_label("Published on").select_option(label="crates.io")
        package.get_by_label("Package", exact=True).fill(name)
        package.get_by_label("First affected").fill("1.0.0")
    desk.get_by_label("Search the catalogue").fill("path traversal")
    desk.get_by_role("button", name="Search").click()
    desk.get_by_label("CWE-22 ").check()
    desk.get_by_role("button", name="Save as a new revision").click()
    expect(desk.get_by_text("Saved as revision 2.")).to_be_visible()
    expect(desk.get_by_text("Nothing is missing.")).to_be_visible()
    return urlsplit(desk.url).path


def approve(reader: Page, where: str) -> None:
    reader.goto(f"{where}review/")
    reader.get_by_role("button", name="Approve revision 2").click()
    expect(reader.get_by_text("You have approved revision 2.")).to_be_visible()


def follow_the_link(reporter: Page, scene: Scene) -> None:
    reporter.goto(f"/r/{scene.key}/")
    reporter.get_by_role("button", name="Open your report").click()
    expect(reporter.get_by_text(scene.report.reference).first).to_be_visible()


def settle_credit(desk: Page, helper: Page, reporter: Page, scene: Scene) -> None:
    desk.goto(scene.page("credit/"))
    desk.get_by_role("button", name="Ask everybody").click()
    expect(desk.get_by_role("heading", name="Everybody here has been asked")).to_be_visible()
    for person, user in ((desk, scene.maria), (helper, scene.dora)):
        with acting_as(SYSTEM):
            credit = Credit.objects.get(user=user)
        person.goto(f"/me/credit/{credit.pk}/")
        person.get_by_label("Name me, in the words below").check()
        expect(person.locator("#exact")).to_contain_text(user.name)
        person.get_by_role("button", name="Yes, exactly so").click()
        expect(person.get_by_role("heading", name="Thanks to you")).to_be_visible()
    follow_the_link(reporter, scene)
    reporter.goto(f"/track/{scene.report.reference}/credit/answer/")
    reporter.get_by_label("Name me, in the words below").check()
    reporter.get_by_label("Organisation").fill("Example Ltd")
    expect(reporter.locator("#exact")).to_contain_text(THANKED)
    reporter.get_by_role("button", name="Yes, exactly so").click()
    expect(reporter.get_by_text("We keep to that.")).to_be_visible()


def plan_and_mark_ready(desk: Page, scene: Scene) -> None:
    desk.goto(scene.page("day/plan/"))
    for number in range(len(NAMES)):
        desk.get_by_label("Tag").nth(number).fill("v1.4.2")
    desk.get_by_label("Release on").fill("2026-12-04")
    desk.get_by_role("button", name="Keep this plan").click()
    expect(desk.get_by_text("Better not on Friday 4 December: Friday.").first).to_be_visible()
    desk.get_by_label("Release on").fill("2026-12-01")
    desk.get_by_role("button", name="Keep this plan").click()
    expect(desk.get_by_text("The release is planned.")).to_be_visible()
    desk.goto(scene.page())
    desk.get_by_role("link", name="Mark it ready").click()
    desk.get_by_role("button", name="Mark it ready").click()
    expect(desk.get_by_text("The fix is ready for its release.")).to_be_visible()


# --- Tuesday: the day itself --------------------------------------------------------------------------------


def there(name: str) -> SandboxRepository:
    return SandboxRepository.objects.get(full_name__endswith=f"/{name}")


def release(github: Page, scene: Scene, name: str) -> None:
    github.goto(f"/demo/github/{there(name).pk}/")
    github.get_by_label("Tag").fill("v1.4.2")
    github.locator("select[name=author]").select_option(label=f"@{scene.maria.github_login}")
    github.get_by_label("Release notes").fill("Mends a few things.")
    github.get_by_role("button", name="Make the release").click()
    expect(github.get_by_role("link", name="v1.4.2")).to_be_visible()


def let_publication_fail_twice(github: Page, name: str) -> None:
    github.goto(f"/demo/github/{there(name).pk}/")
    github.locator("select[name=verb]").select_option(label="Publishing an advisory")
    github.get_by_label("How it goes wrong").select_option(label="It answers 502, and does nothing")
    github.get_by_label("How often").fill("2")
    github.get_by_role("button", name="Let it go wrong").click()
    expect(github.get_by_text("It answers 502, and does nothing (2 more).")).to_be_visible()


def go_through_the_day(desk: Page, github: Page, scene: Scene, clock: time_machine.Traveller) -> None:
    desk.goto(scene.page("day/"))
    desk.get_by_role("button", name="Set the day going").click()
    expect(desk.get_by_text("The day is under way.")).to_be_visible()
    scene.conduct()
    desk.reload()
    expect(desk.get_by_text(NOT_SEEN)).to_have_count(2)

    # One release alone publishes nothing: its advisory would tell of the hole in the other project.
    release(github, scene, "wadm")
    clock.shift(timedelta(minutes=3))
    scene.conduct()
    desk.reload()
    expect(desk.get_by_text(NOT_SEEN)).to_have_count(1)
    assert set(SandboxAdvisory.objects.values_list("state", flat=True)) == {"draft"}

    # With the second one both go out, were it not for GitHub: half of it is public, and the page says so.
    let_publication_fail_twice(github, "wash")
    release(github, scene, "wash")
    clock.shift(timedelta(minutes=3))
    scene.conduct()
    clock.shift(timedelta(minutes=1))
    scene.conduct()
    desk.reload()
    expect(desk.get_by_text("1 failed:")).to_be_visible()
    assert scene.state() == State.RELEASED

    # Tried again, nothing is left to do, and nothing was done twice.
    desk.get_by_role("button", name="Try it now: Advisory published on GitHub").click()
    expect(desk.get_by_text("It is tried again now.")).to_be_visible()
    scene.conduct()
    assert scene.state() == State.DISCLOSED
    for name in NAMES:
        row = SandboxAdvisory.objects.get(repository=there(name))
        place = f"/sandbox/github/{there(name).full_name}/security/advisories/{row.ghsa_id}"
        assert SandboxRelease.objects.get(repository=there(name)).notes.count(place) == 1
        github.goto(place)
        expect(github.get_by_text("Robin Reporter").first).to_be_visible()
    assert done_by_us() == [("publish_advisory", 2), ("request_cve", 1), ("write_notes", 2)]


def done_by_us() -> list[tuple[str, int]]:
    """What was really changed on GitHub, and how often."""
    verbs = (SandboxVerb.PUBLISH_ADVISORY, SandboxVerb.REQUEST_CVE, SandboxVerb.WRITE_NOTES)
    rows = SandboxWrite.objects.filter(is_done=True, verb__in=verbs).values_list("verb")
    return sorted(rows.annotate(times=Count("pk")).order_by())


# --- 20 days later ------------------------------------------------------------------------------------------


def name_the_cve(desk: Page, github: Page, stranger: Page, scene: Scene, public: str) -> None:
    asked = SandboxAdvisory.objects.get(cve_asked_at__isnull=False)
    github.goto(f"/demo/github/advisories/{asked.pk}/")
    github.get_by_label("CVE ID").fill(CVE)
    github.get_by_role("button", name="Give it this ID").click()
    expect(github.get_by_text(CVE).first).to_be_visible()
    tasks.look_at(scene.report.pk)
    desk.goto("/cve/")
    expect(desk.get_by_text(CVE).first).to_be_visible()
    desk.goto(scene.page("cve/"))
    desk.get_by_role("button", name="Write it everywhere").click()
    expect(desk.get_by_text("Our page names the ID now")).to_be_visible()
    scene.conduct()
    tasks.sweep()
    stranger.goto(public)
    expect(stranger.get_by_text(CVE).first).to_be_visible()
    assert set(SandboxAdvisory.objects.values_list("cve_id", flat=True)) == {CVE}
    assert all(CVE in notes for notes in SandboxRelease.objects.values_list("notes", flat=True))


def close(desk: Page, scene: Scene) -> None:
    desk.goto(scene.page())
    desk.get_by_role("link", name="Close it").click()
    desk.get_by_role("button", name="Close", exact=True).click()
    expect(desk.get_by_text("closed").first).to_be_visible()
    assert scene.state() == State.CLOSED


def take_the_consent_back(reporter: Page, stranger: Page, scene: Scene, public: str) -> None:
    follow_the_link(reporter, scene)
    reporter.goto(f"/track/{scene.report.reference}/credit/answer/")
    reporter.get_by_role("button", name="Take it back").click()
    expect(reporter.get_by_text("Your name is printed nowhere from now on.")).to_be_visible()
    tasks.sweep()
    scene.conduct()
    with acting_as(SYSTEM):
        places = [urlsplit(row.html_url).path for row in RepositoryAdvisory.objects.select_related("report")]
    for place in (public, *places):
        stranger.goto(place)
        expect(stranger.get_by_text(TITLE).first).to_be_visible()
        expect(stranger.get_by_text("Robin Reporter")).to_have_count(0)


@pytest.mark.clause("P12", "P14", "P15", "P16", "P17", "P29", "P31", "P32")
def test_a_report_on_two_projects_is_disclosed_closed_and_a_name_taken_back(opened: Open, scene: Scene) -> None:
    desk, helper, reporter = opened(scene.maria), opened(scene.dora), opened()
    confirm(desk, scene)
    put_the_team_together(desk, helper, scene)
    do_the_work(helper, scene)
    approve(opened(scene.paula), write_the_advisory(desk, scene))
    settle_credit(desk, helper, reporter, scene)
    plan_and_mark_ready(desk, scene)
    assert scene.state() == State.READY
    with acting_as(SYSTEM):
        public = f"/advisories/{Advisory.objects.get().identifier}/"

    github = opened()
    with time_machine.travel(TUESDAY, tick=True) as clock:
        go_through_the_day(opened(scene.maria), github, scene, clock)
        github.goto(public)
        expect(github.get_by_text(THANKED).first).to_be_visible()

    with time_machine.travel(TUESDAY + timedelta(days=20), tick=True):
        desk = opened(scene.maria)
        name_the_cve(desk, github, opened(), scene, public)
        close(desk, scene)
        take_the_consent_back(opened(), opened(), scene, public)
