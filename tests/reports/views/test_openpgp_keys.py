"""Giving a key: with the report, on its page, and what is said of one that is of no use."""

from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pysequoia import Cert
from pytest_django.fixtures import Settings

from portal.viewer import SYSTEM, acting_as
from reports import reporter_keys
from reports.intake import Receipt
from reports.models import OpenPGPKey, Reporter
from tests import factories
from tests.openpgp_keys import Keys, keys_of
from tests.visitor import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P4")]


@pytest.fixture
def ann() -> Keys:
    return keys_of("Ann <ann@example.org>")


@pytest.fixture
def receipt() -> Receipt:
    return factories.receipt(email="ann@example.org")


@pytest.fixture
def browser(receipt: Receipt) -> Client:
    client = Client()
    client.post(f"/r/{receipt.key}/")
    return client


def page(receipt: Receipt) -> str:
    return f"/track/{receipt.report.reference}/key/"


def fingerprints() -> list[str]:
    with acting_as(SYSTEM):
        return [key.fingerprint for key in OpenPGPKey.objects.in_force().select_related("report")]


def test_a_key_is_pasted_or_comes_as_a_file_with_armour_or_without(
    browser: Client, receipt: Receipt, ann: Keys
) -> None:
    bare = bytes(Cert.from_bytes(ann.certificate.encode()))
    ways = [
        {"openpgp_key": ann.certificate},
        {"openpgp_file": SimpleUploadedFile("key.asc", ann.certificate.encode())},
        {"openpgp_file": SimpleUploadedFile("key.pgp", bare)},
    ]
    for way in ways:
        with acting_as(SYSTEM):
            OpenPGPKey.objects.all().delete()

        answer = browser.post(page(receipt), way)

        assert (answer.status_code, fingerprints()) == (HTTPStatus.FOUND, [ann.fingerprint])
    assert ann.fingerprint[:4] in browser.get(page(receipt)).text


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ("", "Paste your public key, or choose the file that it is in."),
        ("hello", "This is no OpenPGP key."),
        ("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nnonsense\n", "This is no OpenPGP key."),
        ("secret", "This is your secret key: keep it to yourself."),
        ("two", "These are several keys. Please give us one."),
        ("expired", "This key expired on 31 December 2024."),
        ("x" * 300_000, "at most 262,144 fit here"),
    ],
)
def test_a_key_that_is_of_no_use_is_told_at_its_field(
    given: str, complaint: str, browser: Client, receipt: Receipt, ann: Keys
) -> None:
    expired = keys_of("Ann <ann@example.org>", lasts="1y", made="20240101T000000").certificate
    known = {"secret": ann.secret, "two": ann.certificate + keys_of("Bob <b@example.org>").certificate}
    text = {**known, "expired": expired}.get(given, given)

    answer = browser.post(page(receipt), {"openpgp_key": text})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert complaint in answer.text
    assert "PRIVATE KEY" not in answer.text
    assert fingerprints() == []


def test_what_is_no_key_never_breaks_the_page(browser: Client, receipt: Receipt, ann: Keys) -> None:
    bare = bytes(Cert.from_bytes(ann.certificate.encode()))
    for content in (b"\x00", b"\xff" * 5000, bare[:100], bare + b"\x99\xff\xff", b"\x98" * 70_000):
        answer = browser.post(page(receipt), {"openpgp_file": SimpleUploadedFile("key.pgp", content)})

        assert answer.status_code in {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.FOUND}


def test_another_key_is_shown_as_waiting_and_looking_confirms_nothing(
    browser: Client, receipt: Receipt, ann: Keys
) -> None:
    other = keys_of("Ann at home <ann@example.org>")
    browser.post(page(receipt), {"openpgp_key": ann.certificate})
    browser.post(page(receipt), {"openpgp_key": other.certificate})
    with acting_as(SYSTEM):
        reporter = Reporter.objects.get(pk=receipt.reporter.pk)
        key = reporter_keys.waiting(reporter)
        assert key
        link = f"{page(receipt)}confirm/{reporter_keys.proof_of(key)}/"

    seen = browser.get(link)

    assert "Waits for your word" in browser.get(page(receipt)).text
    assert (seen.status_code, fingerprints()) == (HTTPStatus.OK, [ann.fingerprint])
    browser.post(f"{page(receipt)}confirm/guessed/")
    assert fingerprints() == [ann.fingerprint]
    browser.post(link)
    assert fingerprints() == [other.fingerprint]


def test_a_key_is_taken_away_on_its_page_by_its_own_reporter_alone(
    browser: Client, receipt: Receipt, ann: Keys
) -> None:
    browser.post(page(receipt), {"openpgp_key": ann.certificate})
    other = factories.receipt()
    with acting_as(SYSTEM):
        number = OpenPGPKey.objects.get().pk
    stranger = Client()
    stranger.post(f"/r/{other.key}/")

    stranger.post(f"{page(other)}{number}/remove/")
    assert fingerprints() == [ann.fingerprint]
    browser.post(f"{page(receipt)}{number}/remove/")
    assert fingerprints() == []


def test_the_report_form_takes_a_key_and_says_where_it_is_wrong(ann: Keys, settings: Settings) -> None:
    settings.OPENPGP_KEY = ""
    visitor = Visitor()

    wrong = visitor.report(openpgp_key="nonsense")
    right = visitor.report(openpgp_key=ann.certificate)

    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "This is no OpenPGP key." in wrong.text
    assert (right.status_code, fingerprints()) == (HTTPStatus.FOUND, [ann.fingerprint])


def test_the_form_shows_our_key_where_there_is_one(client: Client, settings: Settings) -> None:
    team = keys_of("Team <security@example.org>")
    shown = []
    for secret in (team.secret, ""):
        settings.OPENPGP_KEY = secret
        shown.append([team.fingerprint[-4:] in client.get(where).text for where in ("/report/new/", "/report/")])

    assert shown == [[True, True], [False, False]]


@pytest.mark.parametrize(
    ("has_key", "said"), [(False, "Kept by people."), (True, "Encrypted mail is opened here")], ids=["none", "one"]
)
def test_the_policy_page_says_of_encryption_what_is_so(
    *, has_key: bool, said: str, client: Client, settings: Settings
) -> None:
    settings.OPENPGP_KEY = keys_of("Team <security@example.org>").secret if has_key else ""

    clause = client.get("/policy/").text.partition('id="P4"')[2].partition("</li>")[0]

    assert said in clause
    assert ("The portal has no OpenPGP key" in clause) == (not has_key)
