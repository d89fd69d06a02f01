"""Where mail programs find the key of an address by themselves."""

from http import HTTPStatus

import pytest
from django.test import Client
from pysequoia import Cert
from pytest_django.fixtures import Settings

from portal.openpgp import directory
from tests.openpgp_keys import Keys, keys_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P4")]


@pytest.fixture
def address(settings: Settings) -> str:
    return str(settings.POLICY.organisation.security_address)


@pytest.fixture
def team(settings: Settings, address: str) -> Keys:
    keys = keys_of(f"Team <{address}>")
    settings.OPENPGP_KEY = keys.secret
    return keys


def test_the_name_of_an_address_is_as_the_draft_gives_it() -> None:
    assert directory.name_of("Joe.Doe@example.org") == "iy9q119eutrkn8s1mk4r39qejnbu3n5q"


@pytest.mark.parametrize("way", ["", "wasmcloud.com/"])
def test_both_methods_hand_out_the_binary_key_to_every_site(way: str, client: Client, team: Keys, address: str) -> None:
    where = f"/.well-known/openpgpkey/{way}hu/{directory.name_of(address)}?l=security"

    answers = [client.get(where), client.head(where)]

    for answer in answers:
        assert (answer.status_code, answer.headers["Content-Type"]) == (HTTPStatus.OK, "application/octet-stream")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert Cert.from_bytes(answers[0].content).fingerprint.upper() == team.fingerprint
    assert b"PRIVATE" not in answers[0].content
    assert not answers[0].content.startswith(b"-----")


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("way", ["", "wasmcloud.com/"])
def test_the_policy_file_is_there_and_empty(way: str, client: Client) -> None:
    answer = client.get(f"/.well-known/openpgpkey/{way}policy")

    assert (answer.status_code, answer.content) == (HTTPStatus.OK, b"")
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("way", ["hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q", "example.org/policy", "example.org/hu/x"])
def test_other_addresses_have_no_key_here(way: str, client: Client) -> None:
    assert client.get(f"/.well-known/openpgpkey/{way}").status_code == HTTPStatus.NOT_FOUND


def test_without_a_key_there_is_no_directory(client: Client, address: str, settings: Settings) -> None:
    settings.OPENPGP_KEY = ""

    for way in (f"hu/{directory.name_of(address)}", "policy"):
        assert client.get(f"/.well-known/openpgpkey/{way}").status_code == HTTPStatus.NOT_FOUND
