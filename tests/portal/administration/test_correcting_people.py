"""Who belongs to the team, maintains what and may sign in is put straight by administrators alone."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from allauth.usersessions.models import UserSession
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from teams import leaving
from teams.models import Maintainership, SecurityTeamMembership, User
from tests import factories
from tests.people import browser_of
from tests.portal.administration.correcting import correct, errors_in

pytestmark = pytest.mark.django_db


@pytest.mark.clause("P25")
def test_a_membership_ends_for_a_reason_and_at_once(administrator: User, team: User) -> None:
    client = browser_of(administrator)
    membership = SecurityTeamMembership.objects.get(user=team)
    end = {"until_0": "2026-06-01", "until_1": "10:00:00"}

    refused = correct(client, "teams_securityteammembership", membership.pk, **end)
    correct(client, "teams_securityteammembership", membership.pk, **end, ended_reason="Left.")

    assert errors_in(refused.content) == ["Say why it ends."]
    assert User.objects.get(pk=team.pk).membership is None
    assert browser_of(team).get(reverse("admin:index")).status_code == HTTPStatus.FORBIDDEN


def test_a_maintainership_ends_for_a_reason(administrator: User) -> None:
    factories.maintainer()
    row = Maintainership.objects.get()

    answer = correct(
        browser_of(administrator), "teams_maintainership", row.pk, until_0="2026-06-01", until_1="10:00:00"
    )

    assert errors_in(answer.content) == ["Say why it ends."]


@pytest.mark.clause("P20")
@pytest.mark.clause("P23")
def test_only_active_maintainers_of_active_projects_join_the_team(administrator: User) -> None:
    client, url = browser_of(administrator), reverse("admin:teams_securityteammembership_add")
    former = factories.maintainer(project=factories.ProjectFactory.create(archived_at=timezone.now()))
    active = factories.maintainer()

    def join(user: User) -> HttpResponse:
        form = {"user": str(user.pk), "reason": "Offered.", "since_0": "2026-01-05", "since_1": "10:00:00"}
        response = client.post(url, {**form, "until_0": "", "until_1": "", "ended_reason": ""})
        assert isinstance(response, HttpResponse)
        return response

    refused, welcomed = join(former), join(active)

    assert "maintain no active project" in errors_in(refused.content)[0]
    assert welcomed.status_code == HTTPStatus.FOUND
    assert list(SecurityTeamMembership.objects.values_list("user", flat=True)) == [active.pk]


def test_somebody_is_left_to_administer(administrator: User) -> None:
    form = {"github_login": "x", "delivery": "at_once", "is_active": "on"}

    answer = browser_of(administrator).post(reverse("admin:teams_user_change", args=[administrator.pk]), form)

    assert "only administrator" in errors_in(answer.content)[0]


def listed_browser_of(user: User) -> Client:
    """Among their sessions, as one that came in by the door."""
    theirs = browser_of(user)
    UserSession.objects.get_or_create(
        session_key=theirs.session.session_key, defaults={"user": user, "ip": "127.0.0.1", "user_agent": "x"}
    )
    return theirs


def test_leaving_the_team_ends_the_sessions_at_once(administrator: User, team: User) -> None:
    theirs, membership = listed_browser_of(team), SecurityTeamMembership.objects.get(user=team)
    end = {"until_0": "2026-06-01", "until_1": "10:00:00", "ended_reason": "Left."}

    correct(browser_of(administrator), "teams_securityteammembership", membership.pk, reason="Joined in spring.")
    before = theirs.get(reverse("mfa_index")).status_code
    correct(browser_of(administrator), "teams_securityteammembership", membership.pk, **end)

    assert (before, theirs.get(reverse("mfa_index")).status_code) == (HTTPStatus.OK, HTTPStatus.FOUND)


@pytest.mark.clause("P25")
def test_what_a_member_looked_after_changes_hands_when_they_are_put_out(administrator: User, team: User) -> None:
    """However long ago the end is dated; and what has ended does not begin again by a correction."""
    client, membership = browser_of(administrator), SecurityTeamMembership.objects.get(user=team)
    SecurityTeamMembership.objects.update(since=timezone.now() - timedelta(days=400))
    end = {"until_0": f"{timezone.now() - timedelta(days=90):%Y-%m-%d}", "until_1": "10:00:00"}

    correct(client, "teams_securityteammembership", membership.pk, **end, ended_reason="Left.")
    announced = list(leaving.announced().values_list("membership", flat=True))
    for departure in leaving.announced():
        leaving.end(departure, now=timezone.now())
    again = correct(client, "teams_securityteammembership", membership.pk, until_0="", until_1="", ended_reason="")

    assert announced == [membership.pk]
    assert "They may join again" in " ".join(errors_in(again.content))


@pytest.mark.clause("P20", "P25")
def test_whose_account_is_switched_off_leaves_the_team(administrator: User, team: User) -> None:
    form = {"github_login": team.github_login, "delivery": "at_once"}

    browser_of(administrator).post(reverse("admin:teams_user_change", args=[team.pk]), form)

    assert [departure.membership.user for departure in leaving.announced()] == [team]


def test_a_new_administrator_signs_in_anew(administrator: User) -> None:
    user = factories.UserFactory.create()
    theirs = listed_browser_of(user)

    correct(browser_of(administrator), "teams_user", user.pk, is_administrator="on")

    assert User.objects.get(pk=user.pk).is_administrator
    assert theirs.get(reverse("mfa_index")).status_code == HTTPStatus.FOUND


def test_an_administrator_signs_somebody_out_everywhere(administrator: User) -> None:
    user = factories.UserFactory.create()
    theirs = listed_browser_of(user)

    browser_of(administrator).post(
        reverse("admin:teams_user_changelist"), {"action": "sign_out", "_selected_action": [str(user.pk)]}
    )

    assert theirs.get(reverse("mfa_index")).status_code == HTTPStatus.FOUND


def test_an_account_can_be_made_before_its_person_signs_in(administrator: User) -> None:
    form = {"github_id": "4711", "github_login": "soon", "delivery": "at_once", "is_active": "on"}

    browser_of(administrator).post(reverse("admin:teams_user_add"), form)

    user = User.objects.get(github_id=4711)
    assert not user.has_usable_password()
