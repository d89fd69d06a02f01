from typing import Final

from django import forms

from portal.sandbox_models import SandboxAccount, SandboxRelease, SandboxRepository, SandboxTrouble

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
        self._owner = repository.full_name.partition("/")[0]

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
    author = forms.ModelChoiceField(SandboxAccount.objects.order_by("login"), label="Published by")
    prerelease = forms.BooleanField(label="It is a pre-release", required=False)

    def __init__(self, data: object = None, *, repository: SandboxRepository) -> None:
        super().__init__(data)  # type: ignore[arg-type] # what a request carries
        self._repository = repository

    def clean_tag(self) -> str:
        tag = str(self.cleaned_data["tag"])
        if SandboxRelease.objects.filter(repository=self._repository, tag=tag).exists():
            raise forms.ValidationError("There is a release of that tag already.")
        return tag
