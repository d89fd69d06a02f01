from django.db import models


class State(models.TextChoices):
    """Where a report stands. `reports.lifecycle` holds the table of moves between them."""

    RECEIVED = "received", "received"
    TRIAGE = "triage", "in triage"
    IDENTIFIED = "identified", "identified"
    FIXING = "fixing", "being fixed"
    READY = "ready", "fix ready"
    RELEASED = "released", "released"
    DISCLOSED = "disclosed", "disclosed"
    CLOSED = "closed", "closed"


class Channel(models.TextChoices):
    WEB = "web", "web form"
    MAIL = "mail", "mail"
    GITHUB = "github", "GitHub"
    TEAM = "team", "the team itself"


class DeclineReason(models.TextChoices):
    NOT_REPRODUCIBLE = "not_reproducible", "not reproducible"
    INTENDED = "intended", "intended behaviour"
    ORDINARY_BUG = "ordinary_bug", "an ordinary bug"
    OUT_OF_SCOPE = "out_of_scope", "out of scope"
    DUPLICATE = "duplicate", "duplicate"
    ALREADY_PUBLIC = "already_public", "already public"
    WITHDRAWN = "withdrawn", "withdrawn by the reporter"
    SPAM = "spam", "spam"


class Severity(models.TextChoices):
    """The qualitative ratings of CVSS 3.1 and 4.0."""

    NONE = "none", "none"
    LOW = "low", "low"
    MEDIUM = "medium", "medium"
    HIGH = "high", "high"
    CRITICAL = "critical", "critical"


class CreditWish(models.TextChoices):
    YES = "yes", "Yes, name me"
    NO = "no", "No, leave me out"
    ASK = "ask", "Ask me later"


class Audience(models.TextChoices):
    """Who a message or a file is for."""

    REPORTER = "reporter", "the reporter and the team"
    TEAM = "team", "the team only"
