"""What a member writes down of the part that becomes a report of its own."""

from django import forms

from portal.plain_text import LineField, TextField
from reports.forms.tracking import PlainForm


class SplitForm(PlainForm):
    summary = LineField(
        label="What it is, in one line", longest=300, error_messages={"required": "Say in one line what it is."}
    )
    text = TextField(
        label="What belongs to it",
        help_text="Take out what belongs to the first report alone. The same reporter reads this one too.",
        error_messages={"required": "Leave in what belongs to it."},
        widget=forms.Textarea(attrs={"rows": 16}),
    )
    submission = forms.CharField(required=False, widget=forms.HiddenInput)
