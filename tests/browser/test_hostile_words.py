"""What people write, in a browser that only our own escaping protects: nothing runs, nothing is asked for."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Dialog, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from portal import characters
from portal.markdown import render
from reports import conversation
from tests import factories, hostile
from tests.browser.conftest import Open
from tests.canaries import Canaries, planted
from tests.hostile_stage import doors_of, mean_harm, shown
from tests.people import browser_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLACE = "http://portal.test"
MESSAGES = 80
FEWEST_PAGES = 25
DOES_SOMETHING = """() => [...document.querySelectorAll("*")].filter(each =>
    [...each.attributes].some(one => one.name.startsWith("on") || ["style", "srcdoc"].includes(one.name)
        || one.name === "formaction" && !one.value.startsWith("#"))
    || ["SVG", "MATH", "IFRAME", "OBJECT", "EMBED", "BASE", "VIDEO", "AUDIO"].includes(each.tagName.toUpperCase())
        && !each.closest("[aria-hidden]")
    || each.tagName === "IMG" && !each.src.startsWith(location.origin)
    || each.tagName === "A" && each.hasAttribute("href") && !["http:", "https:", "mailto:"].includes(each.protocol)
).map(each => each.outerHTML.slice(0, 200))"""


def pages_of_hostile_people() -> list[str]:
    team = browser_of(factories.member())
    texts = [*map(characters.storable, hostile.TEXTS)]
    received = factories.receipt(summary=hostile.MARKUP[0], description="\n\n".join(texts[:300]))
    for words in texts[300 :: len(texts) // MESSAGES]:
        conversation.hear(received.reporter, words, now=timezone.now())
    for words in hostile.MARKUP[::4]:
        factories.receipt(summary=characters.storable(words)[:200], name=characters.storable(words)[:200])
    place, reporter = received.report.get_absolute_url(), Client()
    ways = [(team, place), (team, f"{place}?part=original"), (team, "/reports/"), (team, "/dashboard/")]
    ways.append((reporter, reporter.post(f"/r/{received.key}/")["Location"]))
    return [browser.get(way).content.decode() for browser, way in ways]


def pages_of_a_hostile_report() -> list[str]:
    """Each page that shows something of what is kept of one."""
    canaries = Canaries()
    doors = doors_of(planted(canaries), canaries)
    mean_harm(canaries)
    return [page for page in shown(doors).values() if "alert(1)" in page]


def in_a_browser(chromium: Browser, pages: list[str]) -> tuple[list[str], list[str]]:
    """What was said in dialogs or asked for elsewhere, and the elements that could do something."""
    noise: list[str] = []
    able: list[str] = []
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()

    def hear(dialog: Dialog) -> None:
        noise.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", hear)
    page.on("popup", lambda opened: noise.append(f"a window: {opened.url}"))
    for html in pages:
        _show(page, re.sub(r"<(script|link)\b[^>]*>(</script>)?", "", html), noise)
        page.mouse.move(200, 300)
        page.wait_for_timeout(50)
        able += page.evaluate(DOES_SOMETHING)
    context.close()
    return noise, able


def _show(page: Page, html: str, noise: list[str]) -> None:
    def answer(route: Route) -> None:
        if route.request.url == f"{PLACE}/":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            if not route.request.url.startswith((f"{PLACE}/static/", f"{PLACE}/reports/", f"{PLACE}/favicon")):
                noise.append(f"asked for {route.request.url}")
            route.fulfill(status=404, body="")

    page.unroute_all()
    page.route("**/*", answer)
    page.goto(f"{PLACE}/", wait_until="load")


def test_nothing_that_people_write_runs_or_asks_for_anything(chromium: Browser) -> None:
    every_text = "<!doctype html><html lang=en>" + "".join(
        f'<article class="prose">{render(text)}</article>' for text in hostile.TEXTS
    )

    noise, able = in_a_browser(chromium, [every_text, *pages_of_hostile_people()])

    assert (noise, able) == ([], [])


def test_nothing_that_is_kept_of_a_report_runs_or_asks_for_anything(chromium: Browser) -> None:
    pages = pages_of_a_hostile_report()

    noise, able = in_a_browser(chromium, pages)

    assert len(pages) > FEWEST_PAGES
    assert (noise, able) == ([], [])


def test_an_attack_would_be_noticed(chromium: Browser) -> None:
    raw = "<!doctype html><svg onload=alert(1)></svg><img src=https://remote.example/x.png>"

    noise, able = in_a_browser(chromium, [raw])

    assert {*noise} == {"a dialog: 1", "asked for https://remote.example/x.png"}
    assert len(able) == 2


@pytest.mark.parametrize("javascript", [True, False])
def test_a_link_in_a_report_leads_to_a_page_of_ours_that_tells_its_target(
    opened: Open, live_server: LiveServer, *, javascript: bool
) -> None:
    receipt = factories.receipt(description="See [our docs](https://d\u043ecs.example/a?b=1&c=2).")
    desk = opened(factories.member(), javascript=javascript)
    desk.goto(receipt.report.get_absolute_url())

    with desk.expect_popup() as leaving:
        desk.get_by_role("link", name="our docs").first.click()
    page = leaving.value

    target = "https://xn--dcs-sed.example/a?b=1&c=2"
    assert page.url == f"{live_server.url}/leaving/"
    expect(page.locator("pre")).to_have_text(target)
    onwards = page.get_by_role("link", name="Go on to xn--dcs-sed.example")
    expect(onwards).to_have_attribute("href", target)
    expect(onwards).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(desk.get_by_role("heading", level=1)).to_have_text(receipt.report.summary)
