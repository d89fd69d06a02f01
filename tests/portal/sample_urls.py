"""Two pages that take whatever is sent, beside those of the portal, so that requests can be tried on them."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from portal.uploads import refused_uploads
from portal.viewer import without_viewer


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


urlpatterns = [
    path("echo/", echo),
    path("echo/<path:rest>", echo),
    path("protected/", protected),
    path("", include("portal.urls")),
]

handler400 = "portal.bad_requests.bad_request"
