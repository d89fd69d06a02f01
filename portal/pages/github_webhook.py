"""Where GitHub says that something has changed. Answers at once; the worker does what follows (WH-04)."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.github import UnexpectedAnswer, deliveries, reading
from portal.github.deliveries import CHANGES, PING
from portal.viewer import without_viewer

LONGEST_BODY: Final = 5 * 1024 * 1024


@csrf_exempt
@login_not_required
@without_viewer
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Proven by its signature alone. While no secret is set, nothing is here."""
    if not settings.GITHUB_WEBHOOK_SECRETS:
        raise Http404
    if request.content_type != "application/json":
        return _answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Set the webhook's content type to application/json.")
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_BODY:
        return _answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "This is longer than what is listened to.")
    try:
        body = request.body
    except UnreadablePostError:
        return _answer(HTTPStatus.BAD_REQUEST, "The delivery broke off.")
    signature = request.headers.get("X-Hub-Signature-256", "")
    if not deliveries.is_signed(body, signature, secrets=settings.GITHUB_WEBHOOK_SECRETS):
        return _answer(HTTPStatus.UNAUTHORIZED, "The signature is not by the secret of this portal.")
    return _take_in(request, body)


def _take_in(request: HttpRequest, body: bytes) -> HttpResponse:
    event = request.headers.get("X-GitHub-Event", "")
    try:
        payload = reading.object_of(reading.parsed(body))
        delivery = UUID(request.headers.get("X-GitHub-Delivery", ""))
    except (UnexpectedAnswer, ValueError):
        return _answer(HTTPStatus.BAD_REQUEST, "This is no delivery of GitHub's.")
    if event not in CHANGES | {PING}:
        return _answer(HTTPStatus.NO_CONTENT)
    if event != PING and not deliveries.concerns(settings.POLICY.organisation.github_organisation, payload):
        return _answer(HTTPStatus.FORBIDDEN, "This happened in another organisation.")
    is_new = deliveries.record(delivery, deliveries.word_of(event, payload), now=timezone.now())
    return _answer(HTTPStatus.ACCEPTED if is_new else HTTPStatus.NO_CONTENT)


def _answer(status: HTTPStatus, why: str = "") -> HttpResponse:
    """GitHub shows it to whoever set the webhook up."""
    return HttpResponse(f"{why}\n" if why else b"", status=status, content_type="text/plain")
