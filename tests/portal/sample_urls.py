"""Pages beside those of the portal: two take whatever is sent, one breaks with a report in hand."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from portal.uploads import refused_uploads
from portal.viewer import without_viewer
from reports.models import Report


@login_not_required
@without_viewer
@csrf_exempt
def echo(request: HttpRequest, rest: str = "") -> HttpResponse:
    return JsonResponse(
        {
            "rest": rest,
            "get": dict(request.GET.lists()),
            "post": dict(request.POST.lists()),
            "files": {
                str(file.name): len(file.read()) for name in request.FILES for file in request.FILES.getlist(name)
            },
            "refused": [[refused.field, refused.name, refused.refusal.name] for refused in refused_uploads(request)],
            "cookies": request.COOKIES,
            "html": request.accepts("text/html"),
            "url": request.build_absolute_uri(),
        }
    )


@login_not_required
@without_viewer
def protected(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"post": dict(request.POST.lists())})


def breaks(request: HttpRequest, reference: str) -> HttpResponse:
    report = get_object_or_404(Report.objects, reference=reference)
    words = [report.summary, report.description, *request.POST.values()]
    raise ValueError(f"Failing row contains {words}")


urlpatterns = [
    path("breaks/<str:reference>/", breaks),
    path("echo/", echo),
    path("echo/<path:rest>", echo),
    path("protected/", protected),
    path("", include("portal.urls")),
]

handler400 = "portal.bad_requests.bad_request"
handler500 = "portal.pages.errors.broken"
