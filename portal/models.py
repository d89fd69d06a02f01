"""What the kernel itself has to remember."""

from typing import ClassVar, Final

from django.db import models

from portal import sandbox_models  # noqa: F401 - so that Django knows the rows of the demo, too
from portal.audit.chain import APPEND_ONLY, ONLY_GROWS, ChainedEvent, ChainHead
from portal.sealed.keys import KeyHolder

HASH_LENGTH: Final = 64
LONGEST_ADDRESS: Final = 600
LONGEST_ETAG: Final = 200


class Heartbeat(models.Model):
    """When a part of the portal last showed that it is alive."""

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()

    objects: ClassVar[models.Manager["Heartbeat"]] = models.Manager()

    def __str__(self) -> str:
        return self.name


class RateBucket(models.Model):
    """How far somebody has used up a limit. The row does not tell who: its key is a keyed hash (RL-02)."""

    key = models.CharField(max_length=HASH_LENGTH, unique=True)
    full_at = models.DateTimeField(db_index=True)
    """When the limit is whole again, which says how much of it is left now; from then on the row says nothing."""

    def __str__(self) -> str:
        return f"bucket {self.pk}"


class SharedValue(models.Model):
    """Something that all web processes must agree on for a while. The key is a keyed hash, and tells nothing."""

    key = models.CharField(max_length=HASH_LENGTH, primary_key=True)
    value = models.TextField()
    expires_at = models.DateTimeField(db_index=True)

    objects: ClassVar[models.Manager["SharedValue"]] = models.Manager()

    def __str__(self) -> str:
        return "a shared value"


class LedgerHead(ChainHead):
    """Where the ledger ends. There is one."""

    family = "ledger"
    named_by = "name"

    name = models.CharField(max_length=12, primary_key=True)

    objects: ClassVar[models.Manager["LedgerHead"]] = models.Manager()

    class Meta:
        triggers = ONLY_GROWS

    def __str__(self) -> str:
        return self.chain

    @property
    def chain(self) -> str:
        return self.family


class LedgerEntry(ChainedEvent):
    """The heads of the chains that grew since the entry before: the chain of all chains.

    It shows that the end of a chain was cut off, even if an old and once good head was put back with it.
    """

    class Kind(models.TextChoices):
        HEADS = "heads", "Heads were noted"

    heads = LedgerHead
    owned_by = "book"

    book = models.CharField(max_length=12, default="ledger", editable=False)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.HEADS)

    objects: ClassVar[models.Manager["LedgerEntry"]] = models.Manager()

    class Meta:
        triggers = APPEND_ONLY
        constraints = (models.UniqueConstraint(name="ledger_entries_follow_each_other", fields=["book", "seq"]),)

    def __str__(self) -> str:
        return f"entry {self.seq} of the ledger"

    @property
    def chain(self) -> str:
        return LedgerHead.family

    @property
    def who(self) -> str:
        return ""


class SealedSecret(KeyHolder):
    """A key of the installation's own, for one purpose. Only `portal.sealed.secrets` reads it."""

    key_named_by = "name"

    name = models.CharField(max_length=30, primary_key=True)

    objects: ClassVar[models.Manager["SealedSecret"]] = models.Manager()

    def __str__(self) -> str:
        return self.name


class GitHubAnswer(models.Model):
    """One page of what GitHub answered last, so that the next time it need only say that nothing is new.

    Numbers, logins, names and roles of public repositories; never anything of a report.
    """

    question = models.CharField(max_length=LONGEST_ADDRESS)
    page = models.PositiveIntegerField()
    path = models.CharField(max_length=LONGEST_ADDRESS)
    """Where the page was; from the second on as the page before it said."""
    etag = models.CharField(max_length=LONGEST_ETAG)
    rows = models.JSONField()
    next_path = models.CharField(max_length=LONGEST_ADDRESS, blank=True)

    objects: ClassVar[models.Manager["GitHubAnswer"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "page"], name="one_answer_to_a_question")]

    def __str__(self) -> str:
        return f"page {self.page} of an answer"


class DeliveryState(models.TextChoices):
    RECEIVED = "received", "Received"
    SETTLED = "settled", "Settled"


class GitHubDelivery(models.Model):
    """That GitHub said something has changed, and where. What it said is not kept: the worker asks for the state."""

    delivery = models.UUIDField(unique=True)
    event = models.CharField(max_length=40)
    action = models.CharField(max_length=40, blank=True)
    repository_id = models.BigIntegerField(null=True)
    """GitHub's number of the repository, if it is about one."""
    received_at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.RECEIVED)

    objects: ClassVar[models.Manager["GitHubDelivery"]] = models.Manager()

    def __str__(self) -> str:
        return f"delivery {self.delivery}"
