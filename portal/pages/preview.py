"""The preview of a Markdown field: what the text will look like, made by the same code that will show it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from portal import markdown
from portal.viewer import without_viewer

NOTHING_YET = "<p>There is nothing to show yet.</p>"


@login_not_required
@without_viewer
@require_POST
def markdown_preview(request: HttpRequest) -> HttpResponse:
    return HttpResponse(markdown.render(request.POST.get("text", "")) or NOTHING_YET)
