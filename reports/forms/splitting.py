"""What a member writes down of the part that becomes a report of its own."""

from collections.abc import Sequence
from typing import cast

from django import forms
from django.utils.html import format_html

from portal.plain_text import LineField, TextField, visible_text
from portal.templatetags.portal import size
from reports.forms.tracking import PlainForm
from reports.models import Attachment


class SplitForm(PlainForm):
    """`files` that can come along; `co_reporters`: how many can."""

    summary = LineField(
        label="What it is, in one line", longest=300, error_messages={"required": "Say in one line what it is."}
    )
    text = TextField(
        label="What belongs to it",
        help_text="Take out what belongs to the first report alone. The same reporter reads this one too.",
        error_messages={"required": "Leave in what belongs to it."},
        widget=forms.Textarea(attrs={"rows": 16}),
    )
    attachments = forms.MultipleChoiceField(
        label="Files that belong to it",
        help_text="They stay with the first report, too.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of the files is not there any more. Choose again."},
    )
    with_co_reporters = forms.BooleanField(
        label="Its co-reporters come along",
        help_text="Each gets a mail with a link of their own, and sees as much of it as of the first report.",
        required=False,
        initial=True,
    )
    submission = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *,
        files: Sequence[Attachment],
        co_reporters: int,
        data: object = None,
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data=data, initial=initial)
        self._files = {str(file.pk): file for file in files}
        choices = [
            (number, format_html("{} ({})", visible_text(file.name), size(file.size)))
            for number, file in self._files.items()
        ]
        cast("forms.MultipleChoiceField", self.fields["attachments"]).choices = choices
        if not files:
            del self.fields["attachments"]
        if not co_reporters:
            del self.fields["with_co_reporters"]

    def chosen(self) -> list[Attachment]:
        return [self._files[number] for number in self.cleaned_data.get("attachments", ())]

    def brings_along(self) -> bool:
        return bool(self.cleaned_data.get("with_co_reporters"))
