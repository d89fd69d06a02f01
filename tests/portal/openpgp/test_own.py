"""The organisation's own key: what the portal says of one that it cannot sign with."""

from pathlib import Path

import pytest
from pysequoia import Cert, Sig, Tsk, verify
from pytest_django.fixtures import Settings

from portal import openpgp
from portal.startup import own_keys_work


@pytest.fixture(scope="module")
def secret() -> Tsk:
    return Tsk.generate("Team <team@example.org>")


def said() -> list[str]:
    return [str(message.msg) for message in own_keys_work()]


def test_without_a_key_there_is_nothing_to_say(settings: Settings) -> None:
    settings.OPENPGP_KEY = ""

    assert openpgp.own_key() is None
    assert said() == []


def test_a_key_is_given_as_text_or_as_a_file(secret: Tsk, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "key.asc").write_text(str(secret))
    fingerprints = []
    for given in (str(secret), str(secret).replace("\n", "\\n"), str(tmp_path / "key.asc")):
        settings.OPENPGP_KEY = given
        assert said() == []
        key = openpgp.own_key()
        assert key
        fingerprints.append(key.fingerprint)

    assert fingerprints == [secret.extract_certificate().fingerprint.upper()] * 3


def test_what_it_signs_is_verified_by_what_is_published(secret: Tsk, settings: Settings) -> None:
    settings.OPENPGP_KEY = str(secret)
    key = openpgp.own_key()
    assert key

    public = Cert.from_bytes(key.certificate.encode())
    signature = Sig.from_bytes(key.signature(b"content").encode())
    verified = verify(bytes=b"content", store=lambda _: [public], signature=signature)

    assert [each.certificate for each in verified.valid_sigs] == [public.fingerprint]
    assert "PRIVATE" not in key.certificate


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("/nowhere/key.asc", "names a file that cannot be read: No such file or directory"),
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----\nnonsense", "is no OpenPGP key"),
    ],
)
def test_a_key_that_is_of_no_use_is_refused_at_the_start(given: str, why: str, settings: Settings) -> None:
    settings.OPENPGP_KEY = given

    assert [sentence.startswith(f"PORTAL_OPENPGP_KEY {why}") for sentence in said()] == [True]


def test_a_public_key_cannot_sign(secret: Tsk, settings: Settings) -> None:
    settings.OPENPGP_KEY = str(secret.extract_certificate())

    assert [sentence.startswith("PORTAL_OPENPGP_KEY cannot sign: it is a public key, ") for sentence in said()] == [
        True
    ]
