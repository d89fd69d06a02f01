"""What people say about the day of a release."""

from collections.abc import Mapping
from typing import cast

from django import forms

from disclosures.conductor.doubtful import Word
from portal.plain_text import LineField, TextField


class StartForm(forms.Form):
    """The words that the reporter gets once the fix is released."""

    message = TextField(
        label="Message to the reporter",
        help_text="Sent once every release is seen. Who left an address is mailed that there is something to read.",
        error_messages={"required": "Write to the reporter: the release is theirs to know."},
        widget=forms.Textarea(attrs={"rows": 10}),
    )

    def __init__(
        self, data: Mapping[str, object] | None = None, *, initial: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(cast("None", data), initial=cast("None", initial))


class PrepareForm(forms.Form):
    knows = forms.BooleanField(
        label="I know who will see it there",
        help_text="Every administrator of the repository, and every owner of the organisation, can read a draft there.",
        error_messages={"required": "Say that you know: from then on they can read it."},
    )
    with_forks = forms.BooleanField(
        label="Make private forks as well",
        required=False,
        help_text="For working on the fix unseen. The name of such a fork carries the advisory's id.",
    )


class JudgeForm(forms.Form):
    """Whether a release is the one with the fix. `sight`: which one the page showed."""

    sight = forms.CharField(max_length=120, widget=forms.HiddenInput)
    word = forms.ChoiceField(choices=[(word.value, word.value) for word in Word])


class AdoptForm(forms.Form):
    """An advisory that is on GitHub already. There is one such form for each repository on the page."""

    advisory = forms.IntegerField(required=False, widget=forms.HiddenInput)
    ghsa_id = LineField(
        label="Its id on GitHub",
        longest=200,
        help_text="GHSA-xxxx-xxxx-xxxx, or its address there. It is looked up before it counts.",
        error_messages={"required": "Write its id, as it stands in its address on GitHub."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(
        self, data: Mapping[str, object] | None = None, *, advisory: int, project: int, named: str = ""
    ) -> None:
        self.place = (advisory, project)
        super().__init__(
            cast("None", data),
            initial={"advisory": advisory, "ghsa_id": named},
            auto_id=f"id_%s_{advisory}_{project}",
        )
