"""Mail that comes encrypted or signed, as people's programs make it, with keys that are thrown away."""

import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from pysequoia import encrypt
from pytest_django.fixtures import Settings

from portal.inbound.values import Address, OpenPGPForm, OpenPGPPart, ReceivedFile, ReceivedMail
from portal.openpgp import gnupg_home
from reports.correspondence import opening
from reports.correspondence.opening import OpenedMail, open_mail
from reports.enums import Opened, Signed
from tests.openpgp_keys import Keys, encrypted, keys_of, signed

pytestmark = pytest.mark.clause("P4")

ENTITY = (
    b"Content-Type: text/plain; charset=utf-8; protected-headers=v1\r\n"
    b"Subject: The inner subject\r\n"
    b"From: Ann <ann@example.org>\r\n"
    b"\r\n"
    b"The words within.\r\n"
)


@pytest.fixture
def team(settings: Settings) -> Keys:
    keys = keys_of("Team <security@example.org>", passphrase="correct horse")
    settings.OPENPGP_KEY, settings.OPENPGP_PASSPHRASE = keys.secret, keys.passphrase
    return keys


@pytest.fixture
def ann() -> Keys:
    return keys_of("Ann <ann@example.org>")


def mail(
    form: OpenPGPForm,
    content: bytes,
    *,
    signature: bytes = b"",
    covers_all: bool = True,
    text: str = "",
    files: Sequence[ReceivedFile] = (),
    keys: Sequence[bytes] = (),
) -> ReceivedMail:
    return ReceivedMail(
        sender=Address("Ann", "ann@example.org"),
        subject="...",
        text=text,
        files=files,
        keys=keys,
        openpgp=OpenPGPPart(form=form, content=content, signature=signature, covers_all=covers_all),
    )


def state(opened: OpenedMail) -> tuple[Opened, Signed, str]:
    return opened.opened, opened.signed, opened.signer


def test_what_has_nothing_to_do_with_openpgp_stays_as_it_is() -> None:
    plain = ReceivedMail(text="Hello")

    assert open_mail(plain, known_keys=[]) == OpenedMail(mail=plain)


def test_encrypted_and_signed_mail_is_read_with_its_inner_subject(team: Keys, ann: Keys) -> None:
    sent = mail(OpenPGPForm.ENCRYPTED_MIME, encrypted(ENTITY, to=[team], by=ann))

    opened = open_mail(sent, known_keys=[ann.certificate])

    assert state(opened) == (Opened.OPENED, Signed.GOOD, ann.fingerprint)
    assert (opened.mail.subject, opened.mail.text.strip()) == ("The inner subject", "The words within.")
    assert opened.oddities == []


def test_a_mail_that_nobody_signed_says_nothing_of_its_sender(team: Keys) -> None:
    sent = mail(OpenPGPForm.ENCRYPTED_MIME, encrypted(ENTITY, to=[team]))

    assert state(open_mail(sent, known_keys=[])) == (Opened.OPENED, Signed.NOT, "")


def test_the_key_that_came_with_the_mail_is_a_strangers_until_it_is_known(team: Keys, ann: Keys) -> None:
    sent = mail(
        OpenPGPForm.ENCRYPTED_MIME, encrypted(ENTITY, to=[team], by=ann), keys=[b"no key", ann.certificate.encode()]
    )

    assert state(open_mail(sent, known_keys=[])) == (Opened.OPENED, Signed.FOREIGN, ann.fingerprint)


def test_a_signature_by_a_key_that_is_nowhere_is_foreign_too(team: Keys, ann: Keys) -> None:
    opened = open_mail(mail(OpenPGPForm.ENCRYPTED_MIME, encrypted(ENTITY, to=[team], by=ann)), known_keys=[])

    assert state(opened) == (Opened.OPENED, Signed.FOREIGN, ann.fingerprint)
    assert opened.oddities == ["Its signature could not be checked: we do not have the key that made it."]


def test_somebody_elses_key_does_not_speak_for_the_sender(team: Keys, ann: Keys) -> None:
    mallory = keys_of("Ann <ann@example.org>", lasts="1y")
    sent = mail(
        OpenPGPForm.ENCRYPTED_MIME,
        encrypted(ENTITY, to=[team], by=mallory),
        keys=[mallory.certificate.encode()],
    )

    assert state(open_mail(sent, known_keys=[ann.certificate])) == (
        Opened.OPENED,
        Signed.FOREIGN,
        mallory.fingerprint,
    )


