"""The patch team's page, the page of an invitation, and the step that begins the fix, as people use them."""

from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from portal.viewer import ANONYMOUS, SYSTEM, acting_as
from reports.enums import Role, State
from reports.models import Grant, Invitation, Report
from teams.membership import viewer_for
from teams.models import Maintainership, Project, User
from tests import factories
from tests.people import browser_of
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def projects() -> list[Project]:
    return [factories.ProjectFactory.create(name=name) for name in ("wadm", "wash")]


@pytest.fixture
def desk(member: User) -> Client:
    """The browser of `member`, who has just shown the second factor."""
    return browser_of(member)


@pytest.fixture
def maintainer(projects: list[Project]) -> User:
    return factories.maintainer(name="Dora Developer", project=projects[1])


@pytest.fixture
def report(projects: list[Project], member: User) -> Report:
    """Identified, in two projects, of which the member maintains the first."""
    Maintainership.objects.create(user=member, project=projects[0], since=factories.LONG_AGO, reason="Wrote it.")
    found = factories.receipt(projects=projects, project_unknown=False).report
    with acting_as(SYSTEM):
        Report.objects.filter(pk=found.pk).update(state=State.IDENTIFIED, coordinator=member)
        return Report.objects.get(pk=found.pk)


def place(report: Report, rest: str = "patch-team/") -> str:
    return f"/reports/{report.reference}/{rest}"


def page_of(browser: Client, where: str) -> str:
    return " ".join(browser.get(where).content.decode().split())


def ask(browser: Client, report: Report, who: User, role: Role = Role.DEVELOPER, reason: str = "Wrote it.") -> int:
    return browser.post(place(report), {"who": who.pk, "role": role, "reason": reason}).status_code


def the_invitation() -> Invitation:
    with acting_as(SYSTEM):
        return Invitation.objects.get()


@pytest.mark.clause("P26")
def test_people_are_proposed_by_what_they_maintain_with_why(
    desk: Client, report: Report, projects: list[Project]
) -> None:
    factories.maintainer(name="Dora Developer", project=projects[1])
    both = factories.maintainer(name="Bo Both", project=projects[0])
    Maintainership.objects.create(user=both, project=projects[1], since=factories.LONG_AGO, reason="Both.")
    factories.maintainer(name="Ulla Unrelated")

    page = page_of(desk, place(report)).partition("Who could help")[2].partition("</section>")[0]

    assert page.index("maintains wadm and wash, as nobody on the team does yet") < page.index("Dora Developer")
    assert "maintains wadm, as nobody on the team does yet, on the security team" in page
    assert "Ulla Unrelated" not in page


def test_whom_a_proposal_points_at_is_chosen_in_the_form_and_the_missing_role_too(
    desk: Client, report: Report, maintainer: User
) -> None:
    page = page_of(desk, f"{place(report)}?who={maintainer.pk}")

    assert f'<option value="{maintainer.pk}" selected>' in page
    assert '<option value="lead" selected>' in page
    for nonsense in ("x", "²", "9" * 40, "-1"):
        assert desk.get(f"{place(report)}?who={nonsense}").status_code == HTTPStatus.OK


@pytest.mark.clause("P22", "P28")
def test_somebody_is_asked_agrees_to_keep_it_and_then_sees_it(desk: Client, report: Report, maintainer: User) -> None:
    asked = ask(desk, report, maintainer)
    theirs = browser_of(maintainer)
    where = f"/asked/{the_invitation().code}/"
    shown = page_of(theirs, where)
    hidden = theirs.get(place(report, "")).status_code

    silent = theirs.post(where, {})
    agreed = theirs.post(where, {"keeps_it": "on"})

    assert (asked, hidden, silent.status_code) == (HTTPStatus.FOUND, HTTPStatus.NOT_FOUND, 422)
    assert "Mira Member of wasmCloud asks you" in shown
    for secret in (report.reference, "Path traversal", "wash", "Wrote it."):
        assert secret not in shown
    assert agreed.headers["Location"] == place(report, "")
    assert "Path traversal" in page_of(theirs, place(report, ""))
    assert "Dora Developer" in page_of(desk, place(report))


def test_whoever_has_agreed_is_led_to_the_report_by_the_same_mail(
    desk: Client, report: Report, maintainer: User
) -> None:
    ask(desk, report, maintainer)
    theirs, where = browser_of(maintainer), f"/asked/{the_invitation().code}/"
    theirs.post(where, {"keeps_it": "on"})

    assert theirs.get(where).headers["Location"] == place(report, "")


@pytest.mark.clause("P22")
def test_a_maintainer_let_in_without_being_asked_agrees_to_the_terms_first(
    desk: Client, report: Report, projects: list[Project]
) -> None:
    new = factories.maintainer(project=projects[1], terms=False)
    shared = desk.post(place(report, "sharing/"), {"to": new.pk, "role": "developer", "reason": "Wrote it."})
    theirs = browser_of(new)

    doors = [theirs.get(place(report, rest)) for rest in ("", "patch-team/", "fix/", "sharing/")]

    assert shared.status_code == HTTPStatus.FOUND
    assert [answer.headers["Location"].partition("?")[0] for answer in doors] == [reverse("terms")] * 4
    assert viewer_for(new) == ANONYMOUS


