"""Drawing the images of reports anew, apart from the requests that brought them (UP-03)."""

import time
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from portal import images
from portal.file_store import Store, StoreError
from portal.images import NotAnImage
from portal.queue import enqueue
from portal.viewer import SYSTEM, acting_as
from reports.enums import Task
from reports.models import Attachment

BUDGET = settings.Q_CLUSTER["timeout"] * 0.5
"""Seconds after which a task leaves the rest to the next one."""
LARGEST_PICTURE = 64 * 1024 * 1024
"""Bytes: pixels without loss can be larger than the photograph they came from."""


def redraw(numbers: Sequence[int]) -> None:
    """Keep a picture of each of these files that is an image and has none yet. No transaction is held while drawing."""
    finish_by = time.monotonic() + BUDGET
    for position, number in enumerate(numbers):
        if time.monotonic() > finish_by:
            enqueue(Task.REDRAW, *numbers[position:])
            return
        _redraw(number)


def _redraw(number: int) -> None:
    store = Store(settings.FILES_ROOT)
    with acting_as(SYSTEM):
        file = Attachment.objects.select_related("report").filter(pk=number, picture_key="").first()
        secret = "" if file is None else file.secret
    if file is None or not secret:
        return
    try:
        with store.open(file.storage_key, secret=secret) as image:
            picture = store.save([images.reencode(image)], limit=LARGEST_PICTURE, secret=secret)
    except (NotAnImage, StoreError):
        return
    with acting_as(SYSTEM), transaction.atomic():
        kept = Attachment.objects.filter(pk=number, picture_key="").update(picture_key=picture.key)
    if not kept:
        store.delete(picture.key)
