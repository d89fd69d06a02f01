"""What is measured, with the goal of each."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from portal.bench.browser import Browser, hidden_fields

type Visit = Callable[[Browser], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`times_null`: at most so many times the null page. `needs_sign_in`: a member of the team looks."""

    name: str
    visit: Visit
    times_null: float | None
    limited_by: str
    needs_sign_in: bool = False
    path: str = ""
    """Where its queries are counted."""


def _view(path: str) -> Visit:
    def visit(browser: Browser) -> None:
        browser.get(path)

    return visit


def _search(browser: Browser) -> None:
    browser.get(f"/reports/?state=any&q=word{_random.randrange(1000)}+lattice")


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


def pages(*, report: str) -> tuple[Page, ...]:
    """`report`: the path of a report with a conversation."""
    return (
        NULL,
        Page(name="report form", path="/report/new/", visit=_view("/report/new/"), times_null=6,
             limited_by="drawing the form's fields"),
        Page(name="submission", visit=_submit, times_null=25,
             limited_by="some thirty small writes, and one wait for the disk"),
        Page(name="dashboard", path="/dashboard/", visit=_view("/dashboard/"), times_null=25, needs_sign_in=True,
             limited_by="drawing its lines"),
        Page(name="queue", path="/reports/", visit=_view("/reports/"), times_null=25, needs_sign_in=True,
             limited_by="drawing its 50 rows"),
        Page(name="search", path="/reports/?state=any&q=word7+lattice", visit=_search, times_null=25,
             needs_sign_in=True, limited_by="drawing what is found"),
        Page(name="report page", path=report, visit=_view(report), times_null=25, needs_sign_in=True,
             limited_by="rendering the conversation's Markdown"),
    )  # fmt: skip
