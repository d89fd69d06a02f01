"""Naming another report."""

from django import forms
from django.core.exceptions import ValidationError

from portal.plain_text import LineField
from reports.filters import whole_reference
from reports.forms.tracking import PlainForm
from reports.models import Report


class LinkForm(PlainForm):
    reference = LineField(
        label="Reference of the other report",
        longest=40,
        error_messages={"required": "Enter the reference of the other report."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_reference(self) -> Report:
        found = Report.objects.filter(reference=whole_reference(str(self.cleaned_data["reference"]))).first()
        if found is None:
            raise ValidationError("There is no report with this reference that you may read.")
        return found
