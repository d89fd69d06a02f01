"""The organisation's own key: what the portal says of one that it cannot sign with."""

from pathlib import Path

import pytest
from pysequoia import Cert, Sig, Tsk, verify
from pytest_django.fixtures import Settings

from portal import openpgp
from portal.startup import encrypted_mail_is_read, own_keys_work
from tests.openpgp_keys import GnuPG, keys_of


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


def warned() -> list[str]:
    return [str(message.id) for message in encrypted_mail_is_read()]


def test_a_key_that_only_signs_is_refused(settings: Settings) -> None:
    with GnuPG() as gpg:
        gpg.run("--quick-gen-key", "Team <team@example.org>", "ed25519", "sign", "never")
        settings.OPENPGP_KEY = gpg.run("--armor", "--export-secret-keys").decode()

    assert [sentence.startswith("PORTAL_OPENPGP_KEY cannot be encrypted to: ") for sentence in said()] == [True]


def test_retired_keys_have_to_be_secret_ones(settings: Settings) -> None:
    old = keys_of("Team <team@example.org>", lasts="1y", made="20240101T000000")
    settings.OPENPGP_RETIRED_KEYS = [old.secret]
    assert (said(), [key.fingerprint for key in openpgp.retired_keys()]) == ([], [old.fingerprint])

    settings.OPENPGP_RETIRED_KEYS = [old.certificate]
    assert [sentence.startswith("PORTAL_OPENPGP_RETIRED_KEYS names a public key") for sentence in said()] == [True]


def test_its_end_is_the_earliest_after_which_nobody_encrypts_to_it(settings: Settings) -> None:
    ends = []
    for lasts in ("never", "1y"):
        settings.OPENPGP_KEY = keys_of("Team <team@example.org>", lasts=lasts).secret
        key = openpgp.own_key()
        assert key
        ends.append(key.expires_at)

    assert ends[0] is None
    assert ends[1]


def test_it_is_said_what_keeps_encrypted_mail_from_being_read(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.OPENPGP_KEY = ""
    assert warned() == []

    settings.OPENPGP_KEY = keys_of(f"Team <{settings.POLICY.organisation.security_address}>").secret
    assert warned() == []

    settings.OPENPGP_KEY = keys_of("Team <team@example.org>").secret
    assert warned() == ["portal.W002"]

    monkeypatch.setenv("PATH", str(tmp_path))
    assert warned() == ["portal.W001", "portal.W002"]


def test_a_secret_is_shown_to_nobody_who_looks_at_the_key(settings: Settings) -> None:
    settings.OPENPGP_KEY = keys_of("Team <team@example.org>").secret

    assert "PRIVATE" not in repr(openpgp.own_key())
