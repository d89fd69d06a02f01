"""What the kernel itself has to remember."""

from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models

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


class SandboxAccount(models.Model):
    """Somebody on the demo's own GitHub. The rows of the sandbox exist in a demo alone."""

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
    published_at = models.DateTimeField()
    prerelease = models.BooleanField(default=False)

    objects: ClassVar[models.Manager["SandboxRelease"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["repository", "tag"], name="one_release_of_a_tag")]

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


class SandboxWrite(models.Model):
    """Something that the portal has written on the demo's GitHub."""

    at = models.DateTimeField()
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=LONGEST_ADDRESS)
    body = models.JSONField(default=dict)

    objects: ClassVar[models.Manager["SandboxWrite"]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.method} {self.pk}"
