"""How bad it is, and what kind it is: CVSS vectors, written out or put together from choices, and weaknesses."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from django import forms
from django.core.exceptions import ValidationError

from portal.plain_text import LineField
from reports import cvss_choice, cvss_ratings
from reports.cvss_metrics import METRICS, Version
from reports.models import Report

CWE: Final = re.compile(r"(?:CWE-)?([1-9][0-9]{0,4})", re.IGNORECASE)
MOST_WEAKNESSES: Final = 10
VECTORS: Final[Mapping[Version, str]] = {Version.THREE: "cvss31", Version.FOUR: "cvss40"}
AS_TYPED: Final = {"autocomplete": "off", "spellcheck": "false"}
EXAMPLES: Final = {
    Version.THREE: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N",
    Version.FOUR: "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:N/SC:N/SI:N/SA:N",
}


def _vector(version: Version) -> LineField:
    return LineField(
        label=f"{version.replace(':', ' ')} vector",
        required=False,
        longest=cvss_ratings.LONGEST,
        help_text=f"For example {EXAMPLES[version]}",
        widget=forms.TextInput(attrs=AS_TYPED),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A version of CVSS as it is offered. `says`: what the vector in its field amounts to."""

    version: Version
    name: str
    field: forms.BoundField
    says: str
    metrics: Sequence[forms.BoundField]
    is_open: bool


class SeverityForm(forms.Form):
    """Begins with what the report has. `typed`: shown again as it is, unchecked."""

    cvss31 = _vector(Version.THREE)
    cvss40 = _vector(Version.FOUR)
    weaknesses = LineField(
        label="Weaknesses (CWE)",
        required=False,
        help_text="One or more, for example CWE-22, CWE-73.",
        widget=forms.TextInput(attrs=AS_TYPED),
    )

    def __init__(
        self,
        *,
        report: Report,
        data: Mapping[str, object] | None = None,
        typed: Mapping[str, object] | None = None,
        opened: str = "",
    ) -> None:
        self.saved = {Version.THREE: report.cvss31_vector, Version.FOUR: report.cvss40_vector}
        self.opened = opened
        initial: dict[str, object] = {"weaknesses": ", ".join(report.cwe_ids)}
        for version, name in VECTORS.items():
            initial |= {name: self.saved[version], **cvss_choice.letters_of(version, self.saved[version])}
        super().__init__(cast("None", data), initial=cast("None", initial | dict(typed or {})), label_suffix="")
        for metrics in METRICS.values():
            for metric in metrics:
                choices = [("", "choose"), *metric.values]
                self.fields[metric.field] = forms.ChoiceField(label=metric.name, choices=choices, required=False)

    @property
    def choices(self) -> list[Choice]:
        return [
            Choice(
                version=version,
                name=version.replace(":", " "),
                field=self[name],
                says=cvss_ratings.in_words(str(self[name].value() or "")),
                metrics=[self[metric.field] for metric in METRICS[version]],
                is_open=self.opened == version,
            )
            for version, name in VECTORS.items()
        ]

    def clean(self) -> None:
        """Each vector as it was typed, or else as its metrics were chosen; what is chosen below a button, by that."""
        said = self.cleaned_data
        for version, name in VECTORS.items():
            if name in self.errors:
                continue
            said[name] = self._meant(version, name)
            if trouble := cvss_ratings.trouble_with(version, said[name]):
                self.add_error(name, trouble)

    def _meant(self, version: Version, name: str) -> str:
        typed = "".join(str(self.cleaned_data.get(name, "")).split())
        if self.opened == version:
            return cvss_choice.put_together(version, self.cleaned_data)
        return cvss_choice.settled(version, typed=typed, saved=self.saved[version], choices=self.cleaned_data)

    @property
    def vectors(self) -> dict[str, str]:
        """As they are meant, by their fields. Call it on a form that is valid."""
        return {name: self.cleaned_data[name] for name in VECTORS.values()}

    def clean_weaknesses(self) -> Sequence[str]:
        words = [word for word in re.split(r"[\s,;]+", str(self.cleaned_data["weaknesses"])) if word]
        if len(words) > MOST_WEAKNESSES:
            raise ValidationError(f"At most {MOST_WEAKNESSES} weaknesses fit here.", code="many")
        found = []
        for word in words:
            number = CWE.fullmatch(word)
            if number is None:
                raise ValidationError(
                    "“%(word)s” is no CWE number. They look like CWE-22.", code="cwe", params={"word": word}
                )
            found.append(f"CWE-{number[1]}")
        return list(dict.fromkeys(found))
