"""The rows of the demo's own GitHub: they exist in a demo alone, and everything in them is invented."""

from datetime import datetime
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models

LONGEST_PATH: Final = 600


class SandboxAccount(models.Model):
    """Somebody there."""

    github_id = models.BigIntegerField(primary_key=True)
    login = models.CharField(max_length=100)
    is_member = models.BooleanField(default=True)
    """Of the organisation."""
    is_security_manager = models.BooleanField(default=False)
    teams = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    """The slugs of the organisation's teams to which they belong."""

    objects: ClassVar[models.Manager["SandboxAccount"]] = models.Manager()

    def __str__(self) -> str:
        return f"@{self.login}"


class SandboxRepository(models.Model):
    github_id = models.BigAutoField(primary_key=True)
    full_name = models.CharField(max_length=201, unique=True)
    former_names = ArrayField(models.CharField(max_length=201), default=list, blank=True)
    """GitHub redirects from these."""
    description = models.CharField(max_length=350, blank=True)
    archived = models.BooleanField(default=False)
    private_reporting = models.BooleanField(default=True)

    objects: ClassVar[models.Manager["SandboxRepository"]] = models.Manager()

    def __str__(self) -> str:
        return self.full_name

    @property
    def owner(self) -> str:
        return self.full_name.partition("/")[0]

    @property
    def name(self) -> str:
        return self.full_name.partition("/")[2]


class SandboxCollaborator(models.Model):
    """What somebody may do in a repository, and what they have done there."""

    repository = models.ForeignKey(SandboxRepository, models.CASCADE, related_name="collaborators")
    account = models.ForeignKey(SandboxAccount, models.CASCADE, related_name="roles")
    role_name = models.CharField(max_length=100, blank=True)
    """Empty for who has contributed and is no collaborator."""
    contributions = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager["SandboxCollaborator"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["repository", "account"], name="one_role_in_a_repository")]

    def __str__(self) -> str:
        return f"{self.role_name or 'contributor'} {self.pk}"


class SandboxRelease(models.Model):
    repository = models.ForeignKey(SandboxRepository, models.CASCADE, related_name="releases")
    tag = models.CharField(max_length=100)
    author = models.ForeignKey(SandboxAccount, models.CASCADE, related_name="releases")
    name = models.CharField(max_length=200, blank=True)
    notes = models.TextField(blank=True)
    draft = models.BooleanField(default=False)
    prerelease = models.BooleanField(default=False)
    commit = models.CharField(max_length=40, default="main")
    """What the tag points to; another one after it was moved."""
    committed_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    """Null while it is a draft."""

    objects: ClassVar[models.Manager["SandboxRelease"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["repository", "tag"], name="one_release_of_a_tag"),
            models.CheckConstraint(
                condition=models.Q(draft=True, published_at=None) | models.Q(draft=False, published_at__isnull=False),
                name="a_draft_is_not_published",
            ),
        ]

    def __str__(self) -> str:
        return self.tag


class SandboxTrouble(models.TextChoices):
    """How the demo's GitHub can fail."""

    NONE = "", "It is well"
    BROKEN = "broken", "It answers 500 to everything"
    HALFWAY = "halfway", "It lists repositories, and answers 500 about their collaborators"
    EMPTY = "empty", "Every list is empty"
    SLOW = "slow", "It answers slowly"


class SandboxMood(models.Model):
    """How the demo's GitHub is today: a single row, or none while it is well."""

    trouble = models.CharField(max_length=10, choices=SandboxTrouble)

    objects: ClassVar[models.Manager["SandboxMood"]] = models.Manager()

    def __str__(self) -> str:
        return self.get_trouble_display()


