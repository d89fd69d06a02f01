"""Correcting a row by its form, as a person does."""

import re

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind
from reports.models import ReportEvent


def correct(client: Client, name: str, number: int, /, **changes: str) -> HttpResponse:
    """Open the row, change these fields and send everything back."""
    url = reverse(f"admin:{name}_change", args=[number])
    form = client.get(url).context["adminform"].form
    fields: dict[str, str] = {}
    for field in form:
        value = field.value()
        if hasattr(field.field.widget, "widgets"):
            parts = field.field.widget.decompress(value) if value else [None, None]
            fields |= {f"{field.html_name}_{place}": str(part or "") for place, part in enumerate(parts)}
        elif value is True:
            fields[field.html_name] = "on"
        elif value not in (None, False):
            fields[field.html_name] = ",".join(value) if isinstance(value, list) else str(value)
    response = client.post(url, {**fields, **changes})
    assert isinstance(response, HttpResponse)
    return response


def errors_in(page: bytes) -> list[str]:
    return re.findall(r'<ul class="errorlist[^"]*"[^>]*><li>([^<]*)', page.decode())


def corrections() -> list[dict[str, object]]:
    with acting_as(SYSTEM):
        return list(ReportEvent.objects.filter(kind=EventKind.CORRECTED).values_list("details", flat=True))
