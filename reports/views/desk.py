"""The report page: what is it, where does it stand, what do I do?"""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reports import access, clocks, dossier, handovers, readings, revealing, submissions
from reports.access import Permission
from reports.desk_forms import WriteForm
from reports.dossier import Part
from reports.enums import Channel, ClockKind
from reports.models import Report
from reports.narrative import Names
from reports.next_step import next_step
from reports.submissions import Token
from reports.views import desk_parts
from teams.sign_in import signed_in

LONGEST_ID = 18
"""As many digits as surely fit into an id."""


def find(reference: str) -> Report:
    """The report, for whoever may read it; everybody else learns nothing, not even that it exists.

    The record keeps who came this way.
    """
    now = timezone.now()
    rows = Report.objects.select_related("coordinator").annotate(is_known=readings.is_known(now=now))
    found = get_object_or_404(rows.named(reference))
    readings.note_page(found, now=now)
    return found


@require_safe
def report(request: HttpRequest, reference: str) -> HttpResponse:
    before = request.GET.get("before", "")
    earlier = int(before) if before.isascii() and before.isdecimal() and len(before) <= LONGEST_ID else None
    return page(request, find(reference), part=Part.named(request.GET.get("part")), before=earlier)


def page(
    request: HttpRequest,
    found: Report,
    *,
    part: Part,
    before: int | None = None,
    form: WriteForm | None = None,
    token: Token | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """The whole page, with what was typed if a message could not be taken."""
    user, now = signed_in(request), timezone.now()
    may = access.permissions_on(user, found)
    if part is Part.NOTES and Permission.NOTE not in may:
        part = Part.CONVERSATION
    facts = dossier.facts(found, notes=Permission.NOTE in may, compares=Permission.COORDINATE in may)
    coordinator = found.coordinator
    names = Names(
        shows_reporters=revealing.shows_reporter(found, session=request.session, user=user, now=now),
        shows_notes=Permission.NOTE in may,
        people={coordinator.pk: str(coordinator)} if coordinator else {},
        files={},
        knows_mails=Permission.SEE_REPORTER in may,
    )
    reporters = dossier.reporters_with_keys(found)
    context = {
        "report": found,
        "part": part,
        "tabs": desk_parts.tabs(found, part, facts, names=names),
        "facts": facts,
        "may": desk_parts.allowed(may),
        "shows_reporters": names.shows_reporters,
        "reporters": [reporter for reporter, _ in reporters],
        "key": reporters[0][1] if reporters else None,
        "sent_by": names.of_reporter(reporters[0][0], at=found.received_at) if reporters else "",
        "promises": [(clock, clocks.WHAT_HAPPENS[ClockKind(clock.kind)]) for clock in dossier.clocks(found)],
        "next": next_step(found, user=user, project_count=len(facts.projects), readiness=facts.readiness),
        "just_sent": "sent" in request.GET,
        "offered": handovers.pending_on(found) if facts.is_offered else None,
        "form": form or WriteForm(notes_only=part is Part.NOTES or found.channel == Channel.TEAM),
        "token": token or submissions.new(now=now),
        "limits": settings.POLICY.uploads,
        **desk_parts.body(found, part, names=names, before=before, groups=facts.grouped),
    }
    return render(request, "reports/desk/report.html", context, status=status)
