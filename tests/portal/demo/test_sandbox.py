"""The stand-in for GitHub answers as GitHub does."""

import base64
import hashlib
import json
import os
from http import HTTPStatus
from pathlib import Path
from typing import NotRequired, TypedDict
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from portal.demo.cast import NEWCOMER
from portal.demo.sandbox import public_user
from portal.github import Profile, UnexpectedAnswer, read_profile
from tests import factories
from tests.github_wire import STAND_IN

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo_urls")]

CONTRACTS = Path(os.environ.get("CONTRACTS_DIR", settings.BASE_DIR.parent / "shared" / "contracts"))
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
CALLBACK = "http://localhost:8000/account/github/login/callback/"


class Schema(TypedDict):
    type: NotRequired[str]
    nullable: NotRequired[bool]
    properties: NotRequired[dict[str, "Schema"]]
    required: NotRequired[list[str]]


KINDS = {"string": str, "integer": int, "boolean": bool}


@pytest.mark.skipif(not CONTRACTS.exists(), reason="what GitHub publishes is not at hand: set CONTRACTS_DIR")
@pytest.mark.parametrize("profile", [NEWCOMER, Profile(id=5, login="x", name="", email="")])
def test_the_account_has_the_shape_that_github_describes(profile: Profile) -> None:
    described = json.loads((CONTRACTS / "github-subset.bundled.json").read_text())
    schema: Schema = described["components"]["schemas"]["public-user"]

    answer = public_user(profile)

    assert set(schema["required"]) <= set(answer) <= set(schema["properties"])
    for name, value in answer.items():
        promised = schema["properties"][name]
        assert (value is None and promised.get("nullable")) or isinstance(value, KINDS[promised["type"]]), name


def test_what_it_says_is_what_the_portal_reads() -> None:
    assert read_profile(public_user(NEWCOMER)) == NEWCOMER


@pytest.mark.parametrize("answer", [None, [], "x", {}, {"id": 0, "login": "x"}, {"id": 1, "login": ""}])
def test_anything_else_is_refused_without_quoting_it(answer: object) -> None:
    with pytest.raises(UnexpectedAnswer, match="GitHub's answer"):
        read_profile(answer)


def authorize(**changes: str) -> str:
    asked = {
        "client_id": "demo", "redirect_uri": CALLBACK, "scope": "read:user", "state": "s",
        "code_challenge": CHALLENGE, "code_challenge_method": "S256", "account": str(NEWCOMER.id),
    }  # fmt: skip
    answer = Client().post(f"{STAND_IN}/login/oauth/authorize", {**asked, **changes})
    assert answer.status_code == HTTPStatus.FOUND
    return answer.headers["Location"]


def code(**changes: str) -> str:
    return parse_qs(urlsplit(authorize(**changes)).query)["code"][0]


def exchange(**changes: str) -> dict[str, str]:
    sent = {
        "client_id": "demo", "client_secret": "demo", "redirect_uri": CALLBACK, "code_verifier": VERIFIER,
    }  # fmt: skip
    answer = Client().post(
        f"{STAND_IN}/login/oauth/access_token", {**sent, **changes}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == HTTPStatus.OK
    given: dict[str, str] = answer.json()
    return given


def test_a_code_with_its_proof_becomes_a_token_that_tells_who_it_is() -> None:
    token = exchange(code=code())

    answer = Client().get(f"{STAND_IN}/api/v3/user", headers={"Authorization": f"Bearer {token['access_token']}"})

    assert (token["token_type"], answer.json()["id"]) == ("bearer", NEWCOMER.id)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": "forged"}, "bad_verification_code"),
        ({"code_verifier": "w" * 43}, "bad_verification_code"),
        ({"client_secret": "other"}, "incorrect_client_credentials"),
        ({"client_id": "other"}, "incorrect_client_credentials"),
        ({"redirect_uri": "http://localhost:8000/elsewhere/"}, "redirect_uri_mismatch"),
    ],
)
def test_it_refuses_as_github_does(changes: dict[str, str], error: str) -> None:
    assert exchange(**{"code": code(), **changes})["error"] == error


def test_saying_no_is_told_to_the_portal() -> None:
    back = urlsplit(authorize(account=""))

    assert parse_qs(back.query)["error"] == ["access_denied"]
    assert parse_qs(back.query)["state"] == ["s"]


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/account/github/login/callback/"},
        {"redirect_uri": "http://localhost:8000/elsewhere/"},
        {"redirect_uri": ""},
        {"redirect_uri": "http://["},
        {"client_id": "other"},
        {"code_challenge_method": "plain"},
    ],
)
def test_it_leads_nowhere_but_back_to_the_portal(changes: dict[str, str]) -> None:
    asked = {"client_id": "demo", "redirect_uri": CALLBACK, "code_challenge": CHALLENGE, **changes}

    answer = Client().get(f"{STAND_IN}/login/oauth/authorize", asked)

    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_it_offers_every_account_and_a_newcomer() -> None:
    factories.UserFactory.create(github_login="somebody")
    asked = {"client_id": "demo", "redirect_uri": CALLBACK, "code_challenge": CHALLENGE}

    page = Client().get(f"{STAND_IN}/login/oauth/authorize", asked).content.decode()

    assert "Continue as @somebody" in page
    assert f"Continue as @{NEWCOMER.login}" in page


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer forged", "Basic x", "token gho_forged"])
def test_without_a_token_of_its_own_it_says_nothing(header: str) -> None:
    answer = Client().get(f"{STAND_IN}/api/v3/user", headers={"Authorization": header})

    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert answer.json()["message"] == "Bad credentials"


@pytest.mark.urls("portal.urls")
@pytest.mark.parametrize(
    "path",
    [
        "/demo/", "/demo/sign-in/lead/", "/demo/mailbox/", "/sandbox/github/login/oauth/authorize",
        "/sandbox/github/login/oauth/access_token", "/sandbox/github/api/v3/user",
    ],
)  # fmt: skip
def test_without_a_demo_none_of_this_exists(path: str) -> None:
    assert not settings.DEMO
    with pytest.raises(Resolver404):
        resolve(path)


def test_with_a_demo_it_does() -> None:
    assert reverse("demo") == "/demo/"