def test_a_user_id_cannot_speak_for_gnupg(team: Keys, ann: Keys) -> None:
    forged = f"[GNUPG:] NEWSIG\u0085[GNUPG:] GOODSIG 0 x\u0085[GNUPG:] VALIDSIG {ann.fingerprint} {ann.fingerprint}"
    mallory = keys_of(f"Mallory\u2028{forged}\u0085 <mallory@example.org>")
    sent = mail(
        OpenPGPForm.ENCRYPTED_MIME, encrypted(ENTITY, to=[team], by=mallory), keys=[mallory.certificate.encode()]
    )

    opened = open_mail(sent, known_keys=[ann.certificate])

    assert state(opened) == (Opened.OPENED, Signed.FOREIGN, mallory.fingerprint)


@pytest.mark.usefixtures("team")
def test_a_retired_key_still_reads_old_mail(settings: Settings) -> None:
    old = keys_of("Team <security@example.org>", passphrase="battery", lasts="1y", made="20240101T000000")
    settings.OPENPGP_RETIRED_KEYS, settings.OPENPGP_RETIRED_PASSPHRASES = [old.secret], [old.passphrase]
    sent = encrypted(ENTITY, to=[old], options=["--faked-system-time", "20240301T000000"])

    opened = open_mail(mail(OpenPGPForm.ENCRYPTED_MIME, sent), known_keys=[])

    assert state(opened) == (Opened.RETIRED, Signed.NOT, "")
    assert opened.mail.text.strip() == "The words within."


@pytest.mark.usefixtures("team")
def test_mail_to_somebody_elses_key_stays_shut_and_whole(ann: Keys) -> None:
    sent = mail(OpenPGPForm.ENCRYPTED_MIME, encrypted(ENTITY, to=[ann]), text="as it came")

    assert open_mail(sent, known_keys=[]) == OpenedMail(mail=sent, opened=Opened.SHUT)


def test_without_a_key_of_ours_everything_stays_shut(ann: Keys, settings: Settings) -> None:
    settings.OPENPGP_KEY = ""
    sent = mail(OpenPGPForm.ENCRYPTED_MIME, encrypted(ENTITY, to=[ann]))

    assert open_mail(sent, known_keys=[]).opened is Opened.SHUT


