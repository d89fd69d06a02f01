import re
from http import HTTPStatus

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from portal.viewer import ANONYMOUS, UserViewer
from teams.membership import viewer_for
from teams.models import User
from tests import factories
from tests.github_wire import Browser, Wire
from tests.people import SECRET, browser_of, code, with_second_factor

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls("tests.demo_urls"),
    pytest.mark.usefixtures("half_minute"),
]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.clause("P8")
def test_a_member_without_a_second_factor_sees_no_report_and_with_one_does() -> None:
    report, member = factories.receipt().report, factories.member()
    client = signed_in(member)

    before = client.get(report.get_absolute_url())
    with_second_factor(member)
    after = client.get(report.get_absolute_url())

    assert (before.status_code, before.headers["Location"]) == (HTTPStatus.FOUND, reverse("second-factor"))
    assert after.status_code == HTTPStatus.OK
    assert report.reference in after.content.decode()


@pytest.mark.parametrize("kind", ["member", "maintainer", "administrator"])
def test_a_role_takes_no_effect_without_a_second_factor(kind: str) -> None:
    match kind:
        case "member":
            user = factories.member()
        case "maintainer":
            user = factories.maintainer()
        case _:
            user = factories.UserFactory.create(is_administrator=True)

    without = viewer_for(user)
    with_second_factor(user)
    renewed = viewer_for(User.objects.get(pk=user.pk))

    assert without == ANONYMOUS
    assert renewed == UserViewer(user_id=user.pk, is_member=kind == "member")


def test_recovery_codes_alone_are_no_second_factor() -> None:
    member = factories.member()
    Authenticator.objects.create(
        user=member, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x", "used_mask": 0}
    )

    assert viewer_for(member) == ANONYMOUS


def test_an_organisation_may_leave_the_second_factor_to_its_people(settings: Settings) -> None:
    settings.REQUIRE_MFA = False
    member = factories.member()

    assert viewer_for(member) == UserViewer(user_id=member.pk, is_member=True)


def test_whoever_has_no_role_is_not_asked() -> None:
    plain = factories.UserFactory.create()

    answer = signed_in(plain).get(reverse("second-factor"))

    assert answer.headers["Location"] == reverse("dashboard")


def test_the_page_says_why_and_leads_to_both_ways_of_setting_it_up() -> None:
    client = signed_in(factories.member())

    page = client.get(reverse("second-factor"))
    ways = [reverse("mfa_add_webauthn"), reverse("mfa_activate_totp")]

    assert "your role here takes no effect" in page.content.decode()
    for way in ways:
        assert way in page.content.decode()
        assert client.get(way).status_code == HTTPStatus.OK


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_opens_the_reports_and_hands_out_recovery_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    report, member = factories.receipt().report, factories.member()
    client = signed_in(member)
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.generate_totp_secret", lambda length=20: SECRET)  # noqa: ARG005

    client.get(reverse("mfa_activate_totp"))
    done = client.post(reverse("mfa_activate_totp"), {"code": code()})
    shown = client.get(done.headers["Location"])

    assert done.headers["Location"] == reverse("mfa_view_recovery_codes")
    assert shown.status_code == HTTPStatus.OK
    assert client.get(report.get_absolute_url()).status_code == HTTPStatus.OK


def test_secrets_are_not_stored_in_the_clear() -> None:
    with_second_factor(factories.member())

    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        rows = cursor.fetchall()

    assert len(rows) == 1
    assert SECRET not in rows[0][0]


def test_secrets_survive_a_new_key_of_the_installation(settings: Settings) -> None:
    member = with_second_factor(factories.member())

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next key of this installation, as long as it has to be"

    assert Authenticator.objects.get(user=member).wrap().validate_code(code())


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    wire = Wire()
    monkeypatch.setattr("requests.Session.get_adapter", lambda *_, **__: wire)
    return Browser(Client())


def test_signing_in_asks_for_the_second_factor_before_there_is_a_session(browser: Browser) -> None:
    member = with_second_factor(factories.member())

    asked = browser.sign_in(member.github_id)
    before = browser.client.session.get("_auth_user_id")
    wrong = browser.client.post(reverse("mfa_authenticate"), {"code": "000000"})
    right = browser.client.post(reverse("mfa_authenticate"), {"code": code()})

    assert asked.headers["Location"] == reverse("mfa_authenticate")
    assert before is None
    assert wrong.status_code == HTTPStatus.OK
    assert right.headers["Location"] == reverse("dashboard")
    assert browser.client.session["_auth_user_id"] == str(member.pk)


def test_a_code_opens_the_door_once(browser: Browser) -> None:
    member = with_second_factor(factories.member())
    spent = code()
    browser.sign_in(member.github_id)
    browser.client.post(reverse("mfa_authenticate"), {"code": spent})

    again = Browser(Client())
    again.sign_in(member.github_id)
    answer = again.client.post(reverse("mfa_authenticate"), {"code": spent})

    assert answer.status_code == HTTPStatus.OK
    assert "_auth_user_id" not in again.client.session


def test_a_recovery_code_opens_the_door_once(browser: Browser) -> None:
    member = with_second_factor(factories.member())
    spare = RecoveryCodes.activate(member).get_unused_codes()[0]

    answers = []
    for each in (browser, Browser(Client())):
        each.sign_in(member.github_id)
        answers.append(each.client.post(reverse("mfa_authenticate"), {"code": spare}).status_code)

    assert answers == [HTTPStatus.FOUND, HTTPStatus.OK]


def test_guessing_codes_ends_soon(browser: Browser) -> None:
    member = with_second_factor(factories.member())
    browser.sign_in(member.github_id)

    said = [browser.client.post(reverse("mfa_authenticate"), {"code": f"{n:06}"}).content.decode() for n in range(12)]

    assert "Too many" in said[-1]
    assert "Too many" in browser.client.post(reverse("mfa_authenticate"), {"code": code()}).content.decode()


def test_guessing_codes_ends_soon_when_asked_again_too() -> None:
    member = factories.member()
    guesser = browser_of(member, confirmed_ago=None)

    for number in range(12):
        guesser.post(reverse("mfa_reauthenticate"), {"code": f"{number:06}"})
    right = guesser.post(reverse("mfa_reauthenticate"), {"code": code()})

    assert right.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert guesser.get(reverse("admin:index")).headers["Location"].startswith(reverse("mfa_reauthenticate"))


def test_removing_the_second_factor_needs_it_once_more() -> None:
    client = browser_of(factories.member(), confirmed_ago=None)

    asked = client.post(reverse("mfa_deactivate_totp"))

    assert asked.headers["Location"].startswith(reverse("mfa_reauthenticate"))
    assert Authenticator.objects.count() == 1


def test_no_page_of_the_account_shows_a_secret_again() -> None:
    client = browser_of(factories.member())

    page = client.get(reverse("mfa_index")).content.decode()

    assert SECRET not in page
    assert not re.search(r"otpauth:", page)
