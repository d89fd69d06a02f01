"""The repeated rows of the editor: a line for each range of a package, and a line for each reference.

Rows are added and taken away by buttons that send the whole form, so that they need no JavaScript and lose nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, cast
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError

from disclosures.completeness import Affected
from disclosures.draft import Draft, DraftProduct
from disclosures.ecosystems import Ecosystem
from disclosures.enums import ReferenceKind
from disclosures.snapshot import Range, Reference
from disclosures.snapshot import ReferenceKind as PrintedKind
from portal.plain_text import LineField

PRODUCT: Final = "product"
REFERENCE: Final = "reference"
MOST_ROWS: Final = 60
AS_TYPED: Final = {"autocomplete": "off", "spellcheck": "false"}
NUMBER: Final = re.compile(r"-([0-9]{1,4})-")

type Values = Mapping[str, str]


def _line(label: str, *, longest: int, example: str = "") -> LineField:
    widget = forms.TextInput(attrs={**AS_TYPED, **({"placeholder": example} if example else {})})
    return LineField(label=label, required=False, longest=longest, widget=widget)


class RowForm(forms.Form):
    """`values`: what stands in the row to begin with. Bound with `data`, or without it not checked at all."""

    def __init__(
        self, *, prefix: str, number: int, data: Mapping[str, object] | None = None, values: Values | None = None
    ) -> None:
        initial = cast("None", dict(values or {}))
        super().__init__(cast("None", data), prefix=f"{prefix}-{number}", initial=initial, label_suffix="")
        self.number = number

    def said(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "")


class ProductForm(RowForm):
    project = forms.ChoiceField(label="Project", error_messages={"required": "Choose a project."})
    ecosystem = forms.ChoiceField(
        label="Published on", choices=[(each.value, each.label) for each in Ecosystem], initial=Ecosystem.OTHER
    )
    package = _line("Package", longest=200)
    introduced = _line("First affected", longest=80, example="0 for all")
    last_affected = _line("Last affected", longest=80)
    fixed_in = _line("Fixed in", longest=80)

    def __init__(
        self,
        *,
        projects: Sequence[Affected],
        number: int,
        data: Mapping[str, object] | None = None,
        values: Values | None = None,
    ) -> None:
        super().__init__(prefix=PRODUCT, number=number, data=data, values=values)
        choices = [(str(project.id), project.name) for project in projects]
        kept = (values or {}).get("project", "")
        if kept and kept not in dict(choices):
            choices.append((kept, "not affected any more"))
        cast("forms.ChoiceField", self.fields["project"]).choices = choices


class ReferenceForm(RowForm):
    kind = forms.ChoiceField(
        label="Leads to",
        choices=[(kind.value, kind.label.capitalize()) for kind in ReferenceKind],
        initial=ReferenceKind.WEB,
    )
    url = _line("Address", longest=500, example="https://")

    def __init__(self, *, number: int, data: Mapping[str, object] | None = None, values: Values | None = None) -> None:
        super().__init__(prefix=REFERENCE, number=number, data=data, values=values)

    def clean_url(self) -> str:
        """An address of the web that anybody can follow."""
        text = self.said("url")
        try:
            parts = urlsplit(text)
        except ValueError:
            parts = urlsplit("")
        if text and not (parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc):
            raise ValidationError("Write the whole address, beginning with https://.", code="address")
        return text


def numbers_in(data: Mapping[str, object], prefix: str) -> list[int]:
    """Which rows were sent, in their order."""
    found = {int(number[1]) for key in data if key.startswith(f"{prefix}-") and (number := NUMBER.search(key))}
    return sorted(found)[:MOST_ROWS]


def typed_in(form: type[RowForm], data: Mapping[str, object], *, prefix: str, number: int) -> dict[str, str]:
    """What was typed into a row, as far as a page can carry it."""
    return {
        name: str(field.bound_data(data.get(f"{prefix}-{number}-{name}", ""), ""))
        for name, field in form.base_fields.items()
    }


def rows_of_products(draft: Draft) -> list[dict[str, str]]:
    return [
        {
            "project": str(product.project),
            "ecosystem": product.ecosystem.value,
            "package": product.package,
            "introduced": span.introduced,
            "last_affected": span.last_affected,
            "fixed_in": span.fixed_in,
        }
        for product in draft.products
        for span in product.ranges or (Range(),)
    ]


def rows_of_references(draft: Draft) -> list[dict[str, str]]:
    return [{"kind": reference.kind.value.lower(), "url": reference.url} for reference in draft.references]


def products_of(rows: Iterable[Mapping[str, object]]) -> tuple[DraftProduct, ...]:
    """Rows of the same package are its ranges, in their order. What is no project or ecosystem becomes none or any."""
    found: dict[tuple[int, Ecosystem, str], list[Range]] = {}
    for row in rows:
        said = {name: str(row.get(name) or "").strip() for name in ProductForm.base_fields}
        project = int(said["project"]) if said["project"].isascii() and said["project"].isdecimal() else 0
        ecosystem = Ecosystem(said["ecosystem"]) if said["ecosystem"] in set(Ecosystem) else Ecosystem.OTHER
        span = Range(introduced=said["introduced"], last_affected=said["last_affected"], fixed_in=said["fixed_in"])
        spans = found.setdefault((project, ecosystem, said["package"]), [])
        if span != Range():
            spans.append(span)
    return tuple(
        DraftProduct(project=project, ecosystem=ecosystem, package=package, ranges=tuple(spans))
        for (project, ecosystem, package), spans in found.items()
    )


def references_in(forms: Iterable[ReferenceForm]) -> tuple[Reference, ...]:
    """Rows without an address say nothing. Call it on forms that are valid."""
    return tuple(
        Reference(url=form.said("url"), kind=PrintedKind(form.said("kind").upper()))
        for form in forms
        if form.said("url")
    )
