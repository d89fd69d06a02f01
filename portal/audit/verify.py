"""Checking the record. Each thing that does not fit is a sentence that names it; no sentence means that all fits.

Events are read in order by a cursor in the server, so that memory does not grow with them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from django.db import connection, transaction
from django.db.models import F, TextField, Value
from django.db.models.functions import Cast, Concat
from django.db.models.query import ModelIterable

from portal.audit import ledger, sealing
from portal.audit.anchor import Anchor
from portal.audit.chain import ChainedEvent, ChainHead
from portal.models import LedgerEntry
from portal.viewer import SYSTEM, acting_as

AT_ONCE: Final = 2000
"""Rows in memory."""
NEARBY: Final = 20
"""Places before and after its own at which an event is looked for that does not fit there."""

type Findings = Iterator[str]


@dataclass(slots=True)
class Tally:
    """What was looked at."""

    events: int = 0
    chains: int = 0


@dataclass(slots=True)
class Walk:
    """Where somebody is who walks along one chain."""

    chain: str
    tally: Tally
    expected: int = 1
    last: str = field(default=sealing.GENESIS)

    def look_at(self, event: ChainedEvent) -> Findings:
        self.tally.events += 1
        name = f"Event {event.seq} of {self.chain}"
        if event.seq > self.expected:
            missing = _span(self.expected, event.seq - 1)
            yield f"{missing} of {self.chain} {_be(self.expected, event.seq - 1)} missing: removed."
        elif event.seq < self.expected:
            yield f"{name} is there twice: one of them was inserted."
        elif event.previous_hash != self.last:
            yield f"{name} does not follow the event before it: one of the two was changed, inserted or moved."
        if event.digest() != event.hash:
            yield _misfit(event, name=name)
        self.expected, self.last = event.seq + 1, event.hash

    def arrive(self, head: ChainHead | None) -> Findings:
        """Compare the end of the events with what the head says about it."""
        self.tally.chains += 1
        length = self.expected - 1
        if head is None:
            yield f"{self.chain} has no head: it was removed."
            return
        if head.length > length:
            missing = _span(length + 1, head.length)
            yield f"{missing} of {self.chain} {_be(length + 1, head.length)} missing at its end: cut off."
        elif head.length < length:
            yield f"{_span(head.length + 1, length)} of {self.chain} came by no head: inserted at its end."
        elif head.hash != self.last:
            yield f"{self.chain} ends otherwise than its head says: it was rewritten."
        if not head.is_sealed(self.chain):
            yield f"The head of {self.chain} has no seal of ours: the chain was rewritten, or its key is another."


def findings(anchors: Sequence[Anchor] = (), *, tally: Tally) -> Findings:
    """Everything that does not fit, at one moment of the database. Nobody who appends meanwhile is disturbed."""
    with _one_moment():
        for model in ledger.event_models():
            yield from _along(model, tally=tally)
        for model in ledger.event_models():
            if model is not LedgerEntry:
                yield from _against_the_ledger(model)
        yield from _against(anchors)


@contextmanager
def _one_moment() -> Iterator[None]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        with acting_as(SYSTEM):
            yield


def _along(model: type[ChainedEvent], *, tally: Tally) -> Findings:
    """Walk along all chains of a kind beside their heads, both in the order of their owners."""
    heads = _streamed_heads(model.heads)
    head = next(heads, None)
    for owner, events in groupby(_streamed(model), key=lambda event: event.owner):
        while head is not None and head.pk < owner:
            yield from _without_events(head, tally=tally)
            head = next(heads, None)
        walk: Walk | None = None
        for event in events:
            walk = walk or Walk(chain=event.chain, tally=tally)
            yield from walk.look_at(event)
        if walk is not None:
            fits = head is not None and head.pk == owner
            yield from walk.arrive(head if fits else None)
            head = next(heads, None) if fits else head
    while head is not None:
        yield from _without_events(head, tally=tally)
        head = next(heads, None)


def _without_events(head: ChainHead, *, tally: Tally) -> Findings:
    yield from Walk(chain=head.chain, tally=tally).arrive(head)


def _streamed[E: ChainedEvent](model: type[E]) -> Iterator[E]:
    rows = model.in_order()
    related = model.heads.named_by.rpartition("__")[0]
    rows = rows.select_related(related) if related else rows
    return iter(ModelIterable(rows, chunked_fetch=True, chunk_size=AT_ONCE))


def _streamed_heads[H: ChainHead](model: type[H]) -> Iterator[H]:
    rows = model._default_manager.order_by("pk")  # noqa: SLF001 - Django's way to any model
    related = model.named_by.rpartition("__")[0]
    rows = rows.select_related(related) if related else rows
    return iter(ModelIterable(rows, chunked_fetch=True, chunk_size=AT_ONCE))


def _misfit(event: ChainedEvent, *, name: str) -> str:
    """An event that fits at another place was moved there whole; any other one was changed."""
    stands, event_hash = event.seq, event.hash
    for place in (*range(stands - NEARBY, stands), *range(stands + 1, stands + NEARBY + 1)):
        event.seq = place
        if place > 0 and event.digest() == event_hash:
            event.seq = stands
            return f"{name} was event {place}: the chain was reordered, or an event before it removed or inserted."
    event.seq = stands
    return f"{name} was changed: it is not what was sealed."


def _span(first: int, last: int) -> str:
    return f"Event {first}" if first == last else f"Events {first} to {last}"


def _be(first: int, last: int) -> str:
    return "is" if first == last else "are"


IN_LEDGER: Final = """
    SELECT known.chain, known.length, known.hash, entry.seq
      FROM portal_ledgerentry entry
     CROSS JOIN LATERAL jsonb_to_recordset(entry.details -> 'heads') AS known (chain text, length bigint, hash text)
     WHERE known.chain LIKE %s