def test_declining_takes_one_button_and_no_promise(desk: Client, report: Report, maintainer: User) -> None:
    ask(desk, report, maintainer)
    theirs, where = browser_of(maintainer), f"/asked/{the_invitation().code}/"

    answer = theirs.post(where, {"decline": ""}, follow=True)

    assert "Whoever asked you is told" in answer.content.decode()
    assert theirs.get(where).status_code == HTTPStatus.NOT_FOUND
    assert theirs.get(place(report, "")).status_code == HTTPStatus.NOT_FOUND


def test_an_invitation_that_was_withdrawn_is_there_no_longer(desk: Client, report: Report, maintainer: User) -> None:
    ask(desk, report, maintainer)
    invitation = the_invitation()

    answer = desk.post(place(report, f"patch-team/{invitation.pk}/withdraw/"), follow=True)

    assert "Dora Developer is asked no longer" in answer.content.decode()
    assert browser_of(maintainer).get(f"/asked/{invitation.code}/").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.clause("P28")
def test_an_outsider_is_refused_with_the_reason(desk: Client, report: Report) -> None:
    outsider = factories.UserFactory.create()

    answer = desk.post(place(report), {"who": outsider.pk, "role": "developer", "reason": "Friend of mine."})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Only maintainers of an active project of the organisation can be asked" in answer.content.decode()
    assert "Friend of mine." in answer.content.decode()


def test_whoever_asks_shows_the_second_factor_first(report: Report, member: User, maintainer: User) -> None:
    long_ago = browser_of(member, confirmed_ago=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1)

    answer = long_ago.post(place(report), {"who": maintainer.pk, "role": "developer", "reason": "Wrote it."})

    assert "/reauthenticate/" in answer.headers["Location"]
    with acting_as(SYSTEM):
        assert not Invitation.objects.exists()


def test_whoever_may_not_assemble_sees_the_team_and_no_forms(report: Report, maintainer: User) -> None:
    with acting_as(SYSTEM):
        Grant.objects.create(report=report, user=maintainer, role=Role.DEVELOPER, reason="Fixes it.")

    theirs = browser_of(maintainer)
    page = page_of(theirs, place(report))

    assert "Fixes it." in page
    assert "Leave the patch team" in page
    for word in ("Who could help", "Ask somebody", "Begin the fix</a>"):
        assert word not in page
    assert ask(theirs, report, maintainer, Role.REVIEWER) == HTTPStatus.UNPROCESSABLE_ENTITY
    with acting_as(SYSTEM):
        assert Grant.objects.filter(user=maintainer).count() == 1


def test_whoever_leaves_ends_up_on_the_dashboard(desk: Client, report: Report, maintainer: User) -> None:
    with acting_as(SYSTEM):
        Grant.objects.create(report=report, user=maintainer, role=Role.DEVELOPER, reason="Fixes it.")
    theirs = browser_of(maintainer)

    answer = theirs.post(place(report, "patch-team/leave/"), follow=True)

    assert answer.redirect_chain[-1] == ("/dashboard/", HTTPStatus.FOUND)
    assert "on that patch team no longer" in answer.content.decode()
    again = desk.post(place(report, "patch-team/leave/"), follow=True)
    assert "You are not on its patch team" in again.content.decode()


@pytest.mark.clause("P26")
def test_the_fix_is_refused_with_what_is_missing_and_begins_with_the_whole_team(
    desk: Client, report: Report, member: User, maintainer: User
) -> None:
    ask(desk, report, member, Role.LEAD)
    missing = "Nobody on the patch team maintains wash: ask one of its maintainers."
    before = page_of(desk, place(report, ""))
    refused = desk.post(place(report, "assemble/"), {"seen": "identified"})
    ask(desk, report, maintainer)
    browser_of(maintainer).post(f"/asked/{the_invitation().code}/", {"keeps_it": "on"})

    ready = page_of(desk, place(report))
    begun = desk.post(place(report, "assemble/"), {"seen": "identified"}, follow=True)

    assert missing in before
    assert f'href="{place(report)}"' in before
    assert (refused.status_code, missing in refused.content.decode()) == (HTTPStatus.CONFLICT, True)
    assert "The team is complete" in ready
    assert "the fix has begun" in begun.content.decode()
    assert "completed the patch team and began the fix" in page_of(desk, f"{place(report, '')}?part=activity")


def test_the_pages_cost_as_much_with_three_people_as_with_one(
    desk: Client, report: Report, projects: list[Project]
) -> None:
    desk.get(place(report))  # the record keeps once an hour who read it
    costs = []
    for count in (1, 2):
        for _ in range(count):
            on_it, proposed, asked = (factories.maintainer(project=projects[0]) for _ in range(3))
            with acting_as(SYSTEM):
                Grant.objects.create(report=report, user=on_it, role=Role.DEVELOPER, reason="Fixes it.")
                Invitation.objects.create(
                    report=report, user=asked, role=Role.REVIEWER, reason="Reads it.", invited_by=proposed
                )
        costs.append([queries_of(desk, place(report)), queries_of(desk, place(report, ""))])

    assert costs == [[12, 12], [12, 12]]
