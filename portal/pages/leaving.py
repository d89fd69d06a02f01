"""The page between a report's text and the web: it shows where a link leads, and goes nowhere by itself (RND-03).

The target comes by POST from a form of ours, so it stands in no address, no log and no other site's hand (HDR-08).
"""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from portal import markdown_links
from portal.viewer import without_viewer


@login_not_required
@without_viewer
@require_POST
def leaving(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("to", "")
    if not markdown_links.leads_to_the_web(target):
        return render(request, "portal/leaving.html", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return render(request, "portal/leaving.html", {"target": target, "place": markdown_links.place(target)})
