"""A member says that the others have a report in hand."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from reports import engagement
from reports.guards import Refused
from reports.models import Report
from teams.sign_in import signed_in


@require_POST
def trust(request: HttpRequest, reference: str) -> HttpResponse:
    report = get_object_or_404(Report.objects.named(reference))  # and not as one who has read it
    try:
        engagement.trust(report, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Noted: you trust that {report.reference} is handled.")
    return redirect("dashboard")
