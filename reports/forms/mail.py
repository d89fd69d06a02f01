"""What a member says about a mail that came in."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from portal import characters
from portal.plain_text import LineField, TextField
from reports.filters import whole_reference
from reports.forms.tracking import PlainForm
from reports.models import InboundMail, Report, Reporter

LONGEST_REASON = 500
LARGEST_TEXT = 5 * 1024**2


class Settling(StrEnum):
    """What can become of a mail that was put aside."""

    ACCEPT = "accept"
    NOTE = "note"
    REPORT = "report"
    MOVE = "move"
    REFUSE = "refuse"


LABELS: Mapping[Settling, str] = {
    Settling.ACCEPT: "Take it for the word of the reporter's side: it joins the conversation",
    Settling.NOTE: "Keep it as a team note: the reporter does not see it",
    Settling.REPORT: "Make it a report of its own",
    Settling.MOVE: "It belongs to another report: let it wait there",
    Settling.REFUSE: "Refuse it",
}
OF_A_REPORT = (Settling.ACCEPT, Settling.NOTE)


class OpenedForm(PlainForm):
    """What a mail says that could not be opened here, as text or as a file of text."""

    words = TextField(label="What it says", required=False, widget=forms.Textarea(attrs={"rows": 10}))
    file = forms.FileField(
        label="Or a file with it",
        required=False,
        help_text="Text, or the decrypted mail. Other files that were in it: attach them to a team note.",
        error_messages={"empty": "The file is empty.", "invalid": "The file did not arrive. Please try again."},
    )

    def __init__(self, data: object = None, files: "MultiValueDict[str, UploadedFile[bytes]] | None" = None) -> None:
        super().__init__(data=data)
        self.files = files or MultiValueDict()

    def clean(self) -> dict[str, object]:
        said = super().clean() or {}
        upload = said.get("file")
        if isinstance(upload, UploadedFile):
            if (upload.size or 0) > LARGEST_TEXT:
                self.add_error("file", f"It is larger than {LARGEST_TEXT // 1024**2} MB.")
            else:
                said["words"] = characters.storable(upload.read().decode("utf-8", "replace"))
        if not said.get("words") and not self.errors:
            self.add_error("words", "Write what it says, or choose a file with it.")
        return said

    def text(self) -> str:
        return str(self.cleaned_data["words"])


class SettleForm(PlainForm):
    """`writers`: who on the reporter's side can have written it, with the words by which the page names them."""

    verb = forms.ChoiceField(
        label="What is to become of it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of them.", "invalid_choice": "Choose one of them."},
    )
    writer = forms.ChoiceField(label="Whose word it is", required=False)
    lets_sender_in = forms.BooleanField(
        label="Its sender is the reporter, and gets the link to it",
        required=False,
        help_text="For a report of its own. Otherwise nobody outside the team can open that report.",
    )
    reference = LineField(
        label="The other report",
        longest=40,
        required=False,
        help_text="Its reference, for a mail that belongs elsewhere.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = LineField(
        label="Why it is refused",
        longest=LONGEST_REASON,
        required=False,
        help_text="Stays with the mail, for the team. The sender is not told.",
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        mail: InboundMail,
        writers: Sequence[tuple[Reporter, str]],
    ) -> None:
        super().__init__(data=data)
        self.writers = {str(writer.pk): writer for writer, _ in writers}
        possible = [each for each in Settling if mail.report_id or each not in OF_A_REPORT]
        if not writers and Settling.ACCEPT in possible:
            possible.remove(Settling.ACCEPT)
        cast("forms.ChoiceField", self.fields["verb"]).choices = [(each.value, LABELS[each]) for each in possible]
        cast("forms.ChoiceField", self.fields["writer"]).choices = [(str(one.pk), name) for one, name in writers]
        if len(writers) < 2:  # noqa: PLR2004 - nothing to choose
            del self.fields["writer"]

    def clean(self) -> dict[str, object]:
        said = super().clean() or {}
        verb = said.get("verb")
        if verb == Settling.MOVE:
            said["other"] = self._other_report(str(said.get("reference") or ""))
        if verb == Settling.REFUSE and not said.get("reason"):
            self.add_error("reason", "Say why it is refused, in a few words.")
        return said

    def writer_of(self) -> Reporter:
        return self.writers.get(str(self.cleaned_data.get("writer") or "")) or next(iter(self.writers.values()))

    def _other_report(self, reference: str) -> Report | None:
        found = Report.objects.filter(reference=whole_reference(reference)).first()
        if found is None:
            self.add_error("reference", ValidationError("There is no report with this reference that you may read."))
        return found
