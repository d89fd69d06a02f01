from django.db import models


class OnGitHub(models.TextChoices):
    """Where a private report stands on GitHub, as it was last seen there."""

    TRIAGE = "triage", "waiting to be accepted"
    DRAFT = "draft", "accepted as a draft"
    PUBLISHED = "published", "published"
    CLOSED = "closed", "closed"
    WITHDRAWN = "withdrawn", "withdrawn"


class Errand(models.TextChoices):
    """What GitHub has to be told about a private report."""

    STATE = "state", "whether it is accepted"
    SEVERITY = "severity", "how severe it is"
    COLLABORATORS = "collaborators", "who works on it"
    COMMENT = "comment", "where the conversation goes on"
