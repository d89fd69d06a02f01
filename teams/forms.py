from typing import ClassVar

from django import forms

from teams.enums import Delivery
from teams.models import User


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg] # Django's own takes no parameter at run time
    """How and where a person hears of news."""

    email = forms.EmailField(
        label="E-mail address",
        help_text="Mails carry a reference and a link, and nothing of what a report says.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    delivery = forms.ChoiceField(
        label="New reports and what reporters write",
        help_text="Warnings of deadlines and missed ones come at once, whatever you choose.",
        choices=[(way, way.label.capitalize()) for way in Delivery],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["email", "delivery"]
