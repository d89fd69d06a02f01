"""Token buckets shared by all processes, in the database (RL-01).

A verdict is a fact; what follows from it is the caller's to decide. For a report it is quarantine, never refusal:
behind a shared address may stand somebody who reports for the first time (RL-04).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from ipaddress import IPv6Address, ip_address
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import Max
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from portal.models import RateBucket

SALT: Final = "portal.rate_limits"
NO_TIME: Final = timedelta(0)
SUBSCRIBER_BITS: Final = 64
"""An IPv6 subscriber has at least a /64, and may choose any address in it."""


class Scope(Enum):
    """What is limited: how many at once, and how long until one more is given.

    Targets of ours and not promises of the policy, wide enough for an office or a class behind one address.
    """

    SUBMISSION = 10, timedelta(minutes=6)
    UPLOAD = 120, timedelta(seconds=15)
    SIGN_IN = 20, timedelta(seconds=30)
    KEY_EXCHANGE = 30, timedelta(seconds=20)
    LINK_RESEND = 5, timedelta(hours=1)
    ANSWER = 30, timedelta(minutes=1)
    SEARCH = 60, timedelta(seconds=1)

    @property
    def burst(self) -> int:
        return self.value[0]

    @property
    def interval(self) -> timedelta:
        return self.value[1]


@dataclass(frozen=True)
class Verdict:
    allowed: bool
    retry_after: timedelta
    """How long until the same would be allowed; no time when it was."""


# A bucket is the moment when it will be full. One statement takes and decides, so that two processes never spend the
# same token, in the order of the keys, so that neither waits for the other; a refusal writes nothing, so that a flood
# leaves no dead rows; and no clock that lags gives tokens back.
TAKE: Final = """
    INSERT INTO portal_ratebucket AS bucket (key, full_at)
    SELECT asked.key, %(now)s + make_interval(secs => %(price)s) FROM unnest(%(keys)s::text[]) AS asked (key)
    ON CONFLICT (key) DO UPDATE SET full_at = greatest(bucket.full_at, %(now)s) + make_interval(secs => %(price)s)
        WHERE greatest(bucket.full_at, %(now)s) + make_interval(secs => %(price)s)
              <= %(now)s + make_interval(secs => %(whole)s)
    RETURNING key
"""


def take(scope: Scope, subject: str, *, now: datetime, cost: int = 1) -> Verdict:
    """Use up `cost` of what `subject` may do; nothing is used up when it is not allowed.

    In a transaction the bucket stays locked to its end, and a rollback gives back what was taken: count an attempt
    that may fail before the transaction begins (`portal.limited`).
    """
    return _take_of_each(scope, [subject], now=now, cost=cost)


def take_for(scope: Scope, request: HttpRequest, *, now: datetime, cost: int = 1) -> Verdict:
    """`take` of everybody whom the request speaks for: the address that it came from, and who is signed in."""
    return _take_of_each(scope, _subjects(request), now=now, cost=cost)


def _take_of_each(scope: Scope, subjects: Iterable[str], *, now: datetime, cost: int) -> Verdict:
    """Allowed if every bucket allows it. Those that do are asked even if another does not."""
    if not 0 < cost <= scope.burst:
        raise ValueError(f"{cost} can never be taken from a bucket of {scope.burst}.")
    keys = sorted({_key(scope, subject) for subject in subjects})
    price, whole = cost * scope.interval, scope.burst * scope.interval
    with connection.cursor() as cursor:
        seconds = {"price": price.total_seconds(), "whole": whole.total_seconds()}
        cursor.execute(TAKE, {"keys": keys, "now": now, **seconds})
        refused = set(keys) - {key for (key,) in cursor.fetchall()}
    if not refused:
        return Verdict(allowed=True, retry_after=NO_TIME)
    full_at = RateBucket.objects.filter(key__in=refused).aggregate(latest=Max("full_at"))["latest"] or now
    return Verdict(allowed=False, retry_after=max(NO_TIME, full_at + price - whole - now))


def _subjects(request: HttpRequest) -> list[str]:
    person = request.user
    return [client_address(request), *([f"person:{person.pk}"] if person.is_authenticated else [])]


def forget_full_buckets(*, now: datetime) -> int:
    """Delete what says nothing any more, and with it the last trace of an address (PRV-01)."""
    deleted, _ = RateBucket.objects.filter(full_at__lte=now).delete()
    return deleted


def client_address(request: HttpRequest) -> str:
    """Who asks, as far as our own proxies vouch for it; an IPv6 subscriber is one, whatever address is chosen.

    Each of our proxies appends the address it was asked from, so only the last TRUSTED_PROXY_COUNT entries are true.
    """
    count = settings.TRUSTED_PROXY_COUNT
    entries = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    forwarded = entries[-count] if 0 < count <= len(entries) else ""
    return _subscriber(forwarded) or _subscriber(request.META.get("REMOTE_ADDR", "")) or "unknown"


def _subscriber(entry: str) -> str | None:
    try:
        address = ip_address(_without_port(entry.strip()))
    except ValueError:
        return None
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    network = int(address) >> SUBSCRIBER_BITS << SUBSCRIBER_BITS
    return f"{IPv6Address(network)}/{SUBSCRIBER_BITS}"


def _without_port(entry: str) -> str:
    if entry.startswith("["):
        return entry[1:].partition("]")[0]
    return entry.partition(":")[0] if entry.count(":") == 1 else entry


def _key(scope: Scope, subject: str) -> str:
    return salted_hmac(SALT, f"{scope.name}:{subject}", algorithm="sha256").hexdigest()