class SandboxAdvisory(models.Model):
    """An advisory in a repository of the demo's GitHub. Its text is invented, as everything there is."""

    class State(models.TextChoices):
        TRIAGE = "triage", "In triage"
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        CLOSED = "closed", "Closed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    repository = models.ForeignKey(SandboxRepository, models.CASCADE, related_name="advisories")
    ghsa_id = models.CharField(max_length=19, unique=True)
    cve_id = models.CharField(max_length=30, blank=True)
    cve_asked_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    was_reported = models.BooleanField(default=False)
    """In private, by a stranger."""
    submitter = models.ForeignKey(SandboxAccount, models.SET_NULL, related_name="advisories", null=True)
    """Who reported it; null for an advisory that the portal has begun."""
    summary = models.CharField(max_length=1_024)
    description = models.TextField(blank=True)
    severity = models.CharField(max_length=10, blank=True)
    cvss_v3 = models.CharField(max_length=200, blank=True)
    cvss_v4 = models.CharField(max_length=300, blank=True)
    cwe_ids = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    vulnerabilities = models.JSONField(default=list)
    credits = models.JSONField(default=list)
    collaborating_users = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    collaborating_teams = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    comments = models.JSONField(default=list, blank=True)
    """What the portal has written below it."""
    fork_ready_at = models.DateTimeField(null=True)
    """From when on its private fork is there; null if nobody wanted one."""
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["SandboxAdvisory"]] = models.Manager()

    def __str__(self) -> str:
        return self.ghsa_id

    @property
    def is_out(self) -> bool:
        return self.state in {self.State.PUBLISHED, self.State.WITHDRAWN}

    @property
    def last_shown_at(self) -> datetime | None:
        return self.withdrawn_at or self.published_at

    @property
    def vectors(self) -> list[str]:
        return [vector for vector in (self.cvss_v3, self.cvss_v4) if vector]


class SandboxIssue(models.Model):
    """An issue in a repository of the demo's GitHub: what has been made public there."""

    repository = models.ForeignKey(SandboxRepository, models.CASCADE, related_name="issues")
    title = models.CharField(max_length=256)
    text = models.TextField(blank=True)
    created_at = models.DateTimeField()

    objects: ClassVar[models.Manager["SandboxIssue"]] = models.Manager()

    def __str__(self) -> str:
        return f"#{self.pk}"


class SandboxVerb(models.TextChoices):
    """What the portal does there, one at a time."""

    READ_ADVISORY = "read_advisory", "Reading an advisory"
    CREATE_ADVISORY = "create_advisory", "Creating an advisory"
    UPDATE_ADVISORY = "update_advisory", "Changing an advisory"
    PUBLISH_ADVISORY = "publish_advisory", "Publishing an advisory"
    REQUEST_CVE = "request_cve", "Asking for a CVE"
    FORK = "fork", "Making a private fork"
    CREATE_ISSUE = "create_issue", "Making an issue"
    READ_ISSUES = "read_issues", "Reading issues"
    COMMENT = "comment", "Writing a comment"
    READ_RELEASE = "read_release", "Reading releases"
    WRITE_NOTES = "write_notes", "Writing release notes"
    LOOK = "look", "Looking at the public page"


class SandboxFault(models.Model):
    """How the next calls of one kind to a repository go wrong, and how many of them."""

    class How(models.TextChoices):
        BROKEN = "500", "It answers 500, and does nothing"
        BAD_GATEWAY = "502", "It answers 502, and does nothing"
        LIMITED = "429", "It answers that it is asked too often"
        FORBIDDEN = "403", "It answers that the app may not do that"
        MISSING = "404", "It answers 404: a page is not visible yet"
        LOST_BEFORE = "lost_before", "No answer comes, and nothing is done"
        LOST_AFTER = "lost_after", "No answer comes, and it is done"
        HANGS_BEFORE = "hangs_before", "It hangs, and then nothing is done"
        HANGS_AFTER = "hangs_after", "It does it, and hangs"

    repository = models.ForeignKey(SandboxRepository, models.CASCADE, related_name="faults")
    verb = models.CharField(max_length=20, choices=SandboxVerb)
    how = models.CharField(max_length=20, choices=How)
    times = models.PositiveIntegerField(default=1)
    """How many calls still go wrong."""

    objects: ClassVar[models.Manager["SandboxFault"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["repository", "verb"], name="one_fault_of_a_verb")]

    def __str__(self) -> str:
        return f"{self.verb} {self.how}"


class SandboxWrite(models.Model):
    """Something that the portal has sent to the demo's GitHub, whatever became of it."""

    at = models.DateTimeField()
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=LONGEST_PATH)
    body = models.JSONField(default=dict)
    repository = models.ForeignKey(SandboxRepository, models.CASCADE, related_name="writes", null=True)
    verb = models.CharField(max_length=20, choices=SandboxVerb, blank=True)
    about = models.CharField(max_length=100, blank=True)
    """The GHSA id, or the tag."""
    status = models.PositiveSmallIntegerField(null=True)
    """What was answered; null if no answer went out."""
    is_done = models.BooleanField(default=False)
    """Whether it has changed anything: each effect is counted by these."""

    objects: ClassVar[models.Manager["SandboxWrite"]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.method} {self.pk}"

    @property
    def what_became_of_it(self) -> str:
        answer = f"answered {self.status}" if self.status else "never answered"
        return f"{answer}, {'done' if self.is_done else 'nothing changed'}"
