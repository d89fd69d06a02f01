"""What the history says of an event."""

from datetime import UTC, datetime

import pytest

from disclosures.cve_states import Deed
from portal.templatetags import drawn
from reports.enums import EventKind
from reports.event_words import CVE_DEEDS, ICONS
from reports.models import ReportEvent
from reports.narrative import Names, line
from teams.models import User

NOON = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)
NAMES = Names(shows_reporters=False, shows_notes=True, people={}, files={})


@pytest.mark.parametrize("deed", Deed)
def test_the_history_says_what_happened_to_a_cve_id(deed: Deed) -> None:
    event = ReportEvent(kind=EventKind.CVE_CHANGED, at=NOON, details={"deed": deed.value}, user=User(name="Mia"))

    assert line(event, names=NAMES).words == f"changed what is known of the CVE ID: {CVE_DEEDS[deed]}"


def test_a_deed_that_nobody_knows_any_more_is_passed_over() -> None:
    event = ReportEvent(kind=EventKind.CVE_CHANGED, at=NOON, details={"deed": "unheard-of"})

    assert line(event, names=NAMES).words == "Something changed about the CVE ID"


def test_whatever_happens_has_a_sign_that_can_be_drawn() -> None:
    assert set(ICONS) == set(EventKind)
    assert [icon for icon in set(ICONS.values()) if "<svg" not in drawn.heroicon_micro(icon)] == []
