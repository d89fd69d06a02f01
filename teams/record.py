"""The record of each account: who came, from where, and what they were made. Written with what it tells of (AUD-03).

Signals of Django and allauth ring here, since people come and go through code that is not ours.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models import Max, Q
from django.db.models.functions import Coalesce
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from portal import origin
from portal.audit import chain
from portal.viewer import SYSTEM, acting_as
from teams.enums import AccountEventKind
from teams.models import AccountEvent, User

ONCE_AN_HOUR: Final = timedelta(hours=1)

type Detail = str | int | bool | list[str]


def append(user: User, kind: AccountEventKind, *, by: User | None, now: datetime, **details: Detail) -> None:
    """Append to the record of `user`. `details` carries ids, names of fields and keyed hashes, never prose."""
    where = {"network": origin.network()} if origin.network() else {}
    with acting_as(SYSTEM):
        chain.append([AccountEvent(user=user, kind=kind, by=by, at=now, details={**where, **details})])


def append_once(user: User, kind: AccountEventKind, *, now: datetime, **details: Detail) -> None:
    """The same of what the person who looks does all day: within an hour it is kept once."""
    lately = AccountEvent.objects.filter(user=user, kind=kind, at__gt=now - ONCE_AN_HOUR, details__contains=details)
    if not lately.order_by().exists():
        append(user, kind, by=user, now=now, **details)


def switched_off(people: Iterable[User]) -> Mapping[int, datetime]:
    """Since when each of them is switched off who is so now; since always, where the record does not know."""
    gone = [user.pk for user in people if not user.is_active]
    if not gone:
        return {}
    off = Max("account_events__at", filter=Q(account_events__kind=AccountEventKind.SWITCHED_OFF))
    with acting_as(SYSTEM):
        return dict(User.objects.filter(pk__in=gone).values_list("pk", Coalesce(off, "date_joined")))


@receiver(user_logged_in)
def came(request: HttpRequest | None, user: User, **_: object) -> None:
    """Keep who signed in, and whether by a browser that they never used before (SES-06)."""
    now = timezone.now()
    if request is None:
        append(user, AccountEventKind.SIGNED_IN, by=user, now=now)
        return
    device = origin.device_of(request)
    with acting_as(SYSTEM):
        earlier = AccountEvent.objects.filter(user=user, kind=AccountEventKind.SIGNED_IN)
        is_new = not earlier.filter(details__device=device).exists()
    where = origin.network_of(request)
    append(user, AccountEventKind.SIGNED_IN, by=user, now=now, network=where, device=device, new_device=is_new)


@receiver(user_logged_out)
def went(user: User | None, **_: object) -> None:
    if user is not None:
        append(user, AccountEventKind.SIGNED_OUT, by=user, now=timezone.now())


@receiver(authenticator_added)
def factor_added(user: User, authenticator: Authenticator, **_: object) -> None:
    _factor(user, AccountEventKind.SECOND_FACTOR_ADDED, authenticator)


@receiver(authenticator_removed)
def factor_removed(user: User, authenticator: Authenticator, **_: object) -> None:
    _factor(user, AccountEventKind.SECOND_FACTOR_REMOVED, authenticator)


def _factor(user: User, kind: AccountEventKind, authenticator: Authenticator) -> None:
    append(user, kind, by=user, now=timezone.now(), factor=str(authenticator.type))
