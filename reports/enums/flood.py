from django.db import models


class FindingState(models.TextChoices):
    """What the team says of one finding of a list."""

    OPEN = "open", "not looked at yet"
    CONFIRMED = "confirmed", "confirmed"
    REJECTED = "rejected", "rejected"
    SPLIT = "split", "a report of its own"
