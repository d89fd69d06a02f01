"""What is measured, with the goal of each."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from random import Random

from portal.bench.browser import Browser, hidden_fields

type Visit = Callable[[Browser], None]


class Visitors(Enum):
    STRANGER = auto()
    MEMBER = auto()
    MEMBERS_BY_TURNS = auto()
    """Each may ask for it only so often (`portal.rate_limits`): there is a limit to the visits, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`times_null`: at most so many times the null page."""

    name: str
    visit: Visit
    times_null: float | None
    limited_by: str
    visitors: Visitors = Visitors.STRANGER
    path: str = ""
    """Where its queries are counted."""


def _view(path: str) -> Visit:
    def visit(browser: Browser) -> None:
        browser.get(path)

    return visit


def _search(browser: Browser) -> None:
    """For a word that twenty reports carry in either size, and one that a sixth of all do."""
    browser.get(f"/reports/?state=any&q=word{_random.randrange(50)}+lattice")


def _submit(browser: Browser) -> None:
    """Fetch the form and send it, each time from another address: a flood from one would go to quarantine."""
    form = browser.get("/report/new/")
    name = secrets.token_hex(4)
    fields = hidden_fields(form) | {
        "project_unknown": "on",
        "projects": "1",
        "summary": f"The file provider follows a link out of its folder ({name})",
        "description": "A component asks for a path that leaves its folder, and the host follows it. " * 10,
        "email": f"{name}@example.net",
        "credit_wish": "ask",
    }
    fields.pop("project_unknown")
    browser.post(
        "/report/new/", fields, address=f"2001:db8:{secrets.randbelow(65536):x}:{secrets.randbelow(65536):x}::1"
    )


_random = Random(7)  # noqa: S311 - which words are searched for is no secret

NULL = Page(
    name="null page", path="/healthz", visit=_view("/healthz"), times_null=None, limited_by="server and middleware"
)
TEAM_PAGE = 25
"""A page of the team takes at most so many null pages."""
PUBLIC_PAGE, DOCUMENT = 25, 6
"""What everybody reads, and what programs do."""
WHOLE = "its bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Paths: of a report with a conversation, the newest advisory and its documents, and an older page of the feed."""

    report: str
    advisory: str
    osv: str
    csaf: str
    older: str


def pages(places: Places) -> tuple[Page, ...]:
    return (*_pages(places.report), *_public_pages(places))


def _public_pages(places: Places) -> tuple[Page, ...]:
    """Lists of everything grow by what they send, and are measured beside their answer that nothing is new."""
    white = "/.well-known/csaf/white/csaf-feed-tlp-white.json"
    return (
        _page_for_all("advisories", "/advisories/", limited_by="drawing its 25 lines"),
        _search_page("advisories, a search", "component+path", at="/advisories/", limited_by="drawing its 25 lines"),
        _page_for_all("advisory", places.advisory, limited_by="rendering its Markdown"),
        _page_for_all("acknowledgements", "/advisories/acknowledgements/", limited_by="drawing its names"),
        _page_for_all("policy", "/policy/", limited_by="drawing its clauses"),
        _document("Atom feed", "/advisories/feed.atom"),
        _document("Atom feed, an older page", places.older, times_null=PUBLIC_PAGE, limited_by="writing 50 entries"),
        _document("OSV of one", places.osv),
        _document("CSAF of one", places.csaf),
        _document("OSV of all", "/osv/all.zip", times_null=None, limited_by=WHOLE),
        _document("JSON index", "/advisories/index.json", times_null=None, limited_by=WHOLE),
        _document("ROLIE feed", white, times_null=None, limited_by=WHOLE),
        _known("OSV of all, unchanged", "/osv/all.zip"),
        _known("JSON index, unchanged", "/advisories/index.json"),
        _known("ROLIE feed, unchanged", white),
    )


def _pages(report: str) -> tuple[Page, ...]:
    return (
        NULL,
        Page(name="report form", path="/report/new/", visit=_view("/report/new/"), times_null=6,
             limited_by="drawing the form's fields"),
        Page(name="submission", visit=_submit, times_null=25,
             limited_by="some thirty small writes, and one wait for the disk"),
        _team_page("dashboard", "/dashboard/", limited_by="drawing its lines"),
        _team_page("queue", "/reports/", limited_by="drawing its 25 rows"),
        _search_page("search, a rare word", "word7+lattice", visit=_search, limited_by="drawing what is found"),
        _search_page("search, two frequent words", "lattice+forge", limited_by="bringing two long lists together"),
        _search_page("search, words of all reports", "component+provider", limited_by="drawing its 25 rows"),
        _team_page("report page", report, limited_by="rendering the conversation's Markdown"),
        _team_page("patch team", f"{report}patch-team/", limited_by="the lists of people"),
        _team_page("checklist", f"{report}fix/", limited_by="drawing its lines"),
        _team_page("sharing", f"{report}sharing/", limited_by="drawing the members' lines"),
    )  # fmt: skip


def _team_page(name: str, path: str, *, limited_by: str) -> Page:
    return Page(
        name=name, path=path, visit=_view(path), times_null=TEAM_PAGE, visitors=Visitors.MEMBER, limited_by=limited_by
    )


def _page_for_all(name: str, path: str, *, limited_by: str) -> Page:
    return Page(name=name, path=path, visit=_view(path), times_null=PUBLIC_PAGE, limited_by=limited_by)


def _document(
    name: str, path: str, *, times_null: float | None = DOCUMENT, limited_by: str = "server and one row"
) -> Page:
    return Page(name=name, path=path, visit=_view(path), times_null=times_null, limited_by=limited_by)


def _known(name: str, path: str) -> Page:
    return Page(
        name=name,
        visit=lambda browser: browser.get_unchanged(path),
        times_null=DOCUMENT,
        limited_by="server and one row",
    )


def _search_page(
    name: str, words: str, *, limited_by: str, visit: Visit | None = None, at: str = "/reports/?state=any"
) -> Page:
    path = f"{at}{'&' if '?' in at else '?'}q={words}"
    return Page(
        name=name,
        path=path,
        visit=visit or _view(path),
        times_null=TEAM_PAGE,
        visitors=Visitors.MEMBERS_BY_TURNS,
        limited_by=limited_by,
    )
