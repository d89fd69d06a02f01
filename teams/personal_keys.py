"""The OpenPGP key of a person: with it, mails of the portal to them say what they may read (P4)."""

from datetime import datetime

from django.db import transaction

from portal.openpgp.certificates import Certificate
from portal.policy import Clause, enforces
from teams import record
from teams.enums import AccountEventKind
from teams.models import PersonalKey, User


def key_of(user: User) -> PersonalKey | None:
    return PersonalKey.objects.filter(user=user).first()


@enforces(Clause.P4)
def set_key(user: User, certificate: Certificate, *, now: datetime) -> None:
    """In force at once, in the place of another: whoever sets it has just shown their second factor."""
    with transaction.atomic():
        PersonalKey.objects.update_or_create(
            user=user,
            defaults={
                "certificate": certificate.armour,
                "fingerprint": certificate.fingerprint,
                "expires_at": certificate.expires_at,
                "given_at": now,
            },
        )
        record.append(user, AccountEventKind.KEY_SET, by=user, now=now, fingerprint=certificate.fingerprint)


def remove_key(user: User, *, now: datetime) -> None:
    with transaction.atomic():
        removed, _ = PersonalKey.objects.filter(user=user).delete()
        if removed:
            record.append(user, AccountEventKind.KEY_REMOVED, by=user, now=now)