"""
DIFFERING: Final = """
    SELECT known.chain, known.length, known.seq, event.hash IS NULL
      FROM ({ledger}) known LEFT JOIN ({events}) event (chain, seq, hash)
        ON event.chain = known.chain AND event.seq = known.length
     WHERE event.hash IS DISTINCT FROM known.hash ORDER BY known.seq, known.chain
"""
NOTED: Final = """
    SELECT coalesce(head.chain, known.chain), coalesce(head.noted, 0), coalesce(known.length, 0)
      FROM ({heads}) head (chain, noted)
      FULL JOIN (SELECT chain, max(length) AS length FROM ({ledger}) every GROUP BY chain) known
        ON known.chain = head.chain
     WHERE coalesce(head.noted, 0) <> coalesce(known.length, 0) ORDER BY 1
"""


def _against_the_ledger(model: type[ChainedEvent]) -> Findings:
    """Compare what the ledger noted at any time with the events, and with what the heads say that it noted."""
    family = f"{model.heads.family}:%"
    events, of_events = _named(model, "seq", "hash")
    statement = DIFFERING.format(ledger=IN_LEDGER, events=events)
    for chain, length, number, is_gone in _rows(statement, [family, *of_events]):
        what = "is not there: the chain was cut off" if is_gone else "is another one: the chain was rewritten"
        yield f"Event {length} of {chain}, which entry {number} of the ledger names, {what}."
    heads, of_heads = _named(model.heads, "noted_length")
    for chain, noted, known in _rows(NOTED.format(ledger=IN_LEDGER, heads=heads), [*of_heads, family]):
        yield (
            f"The ledger knows {chain} up to event {known}, its head says up to event {noted}: an entry of the ledger "
            "or the head was removed or put back."
        )


def _named(model: type[ChainedEvent] | type[ChainHead], *columns: str) -> tuple[str, Sequence[str]]:
    """SQL for these columns of all rows, behind the names of their chains."""
    heads = model.heads if issubclass(model, ChainedEvent) else model
    name = Concat(Value(f"{heads.family}:"), Cast(F(heads.named_by), TextField()), output_field=TextField())
    rows = model._default_manager.order_by().values_list(name, *columns)  # noqa: SLF001 - Django's way to any model
    return rows.query.sql_with_params()


def _rows(statement: str, values: Sequence[str]) -> Iterator[Sequence[object]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows


def _against(anchors: Sequence[Anchor]) -> Findings:
    numbers = [anchor.number for anchor in anchors]
    known = dict(LedgerEntry.objects.filter(seq__in=numbers).values_list("seq", "hash"))
    for anchor in anchors:
        if anchor.number not in known:
            yield f"The ledger has no entry {anchor.number}, which was anchored on {anchor.day}: it was cut off."
        elif known[anchor.number] != anchor.hash:
            yield f"Entry {anchor.number} of the ledger is not the one anchored on {anchor.day}: it was rewritten."
