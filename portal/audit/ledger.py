"""The ledger: which chains have grown, noted each minute in a chain of its own."""

from datetime import datetime
from typing import Final

from django.apps import apps
from django.db import transaction
from django.db.models import F

from portal.audit import chain
from portal.audit.chain import GREW, ChainedEvent, ChainHead
from portal.models import LedgerEntry

MOST: Final = 500
"""Heads of one entry."""
MOST_AT_ONCE: Final = 10
"""Entries of one kind of chains each minute: while they are written, nobody appends to the chains that they name."""


def event_models() -> list[type[ChainedEvent]]:
    """All kinds of chains, the ledger last."""
    found = [model for model in apps.get_models() if issubclass(model, ChainedEvent)]
    return sorted(found, key=lambda model: (model is LedgerEntry, model.heads.family))


def note(*, now: datetime) -> None:
    """Write down where chains end that have grown since they were last noted. Safe to run twice, or halfway.

    After a migration these are all there are: it takes some minutes until each is noted.
    """
    for model in event_models():
        if model is not LedgerEntry:
            for _ in range(MOST_AT_ONCE):
                if _note_some(model.heads, now=now) < MOST:
                    break


def _note_some(heads: type[ChainHead], *, now: datetime) -> int:
    rows = heads._default_manager  # noqa: SLF001 - Django's way to any model
    with transaction.atomic():
        grown = list(
            chain.with_names(rows.filter(GREW), of=heads.named_by)
            .order_by("pk")
            .select_for_update(skip_locked=True, of=("self",))[:MOST]
        )
        if grown:
            ends = [{"chain": head.chain, "length": head.length, "hash": head.hash} for head in grown]
            chain.append([LedgerEntry(at=now, details={"heads": ends})])
            rows.filter(pk__in=[head.pk for head in grown]).update(noted_length=F("length"))
    return len(grown)


def last(*, before: datetime | None = None) -> LedgerEntry | None:
    """The newest entry, or the newest that was there at the moment `before`."""
    entries = LedgerEntry.objects.order_by("-seq")
    return (entries if before is None else entries.filter(at__lte=before)).first()
