"""Whoever of the team is shown a page of a report leaves a line in its record, whichever page it is (AUD-03)."""

from collections.abc import Iterator
from typing import Final

import pytest
from django.test import Client

from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind
from reports.models import ReportEvent
from tests import cast
from tests.access_matrix import row_of
from tests.cast import Stage, Who
from tests.places import OF_A_MAIL, OUR_PLACES, address, undone
from tests.portal.administration.rows import OF_NEED_TO_KNOW

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P22")]

SHOWN: Final = frozenset({"200", "422"})
"""A form that comes back with its faults shows the report, too."""
OF_A_ROW: Final = [f"admin:{name}_change" for name in OF_NEED_TO_KNOW]
"""What the administration shows of a report."""
LEAVES_NO_LINE: Final = {
    "my-credit-answer": "one's own name and one's own answer: of the report its reference alone",
}
"""Pages of a report of which no line is kept, and why. Lists are no pages of a report: the record keeps that somebody
searched, or had records listed, and not what was found.
"""


def of_a_report() -> list[str]:
    by_code_or_row = {*OF_A_MAIL, *LEAVES_NO_LINE, *OF_A_ROW}
    return [
        name
        for name, route in OUR_PLACES.items()
        if route.startswith("reports/<slug:reference>/") or name in by_code_or_row
    ]


def shown_to(who: Who) -> Iterator[tuple[str, str]]:
    """The name of each place of the report, and how to ask for it, that shows them something."""
    for name in of_a_report():
        get, post = row_of(who, name)
        yield from ((method, name) for method, status in (("GET", get), ("POST", post)) if status in SHOWN)


def kinds_left(stage: Stage, who: Who, browser: Client, *, method: str, name: str) -> set[EventKind]:
    """What the record of the report keeps of the visit; afterwards all is as it was."""
    where = address(name, stage)
    with undone(browser), acting_as(SYSTEM):
        theirs = ReportEvent.objects.filter(user=stage.people[who])
        before = set(theirs.values_list("pk", flat=True))
        answer = browser.generic(method, where)
        assert str(answer.status_code) in SHOWN, name
        answer.getvalue()
        return {EventKind(event.kind) for event in theirs.exclude(pk__in=before)}


@pytest.mark.parametrize("who", [Who.MEMBER, Who.PATCH_TEAM])
def test_every_page_that_shows_something_of_a_report_leaves_a_line(who: Who) -> None:
    stage = cast.build()
    browser = stage.browser(who)

    left = {(method, name): kinds_left(stage, who, browser, method=method, name=name) for method, name in shown_to(who)}

    lines = {EventKind.READ, EventKind.FILE_DOWNLOADED, EventKind.CASE_FILE_TAKEN}
    unread = {name for (_, name), kinds in left.items() if not kinds & lines}
    assert unread == LEAVES_NO_LINE.keys() & {name for _, name in left}
    assert {"report", "report-day", "report-advisory", "report-file"} <= {name for _, name in left}


def test_an_exception_is_a_page_that_is_there() -> None:
    assert LEAVES_NO_LINE.keys() <= {name for _, name in shown_to(Who.PATCH_TEAM)}
