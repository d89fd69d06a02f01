"""The form of an advisory: its words, its ratings, and its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from django import forms
from django.http import QueryDict

from disclosures import draft_rows, weaknesses
from disclosures.completeness import Affected
from disclosures.draft import Draft
from disclosures.draft_rows import MOST_ROWS, PRODUCT, REFERENCE, ProductForm, ReferenceForm
from disclosures.weaknesses import Weakness
from portal.plain_text import LineField, TextField
from reports import cvss_choice, cvss_ratings
from reports.cvss_metrics import METRICS, Version

MOST_WEAKNESSES: Final = 10
MOST_FOUND: Final = 12
VECTORS: Final[Mapping[Version, str]] = {Version.THREE: "cvss31", Version.FOUR: "cvss40"}
WORDS: Final = ("title", "overview", "details", "fix", "workaround", "no_workaround", "mitigation_only")


def _text(label: str, *, help_text: str, longest: int = 10_000, rows: int = 8) -> TextField:
    widget = forms.Textarea(attrs={"rows": rows, "data-live": ""})
    return TextField(label=label, required=False, longest=longest, help_text=help_text, widget=widget)


def _vector(version: Version, *, longest: int) -> LineField:
    widget = forms.TextInput(attrs=draft_rows.AS_TYPED)
    return LineField(label=f"{version.replace(':', ' ')} vector", required=False, longest=longest, widget=widget)


class WordsForm(forms.Form):
    """Nothing is required: what is missing before it can be approved is told beside the form."""

    base_revision = forms.IntegerField(min_value=1, max_value=1_000_000, widget=forms.HiddenInput)
    title = LineField(
        label="Title",
        required=False,
        longest=250,
        help_text="What goes wrong, and in what: “Path traversal in the file provider”.",
    )
    overview = _text("Overview", help_text="What can happen, to whom, and how bad it is. Two or three sentences.")
    details = _text(
        "Details",
        help_text="What goes wrong and under which conditions, so that readers can judge whether it concerns them.",
        longest=30_000,
        rows=14,
    )
    fix = _text("Fix", help_text="Usually: update to which version. And what else has to be done.", rows=6)
    workaround = _text("Workaround", help_text="What helps who cannot update at once, and what it costs.", rows=6)
    no_workaround = forms.BooleanField(label="No workaround is known", required=False)
    mitigation_only = forms.BooleanField(
        label="There is no release yet: the workaround is what people can do", required=False
    )
    cvss31 = _vector(Version.THREE, longest=120)
    cvss40 = _vector(Version.FOUR, longest=300)
    cwe_ids = forms.MultipleChoiceField(
        label="Weaknesses (CWE)",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "%(value)s is not in the catalogue."},
    )
    find = LineField(
        label="Search the catalogue",
        required=False,
        longest=100,
        widget=forms.TextInput(attrs={**draft_rows.AS_TYPED, "placeholder": "CWE-22, or path traversal"}),
    )
    version = LineField(
        label="A version to try",
        required=False,
        longest=100,
        widget=forms.TextInput(attrs={**draft_rows.AS_TYPED, "placeholder": "1.4.1"}),
    )
    summary = LineField(
        label="What has changed",
        required=False,
        longest=300,
        help_text="For who reads the revisions later. You may leave it empty.",
    )

    def __init__(self, *, data: QueryDict | None = None, initial: Mapping[str, object] | None = None) -> None:
        super().__init__(cast("None", data), initial=cast("None", initial), label_suffix="")
        for metrics in METRICS.values():
            for metric in metrics:
                choices = [("", "choose"), *metric.values]
                self.fields[metric.field] = forms.ChoiceField(label=metric.name, choices=choices, required=False)
        ticked = data.getlist("cwe_ids") if data is not None else cast("list[str]", (initial or {}).get("cwe_ids", []))
        self._offer(ticked, asked=str((data if data is not None else initial or {}).get("find", "")))

    def _offer(self, ticked: Sequence[str], *, asked: str) -> None:
        """To tick: what is ticked already, and what the search finds."""
        known = [Weakness(id=each, name=name) for each in ticked[:50] if (name := weaknesses.name_of(each))]
        found = weaknesses.search(asked[:100], limit=MOST_FOUND) if asked.strip() else []
        choices = {each.id: str(each) for each in (*known, *found)}
        cast("forms.MultipleChoiceField", self.fields["cwe_ids"]).choices = list(choices.items())

    def metrics(self, version: Version) -> list[forms.BoundField]:
        return [self[metric.field] for metric in METRICS[version]]

    def clean_cwe_ids(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["cwe_ids"]
        if len(chosen) > MOST_WEAKNESSES:
            raise forms.ValidationError(f"At most {MOST_WEAKNESSES} weaknesses fit here.", code="many")
        return chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the form, unchecked: the words by their fields, and the rows."""

    words: Mapping[str, object]
    products: Sequence[Mapping[str, str]]
    references: Sequence[Mapping[str, str]]


