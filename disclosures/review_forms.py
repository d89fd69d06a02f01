"""What is filled in while an advisory is read: a remark, and why something gives nothing away."""

from collections.abc import Mapping
from typing import cast

from django import forms

from portal.plain_text import LineField, TextField


class CommentForm(forms.Form):
    body = TextField(
        label="Remark",
        longest=10_000,
        help_text="For those who work on it, in Markdown.",
        error_messages={"required": "There is nothing written yet."},
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: Mapping[str, object] | None = None) -> None:
        super().__init__(cast("None", data), label_suffix="")


class WaiveForm(forms.Form):
    """`finding`: its key."""

    finding = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = LineField(
        label="Why it gives nothing away",
        longest=300,
        error_messages={"required": "Say why it gives nothing away."},
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, finding: str) -> None:
        """Each on the page has ids of its own."""
        super().__init__(
            cast("None", data), initial={"finding": finding}, auto_id=f"id_{finding[:12]}_%s", label_suffix=""
        )


class VerdictForm(forms.Form):
    """Which revision was read."""

    revision = forms.IntegerField(min_value=1, max_value=1_000_000)
