"""An advisory is written, looked at while it is written, held against versions, saved by two at once, and approved."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, Page, expect

from disclosures import publishing
from disclosures.models import Advisory
from portal.viewer import SYSTEM, acting_as
from reports.models import Report
from tests import factories
from tests.browser.conftest import NARROW, Open
from tests.disclosures.factories import CVSS31, report_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def objections(page: Page) -> list[str]:
    """What axe-core finds wrong with the page, and whether it is wider than the window."""
    page.evaluate(AXE_SCRIPT)
    rules = {"resultTypes": ["violations"], "preload": False, "rules": {"target-size": {"enabled": True}}}
    found = [
        f"{each['id']}: {[node['html'] for node in each['nodes']][:2]}"
        for each in page.evaluate("options => axe.run(options)", rules)["violations"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, *([f"{wide} px too wide"] if wide else [])]


def begin(page: Page, report: Report) -> None:
    """She sees what her words will look like while she types them."""
    page.goto(f"/reports/{report.reference}/advisories/")
    page.get_by_role("button", name="Begin an advisory").click()
    expect(page.get_by_role("link", name="It has no title.")).to_be_visible()
    page.get_by_label("Title", exact=True).fill("Path traversal in the file provider")
    for field in ("Overview", "Details", "Fix"):
        text(page, field).fill(f"Some **bold** words on the {field.lower()}.")
    expect(page.get_by_role("region", name="Details, as it will look").locator("strong")).to_have_text("bold")
    text(page, "Workaround").fill("")
    page.get_by_label("No workaround is known").check()


def fill_the_facts(page: Page) -> None:
    """Rows come and go, a version is tried and a weakness searched, all without leaving the page."""
    page.get_by_role("button", name="Add a package").click()
    expect(page.get_by_role("group", name="Package 2")).to_be_visible()
    page.get_by_role("button", name="Take out package 2").click()
    expect(page.get_by_role("group", name="Package 2")).to_have_count(0)
    page.get_by_label("Published on").select_option(label="crates.io")
    page.get_by_label("Package", exact=True).fill("wadm")
    page.get_by_label("First affected").fill("1.0.0")
    page.get_by_label("Fixed in").fill("1.4.2")
    page.get_by_label("A version to try").fill("1.4.1")
    page.get_by_role("button", name="Is it affected?").click()
    expect(page.locator("#tried")).to_contain_text("1.4.1 is affected")
    page.get_by_label("CVSS 3.1 vector").fill(CVSS31)
    page.get_by_label("Search the catalogue").fill("path traversal")
    page.get_by_role("button", name="Search").click()
    page.get_by_label("CWE-22 ").check()


def text(page: Page, field: str) -> Locator:
    return page.get_by_role("textbox", name=field, exact=True)


def save(page: Page, *, says: str) -> None:
    page.get_by_role("button", name="Save as a new revision").click()
    expect(page.get_by_text(says)).to_be_visible()


@pytest.mark.clause("P29", "P30")
def test_an_advisory_is_written_by_two_and_approved_by_a_third(opened: Open) -> None:
    report = report_of(factories.ProjectFactory.create(name="wadm"))
    anna, bert, paula = (factories.member(name=name) for name in ("Anna Author", "Bert Both", "Paula Prover"))

    hers = opened(anna)
    begin(hers, report)
    fill_the_facts(hers)
    assert objections(hers) == []
    save(hers, says="Saved as revision 2.")
    expect(hers.get_by_text("Nothing is missing.")).to_be_visible()

    # Bert opens it too and saves first. Anna loses nothing, sees both texts, and saves after him.
    where = hers.url
    his = opened(bert, size=NARROW, dark=True)
    his.goto(where)
    text(his, "Fix").fill("Update to 1.4.2.")
    save(his, says="Saved as revision 3.")
    assert objections(his) == []
    text(hers, "Overview").fill("Any file can be read.")
    save(hers, says="Somebody else has saved meanwhile")
    expect(text(hers, "Overview")).to_have_value("Any file can be read.")
    assert objections(hers) == []
    text(hers, "Fix").fill("Update to 1.4.2.")
    save(hers, says="Saved as revision 4.")

    # Neither of them approves it, but Paula, who has read it and what has changed.
    his.get_by_role("link", name="Read and approve", exact=True).click()
    expect(his.get_by_text("You have written part of it.")).to_be_visible()
    assert objections(his) == []
    reader = opened(paula)
    reader.goto(f"{where}history/")
    expect(reader.get_by_role("heading", name="From revision 3 to 4")).to_be_visible()
    assert objections(reader) == []
    reader.get_by_role("link", name="Read and approve", exact=True).click()
    assert objections(reader) == []
    reader.get_by_role("button", name="Approve revision 4").click()
    expect(reader.get_by_text("You have approved revision 4.")).to_be_visible()
    with acting_as(SYSTEM):
        approved = publishing.approved(Advisory.objects.get())
        assert approved is not None
        assert (approved.number, approved.approvals.get().approved_by) == (4, paula)
