"""The OpenPGP keys of the reporter's side: given, confirmed over the old way, and taken away (P4).

A first key is in force at once, unless it came by a later mail. From then on another needs the word of whoever reads
the old mails: a notice goes out, encrypted to the old key, and leads to the page on which the new one is confirmed.
"""

import hmac
from datetime import datetime

from django.db import transaction

from portal.keys import derive
from portal.openpgp.certificates import Certificate
from portal.policy import Clause, enforces
from portal.sealed.secrets import address_index
from portal.viewer import SYSTEM, acting_as
from reports import history, notices
from reports.enums import EventKind, KeyCame, NoticeKind
from reports.guards import Refused
from reports.models import OpenPGPKey, Report, Reporter
from reports.models.openpgp import OpenPGPKeyQuerySet

PROOF = "openpgp-key"


def in_force(reporter: Reporter) -> OpenPGPKey | None:
    """As the current viewer may know: the team, and the reporter themselves."""
    return _of(reporter).in_force().first()


def waiting(reporter: Reporter) -> OpenPGPKey | None:
    return _of(reporter).waiting().first()


@enforces(Clause.P4)
def offer_key(reporter: Reporter, certificate: Certificate, *, how: KeyCame, now: datetime) -> OpenPGPKey:
    """Keep `certificate`. The answer says by its `confirmed_at` whether it is in force, or waits for the reporter.

    The same key, perhaps with a later end, is the same still. Offered twice, it is there once.
    """
    with acting_as(SYSTEM), transaction.atomic():
        Reporter.objects.select_for_update(of=("self",)).get(pk=reporter.pk)
        for known in _of(reporter).filter(removed_at=None):
            if known.fingerprint == certificate.fingerprint:
                return _renewed(known, certificate)
        for earlier in _of(reporter).waiting():
            _empty(earlier, now=now)
        is_first = how is not KeyCame.MAIL and not _of(reporter).filter(confirmed_at__isnull=False).exists()
        return _given(reporter, certificate, how=how, now=now, at_once=is_first or not reporter.email)


def _given(reporter: Reporter, certificate: Certificate, *, how: KeyCame, now: datetime, at_once: bool) -> OpenPGPKey:
    """Without an address there is no old way over which it could be confirmed, and no mail that it could open."""
    if at_once:
        for earlier in _of(reporter).in_force():
            _empty(earlier, now=now)
    key = OpenPGPKey.objects.create(
        report=reporter.report,
        reporter=reporter,
        certificate=certificate.armour,
        fingerprint=certificate.fingerprint,
        came=how,
        given_at=now,
        confirmed_at=now if at_once else None,
        expires_at=certificate.expires_at,
    )
    history.append(reporter.report, EventKind.KEY_GIVEN, by=reporter, now=now, key=key.pk)
    if not at_once:
        notices.tell_reporter(reporter, NoticeKind.KEY_CHANGED, fact=f"key:{key.pk}", now=now)
    return key


def _renewed(known: OpenPGPKey, certificate: Certificate) -> OpenPGPKey:
    known.certificate, known.expires_at = certificate.armour, certificate.expires_at
    known.save(update_fields=["certificate", "expires_at"])
    return known


def proof_of(key: OpenPGPKey) -> str:
    """Stands in the mail about the new key alone: who knows it has read that mail."""
    return derive(PROOF, str(key.pk))


def confirm(reporter: Reporter, *, proof: str, now: datetime) -> None:
    """From now on mails are encrypted to the key that waited. Confirmed twice, it is confirmed. Raises `Refused`."""
    with acting_as(SYSTEM), transaction.atomic():
        Reporter.objects.select_for_update(of=("self",)).get(pk=reporter.pk)
        key = next((key for key in _of(reporter).filter(removed_at=None) if _proves(proof, key)), None)
        if key is None:
            raise Refused("This link confirms no key any more: another was given since, or it was taken away.")
        if key.confirmed_at is not None:
            return
        for earlier in _of(reporter).in_force():
            _empty(earlier, now=now)
        key.confirmed_at = now
        key.save(update_fields=["confirmed_at"])
        history.append(reporter.report, EventKind.KEY_CONFIRMED, by=reporter, now=now, key=key.pk)


def _proves(proof: str, key: OpenPGPKey) -> bool:
    return hmac.compare_digest(proof.encode(), proof_of(key).encode())


def remove(reporter: Reporter, *, number: int, now: datetime) -> None:
    """Take one key away. Mails carry no content from then on, unless another is in force."""
    with acting_as(SYSTEM), transaction.atomic():
        key = _of(reporter).filter(pk=number, removed_at=None).select_for_update(of=("self",)).first()
        if key is not None:
            _empty(key, now=now)
            history.append(reporter.report, EventKind.KEY_REMOVED, by=reporter, now=now, key=key.pk)


def drop_all(reporter: Reporter, *, now: datetime) -> None:
    """Whoever gave them is their reporter no longer: nothing is encrypted to them any more."""
    for key in _of(reporter).filter(removed_at=None):
        _empty(key, now=now)
        history.append(reporter.report, EventKind.KEY_REMOVED, by=None, now=now, key=key.pk)


def certificates_of(address: str, *, report: Report) -> list[str]:
    """By which a mail from `address` on `report` can be shown to be from whom it names.

    Of this report alone: on another, anybody may have given this address with a key of their own.
    """
    index = address_index(address)
    if not index:
        return []
    with acting_as(SYSTEM):
        keys = (
            OpenPGPKey.objects.in_force()
            .select_related("report")
            .filter(report=report, reporter__grant__revoked_at=None)
        )
        return [key.certificate for key in keys.filter(reporter__email_index=index)]


def _of(reporter: Reporter) -> OpenPGPKeyQuerySet:
    return OpenPGPKey.objects.select_related("report").filter(reporter=reporter)


def _empty(key: OpenPGPKey, *, now: datetime) -> None:
    """That there was one stays known, so that the next is no first one; which one does not."""
    key.certificate = key.fingerprint = ""
    key.removed_at = now
    key.save(update_fields=["certificate", "fingerprint", "removed_at"])
