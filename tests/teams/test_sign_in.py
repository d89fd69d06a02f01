from datetime import timedelta
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from portal.demo.cast import NEWCOMER
from teams import leaving
from teams.enums import Outcome
from teams.models import Project, SyncRun, User
from tests import factories
from tests.github_wire import Browser, Instead, Wire

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo_urls"), pytest.mark.usefixtures("pooler")]


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    wire = Wire()
    monkeypatch.setattr(requests.Session, "get_adapter", lambda *_, **__: wire)
    return wire


@pytest.fixture
def browser(wire: Wire) -> Browser:
    del wire
    return Browser(Client())


def who(browser: Browser) -> str | None:
    """The id of the person whom the browser's session is for."""
    return browser.client.session.get("_auth_user_id")


def test_the_way_in_leads_through_github_with_state_and_proof_of_possession(browser: Browser) -> None:
    asked = parse_qs(urlsplit(browser.ask()).query)

    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert len(asked["state"][0]) >= 16
    assert set(asked["scope"][0].split()) == {"read:user", "read:org"}
    assert asked["redirect_uri"] == ["http://testserver/account/github/login/callback/"]


def test_whoever_comes_for_the_first_time_gets_an_account_without_rights(browser: Browser) -> None:
    response = browser.sign_in(NEWCOMER.id)

    user = User.objects.get(github_id=NEWCOMER.id)
    assert (response.status_code, response.headers["Location"]) == (HTTPStatus.FOUND, reverse("dashboard"))
    assert who(browser) == str(user.pk)
    assert (user.github_login, user.name, user.is_staff) == (NEWCOMER.login, NEWCOMER.name, False)
    assert not user.has_usable_password()


def test_no_token_and_no_list_of_addresses_is_kept(browser: Browser) -> None:
    browser.sign_in(NEWCOMER.id)

    assert SocialToken.objects.count() == 0
    assert EmailAddress.objects.count() == 0
    assert set(SocialAccount.objects.get().extra_data) == {"id", "login", "name", "email"}


def test_somebody_known_comes_back_as_themselves_under_whatever_name(browser: Browser) -> None:
    user = factories.UserFactory.create(github_login="old-name")
    browser.sign_in(user.github_id)
    browser.client.logout()
    User.objects.filter(pk=user.pk).update(github_login="stale")
    SocialAccount.objects.update(extra_data={})

    stand_in = {"id": user.github_id, "login": "new-name", "name": "New Name", "email": None}
    wire = requests.Session().get_adapter("https://github.com")
    assert isinstance(wire, Wire)
    wire.instead["/user"] = Instead(body=str(stand_in).replace("'", '"').replace("None", "null").encode())
    browser.sign_in(user.github_id)

    user.refresh_from_db()
    assert who(browser) == str(user.pk)
    assert (user.github_login, user.name) == ("new-name", "New Name")
    assert User.objects.count() == 1


def test_a_login_that_somebody_else_registered_again_opens_nothing(browser: Browser, wire: Wire) -> None:
    member = factories.member(github_login="sought-after")
    wire.instead["/user"] = Instead(body=b'{"id": 777, "login": "Sought-After", "name": "Mallory"}')

    browser.sign_in(NEWCOMER.id)

    mallory = User.objects.get(github_id=777)
    member.refresh_from_db()
    assert who(browser) == str(mallory.pk)
    assert mallory.membership is None
    assert member.github_login == f"renamed-{member.github_id}"


def test_sharing_an_address_connects_nobody(browser: Browser, wire: Wire) -> None:
    member = factories.member(email="shared@example.org")
    wire.instead["/user"] = Instead(
        body=b'{"id": 778, "login": "mallory", "email": "shared@example.org", '
        b'"emails": [{"email": "shared@example.org", "primary": true, "verified": true}]}'
    )

    browser.sign_in(NEWCOMER.id)

    assert who(browser) == str(User.objects.get(github_id=778).pk) != str(member.pk)


