"""Reports as rows of the queue and as lines of the dashboard.

They stand many times on a page: written here, they cost a tenth of what templates of their own do. Every value is
escaped by `format_html`, and every word of a stranger passes `visible_text`.
"""

from collections.abc import Iterable
from functools import cache

from django.template import Library
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.plain_text import visible_text
from portal.templatetags.drawn import drawn
from portal.templatetags.portal import deadline, moment
from reports.enums import Channel, DeclineReason, Severity, State
from reports.models import Report
from reports.rows import Row
from teams.models import User

register = Library()

PICK = '<label class="pick"><input type="checkbox" name="chosen" value="{0}" aria-label="Choose {0}"></label>'
META = '<span class="meta">{}</span>'
BADGE = "components/state.html"
EXPLOITED = format_html(" · <strong>{}</strong>", "said to be exploited")
NOBODY = format_html('<span class="soft">{}</span>', "nobody")
ROW = """<tr>
  <td>{}</td>
  <td class="title"><a class="what" href="{}">{}</a>
    <span class="meta"><span class="ref">{}</span> · by {} · {}{}{}{}</span></td>
  <td>{}{}{}</td>
  <td data-label="Severity">{}</td>
  <td data-label="Coordinator">{}</td>
  <td>{}</td>
  <td data-label="Received">{}</td>
  {}
</tr>
"""
GROUP = ' · <a href="{}?state=any&amp;group={}">in a group with {} other{}</a>'
CHANGED = '<td data-label="Changed">{}</td>'
LINE = """<li class="item">
  <a class="what" href="{}">{}</a> {}
  <span class="meta"><span class="ref">{}</span> · {}{} · {}{}{}</span>
</li>
"""
SAMPLE = "SAMPLE"


@register.simple_tag
def queue_rows(rows: Iterable[Row], *, user: User, may_move: bool, with_change: bool) -> SafeString:
    """`with_change`: when each changed last stands in a column of its own."""
    drawn_rows = (_queue_row(row, user=user, may_move=may_move, with_change=with_change) for row in rows)
    return format_html_join("", "{}", ((one,) for one in drawn_rows))


@register.simple_tag
def dashboard_lines(rows: Iterable[Row], *, user: User) -> SafeString:
    return format_html_join("", "{}", ((_dashboard_line(row, user=user),) for row in rows))


def _queue_row(row: Row, *, user: User, may_move: bool, with_change: bool) -> SafeString:
    report = row.report
    asks = report.withdrawal_requested_at and not report.is_closed
    return format_html(
        ROW,
        format_html(PICK, report.reference) if may_move else "",
        address(report.reference),
        visible_text(report.summary),
        report.reference,
        Channel(report.channel).label,
        visible_text(row.where),
        EXPLOITED if report.exploited else "",
        " · the reporter asks to withdraw" if asks else "",
        _group(row),
        _state(report),
        format_html(META, "waiting for the reporter") if report.waiting_since else "",
        format_html(META, DeclineReason(report.decline_reason).label) if report.decline_reason else "",
        Severity(report.severity).label if report.severity else "\N{EN DASH}",
        _coordinator(report, user),
        _promise(row),
        moment(report.received_at, focusable=False),
        format_html(CHANGED, moment(report.changed_at, focusable=False)) if with_change else "",
    )


def _dashboard_line(row: Row, *, user: User) -> SafeString:
    report, clock = row.report, row.clock
    return format_html(
        LINE,
        address(report.reference),
        visible_text(report.summary),
        deadline(clock.due_at, warn=clock.warn_at, passes=row.passes) if clock else _state(report),
        report.reference,
        visible_text(row.where),
        f" · {row.promise} promised" if clock else "",
        _who_coordinates(report, user),
        " · waiting for the reporter" if report.waiting_since else "",
        EXPLOITED if report.exploited else "",
    )


def _group(row: Row) -> str:
    if row.group is None:
        return ""
    return format_html(GROUP, reverse("queue"), row.group.name, row.group.others, "s" if row.group.others > 1 else "")


def address(reference: str) -> str:
    """Where the report is; what Django works out anew for each of many is worked out once."""
    return _shape_of_addresses().replace(SAMPLE, reference)


@cache
def _shape_of_addresses() -> str:
    return reverse("report", args=[SAMPLE])


def _state(report: Report) -> SafeString:
    return drawn(BADGE, state=report.state, label=State(report.state).label)


def _coordinator(report: Report, user: User) -> str:
    if report.coordinator_id is None:
        return NOBODY
    return "you" if report.coordinator_id == user.pk else format_html("<bdi>{}</bdi>", report.coordinator)


def _who_coordinates(report: Report, user: User) -> str:
    if report.coordinator_id is None:
        return "nobody coordinates it"
    if report.coordinator_id == user.pk:
        return "you coordinate"
    return format_html("<bdi>{}</bdi> coordinates", report.coordinator)


def _promise(row: Row) -> str:
    if row.clock is None:
        return ""
    due = deadline(row.clock.due_at, warn=row.clock.warn_at, passes=row.passes, focusable=False)
    return format_html("{}" + META, due, row.promise)
