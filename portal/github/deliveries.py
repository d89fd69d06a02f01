"""GitHub's webhooks: that something has changed. What has, the worker asks for; nothing more is believed (WH-06).

They may be lost, repeated or come in any order: the regular sync repairs what they miss (WH-05).
"""

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from portal import queue
from portal.github.errors import UnexpectedAnswer
from portal.github.reading import Row, number
from portal.models import DeliveryState, GitHubDelivery

SYNC_TASK: Final = "teams.tasks.sync_after_delivery"
"""Gets the number of the delivery."""
CHANGES: Final = frozenset({"repository", "member", "membership", "organization", "release", "repository_advisory"})
PING: Final = "ping"
"""GitHub's first word after a webhook was set up: it shows that the secret is right, and changes nothing."""
KEPT_FOR: Final = timedelta(days=90)
"""A copy that comes later than that makes the worker ask once more, and no more than that."""
ACTION: Final = re.compile(r"[a-z_]{1,40}")


def is_signed(body: bytes, signature: str, *, secrets: Sequence[str]) -> bool:
    """Whether one of our secrets signed exactly these bytes (WH-01). No secret is compared faster than another."""
    given = signature.encode("latin-1", "replace")
    expected = [b"sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode() for secret in secrets]
    return any([hmac.compare_digest(given, each) for each in expected])  # noqa: C419 - all of them, in every case


@dataclass(frozen=True, slots=True)
class Word:
    """As much as is kept of a delivery."""

    event: str
    action: str
    repository_id: int | None


def word_of(event: str, payload: Row) -> Word:
    action = payload.get("action")
    repository = payload.get("repository")
    try:
        about = number(repository, "id") if isinstance(repository, Mapping) else None
    except UnexpectedAnswer:
        about = None
    return Word(event, action if isinstance(action, str) and ACTION.fullmatch(action) else "", about)


def concerns(organisation: str, payload: Row) -> bool:
    """Whether the organisation is where it happened, or, for a repository that was given away, where it began."""
    return any(owner.lower() == organisation.lower() for owner in _owners(payload))


def _owners(payload: Row) -> Iterator[str]:
    given_away = (("changes", "owner", "from", "organization"), ("changes", "owner", "from", "user"))
    for names in (("organization",), ("repository", "owner"), *given_away):
        place: object = payload
        for name in (*names, "login"):
            place = place.get(name) if isinstance(place, Mapping) else None
        if isinstance(place, str):
            yield place


def record(delivery: UUID, word: Word, *, now: datetime) -> bool:
    """Keep that it came, and ring for the worker. False if it was here before: then nothing happens (WH-02)."""
    state = DeliveryState.SETTLED if word.event == PING else DeliveryState.RECEIVED
    with transaction.atomic():
        row, is_new = GitHubDelivery.objects.get_or_create(
            delivery=delivery,
            defaults={
                "event": word.event,
                "action": word.action,
                "repository_id": word.repository_id,
                "received_at": now,
                "state": state,
            },
        )
        if is_new and state == DeliveryState.RECEIVED:
            for task in (SYNC_TASK, *settings.GITHUB_LISTENERS.get(word.event, ())):
                queue.enqueue(task, row.pk)
    return is_new


def told_of(pk: int) -> Word | None:
    """What a delivery was about, for whoever listens; None once it is forgotten."""
    row = GitHubDelivery.objects.filter(pk=pk).first()
    return Word(row.event, row.action, row.repository_id) if row else None


def settle(pk: int) -> bool:
    """What it told of has been asked for. False if somebody else has done so."""
    waiting = GitHubDelivery.objects.filter(pk=pk, state=DeliveryState.RECEIVED)
    return bool(waiting.update(state=DeliveryState.SETTLED))


def waits(pk: int) -> bool:
    """Whether nobody has asked yet for what it told of."""
    return GitHubDelivery.objects.filter(pk=pk, state=DeliveryState.RECEIVED).exists()


def settle_before(moment: datetime) -> int:
    """GitHub was asked for everything from `moment` on: whatever came earlier is settled; how many."""
    waiting = GitHubDelivery.objects.filter(state=DeliveryState.RECEIVED, received_at__lt=moment)
    return waiting.update(state=DeliveryState.SETTLED)


def forget(*, now: datetime) -> int:
    """Drop what was settled long ago; how many. What still waits stays."""
    settled = GitHubDelivery.objects.filter(state=DeliveryState.SETTLED, received_at__lt=now - KEPT_FOR)
    return settled.delete()[0]
