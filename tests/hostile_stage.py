"""A report of which everything that is kept can be made hostile, and the pages that show some of it."""

import itertools
import json
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from disclosures import credit_doors
from disclosures.models import Credit, CreditAnswer
from portal import characters
from portal.plain_text import LONGEST_LINE
from portal.sealed.fields import sealed_fields
from portal.viewer import SYSTEM, acting_as
from reports.models import GitHubReport, Grouping, Report
from tests import hostile
from tests.canaries import Canaries
from tests.cast import Stage, Who
from tests.places import OF_A_MAIL, OUR_PLACES, address, asked

type Doors = Mapping[str, tuple[Client, str]]
"""Where a page shows what is kept of the report, and to whom, by the name of the place."""


def doors_of(stage: Stage, canaries: Canaries) -> Doors:
    """A planted stage, with more canaries where only these pages show them."""
    _plant_more(stage, canaries)
    member, reporter = stage.browser(Who.MEMBER), stage.browser(Who.REPORTER)
    member.post(f"{stage.report.get_absolute_url()}reporter/")
    of_member = [
        name for name, route in OUR_PLACES.items() if route.startswith("reports/<slug:reference>/") or name in OF_A_MAIL
    ]
    lists = ("queue", "dashboard", "quarantine", "saved-views", "obligations", "cve-queue", "calendar")
    seen = {name: (member, address(name, stage)) for name in (*of_member, *lists)}
    for part in ("notes", "activity", "files", "original", "access"):
        seen[part] = member, f"{stage.report.get_absolute_url()}?part={part}"
    seen |= {name: (reporter, address(name, stage)) for name in OUR_PLACES if name.startswith("track")}
    seen["my-credit-answer"] = stage.browser(Who.PATCH_TEAM), address("my-credit-answer", stage)
    with acting_as(SYSTEM):
        finder = Credit.objects.get(pk=stage.thanks.finder.pk)
    seen["finder-credit"] = Client(), urlsplit(credit_doors.link_of(finder)).path
    return seen


def _plant_more(stage: Stage, canaries: Canaries) -> None:
    """Another report of the group, what changed on GitHub, a finder who is asked."""
    words, now = canaries.words, timezone.now()
    said = {"summary": words, "description": f"{words}\n\n> {words}", "products": [["pip", words, words, words]]}
    with acting_as(SYSTEM):
        other = Report.objects.get(pk=stage.other.report.pk)
        other.summary = words
        other.save(update_fields=["summary"])
        Grouping.objects.create(report=other, group="one", grouped_by=stage.people[Who.MEMBER])
        github = GitHubReport.objects.get(report=stage.report)
        github.content, github.changed, github.changed_at = json.dumps(said), [*said], now
        github.save(update_fields=["content", "changed", "changed_at"])
        credit_doors.make(stage.thanks.finder, by=stage.receipt.reporter, now=now)


def shown(doors: Doors) -> dict[str, str]:
    """The pages, of those that are pages."""
    answers = {name: asked(browser, "GET", where) for name, (browser, where) in doors.items()}
    return {
        name: answer.getvalue().decode()
        for name, answer in answers.items()
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    }


def mean_harm(canaries: Canaries) -> None:
    """Put hostile words wherever a canary stands, in each place others."""
    lines = itertools.cycle(map(characters.storable, hostile.lines(longest=LONGEST_LINE)))
    with acting_as(SYSTEM):
        for row, name in list(_fields()):
            before = getattr(row, name)
            setattr(row, name, _swapped(before, canaries, lines))
            if getattr(row, name) != before:
                row.save(update_fields=[name])


def _fields() -> Iterator[tuple[Model, str]]:
    """Each sealed field of each row, but of those that nothing may change."""
    for model in apps.get_models():
        for each in sealed_fields(model) if model is not CreditAnswer else ():
            yield from ((row, each.name) for row in model._default_manager.all())  # noqa: SLF001 - Django's way to any model


def _swapped(text: str, canaries: Canaries, lines: Iterator[str]) -> str:
    for bird in canaries.found_in(text):
        line = next(lines)
        text = text.replace(bird, json.dumps(line)[1:-1] if text.startswith(("{", "[")) else line)
    return text
