"""The queue's form of filters: what is not understood is left out and said, never an error page."""

from django import forms
from django.http import QueryDict

from portal.policy import Clause, enforces
from reports.enums import DeclineReason
from reports.filters import SEVERITIES, STATES, Coordination, Filters
from reports.keyset import Sort
from teams.models import Project, SecurityTeamMembership, User

LONGEST_SEARCH = 200


class FilterForm(forms.Form):
    q = forms.CharField(
        label="Search",
        required=False,
        max_length=LONGEST_SEARCH,
        error_messages={"max_length": f"A search has at most {LONGEST_SEARCH} characters."},
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "placeholder": "Reference, words of the summary, or reporter",
                "data-queue-search": True,
                "autocomplete": "off",
                "spellcheck": "false",
            }
        ),
    )
    state = forms.ChoiceField(label="State", required=False, choices=STATES)
    coordinator = forms.ChoiceField(label="Coordinator", required=False)
    project = forms.ChoiceField(label="Project", required=False)
    severity = forms.ChoiceField(label="Severity", required=False, choices=[("", "any"), *SEVERITIES])
    reason = forms.ChoiceField(label="Declined as", required=False, choices=[("", "not asked"), *DeclineReason.choices])
    sort = forms.ChoiceField(label="Sort by", required=False, choices=Sort.choices)
    waiting = forms.BooleanField(label="Waiting for the reporter", required=False)
    overdue = forms.BooleanField(label="Overdue", required=False)

    def __init__(self, data: QueryDict, *, people: list[User], projects: list[Project]) -> None:
        super().__init__(data, auto_id="filter-%s", label_suffix="")
        choices = [(person.github_login, str(person)) for person in people]
        named = [(project.name, project.name) for project in projects]
        for name, offered in (("coordinator", [*Coordination.choices, *choices]), ("project", named)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", "any"), *offered]
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = f"There is no such {name} to choose: it is left out."

    @property
    def filters(self) -> Filters:
        """What was understood."""
        self.is_valid()
        return Filters.of(self.cleaned_data)

    @property
    def notes(self) -> list[str]:
        """What was not."""
        return [f"{self.fields[name].label}: {' '.join(map(str, errors))}" for name, errors in self.errors.items()]


@enforces(Clause.P8)
def filter_form(data: QueryDict) -> FilterForm:
    """Offers all people of the team and all projects, which anybody may know, whatever reports there are."""
    members = SecurityTeamMembership.objects.current()
    return FilterForm(
        data,
        people=list(User.objects.filter(pk__in=members.values("user")).order_by("name", "github_login")),
        projects=list(Project.objects.order_by("name")),
    )