class DraftForm:
    """All forms of the editor. It begins with `saved`; `data` is checked, and `typed` put back as it is."""

    def __init__(
        self,
        *,
        saved: Draft,
        base_revision: int,
        projects: Sequence[Affected],
        data: QueryDict | None = None,
        typed: Typed | None = None,
    ) -> None:
        self.saved, self.projects = saved, projects
        initial = initial_of(saved) | {"base_revision": base_revision} | dict(typed.words if typed else {})
        self.words = WordsForm(data=data, initial=initial)
        if data is None:
            products = typed.products if typed else draft_rows.rows_of_products(saved)
            references = typed.references if typed else draft_rows.rows_of_references(saved)
            self.products = [self._product(number, values=values) for number, values in enumerate(products)]
            self.references = [ReferenceForm(number=number, values=values) for number, values in enumerate(references)]
        else:
            self.products = [self._product(number, data=data) for number in draft_rows.numbers_in(data, PRODUCT)]
            self.references = [
                ReferenceForm(number=number, data=data) for number in draft_rows.numbers_in(data, REFERENCE)
            ]

    def _product(
        self, number: int, *, data: QueryDict | None = None, values: Mapping[str, str] | None = None
    ) -> ProductForm:
        if data is not None:
            values = {"project": str(data.get(f"{PRODUCT}-{number}-project", ""))[:20]}
        return ProductForm(projects=self.projects, number=number, data=data, values=values)

    @property
    def all(self) -> Sequence[forms.Form]:
        return [self.words, *self.products, *self.references]

    def is_valid(self) -> bool:
        fine = all([form.is_valid() for form in self.all])  # noqa: C419 - each is to say what is wrong
        return self._settle_vectors() and fine

    def _settle_vectors(self) -> bool:
        for version, name in VECTORS.items():
            said = self.words.cleaned_data
            typed = "".join(str(said.get(name, "")).split())
            said[name] = cvss_choice.settled(version, typed=typed, saved=getattr(self.saved, name), choices=said)
            if trouble := cvss_ratings.trouble_with(version, said[name]):
                self.words.add_error(name, trouble)
        return not self.words.errors

    def draft(self) -> Draft:
        """Call it on a form that is valid."""
        said = self.words.cleaned_data
        return Draft(
            **{name: said[name] for name in (*WORDS, *VECTORS.values())},
            cwe_ids=tuple(said["cwe_ids"]),
            products=draft_rows.products_of(form.cleaned_data for form in self.products),
            references=draft_rows.references_in(self.references),
        )

    @property
    def base_revision(self) -> int:
        return int(self.words.cleaned_data["base_revision"])

    def follow(self, revision: int) -> None:
        """Sent once more, it is to come after `revision`."""
        sent = QueryDict(cast("QueryDict", self.words.data).urlencode(), mutable=True)
        sent["base_revision"] = str(revision)
        self.words.data = sent

    @property
    def wrong(self) -> Sequence[tuple[forms.BoundField, str]]:
        """Everything that keeps it from being saved, with its field."""
        return [(field, str(error)) for form in self.all for field in form for error in field.errors]

    @property
    def has_room(self) -> bool:
        return len(self.products) < MOST_ROWS

    @property
    def rated(self) -> Sequence[tuple[Version, str, forms.BoundField, str, Sequence[forms.BoundField]]]:
        """Each version of CVSS and its name, its field, what the vector in it says, and its metrics to choose."""
        fields = [(version, self.words[name]) for version, name in VECTORS.items()]
        return [
            (
                version,
                version.replace(":", " "),
                field,
                cvss_ratings.in_words(str(field.value() or "")),
                self.words.metrics(version),
            )
            for version, field in fields
        ]


def initial_of(draft: Draft) -> dict[str, object]:
    initial: dict[str, object] = {name: getattr(draft, name) for name in (*WORDS, *VECTORS.values())}
    for version, name in VECTORS.items():
        initial |= cvss_choice.letters_of(version, getattr(draft, name))
    return initial | {"cwe_ids": list(draft.cwe_ids)}
