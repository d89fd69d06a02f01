"""Where a hosted mail provider hands mail over. What must be kept is kept before it hears so (EML-08, WH-04)."""

from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from portal.inbound import providers
from portal.inbound.providers import NoMail, NotProven
from portal.mail_settings import ProviderAccess
from portal.viewer import without_viewer
from reports.correspondence import arrival
from reports.enums import Door


@csrf_exempt
@login_not_required
@without_viewer
def receive(request: HttpRequest) -> HttpResponse:
    """Proven as the provider proves itself. While none is set, nothing is here."""
    access = settings.MAIL_PROVIDER
    if access is None:
        raise Http404
    if request.method == "HEAD":  # some look whether there is anything before they send
        return _answer(HTTPStatus.OK)
    if request.method != "POST":
        return HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "HEAD, POST"})
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return _answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "This is longer than what is listened to.")
    return _take_in(request, access)


def _take_in(request: HttpRequest, access: ProviderAccess) -> HttpResponse:
    try:
        request.body  # noqa: B018 - read whole, and before anything looks for fields in it
        providers.check(request, access)
        mails = providers.mails_in(request, access.provider)
    except UnreadablePostError:
        return _answer(HTTPStatus.BAD_REQUEST, "The delivery broke off.")
    except NotProven:
        return _answer(HTTPStatus.UNAUTHORIZED, "This does not prove that it comes from the mail provider.")
    except NoMail as trouble:
        return _answer(HTTPStatus.UNPROCESSABLE_ENTITY, str(trouble))
    now = timezone.now()
    for raw in mails:
        part = raw[: settings.MAIL_MOST_BYTES]
        arrival.take(part, arrived_at=now, door=Door.PROVIDER, now=now, size=len(raw))
    return _answer(HTTPStatus.OK)


def _answer(status: HTTPStatus, why: str = "") -> HttpResponse:
    """The provider shows it to whoever set the webhook up."""
    return HttpResponse(f"{why}\n" if why else b"", status=status, content_type="text/plain")
