"""Files of a report for its team: always a download, never a page, and a warning before what could do harm."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from reports import access, entries, readings
from reports.access import Permission
from reports.dossier import Part
from reports.enums import EventKind, Sight
from reports.models import Attachment, Report
from reports.views import desk, files
from teams.sign_in import signed_in


@require_safe
def download(request: HttpRequest, reference: str, pk: int) -> HttpResponseBase:
    """What could run, render or unpack is downloaded only after its warning has been read (UP-06)."""
    report = desk.find(reference)
    file = _find(request, report, pk)
    if entries.may_harm(file.name) and request.GET.get("sure") != "yes":
        return render(request, "reports/desk/file_warning.html", {"report": report, "file": file})
    try:
        response = files.download(file)
    except Http404:
        messages.error(request, "This file is not where it was kept. Tell an administrator: a backup may have it.")
        return redirect(reverse("report", args=[report.reference], query={"part": Part.FILES}))
    if request.method == "GET":
        now, kind = timezone.now(), EventKind.FILE_DOWNLOADED
        readings.note_download(report, kind, by=signed_in(request), now=now, file=file.pk)
    return response


@require_safe
def picture(request: HttpRequest, reference: str, pk: int) -> FileResponse:
    report = desk.find(reference)
    answer = files.picture(_find(request, report, pk))
    readings.note_sight(report, Sight.PICTURE, now=timezone.now())
    return answer


def _find(request: HttpRequest, report: Report, pk: int) -> Attachment:
    notes = access.may(signed_in(request), Permission.NOTE, report)
    return get_object_or_404(entries.readable_files(report, notes=notes), pk=pk)
