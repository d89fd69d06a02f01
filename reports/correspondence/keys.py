"""OpenPGP keys that come with a mail, and those by which its sender is known (P4)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from portal.openpgp import certificates
from portal.openpgp.certificates import BadCertificate, Certificate, inspected
from portal.policy import Clause, enforces
from reports import reporter_keys
from reports.correspondence.claims import Found
from reports.correspondence.opening import OpenedMail
from reports.enums import KeyCame
from reports.models import Reporter
from teams.models import PersonalKey, User


def known(address: str, found: Sequence[Found]) -> list[str]:
    """Certificates of whoever writes from `address`, as the one conversation knows them to which the mail belongs.

    Where it belongs to several, none of them speaks for the others: anybody may have a report of their own.
    """
    if len(found) != 1:
        return []
    [one] = found
    if isinstance(one.writer, User) and one.claim.is_theirs:
        return list(PersonalKey.objects.filter(user=one.writer).values_list("certificate", flat=True))
    return reporter_keys.certificates_of(address, report=one.report)


def offered(opened: OpenedMail, *, now: datetime) -> Certificate | None:
    """The one that signed the mail, or else the only one with its sender's address: others may be what it is about."""
    usable = {each.fingerprint: each for each in _usable(opened, now=now)}
    if opened.signer in usable:
        return usable[opened.signer]
    theirs = [each for each in usable.values() if certificates.names(each.armour, opened.mail.sender.address)]
    return theirs[0] if len(theirs) == 1 else None


def _usable(opened: OpenedMail, *, now: datetime) -> Iterator[Certificate]:
    for content in opened.mail.keys:
        try:
            yield inspected(content, now=now)
        except BadCertificate:
            continue  # it was sent along, perhaps by a mail program: nobody asked for it


@enforces(Clause.P4)
def offer(reporter: Reporter, opened: OpenedMail, *, now: datetime) -> None:
    """Nothing is encrypted to it before the reporter has confirmed it, as a mail is easier forged than read."""
    if certificate := offered(opened, now=now):
        reporter_keys.offer_key(reporter, certificate, how=KeyCame.MAIL, now=now)
