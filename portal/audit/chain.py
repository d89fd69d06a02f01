"""Append-only events, each of which seals the one before it, and the heads that say where their chains end.

Whoever appends changes the owner of the chain first, if at all, and appends then: rows of reports are locked before
the heads of chains, both in order of their ids, so that nobody waits in a circle.
"""

from collections.abc import Iterable, Sequence
from typing import ClassVar, Self

import pgtrigger
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from psycopg import sql

from portal.audit import sealing

NOT_EMPTIED = pgtrigger.Trigger(
    name="not_emptied",
    level=pgtrigger.Statement,
    when=pgtrigger.Before,
    operation=pgtrigger.Truncate,
    func="RAISE EXCEPTION 'Rows of % are never taken away.', TG_TABLE_NAME;",
)

NEVER_DELETED = (pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete), NOT_EMPTIED)

APPEND_ONLY = (pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete), NOT_EMPTIED)
"""PostgreSQL refuses it to everybody, the tables' owner included, until somebody takes the trigger away (AUD-01)."""

ONLY_GROWS = (
    pgtrigger.Protect(
        name="only_grows",
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(new__length__lt=pgtrigger.F("old__length")),
    ),
    *NEVER_DELETED,
)


class ChainHead(models.Model):
    """Where a chain ends. Its seal is made with a key that is not in the database: no thief of it can move the end.

    The primary key is the owner of the chain. `family` names the kind of chains, `named_by` is the path from a head
    or an event to what a chain is called by.
    """

    family: ClassVar[str]
    named_by: ClassVar[str]

    length = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=sealing.LENGTH, default=sealing.GENESIS)
    mac = models.CharField("seal", max_length=sealing.LENGTH, blank=True)
    noted_length = models.PositiveBigIntegerField(default=0, help_text="How much of it the ledger knows.")

    class Meta:
        abstract = True
        triggers = ONLY_GROWS

    @property
    def chain(self) -> str:
        raise NotImplementedError

    def take_in(self, event: "ChainedEvent") -> None:
        """Give `event` its place at the end. What was not sealed before is not sealed now: that would hide it."""
        good = self.length == 0 or self.is_sealed(event.chain)
        event.seq, event.previous_hash = self.length + 1, self.hash
        event.hash = event.digest()
        self.length, self.hash = event.seq, event.hash
        self.mac = sealing.seal(event.chain, length=self.length, last=self.hash) if good else sealing.UNSEALED

    def is_sealed(self, chain: str) -> bool:
        return sealing.is_sealed(self.mac, chain, length=self.length, last=self.hash)


GREW = Q(length__gt=F("noted_length"))


class ChainedEvent(models.Model):
    """One event of a chain. Concrete ones have a `kind`, and name the model of their heads and the column that is
    the owner of their chain.
    """

    append_only = True
    heads: ClassVar[type[ChainHead]]
    owned_by: ClassVar[str]

    seq = models.PositiveBigIntegerField("number", help_text="Its place in the chain, from 1.")
    previous_hash = models.CharField(max_length=sealing.LENGTH)
    hash = models.CharField(max_length=sealing.LENGTH)
    at = models.DateTimeField(default=timezone.now)
    details = models.JSONField(default=dict)

    kind: "models.CharField[str, str]"

    class Meta:
        abstract = True
        triggers = APPEND_ONLY

    @property
    def owner(self) -> int | str:
        number: int | str = getattr(self, self.owned_by)
        return number

    @property
    def chain(self) -> str:
        raise NotImplementedError

    @property
    def who(self) -> str:
        """Who did it, by kind and number; empty for the portal itself."""
        raise NotImplementedError

    def content(self) -> sealing.Content:
        """Everything that the hash covers."""
        return {
            "chain": self.chain,
            "seq": self.seq,
            "kind": str(self.kind),
            "at": sealing.moment(self.at),
            "who": self.who,
            "details": self.details,
        }

    def digest(self) -> str:
        return sealing.digest(self.previous_hash, self.content())

    @classmethod
    def in_order(cls) -> "models.QuerySet[Self]":
        """All events, chain by chain, with what names their chains."""
        return cls._default_manager.order_by(cls.owned_by, "seq", "pk")


def append(events: Sequence[ChainedEvent]) -> None:
    """Put events of one kind at the ends of their chains, with the action they tell of: in its transaction (AUD-04).

    Three statements, however many there are.
    """
    if not events:
        return
    with transaction.atomic(savepoint=False):
        heads = _locked(events[0].heads, {event.owner for event in events})
        for event in events:
            heads[event.owner].take_in(event)
        type(events[0])._default_manager.bulk_create(events)  # noqa: SLF001 - Django's way to any model
        _write(list(heads.values()))


def begin(events: Sequence[ChainedEvent]) -> None:
    """`append` for a chain whose owner was just made: nobody else can be at it."""
    head = _new(events[0].heads, events[0].owner)
    for event in events:
        head.take_in(event)
    type(events[0])._default_manager.bulk_create(events)  # noqa: SLF001 - as above
    head.save(force_insert=True)


def _locked(model: type[ChainHead], owners: Iterable[int | str]) -> dict[int | str, ChainHead]:
    """The heads, ours until the end of the transaction. Missing ones are made."""
    wanted = set(owners)
    heads = _lock(model, wanted)
    missing = sorted(wanted - heads.keys(), key=str)
    if missing:
        model._default_manager.bulk_create([_new(model, owner) for owner in missing], ignore_conflicts=True)  # noqa: SLF001
        heads |= _lock(model, missing)
    return heads


def _new(model: type[ChainHead], owner: int | str) -> ChainHead:
    head = model()
    head.pk = owner
    return head


def _lock(model: type[ChainHead], owners: Iterable[int | str]) -> dict[int | str, ChainHead]:
    rows = model._default_manager.select_for_update(of=("self",)).filter(pk__in=owners).order_by("pk")  # noqa: SLF001
    return {head.pk: head for head in rows}


MOVE_HEADS = """
    UPDATE {table} AS head SET length = moved.length, hash = moved.hash, mac = moved.mac
      FROM unnest(%s::{owner}[], %s::bigint[], %s::text[], %s::text[]) AS moved (owner, length, hash, mac)
     WHERE head.{key} = moved.owner
"""


def _write(heads: Sequence[ChainHead]) -> None:
    meta = heads[0]._meta  # noqa: SLF001 - Django's documented model API
    statement = sql.SQL(MOVE_HEADS).format(
        table=sql.Identifier(meta.db_table),
        key=sql.Identifier(str(meta.pk.column)),
        owner=sql.SQL("bigint" if isinstance(heads[0].pk, int) else "text"),
    )
    columns = [[head.pk for head in heads]]
    columns += [[getattr(head, name) for head in heads] for name in ("length", "hash", "mac")]
    with connection.cursor() as cursor:
        cursor.execute(statement, columns)
