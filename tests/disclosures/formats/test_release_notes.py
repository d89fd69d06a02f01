from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosures.formats import release_notes
from tests.disclosures.advisories import MINIMAL, RICH

ROUTER: Final = "example-org/router"
ADVISORY: Final = "https://github.com/example-org/router/security/advisories/GHSA-2222-3333-4444"
PARAGRAPH: Final = (
    r"**Security:** this release fixes [Path traversal in \`static\` \<files\> of \*router\*]"
    f"(<{ADVISORY}>) (GHSA-2222-3333-4444, CVE-2026-12345)."
)

pytestmark = pytest.mark.clause("P32")


@settings(max_examples=100)
@given(st.text().filter(lambda notes: "<!--" not in notes))
def test_the_link_is_in_the_notes_once_however_often_it_is_written(notes: str) -> None:
    once = release_notes.with_link(notes, RICH, repository=ROUTER)
    twice = release_notes.with_link(once, RICH, repository=ROUTER)

    assert twice == once
    assert once.count(ADVISORY) == 1 + notes.count(ADVISORY)
    assert once.startswith(notes.rstrip().lstrip())
    assert release_notes.has_link(once, ADVISORY)


def test_the_paragraph_names_the_advisory_of_its_own_repository() -> None:
    notes = release_notes.with_link("## Changes\r\n\r\n- one\r\n", RICH, repository=ROUTER)

    assert notes == (
        "## Changes\r\n\r\n- one\n\n"
        f"<!-- security advisory WSC-SA-7K3M-9QXD -->\n{PARAGRAPH}\n"
        "<!-- end of security advisory WSC-SA-7K3M-9QXD -->\n"
    )


@pytest.mark.clause("P16")
def test_a_cve_id_that_comes_late_replaces_the_paragraph_where_it_stands() -> None:
    early = release_notes.with_link("Before.", replace(RICH, cve_id=""), repository=ROUTER) + "After.\n"

    late = release_notes.with_link(early, RICH, repository=ROUTER)

    assert late == early.replace("(GHSA-2222-3333-4444)", "(GHSA-2222-3333-4444, CVE-2026-12345)")


def test_other_advisories_in_the_same_notes_are_left_alone() -> None:
    other = replace(RICH, identifier="WSC-SA-2222-2222", title="Another")
    notes = release_notes.with_link("", other, repository=ROUTER)

    both = release_notes.with_link(notes, RICH, repository=ROUTER)

    assert both.startswith(notes.rstrip())
    assert release_notes.without_link(both, RICH) == notes


def test_a_paragraph_that_somebody_doubled_becomes_one_again() -> None:
    once = release_notes.with_link("Notes.", RICH, repository=ROUTER)

    assert release_notes.with_link(once + once, RICH, repository=ROUTER).count(PARAGRAPH) == 1


def test_a_mark_without_its_end_takes_nothing_with_it() -> None:
    damaged = "<!-- security advisory WSC-SA-7K3M-9QXD -->\nWords of somebody.\n"

    once = release_notes.with_link(damaged, RICH, repository=ROUTER)

    assert once.startswith(damaged)
    assert release_notes.with_link(once, RICH, repository=ROUTER) == once


@pytest.mark.parametrize(
    ("notes", "there"),
    [
        (f"See {ADVISORY}.", True),
        (f"[x]({ADVISORY})", True),
        (f"<{ADVISORY}>", True),
        (f"{ADVISORY}", True),
        (f"{ADVISORY}5", False),
        (f"{ADVISORY}/edit", False),
        (f"{ADVISORY}.html", False),
        (f"<!-- {ADVISORY} -->", False),
        (f"<!-- begun {ADVISORY}", False),
        ("nothing", False),
    ],
)
def test_a_link_counts_when_people_can_follow_it(notes: str, there: bool) -> None:  # noqa: FBT001
    assert release_notes.has_link(notes, ADVISORY) is there


def test_without_an_address_there_is_no_link() -> None:
    assert release_notes.link(MINIMAL, repository=ROUTER) == ""
    assert not release_notes.has_link("anything", "")
    assert release_notes.text(MINIMAL, repository=ROUTER) == "**Security:** this release fixes Draft."


def test_until_github_has_an_advisory_the_link_leads_to_our_page() -> None:
    assert release_notes.link(RICH, repository="example-org/other") == RICH.page_url


def test_a_rehearsal_is_marked_in_the_notes() -> None:
    text = release_notes.text(replace(RICH, is_rehearsal=True), repository=ROUTER)

    assert text == f"**REHEARSAL** {PARAGRAPH}"
