"""Taking all of a report away, in one archive that proves itself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from portal.file_names import content_disposition
from reports import access, export, staging
from reports.access import Permission
from reports.case_file import archive
from reports.desk_forms import CaseFileForm
from reports.guards import Refused
from reports.views import desk, files
from teams.confirmation import confirmed
from teams.sign_in import signed_in


@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def case_file(request: HttpRequest, reference: str) -> HttpResponseBase:
    """A GET shows the choice, a POST is the archive."""
    report, user, form = desk.find(reference), signed_in(request), CaseFileForm(request.POST)
    if not access.may(user, Permission.EXPORT, report):
        messages.error(request, "You may not take the case file of this report.")
        return redirect(report)
    if request.method != "POST" or not form.is_valid():
        return render(request, "reports/desk/case_file.html", {"report": report, "form": CaseFileForm()})
    store, with_identity = staging.store(), form.cleaned_data["with_identity"]
    try:
        packed = archive.take(report, by=user, now=timezone.now(), with_identity=with_identity, store=store)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(report)
    response = StreamingHttpResponse(export.stream(packed, store=store), content_type="application/zip")
    response["Content-Disposition"] = content_disposition(f"{report.reference}-case-file.zip")
    response["Content-Security-Policy"] = files.SANDBOX
    return response
