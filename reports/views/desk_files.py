"""A reporter's files for the team: always a download, never a page, and a warning before what could do harm."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portal.file_names import content_disposition
from portal.file_store import NoSuchFile, Store
from reports import dossier, history
from reports.enums import EventKind
from reports.models import Attachment
from reports.views import desk
from teams.sign_in import signed_in

INERT_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}
PICTURES: Final = ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"RIFF", "image/webp"))


@require_GET
def download(request: HttpRequest, reference: str, pk: int) -> HttpResponseBase:
    """What could run, render or unpack is downloaded only after its warning has been read (`?sure=yes`)."""
    report = desk.find(reference)
    file = get_object_or_404(Attachment.objects, report=report, pk=pk)
    if dossier.may_harm(file.name) and request.GET.get("sure") != "yes":
        return render(request, "reports/desk/file_warning.html", {"report": report, "file": file})
    try:
        content = Store(settings.FILES_ROOT).open(file.storage_key)
    except NoSuchFile:
        messages.error(request, "This file is not where it was kept. Tell an administrator: a backup may have it.")
        return redirect(f"{report.get_absolute_url()}?part={dossier.Part.FILES}")
    history.append(report, EventKind.FILE_DOWNLOADED, by=signed_in(request), now=timezone.now(), file=file.pk)
    headers = {**INERT_HEADERS, "Content-Disposition": content_disposition(file.name)}
    return FileResponse(content, content_type="application/octet-stream", headers=headers)


@require_GET
def picture(request: HttpRequest, reference: str, pk: int) -> HttpResponseBase:  # noqa: ARG001 - a view's signature
    """The image as it was drawn anew, without what its file carried besides."""
    file = get_object_or_404(Attachment.objects.exclude(picture_key=""), report=desk.find(reference), pk=pk)
    try:
        with Store(settings.FILES_ROOT).open(file.picture_key) as stored:
            drawn = stored.read()
    except NoSuchFile:
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    kind = next((kind for begin, kind in PICTURES if drawn.startswith(begin)), "application/octet-stream")
    return HttpResponse(drawn, content_type=kind, headers=dict(INERT_HEADERS))
