from django.db import models


class Delivery(models.TextChoices):
    """How a person wants to hear of what can wait. Warnings and breaches never wait."""

    AT_ONCE = "at_once", "at once, one mail each"
    DAILY = "daily", "once a day, together"
