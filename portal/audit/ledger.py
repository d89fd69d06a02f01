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


def event_models() -> list[type[ChainedEvent]]:
    """All kinds of chains, the ledger last."""
    found = [model for model in apps.get_models() if issubclass(model, ChainedEvent)]
    return sorted(found, key=lambda model: (model is LedgerEntry, model.heads.family))


def note(*, now: datetime) -> None:
    """Write down where the chains end that have grown since they were last noted. Safe to run twice, or halfway."""
    for model in event_models():
        if model is not LedgerEntry:
            while _note_some(model.heads, now=now) == MOST:
                pass


def _note_some(heads: type[ChainHead], *, now: datetime) -> int:
    rows = heads._default_manager  # noqa: SLF001 - Django's way to any model
    owner = heads._meta.pk.name  # noqa: SLF001 - as above
    with transaction.atomic():
        grown = list(
            rows.filter(GREW)
            .select_related(owner)
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
