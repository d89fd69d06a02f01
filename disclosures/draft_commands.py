"""What the editor's buttons do that keep nothing: another row, one less, a rating, a search, a version to try."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.http import QueryDict

from disclosures import draft_rows, versions
from disclosures.completeness import Affected
from disclosures.draft_form import VECTORS, Typed, WordsForm
from disclosures.draft_rows import MOST_ROWS, PRODUCT, REFERENCE, ProductForm, ReferenceForm
from reports import cvss_choice
from reports.cvss_metrics import METRICS, Version

SAVE: Final = "save"
SAME_PACKAGE: Final = ("project", "ecosystem", "package")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """Whether a version of a package is affected, and why; `trouble` if its ranges do not say."""

    package: str
    affected: bool
    why: str


def typed_in(data: QueryDict) -> Typed:
    """All that was typed, as far as a page can carry it."""
    words: dict[str, object] = {
        name: field.bound_data(data.get(name, ""), "") for name, field in WordsForm.base_fields.items()
    }
    words |= {name: name in data for name in ("no_workaround", "mitigation_only")}
    words |= {metric.field: data.get(metric.field, "") for metrics in METRICS.values() for metric in metrics}
    return Typed(
        words=words | {"cwe_ids": data.getlist("cwe_ids")},
        products=_rows(data, ProductForm, prefix=PRODUCT),
        references=_rows(data, ReferenceForm, prefix=REFERENCE),
    )


def after(command: str, typed: Typed) -> Typed:
    """What stands in the form once the button was pressed. What is no command changes nothing."""
    verb, _, about = command.partition(":")
    number = int(about) if about.isascii() and about.isdecimal() and len(about) < len(str(MOST_ROWS**2)) else -1
    match verb:
        case "add-product":
            typed = replace(typed, products=_with(typed.products, {}))
        case "add-range" if 0 <= number < len(typed.products):
            row = {name: typed.products[number][name] for name in SAME_PACKAGE}
            typed = replace(typed, products=_with(typed.products, row, after=number))
        case "remove-product":
            typed = replace(typed, products=_without(typed.products, number))
        case "add-reference":
            typed = replace(typed, references=_with(typed.references, {}))
        case "remove-reference":
            typed = replace(typed, references=_without(typed.references, number))
        case "rate" if about in set(Version):
            choices = {name: str(value) for name, value in typed.words.items()}
            vector = cvss_choice.put_together(Version(about), choices)
            typed = replace(typed, words={**typed.words, VECTORS[Version(about)]: vector})
    return typed


def tried(typed: Typed, *, projects: Sequence[Affected]) -> list[Tried]:
    """The version that is to be tried, held against each package; nothing if there is none."""
    version = str(typed.words.get("version") or "").strip()
    if not version:
        return []
    names = {project.id: project.name for project in projects}
    found = []
    for product in draft_rows.products_of(typed.products):
        label = product.package or names.get(product.project, "a package")
        troubles = versions.check_all(product.ecosystem, product.ranges)
        match = versions.matches(product.ecosystem, product.ranges, version)
        why = f"That cannot be said yet: {troubles[0]}" if troubles else match.why
        found.append(Tried(package=label, affected=match.affected and not troubles, why=why))
    return found


def _rows(
    data: QueryDict, form: type[ProductForm] | type[ReferenceForm], *, prefix: str
) -> Sequence[Mapping[str, str]]:
    return [
        draft_rows.typed_in(form, data, prefix=prefix, number=number) for number in draft_rows.numbers_in(data, prefix)
    ]


def _with(
    rows: Sequence[Mapping[str, str]], row: Mapping[str, str], *, after: int | None = None
) -> Sequence[Mapping[str, str]]:
    if len(rows) >= MOST_ROWS:
        return rows
    place = len(rows) if after is None else after + 1
    return [*rows[:place], row, *rows[place:]]


def _without(rows: Sequence[Mapping[str, str]], number: int) -> Sequence[Mapping[str, str]]:
    return [row for place, row in enumerate(rows) if place != number]
