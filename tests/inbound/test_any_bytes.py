"""Whatever is sent: it is read, and what was read can be stored, shown and answered (DOS-03, EML-07, EML-08)."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import characters
from portal.file_names import safe_name
from portal.inbound.authentication import Vouching, vouched_for
from portal.inbound.parsing import EMPTY, FAILED, NO_MAIL, parse
from portal.inbound.values import Address, Automatic, ReceivedFile, ReceivedMail
from portal.plain_text import LONGEST_TEXT
from tests.inbound.corpus.table import CORPUS

SEEDS = [raw for raw in (nasty.build() for nasty in CORPUS if "thirty megabytes" not in nasty.name) if len(raw) < 6_000]
PIECES = [
    *(b"From: a@b.c", b"From: =?utf-8?q?=C3?= <a@b.c>, x", b'To: ;:<@,>"(', b"Subject: =?x?b?//8=?==?", b"Date: 1"),
    *(b"Content-Type: multipart/mixed; boundary=b", b'Content-Type: multipart/alternative; boundary="b"', b"--b"),
    *(b"--b--", b"--", b"", b"", b"", b"Content-Type: text/html", b"<p>x<blockquote>", b"Content-Type: message/rfc822"),
    *(b"Content-Transfer-Encoding: base64", b"QUJD=", b"====", b"Content-Transfer-Encoding: quoted-printable", b"=4"),
    *(b"Content-Type: text/plain; charset=utf-7; format=flowed", b"+AGE-+", b"> x ", b"-- ", b"\x00\xff\xfe"),
    *(b"Content-Disposition: attachment; filename*0*=x'y'%E2%80%AE; filename*1=/../", b"Content-Type: ;;="),
    *(b"Content-Type: multipart/report; boundary=b", b"Content-Type: message/delivery-status", b"Action: failed"),
    *(b"Content-Type: multipart/encrypted; boundary=b", b"Content-Type: application/pgp-encrypted"),
    *(b'Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=b', b"Return-Path: <>"),
    *(b"-----BEGIN PGP MESSAGE-----", b"-----END PGP MESSAGE-----", b"Autocrypt: addr=a@b.c; keydata=AAA", b" folded"),
    *(b"-----BEGIN PGP PUBLIC KEY BLOCK-----", b"-----END PGP PUBLIC KEY BLOCK-----", b"List-Id: <x>", b"begin 644 x"),
    *(b"Content-Transfer-Encoding: x-uuencode", b"Message-ID: <a b>", b"References: <a@b> <", b"\r", b"X-Loop: 1"),
]  # fmt: skip


def assert_can_be_kept(mail: ReceivedMail) -> None:
    addresses = [mail.sender, *mail.reply_to, *mail.to, *mail.cc]
    lines = [mail.subject, mail.message_id, *mail.refers_to, *mail.oddities, mail.unreadable, mail.return_path or ""]
    lines += [text for each in addresses for text in (each.name, each.address)]
    lines += [text for file in mail.files for text in (file.name, file.content_type, file.what)]
    for text in (*lines, mail.text, mail.quoted, mail.html):
        assert not characters.UNSTORABLE.search(text)
    for text in lines:
        assert not characters.LINE_BREAKS.search(text)
        assert not characters.CONTROLS.search(text)
        assert not characters.DIRECTION_CONTROLS.search(text)
    for each in addresses:
        assert each == Address() or re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", each.address)
        assert each.address == each.address.lower()
    assert all(file.name == safe_name(file.name) for file in mail.files)
    assert all(re.fullmatch(r"<[!-;=?-~]+>", each) for each in mail.refers_to)
    assert mail.message_id == "" or re.fullmatch(r"<[!-;=?-~]+>", mail.message_id)
    assert max(len(mail.text), len(mail.quoted)) <= LONGEST_TEXT
    assert (mail.senders == 0) == (mail.sender == Address())
    assert (mail.bounce is not None) == (mail.automatic is Automatic.BOUNCE)
    assert not (mail.unreadable and (mail.text or mail.html))
    assert mail.unreadable in {"", EMPTY, NO_MAIL}


def read(raw: bytes) -> ReceivedMail:
    mail = parse(raw)
    said = b"v=DKIM1; p=MA=="
    assert vouched_for(raw, mail, our_servers=["x"], find_txt=lambda _: said) is Vouching.NOBODY
    return mail


@given(st.binary(max_size=2_000))
@settings(max_examples=300)
def test_any_bytes_are_read(raw: bytes) -> None:
    assert_can_be_kept(read(raw))


@given(st.lists(st.sampled_from(PIECES), max_size=40), st.sampled_from([b"\n", b"\r\n", b"\r"]))
@settings(max_examples=500)
def test_any_mixture_of_what_mails_are_made_of_is_read(pieces: list[bytes], end: bytes) -> None:
    assert_can_be_kept(read(end.join(pieces)))


@given(
    seed=st.sampled_from(SEEDS),
    cuts=st.lists(st.tuples(st.integers(0, 6_000), st.integers(0, 200), st.binary(max_size=12)), max_size=6),
    end=st.integers(0, 6_000),
)
@settings(max_examples=500)
def test_any_nasty_mail_that_was_damaged_on_its_way_is_read(
    seed: bytes, cuts: list[tuple[int, int, bytes]], end: int
) -> None:
    for at, length, instead in cuts:
        seed = seed[:at] + instead + seed[at + length :]

    assert_can_be_kept(read(seed[:end]))


class Faulty(bytes):
    """In which something cannot be found."""

    __slots__ = ()

    def find(self, *_: object) -> int:
        raise ArithmeticError("ada@example.org")


def test_a_fault_of_our_own_loses_no_mail_and_logs_nothing_of_it(caplog: pytest.LogCaptureFixture) -> None:
    raw = Faulty(b"From: ada@example.org\n\nIt crashes.")

    mail = parse(raw)

    assert mail == ReceivedMail(senders=0, files=(ReceivedFile(name="mail.eml", content=raw),), unreadable=FAILED)
    assert caplog.messages == ["A mail could not be read: ArithmeticError"]


@given(st.text(max_size=500))
def test_a_text_is_kept_to_the_letter(text: str) -> None:
    body = characters.storable(text).replace("\r\n", "\n").replace("\r", "\n")
    head = "From: a@b.c\nContent-Type: text/plain; charset=utf-8\n\n"

    mail = parse((head + body).encode())

    kept = "".join(f"{mail.text}{mail.quoted}".split())
    assert kept == "".join(body.removeprefix("\ufeff").split())