@pytest.mark.clause("P20", "P25")
def test_whoever_maintains_nothing_active_any_more_leaves_the_team_when_they_sign_in(browser: Browser) -> None:
    able, unable = factories.member(), factories.member()
    Project.objects.filter(maintainerships__user=unable).update(archived_at=timezone.now())

    for member in (able, unable):
        browser.sign_in(member.github_id)

    assert [departure.membership.user for departure in leaving.announced()] == [unable]


@pytest.mark.clause("P20", "P25")
@pytest.mark.parametrize(("outcome", "days_ago"), [(Outcome.HELD, 0), (Outcome.DISCARDED, 0), (Outcome.DONE, 9)])
def test_signing_in_ends_nothing_that_a_person_has_to_decide(browser: Browser, outcome: Outcome, days_ago: int) -> None:
    member = factories.member()
    Project.objects.filter(maintainerships__user=member).update(archived_at=timezone.now())
    SyncRun.objects.create(
        outcome=outcome,
        started_at=timezone.now() - timedelta(days=days_ago),
        ends=[] if outcome == Outcome.DONE else [f"membership:{member.github_id}"],
    )

    browser.sign_in(member.github_id)

    assert not leaving.announced().exists()


def test_an_account_that_was_switched_off_is_refused(browser: Browser) -> None:
    user = factories.UserFactory.create(is_active=False)

    response = browser.sign_in(user.github_id)

    assert response.headers["Location"] == reverse("account_inactive")
    assert who(browser) is None
    assert browser.client.get(reverse("account_inactive")).status_code == HTTPStatus.OK


def test_switching_an_account_off_ends_its_sessions_at_once(browser: Browser) -> None:
    browser.sign_in(NEWCOMER.id)

    User.objects.update(is_active=False)

    answer = browser.client.get(reverse("mfa_index"))
    assert answer.status_code == HTTPStatus.FOUND
    assert answer.headers["Location"].startswith(reverse("account_login"))


def test_the_session_changes_its_key_with_signing_in(browser: Browser) -> None:
    address = browser.ask()
    before = browser.client.session.session_key

    browser.client.get(browser.consent(address, account=NEWCOMER.id))

    assert browser.client.session.session_key != before


def test_signing_in_never_adds_an_account_to_somebody_who_is_signed_in(browser: Browser) -> None:
    user = factories.UserFactory.create()
    browser.client.force_login(user)

    browser.client.post("/account/github/login/?process=connect&scope=repo")
    address = browser.ask()
    browser.client.get(browser.consent(address, account=NEWCOMER.id))

    assert who(browser) == str(User.objects.get(github_id=NEWCOMER.id).pk)
    assert not SocialAccount.objects.filter(user=user).exists()
    assert "repo" not in parse_qs(urlsplit(address).query)["scope"][0].split()


def test_saying_no_at_github_ends_on_a_page_that_says_so(browser: Browser) -> None:
    response = browser.client.get(browser.consent(browser.ask(), account=None), follow=True)

    assert response.status_code == HTTPStatus.OK
    assert b"You are not signed in" in response.content
    assert who(browser) is None


@pytest.mark.parametrize(
    ("where", "instead"),
    [
        ("/access_token", requests.ConnectionError("down")),
        ("/access_token", requests.Timeout("slow")),
        ("/access_token", Instead(body=b"oops", status=500)),
        ("/access_token", Instead(body=b"{", status=200)),
        ("/access_token", Instead(body=b'{"access_token": 7}')),
        ("/access_token", Instead(body=b"[]")),
        ("/access_token", Instead(body=b"", content_type="")),
        ("/access_token", Instead(body=b"error=bad_verification_code", content_type="text/plain")),
        ("/user", requests.ConnectionError("down")),
        ("/user", Instead(body=b'{"message": "rate limit exceeded"}', status=403)),
        ("/user", Instead(body=b"<html>", content_type="text/html")),
        ("/user", Instead(body=b"[]")),
        ("/user", Instead(body=b"null")),
        ("/user", Instead(body=b'{"id": "12", "login": "x"}')),
        ("/user", Instead(body=b'{"id": true, "login": "x"}')),
        ("/user", Instead(body=b'{"id": 99999999999999999999, "login": "x"}')),
        ("/user", Instead(body=b'{"id": 12}')),
        ("/user", Instead(body=b'{"id": 12, "login": 5}')),
    ],
)
def test_whatever_github_answers_ends_on_a_page_that_says_so(
    browser: Browser, wire: Wire, where: str, instead: Instead | requests.RequestException
) -> None:
    wire.instead[where] = instead

    response = browser.sign_in(NEWCOMER.id)

    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert b"The sign-in failed" in response.content
    assert User.objects.count() == 0


