"""Nobody is believed for what they say of themselves (EML-02, trap 38)."""

import pytest
import time_machine

from portal.inbound.authentication import Vouching, vouched_for
from portal.inbound.dns import no_txt
from portal.inbound.parsing import parse
from tests.inbound.signing import HEAD, MAIL, SHORT_RECORD, ed25519_record, rsa_record, signed, zone

OURS = ("mx.portal.example",)
RECEIVED = "Received: from mail.example.org by mx.portal.example; Mon, 1 Jun 2026 10:00:00 +0000\r\n"


def by_server(*above: str, mail: bytes = MAIL) -> Vouching:
    raw = "".join(f"{field}\r\n" for field in above).encode() + mail
    return vouched_for(raw, parse(raw), our_servers=OURS, find_txt=no_txt)


@pytest.mark.parametrize(
    "said",
    [
        "mx.portal.example; dmarc=pass (p=reject dis=none) header.from=example.org",
        "MX.portal.example 1; spf=fail smtp.mailfrom=x.example; dkim=pass header.d=example.org header.s=s1",
        "mx.portal.example; dkim=fail header.d=example.org; dkim=pass (2048-bit key; \\) secure) header.i=@example.org",
        '"mx.portal.example" ; dkim = pass reason="good; really" header.d=EXAMPLE.org.',
        "mx.portal.example;\r\n dkim=pass\r\n header.d=example.org",
    ],
)
def test_our_server_vouches_for_a_sender(said: str) -> None:
    assert by_server(f"Authentication-Results: {said}", RECEIVED.strip()) is Vouching.SERVER


@pytest.mark.parametrize(
    "said",
    [
        "",
        "mx.portal.example; none",
        "mx.portal.example; spf=pass smtp.mailfrom=ada@example.org",
        "mx.portal.example; dkim=pass header.d=example.net",
        "mx.portal.example; dkim=pass header.d=mail.example.org",
        "mx.portal.example; dkim=pass header.d=org",
        "mx.portal.example; dkim=pass",
        "mx.portal.example; dmarc=pass",
        "mx.portal.example; dmarc=pass header.from=example.net",
        "mx.portal.example; dmarc=fail header.from=example.org; dkim=pass header.d=example.org",
        "mx.portal.example; dkim=fail (dkim=pass header.d=example.org)",
        'mx.portal.example; dkim=fail reason="; dkim=pass header.d=example.org"',
        "mx.portal.example.evil.example; dmarc=pass header.from=example.org",
        "evil.example; dmarc=pass header.from=example.org",
        "dmarc=pass header.from=example.org",
        "dmarc=pass mx.portal.example; dmarc=pass header.from=example.org",
        "(mx.portal.example); dmarc=pass header.from=example.org",
    ],
)
def test_anything_else_in_its_place_vouches_for_nobody(said: str) -> None:
    assert by_server(f"Authentication-Results: {said}") is Vouching.NOBODY


def test_only_the_topmost_word_of_our_server_counts() -> None:
    true = "Authentication-Results: mx.portal.example; dkim=none"
    forged = "Authentication-Results: mx.portal.example; dmarc=pass header.from=example.org"

    assert by_server(true, RECEIVED.strip(), forged) is Vouching.NOBODY
    assert by_server(forged, RECEIVED.strip(), true) is Vouching.SERVER


def test_what_stands_below_the_senders_own_fields_is_the_senders() -> None:
    forged = "Authentication-Results: mx.portal.example; dmarc=pass header.from=example.org"

    assert by_server(RECEIVED.strip(), "DKIM-Signature: v=1", forged) is Vouching.NOBODY
    assert by_server(RECEIVED.strip(), "X-Mailer: Forger 2", forged) is Vouching.NOBODY
    assert by_server("From: ada@example.org", forged, mail=b"\r\nx") is Vouching.NOBODY


def test_another_servers_word_above_ours_changes_nothing() -> None:
    theirs = "Authentication-Results: relay.example; dmarc=fail header.from=example.org"
    ours = "Authentication-Results: mx.portal.example; dmarc=pass header.from=example.org"

    assert by_server(theirs, ours) is Vouching.SERVER


@pytest.mark.parametrize(
    "head",
    [
        "From: Ada <ada@example.org>, Eve <eve@example.org>\r\n",
        "From: Ada <ada@example.org>\r\nFrom: Eve <eve@example.org>\r\n",
        "From: nobody\r\n",
        "Subject: x\r\n",
    ],
)
def test_nobody_is_vouched_for_without_exactly_one_sender(head: str) -> None:
    said = "Authentication-Results: mx.portal.example; dmarc=pass header.from=example.org"

    assert by_server(said, mail=f"{head}\r\nx".encode()) is Vouching.NOBODY


def by_dkim(raw: bytes, *, record: bytes | None = None, domain: str = "example.org") -> Vouching:
    return vouched_for(raw, parse(raw), our_servers=OURS, find_txt=zone(record, domain=domain))


