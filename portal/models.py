"""What the kernel itself has to remember."""

from typing import ClassVar, Final

from django.db import models

from portal.sealed.keys import KeyHolder

HASH_LENGTH: Final = 64


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


class SealedSecret(KeyHolder):
    """A key of the installation's own, for one purpose. Only `portal.sealed.secrets` reads it."""

    key_named_by = "name"

    name = models.CharField(max_length=30, primary_key=True)

    objects: ClassVar[models.Manager["SealedSecret"]] = models.Manager()

    def __str__(self) -> str:
        return self.name
