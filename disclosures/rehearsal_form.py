"""Who rehearses the day of a release, and in which projects."""

from collections.abc import Mapping
from typing import cast

from django import forms

from teams.membership import could_be_let_in
from teams.models import Maintainership, Project, User


class RehearsalForm(forms.Form):
    projects = forms.ModelMultipleChoiceField(
        label="In which projects",
        queryset=Project.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="Those that you maintain. Nothing is changed in them: GitHub is our own sandbox.",
        error_messages={"required": "Choose at least one project."},
    )
    team = forms.ModelMultipleChoiceField(
        label="Who else takes part",
        queryset=User.objects.none(),
        required=False,
        help_text="They are told that something is shared with them. Nobody else hears of it.",
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, by: User) -> None:
        super().__init__(cast("None", data))
        projects = cast("forms.ModelMultipleChoiceField[Project]", self.fields["projects"])
        maintained = Maintainership.objects.current().filter(user=by)
        projects.queryset = Project.objects.filter(archived_at=None, pk__in=maintained.values("project_id"))
        team = cast("forms.ModelMultipleChoiceField[User]", self.fields["team"])
        team.queryset = could_be_let_in().exclude(pk=by.pk)
