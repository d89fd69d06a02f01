"""The patch and release team of a report, and its work (P26, P27)."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.sealed.fields import SealedCharField, SequencedKey
from portal.viewer import UserViewer
from reports.enums import Answer, Role, Work
from reports.models.grants import NeedToKnow, NeedToKnowManager, nothing
from reports.models.report import Report
from teams.models import Project


def new_code() -> str:
    """What the page of an invitation is found by: it counts nothing and names no report."""
    return secrets.token_urlsafe(16)


def own_and_open(viewer: UserViewer) -> Q:
    """Whoever is asked sees the invitation before they may see the report, and nothing of it once they answered."""
    return Q(user_id=viewer.user_id, answer=Answer.PENDING)


class Invitation(NeedToKnow):
    """Somebody is asked into the patch team of a report. Accepted, a grant takes its place."""

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="invitations")
    code = models.CharField(max_length=32, unique=True, default=new_code, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=12, choices=Role)
    reason = SealedCharField(max_length=500, help_text="Why fixing needs this person.")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations_made")
    invited_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=9, choices=Answer, default=Answer.PENDING)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = NeedToKnowManager["Invitation"](reporters_see=nothing, users_see_too=own_and_open)

    class Meta(NeedToKnow.Meta):
        ordering = ("invited_at", "id")
        constraints = (
            models.UniqueConstraint(
                name="one_open_invitation_each",
                fields=["report", "user"],
                condition=Q(answer=Answer.PENDING),
            ),
            models.CheckConstraint(
                name="answers_have_their_moment",
                condition=Q(answer=Answer.PENDING, answered_at__isnull=True)
                | ~Q(answer=Answer.PENDING) & Q(answered_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return "an invitation"


class ProjectFix(NeedToKnow):
    """The fix in one affected project: where it is made, and the first version that has it."""

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="fixes")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="fixes")
    fixed_version = models.CharField(max_length=60, blank=True)
    fork_url = SealedCharField("private fork", max_length=300, blank=True)

    objects = NeedToKnowManager["ProjectFix"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        constraints = (models.UniqueConstraint(name="one_fix_each_project", fields=["report", "project"]),)

    def __str__(self) -> str:
        return f"the fix in {self.project}"


class ChecklistItem(NeedToKnow):
    """A part of the work in one affected project, once somebody has said anything about it."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="checklist")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="checklist_items")
    work = models.CharField(max_length=16, choices=Work)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="owned_work"
    )
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="finished_work"
    )

    objects = NeedToKnowManager["ChecklistItem"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        constraints = (
            models.UniqueConstraint(name="one_item_each_work", fields=["report", "project", "work"]),
            models.CheckConstraint(
                name="somebody_did_what_is_done",
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.get_work_display()