def test_damaged_mail_is_told_apart_from_mail_for_others(team: Keys) -> None:
    whole = encrypted(ENTITY * 50, to=[team], options=["--no-armor", "--compress-algo", "none"])
    for damaged in (whole[: len(whole) // 2], whole[:-200] + bytes(byte ^ 1 for byte in whole[-200:]), b"nonsense"):
        opened = open_mail(mail(OpenPGPForm.ENCRYPTED_MIME, damaged), known_keys=[])

        assert (opened.opened, opened.mail.text) == (Opened.BROKEN, "")


def test_a_locked_key_is_told_apart_from_one_we_do_not_have(team: Keys, settings: Settings) -> None:
    settings.OPENPGP_KEY, settings.OPENPGP_RETIRED_KEYS = "", [team.secret]
    settings.OPENPGP_PASSPHRASE = "another"

    opened = open_mail(mail(OpenPGPForm.ENCRYPTED_MIME, encrypted(ENTITY, to=[team])), known_keys=[])

    assert (opened.opened, opened.oddities) == (Opened.SHUT, [opening.LOCKED])


@pytest.mark.usefixtures("team")
def test_mail_encrypted_by_a_password_stays_shut() -> None:
    with_password = encrypt(ENTITY, passwords=["a password"])

    assert open_mail(mail(OpenPGPForm.ENCRYPTED_MIME, with_password), known_keys=[]).opened is Opened.SHUT


def test_text_encrypted_within_a_mail_takes_the_place_of_its_armour(team: Keys, ann: Keys) -> None:
    armour = encrypted("Grüße aus dem Text".encode(), to=[team], by=ann)
    whole = mail(OpenPGPForm.ENCRYPTED_INLINE, armour, text=armour.decode())
    part = mail(OpenPGPForm.ENCRYPTED_INLINE, armour, text=f"Before\n{armour.decode()}\nAfter\n", covers_all=False)

    of_whole, of_part = (open_mail(each, known_keys=[ann.certificate]) for each in (whole, part))

    assert state(of_whole) == (Opened.OPENED, Signed.GOOD, ann.fingerprint)
    assert of_whole.mail.text.strip() == "Grüße aus dem Text"
    assert state(of_part) == (Opened.OPENED, Signed.PARTIAL, ann.fingerprint)
    assert of_part.mail.text == "Before\n\nGrüße aus dem Text\n\nAfter\n"


@pytest.mark.usefixtures("team")
def test_a_clear_signature_covers_what_it_covers(ann: Keys) -> None:
    armour = signed(b"- with a dash\nHello\n", by=ann, how="--clear-sign")
    changed = armour.replace(b"Hello", b"Hallo")

    whole = open_mail(mail(OpenPGPForm.SIGNED_INLINE, armour), known_keys=[ann.certificate])
    part = open_mail(mail(OpenPGPForm.SIGNED_INLINE, armour, covers_all=False), known_keys=[ann.certificate])
    other = open_mail(mail(OpenPGPForm.SIGNED_INLINE, changed), known_keys=[ann.certificate])

    assert state(whole) == (Opened.CLEAR, Signed.GOOD, ann.fingerprint)
    assert whole.mail.text.strip() == "- with a dash\nHello"
    assert [each.signed for each in (part, other)] == [Signed.PARTIAL, Signed.BAD]


@pytest.mark.parametrize("ends", [b"\r\n", b"\n"])
@pytest.mark.usefixtures("team")
def test_a_signature_beside_a_mail_is_checked_however_its_lines_end(ann: Keys, ends: bytes) -> None:
    signature = signed(ENTITY, by=ann)
    came = ENTITY.replace(b"\r\n", ends)

    good = open_mail(mail(OpenPGPForm.SIGNED_MIME, came, signature=signature), known_keys=[ann.certificate])
    bad = open_mail(
        mail(OpenPGPForm.SIGNED_MIME, came + b"and more", signature=signature), known_keys=[ann.certificate]
    )
    none = open_mail(mail(OpenPGPForm.SIGNED_MIME, came, signature=b"none"), known_keys=[ann.certificate])

    assert state(good) == (Opened.CLEAR, Signed.GOOD, ann.fingerprint)
    assert [each.signed for each in (bad, none)] == [Signed.BAD, Signed.BAD]


@pytest.mark.usefixtures("team")
def test_the_signature_of_an_expired_key_is_no_proof() -> None:
    expired = keys_of("Ann <ann@example.org>", lasts="1y", made="20240101T000000")
    with_old = signed(ENTITY, by=expired, how="--detach-sign", made="20240301T000000")

    opened = open_mail(mail(OpenPGPForm.SIGNED_MIME, ENTITY, signature=with_old), known_keys=[expired.certificate])

    assert state(opened) == (Opened.CLEAR, Signed.FOREIGN, expired.fingerprint)
    assert opened.oddities == ["The key that signed it, or its signature, has expired or was revoked."]


def test_encrypted_files_are_opened_under_their_own_names(team: Keys, ann: Keys) -> None:
    files = [
        ReceivedFile(name="poc.py.pgp", content=encrypted(b"print(1)", to=[team], by=ann, options=["--no-armor"])),
        ReceivedFile(name="notes.txt.asc", content=encrypted(b"notes", to=[team])),
        ReceivedFile(name="theirs.asc", content=encrypted(b"x", to=[ann])),
        ReceivedFile(name="key.asc", content=ann.certificate.encode()),
    ]

    opened = open_mail(mail(OpenPGPForm.ENCRYPTED_FILES, b"", files=files), known_keys=[ann.certificate])

    assert state(opened) == (Opened.OPENED, Signed.PARTIAL, ann.fingerprint)
    assert [file.name for file in opened.mail.files] == ["poc.py", "notes.txt", "theirs.asc", "key.asc"]
    assert [file.content for file in opened.mail.files[:2]] == [b"print(1)", b"notes"]
    assert opened.oddities == ["The file theirs.asc is encrypted, and could not be opened."]


@pytest.mark.usefixtures("team")
def test_files_that_cannot_be_opened_make_a_mail_that_could_not_be_opened(ann: Keys) -> None:
    files = [ReceivedFile(name="theirs.asc", content=encrypted(b"x", to=[ann]))]

    assert open_mail(mail(OpenPGPForm.ENCRYPTED_FILES, b"", files=files), known_keys=[]).opened is Opened.SHUT


def test_a_bomb_of_fifty_megabytes_is_not_opened_and_costs_little(team: Keys) -> None:
    bomb = encrypted(bytes(50 * 1024 * 1024), to=[team], options=["--no-armor", "-z", "9"])
    began = time.monotonic()

    opened = open_mail(mail(OpenPGPForm.ENCRYPTED_MIME, bomb), known_keys=[])

    assert (opened.opened, opened.oddities) == (Opened.BROKEN, [opening.TOO_LONG])
    assert len(bomb) < 100_000
    assert time.monotonic() - began < 5


def test_without_gnupg_mail_is_kept_and_says_why(team: Keys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sent = mail(OpenPGPForm.ENCRYPTED_MIME, encrypted(ENTITY, to=[team]))
    monkeypatch.setenv("PATH", str(tmp_path))

    assert open_mail(sent, known_keys=[]) == OpenedMail(mail=sent, opened=Opened.SHUT, oddities=[opening.NO_GNUPG])


def test_nothing_stays_behind_and_no_agent_runs_on(team: Keys) -> None:
    place = gnupg_home.place()
    before = set(place.glob(f"{gnupg_home.PREFIX}*"))

    open_mail(mail(OpenPGPForm.ENCRYPTED_MIME, encrypted(ENTITY, to=[team])), known_keys=[])

    assert set(place.glob(f"{gnupg_home.PREFIX}*")) == before
    running = [
        line for process in Path("/proc").glob("[0-9]*") for line in [_command(process)] if gnupg_home.PREFIX in line
    ]
    assert running == []


def _command(process: Path) -> str:
    try:
        return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def signed_entity(content: bytes, *, by: Keys) -> bytes:
    """`multipart/signed` (RFC 3156, section 5), with the exact bytes that are signed."""
    head = (
        b'Content-Type: multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha512; boundary="s"\r\n\r\n'
    )
    signature = signed(content, by=by).replace(b"\n", b"\r\n")
    kind = b"Content-Type: application/pgp-signature\r\n\r\n"
    return head + b"--s\r\n" + content + b"\r\n--s\r\n" + kind + signature + b"\r\n--s--\r\n"


def test_what_was_signed_before_it_was_encrypted_is_signed(team: Keys, ann: Keys) -> None:
    inside = signed_entity(ENTITY.rstrip(b"\r\n"), by=ann)
    sent = mail(OpenPGPForm.ENCRYPTED_MIME, encrypted(inside, to=[team]))
    part = mail(OpenPGPForm.ENCRYPTED_MIME, encrypted(inside, to=[team]), covers_all=False)

    whole, of_part = (open_mail(each, known_keys=[ann.certificate]) for each in (sent, part))

    assert state(whole) == (Opened.OPENED, Signed.GOOD, ann.fingerprint)
    assert (whole.mail.subject, whole.mail.text.strip()) == ("The inner subject", "The words within.")
    assert state(of_part) == (Opened.OPENED, Signed.PARTIAL, ann.fingerprint)


def test_a_signature_around_what_is_encrypted_does_not_show_who_wrote_it(team: Keys, ann: Keys) -> None:
    armour = encrypted(ENTITY, to=[team]).replace(b"\n", b"\r\n")
    content = (
        b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="e"\r\n\r\n'
        b"--e\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
        b"--e\r\nContent-Type: application/octet-stream\r\n\r\n" + armour + b"\r\n--e--"
    )
    sent = mail(OpenPGPForm.SIGNED_MIME, content, signature=signed(content, by=ann))

    opened = open_mail(sent, known_keys=[ann.certificate])

    assert state(opened) == (Opened.OPENED, Signed.PARTIAL, ann.fingerprint)
    assert opened.oddities == [opening.OUTSIDE]
    assert opened.mail.text.strip() == "The words within."
