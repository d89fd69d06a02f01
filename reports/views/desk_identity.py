"""Asking who reported it."""

import re

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from reports import revealing
from reports.dossier import Part
from reports.guards import Refused
from reports.views import desk
from teams.confirmation import confirmed
from teams.sign_in import signed_in

MAIL_CODE = re.compile(r"[-\w]{1,24}", re.ASCII)


@confirmed
@require_POST
def reveal(request: HttpRequest, reference: str) -> HttpResponse:
    report = desk.find(reference)
    try:
        revealing.reveal(report, session=request.session, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    if request.POST.get("back") == "credit":
        return redirect("report-credit", report.reference)
    if MAIL_CODE.fullmatch(request.POST.get("mail", "")):
        return redirect("quarantined-mail", request.POST["mail"])
    part = Part.named(request.POST.get("part"))
    return redirect(reverse("report", args=[report.reference], query={"part": part}))
