"""What the kernel itself has to remember."""

from typing import ClassVar

from django.db import models


class Heartbeat(models.Model):
    """When a part of the portal last showed that it is alive."""

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()

    objects: ClassVar[models.Manager["Heartbeat"]] = models.Manager()

    def __str__(self) -> str:
        return self.name
