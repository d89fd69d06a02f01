"""The queue's form of filters: what is not understood is left out and said, never an error page."""

from functools import lru_cache

from django import forms
from django.db.models import Value
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.policy import Clause, enforces
from reports.enums import DeclineReason
from reports.filters import SEVERITIES, STATES, Coordination, Filters
from reports.keyset import Sort
from teams.models import Project, SecurityTeamMembership, User

LONGEST_SEARCH = 200


class PlainSelect(forms.Select):
    """Drawn without a template for each of its options: three of them list many people and projects."""

    def render(
        self,
        name: str,
        value: object,
        attrs: dict[str, object] | None = None,
        renderer: object = None,  # noqa: ARG002 - the signature is Django's
    ) -> SafeString:
        choices = tuple((str(key), str(label)) for key, label in self.choices)
        chosen = next((key for key, _ in choices if key == value), None)
        options = _options(choices, chosen)
        return format_html('<select name="{}" id="{}">{}</select>', name, (attrs or {}).get("id", name), options)


@lru_cache(maxsize=64)
def _options(choices: tuple[tuple[str, str], ...], chosen: str | None) -> SafeString:
    """Kept, since they are nobody's secret: `chosen` is one of them, never what somebody typed."""
    return format_html_join(
        "",
        '<option value="{}" {}>{}</option>',
        ((key, "selected" if key == chosen else "", label) for key, label in choices),
    )


def choice(label: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=choices, widget=PlainSelect)


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
    state = choice("State", STATES)
    coordinator = choice("Coordinator", [])
    project = choice("Project", [])
    severity = choice("Severity", [("", "any"), *SEVERITIES])
    reason = choice("Declined as", [("", "any or none"), *DeclineReason.choices])
    sort = choice("Sort by", Sort.choices)
    waiting = forms.BooleanField(label="Waiting for the reporter", required=False)
    overdue = forms.BooleanField(label="Overdue", required=False)
    grouped = forms.BooleanField(label="In a group", required=False)
    group = forms.RegexField(
        r"^[\w-]{1,24}\Z",
        label="Group",
        required=False,
        widget=forms.HiddenInput(),
        error_messages={"invalid": "There is no such group: it is left out."},
    )

    def __init__(self, data: QueryDict, *, people: list[tuple[str, str]], projects: list[str]) -> None:
        super().__init__(data, auto_id="filter-%s", label_suffix="")
        named = [(project, project) for project in projects]
        for name, offered in (("coordinator", [*Coordination.choices, *people]), ("project", named)):
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
    people, projects = _people_and_projects()
    return FilterForm(data, people=people, projects=projects)


def _people_and_projects() -> tuple[list[tuple[str, str]], list[str]]:
    """The people by login and name, in the order of their names, and the projects: one query."""
    members = SecurityTeamMembership.objects.current()
    people = User.objects.filter(pk__in=members.values("user")).values_list(Value(value=True), "name", "github_login")
    projects = Project.objects.order_by().values_list(Value(value=False), "name", Value(""))
    found = list(people.order_by().union(projects, all=True).order_by("name", "github_login"))
    return (
        [(login, name or f"@{login}") for is_person, name, login in found if is_person],
        [name for is_person, name, _ in found if not is_person],
    )
