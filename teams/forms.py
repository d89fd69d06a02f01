from datetime import date, timedelta
from typing import ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from portal.openpgp.fields import OpenPGPKeyField, key_file_field
from portal.plain_text import LineField, TextField
from teams.enums import AppealState, Delivery
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


class PersonalKeyForm(forms.Form):
    openpgp_key = OpenPGPKeyField(
        required=True,
        help_text="The public one, as text: it begins with -----BEGIN PGP PUBLIC KEY BLOCK-----.",
    )
    openpgp_file = key_file_field()

    def __init__(self, *, data: object = None) -> None:
        super().__init__(data=data, label_suffix="")  # type: ignore[arg-type] # a QueryDict or nothing


LONGEST_ABSENCE = timedelta(days=366)


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))


class AbsenceForm(forms.Form):
    first_day = _day("From")
    last_day = _day("To and including")

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if isinstance(first, date) and isinstance(last, date):
            if last < first:
                raise ValidationError("It would end before it began.")
            if last - first > LONGEST_ABSENCE:
                raise ValidationError("That is more than a year: step down instead, and join again later.")
            today = settings.POLICY.calendar.day_of(timezone.now())
            if last < today or first - today > LONGEST_ABSENCE:
                raise ValidationError("That is over, or more than a year off.")
        return cleaned


class AppealForm(forms.Form):
    text = TextField(
        label="What is wrong?",
        longest=4000,
        help_text="A lead reads and answers it here. Say what you did lately, and where it can be seen.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class AnswerForm(forms.Form):
    state = forms.ChoiceField(
        label="The objection is",
        choices=[(AppealState.UPHELD, "upheld: they may join again"), (AppealState.REJECTED, "rejected")],
        widget=forms.RadioSelect,
    )
    text = TextField(label="Your answer to them", longest=4000, widget=forms.Textarea(attrs={"rows": 4}))


class ConfirmForm(forms.Form):
    """Who, by the login as the portal knows it today; the number behind it is what is kept."""

    login = LineField(label="Their GitHub login", longest=100)
    reason = LineField(label="How you know that they maintain it", longest=400)

    def clean_login(self) -> User:
        login = str(self.cleaned_data["login"]).removeprefix("@")
        person = User.objects.filter(github_login__iexact=login, is_active=True).first()
        if person is None:
            raise ValidationError("The portal knows nobody of that name. They have to sign in here once.")
        return person
