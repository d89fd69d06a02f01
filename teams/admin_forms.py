"""What the administration asks before it believes a correction about people."""

from datetime import datetime
from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from teams.membership import objection_to_joining
from teams.models import Departure, Maintainership, SecurityTeamMembership, User


class UserForm(forms.ModelForm):  # type: ignore[type-arg] # Django's own takes no parameter at run time
    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["is_administrator", "is_active"]

    def clean(self) -> dict[str, object]:
        """Somebody is left who can open this page."""
        cleaned: dict[str, object] = super().clean() or {}
        others = User.objects.filter(is_administrator=True, is_active=True).exclude(pk=self.instance.pk)
        was = self.instance.pk is not None and User.objects.filter(pk=self.instance.pk, is_administrator=True).exists()
        remains = cleaned.get("is_administrator") and cleaned.get("is_active")
        if was and not remains and not others.exists():
            raise ValidationError("They are the only administrator: make somebody else one first.")
        return cleaned


class TermForm(forms.ModelForm):  # type: ignore[type-arg] # as above
    """Something that begins for a reason and ends for a reason."""

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        ends, why = cleaned.get("until"), str(cleaned.get("ended_reason") or "").strip()
        if ends and not why:
            self.add_error("ended_reason", "Say why it ends.")
        if why and not ends:
            self.add_error("until", "Say when it ends, or leave out why.")
        return cleaned


class MaintainershipForm(TermForm):
    class Meta:
        model = Maintainership
        fields: ClassVar[list[str]] = ["user", "project", "since", "reason", "until", "ended_reason"]


class MembershipForm(TermForm):
    class Meta:
        model = SecurityTeamMembership
        fields: ClassVar[list[str]] = ["user", "is_lead", "since", "reason", "until", "ended_reason"]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        user, ends = cleaned.get("user"), cleaned.get("until")
        is_new = self.instance.pk is None
        if "until" in self.changed_data and Departure.objects.filter(
            membership=self.instance.pk, ended_at__isnull=False
        ):
            self.add_error("until", "It has ended, and what they looked after changed hands. They may join again.")
        if is_new and isinstance(user, User) and not isinstance(ends, datetime):
            objection = objection_to_joining(user, now=timezone.now())
            if objection:
                self.add_error("user", objection)
        return cleaned
