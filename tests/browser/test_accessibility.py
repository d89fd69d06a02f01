"""Every page, light and wide, dark and narrow: nothing that axe-core objects to, and nothing that sticks out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import sights
from tests.browser.conftest import NARROW, WIDE, Size
from tests.browser.demo_sights import of_the_demos_github
from tests.browser.flood_sights import of_floods
from tests.browser.github_sights import of_github
from tests.browser.shown import showcase
from tests.browser.sights import Sight

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.urls("tests.demo_urls"),
    pytest.mark.usefixtures("sample"),
]

type Options = dict[str, str | list[str] | dict[str, dict[str, bool]]]
type Sights = Callable[[], Iterator[Sight]]

NARROWEST = Size(360, 740)
ONLY_VIOLATIONS: Options = {"resultTypes": ["violations"], "reporter": "no-passes"}
EVERYTHING: Options = ONLY_VIOLATIONS | {"rules": {"target-size": {"enabled": True}}}
"""Beyond what axe asks by default: targets that can be hit (WCAG 2.2 AA)."""
WHAT_SIZE_AND_COLOUR_CHANGE: Options = ONLY_VIOLATIONS | {
    "runOnly": ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable", "list", "region"],
}
"""The page is the same one, so that the other rules would find the same again."""
STICKS_OUT = """() => [...document.querySelectorAll("body *")]
    .filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth)
    .map(each => `${each.tagName} ${each.className}`).slice(0, 5)"""


@pytest.mark.parametrize(
    "pages",
    [
        sights.of_the_public,
        sights.of_errors,
        sights.of_the_reporter,
        sights.of_the_team,
        sights.of_the_account,
        of_the_demos_github,
        of_floods,
        of_github,
    ],
    ids=lambda pages: pages.__name__,
)
def test_no_page_shuts_anybody_out_or_sticks_out(chromium: Browser, pages: Sights) -> None:
    assert _objections(chromium, list(pages())) == {}


def test_an_objection_would_be_found(chromium: Browser) -> None:
    wrong = (
        '<!doctype html><body style="margin: 0"><img src="/x.png">'
        '<p style="color: #ccc; background: #fff; width: 2000px; margin: 0">Hard to read</p>'
    )

    found = _objections(chromium, [Sight(name="wrong", html=wrong)])

    wide, narrow = (
        {objection.split(":")[0] for objection in found[how]} for how in ("wrong, wide, light", "wrong, narrow, dark")
    )
    assert {"image-alt", "color-contrast", "html-has-lang", "720 px too wide at 1280 px"} - wide == set()
    assert {"color-contrast", "1610 px too wide at 390 px", "1640 px too wide at 360 px"} - narrow == set()


def _objections(chromium: Browser, seen: list[Sight]) -> dict[str, list[str]]:
    """By sight and look. Each page is loaded once, and then given its other size and colours."""
    found = {}
    with showcase() as case, _context(chromium) as context:
        page = context.new_page()
        for sight in seen:
            case.html = sight.html
            _look(page, WIDE, dark=False)
            page.goto(case.address, wait_until="load")
            found[f"{sight.name}, wide, light"] = [*_violations(page, EVERYTHING), *_what_sticks_out(page, WIDE)]
            _look(page, NARROW, dark=True)
            found[f"{sight.name}, narrow, dark"] = [
                *_violations(page, WHAT_SIZE_AND_COLOUR_CHANGE),
                *_what_sticks_out(page, NARROW),
                *_what_sticks_out(page, NARROWEST),
            ]
    return {where: objections for where, objections in found.items() if objections}


@contextmanager
def _context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(reduced_motion="reduce", bypass_csp=True)
    context.add_init_script(AXE_SCRIPT)
    yield context
    context.close()


def _look(page: Page, size: Size, *, dark: bool) -> None:
    page.set_viewport_size({"width": size.width, "height": size.height})
    page.emulate_media(color_scheme="dark" if dark else "light")


def _violations(page: Page, options: Options) -> list[str]:
    answer = page.evaluate("options => axe.run(options)", options)
    return [
        f"{violation['id']}: {node['target']} {node['html'][:160]} {_why(node)[:300]}"
        for violation in answer["violations"]
        for node in violation["nodes"]
    ]


def _why(node: dict[str, list[dict[str, str]]]) -> str:
    return " ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])


def _what_sticks_out(page: Page, size: Size) -> list[str]:
    page.set_viewport_size({"width": size.width, "height": size.height})
    excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if excess <= 0:
        return []
    return [f"{excess} px too wide at {size.width} px: {page.evaluate(STICKS_OUT)}"]
