"""Who comes into the administration, by which way, and what nobody can do there."""

from collections.abc import Iterable
from http import HTTPStatus

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from teams.models import User
from tests import factories
from tests.cast import Stage, Who
from tests.people import browser_of, code
from tests.places import address
from tests.portal.administration.rows import OF_DISCLOSURES, OF_PEOPLE, OF_REPORTS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["maintainer", "plain"])
@pytest.mark.usefixtures("report")
def test_nobody_else_comes_in(who: str) -> None:
    user = factories.maintainer() if who == "maintainer" else factories.UserFactory.create()
    client = browser_of(user)

    answers = [client.get(reverse("admin:index")), client.get(reverse("admin:reports_report_changelist"))]

    assert [answer.status_code for answer in answers] == [HTTPStatus.FORBIDDEN] * 2


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/admin/teams/user/", "/account/login/?next=/admin/teams/user/"),
        ("/admin/login/?next=/admin/teams/user/", "/account/login/?next=%2Fadmin%2Fteams%2Fuser%2F"),
        ("/admin/login/?next=//evil.example/", "/account/login/?next=%2Fadmin%2F"),
        ("/admin/login/", "/account/login/?next=%2Fadmin%2F"),
    ],
)
def test_a_stranger_is_led_to_the_one_way_in(asked: str, led: str) -> None:
    assert Client().get(asked).headers["Location"] == led


@pytest.mark.parametrize("name", ["password_change", "password_change_done"])
def test_there_is_no_password_to_change(administrator: User, name: str) -> None:
    assert browser_of(administrator).get(reverse(f"admin:{name}")).status_code == HTTPStatus.NOT_FOUND


def test_an_administrator_without_second_factor_is_led_to_set_one_up(administrator: User) -> None:
    client = Client()
    client.force_login(administrator)

    answer = client.get(reverse("admin:index"))

    assert answer.headers["Location"] == reverse("second-factor")


@pytest.mark.parametrize("confirmed_ago", [None, 16 * 60])
def test_the_second_factor_is_asked_for_again_and_what_was_sent_goes_on(
    administrator: User, confirmed_ago: float | None
) -> None:
    client = browser_of(administrator, confirmed_ago=confirmed_ago)
    form = {"name": "new", "repository": "example/new", "description": "", "github_id": ""}
    url = reverse("admin:teams_project_add")

    asked = client.post(url, {**form, "archived_at_0": "", "archived_at_1": ""})
    assert asked.headers["Location"] == f"/account/2fa/reauthenticate/?next={url.replace('/', '%2F')}"
    went_on = client.post(asked.headers["Location"], {"code": code()})

    assert went_on.headers["Location"] == reverse("admin:teams_project_changelist")
    assert client.get(reverse("admin:index")).status_code == HTTPStatus.OK


def test_only_models_that_we_say_how_to_correct_are_there() -> None:
    names = {f"{model._meta.app_label}.{model._meta.model_name}" for model in admin.site._registry}  # noqa: SLF001

    ours = {"reports": OF_REPORTS, "disclosures": OF_DISCLOSURES, "teams": OF_PEOPLE}
    assert names == {f"{app}.{name}" for app, models in ours.items() for name in models}
    assert not {Authenticator, Session, UserSession, LogEntry} & set(admin.site._registry)  # noqa: SLF001


@pytest.mark.parametrize(
    ("who", "models"),
    [
        (Who.ADMINISTRATOR, [f"teams_{name}" for name in OF_PEOPLE]),
        (Who.MEMBER, [f"reports_{name}" for name in OF_REPORTS]),
        (Who.MEMBER, [f"disclosures_{name}" for name in OF_DISCLOSURES]),
    ],
)
def test_nothing_can_be_deleted(stage: Stage, who: Who, models: Iterable[str]) -> None:
    client = stage.browser(who)
    for model in models:
        change, listed = address(f"admin:{model}_change", stage), reverse(f"admin:{model}_changelist")

        page = client.get(listed).content.decode()
        deleted = client.post(change.replace("/change/", "/delete/"), {"post": "yes"}).status_code

        assert (model, change in page, deleted) == (model, True, HTTPStatus.FORBIDDEN)
        assert "delete_selected" not in page


def test_members_look_at_people_and_only_administrators_change_them(team: User) -> None:
    client = browser_of(team)
    url = reverse("admin:teams_user_change", args=[team.pk])

    page, tried = client.get(url), client.post(url, {"github_login": "me", "is_administrator": "on"})

    assert page.status_code == HTTPStatus.OK
    assert tried.status_code == HTTPStatus.FORBIDDEN
    team.refresh_from_db()
    assert not team.is_administrator
