from typing import Final

from django import forms

from portal.github.sandbox.by_hand import Further, may_publish
from portal.sandbox_models import (
    SandboxAccount,
    SandboxFault,
    SandboxRelease,
    SandboxRepository,
    SandboxTrouble,
    SandboxVerb,
)

ROLES: Final = (
    ("admin", "Admin"),
    ("maintain", "Maintain"),
    ("write", "Write"),
    ("triage", "Triage"),
    ("read", "Read"),
    ("", "No collaborator"),
)
NAME: Final = r"[A-Za-z0-9_-][A-Za-z0-9_.-]*"


class TroubleForm(forms.Form):
    trouble = forms.ChoiceField(label="From now on", choices=SandboxTrouble.choices, required=False)


class RenameForm(forms.Form):
    name = forms.RegexField(
        regex=f"^{NAME}$",
        label="New name",
        max_length=100,
        help_text="Letters, digits, dashes, dots. The former name leads to it from then on.",
    )

    def __init__(self, data: object = None, *, repository: SandboxRepository) -> None:
        super().__init__(data)  # type: ignore[arg-type] # what a request carries
        self._owner = repository.owner

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if SandboxRepository.objects.filter(full_name__iexact=f"{self._owner}/{name}").exists():
            raise forms.ValidationError("A repository is called that already.")
        return name


class RoleForm(forms.Form):
    account = forms.ModelChoiceField(SandboxAccount.objects.order_by("login"), label="Who")
    role_name = forms.ChoiceField(label="Role", choices=ROLES, required=False, initial="maintain")


class ReleaseForm(forms.Form):
    tag = forms.RegexField(regex=f"^{NAME}$", label="Tag", max_length=100)
    author = forms.ModelChoiceField(SandboxAccount.objects.order_by("login"), label="By")
    notes = forms.CharField(label="Release notes", widget=forms.Textarea({"rows": 3}), required=False)
    prerelease = forms.BooleanField(label="It is a pre-release", required=False)
    draft = forms.BooleanField(label="Keep it as a draft", required=False)

    def __init__(self, data: object = None, *, repository: SandboxRepository) -> None:
        super().__init__(data)  # type: ignore[arg-type] # what a request carries
        self._repository = repository

    def clean_tag(self) -> str:
        tag = str(self.cleaned_data["tag"])
        if SandboxRelease.objects.filter(repository=self._repository, tag=tag).exists():
            raise forms.ValidationError("There is a release of that tag already.")
        return tag


class NotesForm(forms.Form):
    notes = forms.CharField(label="Release notes", widget=forms.Textarea({"rows": 8}), required=False, strip=False)


class PublisherForm(forms.Form):
    """Who publishes an advisory by hand: one of those who may."""

    def __init__(self, data: object = None, *, repository: SandboxRepository) -> None:
        super().__init__(data)  # type: ignore[arg-type] # what a request carries
        self.fields["account"] = forms.ModelChoiceField(may_publish(repository), label="As")


class CveForm(forms.Form):
    cve_id = forms.RegexField(regex=r"^CVE-\d{4}-\d{4,19}$", label="CVE ID", help_text="Such as CVE-2026-12345.")


SEVERITIES: Final = (("", "Not said"), ("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical"))


class PrivateReportForm(forms.Form):
    by = forms.ModelChoiceField(SandboxAccount.objects.order_by("is_member", "login"), label="Who reports it")
    summary = forms.CharField(label="Summary", max_length=1_024)
    description = forms.CharField(label="Description", widget=forms.Textarea({"rows": 3}), required=False)
    severity = forms.ChoiceField(label="Severity", choices=SEVERITIES, required=False)
    versions = forms.CharField(
        label="Affected versions", max_length=200, required=False, help_text="As GitHub writes them, such as < 1.2.3."
    )
    credited = forms.ModelMultipleChoiceField(
        SandboxAccount.objects.order_by("is_member", "login"), label="Found with", required=False
    )

    def further(self, *, package: str) -> Further:
        """What else is said, of a package that is called like the repository."""
        said = self.cleaned_data
        product = {
            "package": {"ecosystem": "other", "name": package},
            "vulnerable_version_range": said["versions"],
        }
        return Further(
            severity=said["severity"],
            vulnerabilities=[product] if said["versions"] else [],
            finders=[each for each in said["credited"] if each != said["by"]],
        )


class AdvisoryTextForm(forms.Form):
    """As somebody changes it who may."""

    summary = forms.CharField(label="Summary", max_length=1_024)
    description = forms.CharField(label="Description", widget=forms.Textarea({"rows": 5}), required=False)
    severity = forms.ChoiceField(label="Severity", choices=SEVERITIES, required=False)


class FaultForm(forms.Form):
    verb = forms.ChoiceField(label="What", choices=SandboxVerb.choices)
    how = forms.ChoiceField(label="How it goes wrong", choices=SandboxFault.How.choices)
    times = forms.IntegerField(
        label="How often", min_value=0, max_value=100, initial=2, help_text="The next so many calls; 0 for none."
    )