@pytest.mark.parametrize(
    "raw",
    [
        signed(),
        signed(canonical=(b"simple", b"simple")),
        RECEIVED.encode() + signed(),
        b"From ada@example.org Mon Jun  1 10:00:00 2026\r\n" + signed(),
        signed(signed(), domain="lists.example.net"),
        signed().replace(b"It crashes.", b"It \t  crashes.  "),
        signed(MAIL.replace(b"Subject: Crash\r\n", b""), over=(b"from", b"to")),
    ],
)
def test_a_signature_of_the_senders_domain_vouches_for_them(raw: bytes) -> None:
    assert by_dkim(raw) is Vouching.DKIM


def test_a_signature_by_ed25519_counts() -> None:
    assert by_dkim(signed(algorithm=b"ed25519-sha256"), record=ed25519_record()) is Vouching.DKIM


def test_a_domain_signs_for_those_below_it_and_not_the_other_way_round() -> None:
    below = MAIL.replace(b"example.org", b"mail.example.org")

    assert by_dkim(signed(below)) is Vouching.DKIM
    assert by_dkim(signed(domain="mail.example.org"), domain="mail.example.org") is Vouching.NOBODY


@pytest.mark.parametrize(
    "raw",
    [
        MAIL,
        signed(domain="example.net"),
        signed(is_cut=True),
        signed(is_cut=True) + b"And more.\r\n",
        signed(over=(b"from", b"to")),
        signed() + b"And more.\r\n",
        signed().replace(b"Subject: Crash", b"Subject: Gift"),
        signed().replace(b"bh=", b"bx="),
        signed().replace(b"a=rsa-sha256", b"a=rsa-sha1"),
        signed().replace(b"s=s1;", b"s=\xff\xfe;"),
        signed().replace(b"d=example.org", b"d=example.org; i=x"),
        b"Subject: Another\r\n" + signed(),
        signed().replace(b"MIME-Version", b"From eve\r\nTo-Read: Publish it now.\r\nMIME-Version"),
        signed().replace(b"From: Ada", b"From: Eve <eve@example.org>\r\nFrom: Ada"),
    ],
)
def test_no_other_signature_counts(raw: bytes) -> None:
    assert by_dkim(raw) is Vouching.NOBODY


def test_a_signature_that_leaves_out_the_sender_does_not_count() -> None:
    raw = signed().replace(b"h=from : to", b"h=to : to")

    assert by_dkim(raw) is Vouching.NOBODY


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"garbage",
        b"v=DKIM1; p=",
        b"v=DKIM1; k=rsa; p=AAAA",
        b"v=DKIM1; k=ed25519; p=AAAA",
        rsa_record(extra="t=y; "),
        rsa_record(extra="t=y:s; "),
        rsa_record(extra="h=sha1; "),
        rsa_record(1024),
    ],
)
def test_no_other_key_counts(record: bytes) -> None:
    assert by_dkim(signed(), record=record or b" ") is Vouching.NOBODY


def test_a_key_of_1024_bits_still_counts_and_a_shorter_one_does_not() -> None:
    assert by_dkim(signed(bits=1024), record=rsa_record(1024)) is Vouching.DKIM
    assert by_dkim(signed(bits=512), record=SHORT_RECORD) is Vouching.NOBODY


def test_a_signature_that_has_expired_does_not_count() -> None:
    with time_machine.travel("2026-06-01T10:00Z"):
        raw = signed(expires=1_780_394_400)  # on 2 June at 10:00

        assert by_dkim(raw) is Vouching.DKIM
    with time_machine.travel("2026-06-03T10:00Z"):
        assert by_dkim(raw) is Vouching.NOBODY


def test_keys_are_asked_for_only_where_they_could_vouch() -> None:
    asked = zone()
    raw = signed(domain="example.net")

    assert vouched_for(raw, parse(raw), our_servers=OURS, find_txt=asked) is Vouching.NOBODY
    assert asked.asked == []


def test_at_most_three_signatures_are_looked_at() -> None:
    asked = zone(rsa_record(1024))
    raw = signed()
    field = raw.removesuffix(MAIL)

    many = field * 50 + MAIL

    assert vouched_for(many, parse(many), our_servers=OURS, find_txt=asked) is Vouching.NOBODY
    assert asked.asked == ["s1._domainkey.example.org"] * 3


def test_long_runs_of_spaces_are_checked_in_no_time() -> None:
    raw = signed(f"{HEAD}\r\nIt crashes.\r\n".encode()).replace(b"It crashes", b"It" + b" \t" * 150_000 + b"crashes")

    assert by_dkim(raw) is Vouching.DKIM


def test_where_nothing_is_looked_up_no_signature_counts() -> None:
    raw = signed()

    assert vouched_for(raw, parse(raw), our_servers=(), find_txt=no_txt) is Vouching.NOBODY
