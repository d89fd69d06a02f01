"""The reporter's way in by GitHub, and what the team sees of a report from there."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from portal.github.sandbox import by_hand
from portal.viewer import SYSTEM, acting_as
from reports import forgetting
from reports.enums import Errand, EventKind, State
from reports.github_reports import errands
from reports.models import AccessKey, GitHubErrand, Grant, Report
from teams.models import User
from tests import factories
from tests.people import browser_of, with_second_factor
from tests.places import whole
from tests.queries import queries_of
from tests.reports.github_reports.stage import HOUR, NOW, Scene, events, on_github, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> User:
    return with_second_factor(factories.member(name="Mira Member"))


@pytest.fixture
def report(stage: Scene, member: User) -> Report:
    del member  # there before it arrives
    stage.reported()
    stage.looked()
    return taken().report


@pytest.fixture
def sam(report: Report) -> Client:
    """Who reported it, signed in for the first time."""
    del report
    return signed_in(factories.UserFactory.create(github_id=501, github_login="sam-visits"))


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def door(ghsa_id: str = "") -> str:
    return reverse("open-github-report", args=[ghsa_id or taken().ghsa_id])


@pytest.mark.clause("P11")
def test_whoever_reported_it_opens_its_page_by_their_account_and_without_a_key(sam: Client, report: Report) -> None:
    page = sam.get(door()).content.decode()
    entered = sam.post(door())

    assert "You are signed in as @sam-visits" in page
    assert (entered.status_code, entered.headers["Location"]) == (302, reverse("track", args=[report.reference]))
    track = sam.get(reverse("track", args=[report.reference]))
    assert (track.status_code, "A key is printed" in track.content.decode()) == (200, True)
    assert len(events(report, EventKind.LINK_USED)) == 1


def test_who_is_not_signed_in_is_led_to_github_and_back(report: Report) -> None:
    page = Client().get(door()).content.decode()

    assert f"{reverse('account_login')}?next={door()}" in page
    assert report.reference not in page
    assert "wash" not in page


@pytest.mark.clause("P8")
def test_everybody_else_gets_what_a_report_that_never_existed_gets(member: User, report: Report) -> None:
    stranger = factories.UserFactory.create(github_id=777)
    for browser in (Client(), signed_in(stranger), browser_of(member)):
        there, nowhere = (browser.post(door(name)) for name in (taken().ghsa_id, "GHSA-9999-9999-9999"))

        assert there.status_code == HTTPStatus.NOT_FOUND
        assert whole(there, reference=taken().ghsa_id) == whole(nowhere, reference="GHSA-9999-9999-9999")
        assert browser.get(reverse("track", args=[report.reference])).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.clause("P8")
def test_whoever_has_the_login_by_now_and_another_number_is_nobody(report: Report) -> None:
    del report
    another = signed_in(factories.UserFactory.create(github_id=502, github_login="sam-visits"))

    assert another.post(door()).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.clause("P8")
def test_a_maintainer_who_reported_it_is_on_the_reporters_side_alone(report: Report) -> None:
    browser = browser_of(with_second_factor(factories.maintainer(github_id=501)))

    entered = browser.post(door())

    assert entered.status_code == 302
    assert browser.get(reverse("track", args=[report.reference])).status_code == 200
    assert browser.get(reverse("report", args=[report.reference])).status_code == HTTPStatus.NOT_FOUND
    with acting_as(SYSTEM):
        assert [(grant.role, grant.user) for grant in Grant.objects.all()] == [("reporter", None)]


def test_looking_at_the_door_changes_nothing(sam: Client, report: Report) -> None:
    for _ in range(2):
        sam.get(door())

    assert events(report, EventKind.LINK_USED) == []
    assert sam.get(reverse("track", args=[report.reference])).status_code == HTTPStatus.NOT_FOUND


def test_after_their_links_were_ended_they_come_in_again_by_a_new_one(sam: Client, report: Report) -> None:
    with acting_as(SYSTEM):
        AccessKey.objects.update(revoked_at=NOW)

    entered = [sam.post(door()).status_code for _ in range(2)]

    assert entered == [302, 302]
    assert len(events(report, EventKind.LINK_RENEWED)) == 1


def test_long_after_it_was_closed_they_still_come_in(sam: Client, report: Report) -> None:
    long_ago = NOW - timedelta(days=200)
    with acting_as(SYSTEM):
        Report.objects.update(state=State.CLOSED, closed_at=long_ago)
        AccessKey.objects.update(created_at=long_ago)

    assert sam.post(door()).status_code == 302
    assert sam.get(reverse("track", args=[report.reference])).status_code == 200


@pytest.mark.parametrize("end", ["revoked", "forgotten"])
def test_who_lost_access_or_was_forgotten_comes_in_no_more(sam: Client, report: Report, end: str) -> None:
    with acting_as(SYSTEM):
        if end == "revoked":
            Grant.objects.update(revoked_at=NOW)
        else:
            forgetting.forget_reporters(report, now=NOW)

    assert sam.post(door()).status_code == HTTPStatus.NOT_FOUND


# --- The team's page ----------------------------------------------------------------------------------------


def github_page(report: Report, browser: Client) -> str:
    answer = browser.get(reverse("report-github", args=[report.reference]))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.clause("P4")
def test_the_team_sees_where_it_stands_and_what_to_paste_there(report: Report, member: User) -> None:
    page = github_page(report, browser_of(member))

    row = taken()
    assert row.ghsa_id in page
    assert "waiting to be accepted" in page
    assert f"{door()}: sign in there with the GitHub account that reported it" in page
    assert "sam-visits" not in page
    assert "Nobody has changed it there" in page


def test_who_reported_it_is_shown_to_who_asked_for_it(report: Report, member: User) -> None:
    browser = browser_of(member)
    browser.post(reverse("report-reveal", args=[report.reference]))

    assert "@<bdi>sam-visits</bdi>" in github_page(report, browser)


def test_what_others_changed_is_shown_and_what_was_reported_stays(stage: Scene, report: Report, member: User) -> None:
    by_hand.rewrite(on_github(), summary="Two <b>keys</b>", description="Sometimes.", severity="low", now=NOW + HOUR)
    stage.looked(NOW + HOUR)

    page = github_page(report, browser_of(member))

    assert "somebody changed the summary, the description, the severity" in page
    assert "<b>keys</b>" not in page
    assert "Sometimes." in page
    front = browser_of(member).get(reverse("report", args=[report.reference])).content.decode()
    assert "Somebody has changed it there" in front


def test_closed_there_by_hand_and_open_here_is_said(stage: Scene, report: Report, member: User) -> None:
    by_hand.close(on_github(), now=NOW + HOUR)
    stage.looked(NOW + HOUR)

    assert "Somebody ended it there by hand, and here it goes on" in github_page(report, browser_of(member))


def test_what_could_not_be_told_is_shown_with_why_and_tried_again_on_request(report: Report, member: User) -> None:
    with acting_as(SYSTEM):
        errands.wish(report, Errand.STATE, now=NOW)
        errand = GitHubErrand.objects.select_related("report").get()
        errand.problem, errand.attempts = "GitHub cannot be reached.", errands.MOST_ATTEMPTS
        errand.save(update_fields=["problem", "attempts"])
    browser = browser_of(member)

    page = github_page(report, browser)
    front = browser.get(reverse("report", args=[report.reference])).content.decode()
    answer = browser.post(reverse("report-github-again", args=[report.reference]))

    assert "GitHub cannot be reached." in page
    assert "Nothing more happens by itself" in page
    assert "GitHub could not be told what happened here" in front
    assert answer.status_code == 302
    with acting_as(SYSTEM):
        assert GitHubErrand.objects.get().attempts == 0


def test_a_report_that_came_otherwise_has_no_such_page(member: User) -> None:
    report = factories.receipt().report
    browser = browser_of(member)

    assert browser.get(reverse("report-github", args=[report.reference])).status_code == HTTPStatus.NOT_FOUND
    assert "On GitHub" not in browser.get(reverse("report", args=[report.reference])).content.decode()


@pytest.mark.parametrize("name", ["report", "report-github"])
def test_both_pages_stay_within_their_queries(report: Report, member: User, name: str) -> None:
    browser, where = browser_of(member), reverse(name, args=[report.reference])
    browser.get(where)
    one = queries_of(browser, where)
    with acting_as(SYSTEM):
        for kind in (Errand.STATE, Errand.SEVERITY, Errand.COLLABORATORS):
            errands.wish(report, kind, now=NOW)

    assert queries_of(browser, where) == one
    assert one <= 12
