"""The report form: few required fields, and every mistake told at its field."""

from collections.abc import Sequence
from datetime import date, timedelta

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import F

from portal.openpgp.fields import OpenPGPKeyField, key_file_field
from portal.plain_text import LineField, TextField
from portal.policy import Clause, enforces
from reports import staging
from reports.enums import CreditWish
from reports.forms.fields import FilesField, MailAddressField
from reports.intake import Submission
from reports.staging import Staged
from reports.submissions import Token
from teams.models import Project

FURTHEST_DISCLOSURE = timedelta(days=3 * 365)


class ProjectChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg] # not generic at run time
    def label_from_instance(self, obj: Project) -> str:
        return obj.name if obj.is_active else f"{obj.name} (archived)"


@enforces(Clause.P5)
class ReportForm(forms.Form):
    projects = ProjectChoice(
        queryset=Project.objects.none(),
        label="Projects",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": "One of the projects is not on our list any more. Please choose again.",
            "invalid_pk_value": "One of the projects is not on our list. Please choose again.",
        },
    )
    project_unknown = forms.BooleanField(label="I don't know which project", required=False)
    is_dependency = forms.BooleanField(
        label="It is in something the project depends on",
        help_text="A library or a tool by somebody else.",
        required=False,
    )
    dependency_name = LineField(label="Which dependency?", required=False)
    dependency_version = LineField(label="Its version, if you know it", required=False)

    summary = LineField(
        longest=300,
        label="In one sentence",
        error_messages={"required": "Give it one sentence, however rough: it is how we find it again."},
    )
    description = TextField(
        label="Details",
        help_text="What happens, and what it takes. A draft is fine: you can add to it later.",
        error_messages={"required": "Tell us at least what happens. Everything else can follow later."},
        widget=forms.Textarea(attrs={"rows": 9}),
    )
    affected_versions = TextField(
        label="Affected versions",
        help_text="As far as you know them, in any notation.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reproduction = TextField(
        label="How to reproduce it",
        help_text="Steps, a script, a configuration. Markdown.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    impact = TextField(
        label="What does an attacker gain?",
        help_text="In your words; you need not rate it.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    attachments = FilesField(help_text="Anything that helps: a script, a log, a picture of the screen.")

    already_public = forms.BooleanField(label="It is public already", required=False)
    public_where = TextField(label="Where can it be read?", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    exploited = forms.BooleanField(label="Somebody is exploiting it", required=False)
    exploit_evidence = TextField(
        label="What makes you think so?", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    reporter_discloses_on = forms.DateField(
        label="Do you plan to publish it yourself? On which day?",
        help_text="Leave it empty if you have no plan.",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "This is no date. Write it as year-month-day: 2027-01-31."},
    )

    name = LineField(label="Your name", help_text="Or a handle. Leave it empty to stay anonymous.", required=False)
    email = MailAddressField(
        label="Your e-mail address",
        help_text="We write when there is news, never what it is. Without it you follow everything by a secret link "
        "that you see once.",
    )
    openpgp_key = OpenPGPKeyField(
        help_text="The public one, as text. With it our mails to you are encrypted, and say what there is to say."
    )
    openpgp_file = key_file_field()
    credit_wish = forms.ChoiceField(
        label="When it is published, shall we name you?",
        choices=CreditWish.choices,
        widget=forms.RadioSelect,
        required=False,
    )

    REVEALED = ("dependency_name", "dependency_version", "public_where", "exploit_evidence")
    """Shown when the box before them is ticked, or when something stands in them: an empty one has its placeholder."""
    WHERE = ("projects", "project_unknown", "is_dependency", "dependency_name", "dependency_version")

    def __init__(self, *, data: object = None, staged: Sequence[Staged] = (), today: date) -> None:
        super().__init__(data=data, label_suffix="", initial={"credit_wish": CreditWish.ASK})  # type: ignore[arg-type] # a QueryDict or nothing
        self.staged = staged
        self.today = today
        projects = self.fields["projects"]
        assert isinstance(projects, ProjectChoice)  # noqa: S101 - tells the type checker which field this is
        projects.queryset = Project.objects.order_by(F("archived_at").asc(nulls_first=True), "name")
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        for name in self.REVEALED:
            self.fields[name].widget.attrs["placeholder"] = " "

    def clean_attachments(self) -> None:
        if complaint := staging.excess(staging.usage_of(self.staged), limits=settings.POLICY.uploads):
            raise ValidationError(f"{complaint} Please leave some out.")

    def clean_reporter_discloses_on(self) -> date | None:
        day: date | None = self.cleaned_data["reporter_discloses_on"]
        if day and day < self.today:
            raise ValidationError("That day has passed. If it is public already, tick the box above.")
        if day and day > self.today + FURTHEST_DISCLOSURE:
            raise ValidationError("That is more than three years from now. Is the year right?")
        return day

    def clean(self) -> None:
        said = self.cleaned_data
        if said.get("is_dependency") and not said.get("dependency_name") and "dependency_name" not in self.errors:
            self.add_error("dependency_name", "Name the dependency, so that we can look at the same thing.")
        if not self._says_where() and not self.errors.keys() & set(self.WHERE):
            self.add_error("projects", "Choose at least one project, name a dependency, or tick “I don't know”.")

    def _says_where(self) -> bool:
        said = self.cleaned_data
        return bool(said.get("projects") or said.get("project_unknown") or said.get("dependency_name"))

    def submission(self, token: Token) -> Submission:
        """What a valid form says."""
        said = self.cleaned_data
        return Submission(
            token=token.value,
            summary=said["summary"],
            description=said["description"],
            projects=list(said["projects"]),
            project_unknown=said["project_unknown"],
            dependency_name=said["dependency_name"],
            dependency_version=said["dependency_version"],
            affected_versions=said["affected_versions"],
            reproduction=said["reproduction"],
            impact=said["impact"],
            already_public=said["already_public"] or bool(said["public_where"]),
            public_where=said["public_where"],
            exploited=said["exploited"] or bool(said["exploit_evidence"]),
            exploit_evidence=said["exploit_evidence"],
            reporter_discloses_on=said["reporter_discloses_on"],
            name=said["name"],
            email=said["email"],
            openpgp_key=said["openpgp_key"],
            credit_wish=CreditWish(said["credit_wish"] or CreditWish.ASK),
            files=[each.file for each in self.staged],
        )
