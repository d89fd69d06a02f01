"""Files of strangers on their way out: saved by the browser, never shown; pictures only as drawn anew (UP-03)."""

from http import HTTPStatus

from django.http import FileResponse, Http404

from portal.file_names import content_disposition
from portal.file_store import NoSuchFile
from reports import staging
from reports.models import Attachment

SANDBOX = "sandbox; default-src 'none'"


def download(attachment: Attachment) -> FileResponse:
    response = _response(attachment.storage_key, attachment, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition(attachment.name)
    return response


def picture(attachment: Attachment) -> FileResponse:
    """The picture without its metadata; 404 when the file is none, or not drawn yet."""
    if not attachment.picture_key:
        raise Http404
    response = _response(attachment.picture_key, attachment, content_type="image/png")
    response["Content-Disposition"] = 'inline; filename="picture.png"'
    return response


def _response(key: str, attachment: Attachment, *, content_type: str) -> FileResponse:
    store = staging.store()
    try:
        file, size = store.open(key, secret=attachment.secret), store.size(key)
    except NoSuchFile as missing:
        raise Http404 from missing
    response = FileResponse(file, content_type=content_type, status=HTTPStatus.OK)
    response["Content-Length"] = str(size)
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    return response
