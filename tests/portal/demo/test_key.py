"""The demo makes a key of its own, so that encrypted mail can be tried."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from portal import openpgp
from portal.demo.openpgp import make_key
from portal.startup import encrypted_mail_is_read, own_keys_work


def test_the_key_of_the_demo_works_and_is_made_once(tmp_path: Path, settings: Settings) -> None:
    place, address = tmp_path / "openpgp.asc", settings.POLICY.organisation.security_address

    made = make_key(place, address=address)
    content = place.read_bytes()
    again = make_key(place, address=address)
    settings.OPENPGP_KEY, settings.OPENPGP_PASSPHRASE = str(place), ""

    assert (made, again, place.read_bytes()) == (True, True, content)
    assert place.stat().st_mode & 0o777 == 0o600
    assert openpgp.own_key()
    assert [*own_keys_work(), *encrypted_mail_is_read()] == []


def test_without_gnupg_the_demo_has_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert not make_key(tmp_path / "openpgp.asc", address="security@example.org")
    assert not (tmp_path / "openpgp.asc").exists()