def test_odd_characters_in_a_profile_are_no_obstacle(browser: Browser, wire: Wire) -> None:
    wire.instead["/user"] = Instead(
        body=b'{"id": 5, "login": "odd", "name": "Null\\u0000 \\ud800 and\\nnew line", "email": "%s"}' % (b"e" * 900)
    )

    browser.sign_in(NEWCOMER.id)

    assert User.objects.get().name == "Null\ufffd \ufffd and new line"


@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=y", "?error=access_denied"])
def test_coming_back_without_having_left_opens_nothing(browser: Browser, query: str) -> None:
    response = browser.client.get(f"/account/github/login/callback/{query}")

    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert who(browser) is None


def test_anothers_code_opens_nothing(browser: Browser) -> None:
    """The code of somebody else's sign-in fails at GitHub, for want of their proof of possession."""
    theirs = parse_qs(urlsplit(browser.consent(Browser(Client()).ask(), account=NEWCOMER.id)).query)
    mine = parse_qs(urlsplit(browser.ask()).query)

    response = browser.client.get(
        "/account/github/login/callback/", {"code": theirs["code"][0], "state": mine["state"][0]}
    )

    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert who(browser) is None


@pytest.mark.parametrize("address", ["person@example.org", "nobody@example.org"])
def test_passwords_are_not_asked_for_and_open_nothing(address: str) -> None:
    user = factories.UserFactory.create(email="person@example.org")
    user.set_password("correct horse")
    user.save()
    client = Client()

    response = client.post(reverse("account_login"), {"login": address, "password": "correct horse"})

    assert response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert "_auth_user_id" not in client.session
    assert not client.login(email="person@example.org", password="correct horse")
    assert not client.login(username=user.github_id, password="correct horse")


@pytest.mark.parametrize(
    "name",
    [
        "account_signup", "account_email", "account_change_password", "account_set_password", "account_reset_password",
        "account_confirm_login_code", "account_email_verification_sent", "socialaccount_signup",
        "socialaccount_connections", "mfa_login_webauthn", "mfa_signup_webauthn",
    ],
)  # fmt: skip
def test_pages_for_accounts_of_our_own_do_not_exist(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_the_page_with_the_button_lets_its_form_go_to_github_and_no_other_page_does() -> None:
    client = Client()

    policy = client.get(reverse("account_login")).headers["Content-Security-Policy"]
    elsewhere = client.get(reverse("policy")).headers["Content-Security-Policy"]

    assert "form-action 'self' https://github.com" in policy
    assert "github.com" not in elsewhere


def test_signing_in_leads_back_to_where_one_wanted_to_go_and_nowhere_else(browser: Browser) -> None:
    wanted = browser.sign_in(NEWCOMER.id, after="/team/")
    browser.client.logout()
    elsewhere = browser.sign_in(NEWCOMER.id, after="https://evil.example/")

    assert wanted.headers["Location"] == "/team/"
    assert elsewhere.headers["Location"] == reverse("dashboard")


def test_looking_at_the_address_of_the_button_does_nothing() -> None:
    assert Client().get(reverse("github_login")).status_code == HTTPStatus.METHOD_NOT_ALLOWED
