"""Who vouches that a mail comes from the address that it names (EML-02). Pure: keys are looked up by whoever asks.

What counts is the domain in From, and that there is one sender. Then, in this order:

- What our own mail server says in Authentication-Results (RFC 8601): `dmarc=pass` for that domain or `dkim=pass` by it.
  Servers put what they say above what was sent, so only the topmost such field counts, and only above everything that
  a sender writes. A server that lets pass what others claim in its name must not be configured.
- A DKIM signature of that domain, which we check ourselves.

SPF alone vouches for nobody: it tells that the sending machine may speak for a domain, and at large hosts all customers
share such machines. A domain may sign for what lies below it, and not the other way round: who runs a subdomain does
not speak for the whole. Where DMARC allows that, the server says so itself.
"""

from collections.abc import Sequence
from enum import Enum, auto
from typing import Final

from portal.inbound import dkim_signatures
from portal.inbound.addresses import addresses
from portal.inbound.authentication_results import Results, read
from portal.inbound.dkim_signatures import FindTxt
from portal.inbound.domains import domain_of, speaks_for
from portal.inbound.headers import Headers, plain, read_head
from portal.inbound.values import ReceivedMail

FIELD: Final = "authentication-results"
OF_SERVERS: Final = frozenset({
    *("arc-authentication-results", "arc-message-signature", "arc-seal", FIELD, "delivered-to", "envelope-to"),
    *("received", "received-spf", "return-path", "x-delivered-to", "x-envelope-from", "x-envelope-to"),
    *("x-forwarded-encrypted", "x-google-smtp-source", "x-mail-from", "x-original-to", "x-rcpt-to", "x-received"),
    *("x-resolved-to", "x-rspamd-action", "x-rspamd-queue-id", "x-rspamd-server", "x-spam-checker-version"),
    *("x-spam-flag", "x-spam-level", "x-spam-score", "x-spam-status", "x-spamd-bar", "x-spamd-result"),
    *("x-virus-scanned",),
})  # fmt: skip
"""What mail servers write above a mail. At anything else, the sender's own begins."""


class Vouching(Enum):
    NOBODY = auto()
    SERVER = auto()
    DKIM = auto()


def vouched_for(raw: bytes, mail: ReceivedMail, *, our_servers: Sequence[str], find_txt: FindTxt) -> Vouching:
    """`mail`: what was read of `raw`. `our_servers`: the names under which our servers say what they found."""
    headers, _ = read_head(raw)
    domain = domain_of(mail.sender.address)
    named = [each.address for each in addresses(headers.all("from"))]
    if named != [mail.sender.address] or mail.senders != 1 or not domain:
        return Vouching.NOBODY
    said = _said_by_ours(headers, our_servers={each.lower() for each in our_servers})
    if said is not None:
        if _refuses(said):
            return Vouching.NOBODY
        if _vouches(said, domain=domain):
            return Vouching.SERVER
    if dkim_signatures.is_signed_by(domain, raw=raw, find_txt=find_txt):
        return Vouching.DKIM
    return Vouching.NOBODY


def _said_by_ours(headers: Headers, *, our_servers: set[str]) -> Results | None:
    for name, value in headers.fields:
        if name not in OF_SERVERS:
            return None
        if name == FIELD:
            results = read(plain(value))
            if results.server in our_servers:
                return results
    return None


def _refuses(said: Results) -> bool:
    return any(each.method == "dmarc" and each.verdict == "fail" for each in said.results)


def _vouches(said: Results, *, domain: str) -> bool:
    for each in said.results:
        if each.verdict != "pass":
            continue
        if each.method == "dmarc" and domain_of(each.get("header.from")) == domain:
            return True
        if each.method == "dkim" and speaks_for(domain_of(each.get("header.d") or each.get("header.i")), domain):
            return True
    return False
