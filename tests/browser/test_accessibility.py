"""Every page, light and wide, dark and narrow: nothing that axe-core objects to, and nothing that sticks out."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route

from tests.browser import sights
from tests.browser.conftest import NARROW, WIDE, Size
from tests.browser.sights import Sight

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.urls("tests.demo_urls")]

type Options = dict[str, list[str] | dict[str, dict[str, bool]]]
type Sights = Callable[[], Iterator[Sight]]

PLACE = "http://portal.test"
NARROWEST = Size(360, 740)
EVERYTHING: Options = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
"""Beyond what axe asks by default: targets that can be hit (WCAG 2.2 AA)."""
WHAT_SIZE_AND_COLOUR_CHANGE: Options = {
    "resultTypes": ["violations"],
    "runOnly": ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable", "list", "region"],
}
"""The page is the same one, so that the other rules would find the same again."""
STICKS_OUT = """() => [...document.querySelectorAll("body *")]
    .filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth)
    .map(each => `${each.tagName} ${each.className}`).slice(0, 5)"""


@pytest.mark.parametrize(
    "pages",
    [sights.of_the_public, sights.of_errors, sights.of_the_reporter, sights.of_the_team, sights.of_the_account],
    ids=lambda pages: pages.__name__,
)
def test_no_page_shuts_anybody_out_or_sticks_out(chromium: Browser, pages: Sights) -> None:
    seen = list(pages())

    objections = {
        **_objections(chromium, seen, EVERYTHING, size=WIDE, dark=False),
        **_objections(chromium, seen, WHAT_SIZE_AND_COLOUR_CHANGE, size=NARROW, dark=True),
    }

    assert objections == {}


def test_an_objection_would_be_found(chromium: Browser) -> None:
    wrong = (
        '<!doctype html><body style="margin: 0"><img src="/x.png">'
        '<p style="color: #ccc; background: #fff; width: 2000px; margin: 0">Hard to read</p>'
    )

    found = _objections(chromium, [Sight(name="wrong", html=wrong)], EVERYTHING, size=WIDE, dark=False)

    rules = [objection.split(":")[0] for objection in next(iter(found.values()))]
    assert {"image-alt", "color-contrast", "html-has-lang", "720 px too wide at 1280 px"} - set(rules) == set()


def _objections(
    chromium: Browser, seen: list[Sight], options: Options, *, size: Size, dark: bool
) -> dict[str, list[str]]:
    context = chromium.new_context(
        viewport={"width": size.width, "height": size.height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        bypass_csp=True,
    )
    context.add_init_script(AXE_SCRIPT)
    page, found = context.new_page(), {}
    try:
        for sight in seen:
            _show(page, sight)
            objections = [*_violations(page, options), *_what_sticks_out(page, size)]
            if objections:
                found[f"{sight.name}, {size.width} px, {'dark' if dark else 'light'}"] = objections
    finally:
        context.close()
    return found


def _show(page: Page, sight: Sight) -> None:
    """Load the page as it was rendered, with its stylesheets and scripts from their sources."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(PLACE)
        static = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
        if static:
            route.fulfill(path=str(static))
        elif route.request.is_navigation_request():
            route.fulfill(body=sight.html, content_type="text/html; charset=utf-8")
        else:
            route.fulfill(status=404, body="")

    page.unroute_all()
    page.route("**/*", answer)
    page.goto(f"{PLACE}/", wait_until="load")


def _violations(page: Page, options: Options) -> list[str]:
    answer = page.evaluate("options => axe.run(options)", options)
    return [
        f"{violation['id']}: {node['target']} {node['html'][:160]} {node['failureSummary'][:300]}"
        for violation in answer["violations"]
        for node in violation["nodes"]
    ]


def _what_sticks_out(page: Page, size: Size) -> list[str]:
    widths = [size, NARROWEST] if size == NARROW else [size]
    complaints = []
    for each in widths:
        page.set_viewport_size({"width": each.width, "height": each.height})
        excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if excess > 0:
            complaints.append(f"{excess} px too wide at {each.width} px: {page.evaluate(STICKS_OUT)}")
    page.set_viewport_size({"width": size.width, "height": size.height})
    return complaints
