import io
import uuid

import pytest
from PIL import Image
from pytest_django.fixtures import Settings

from portal.file_store import Store
from portal.images import SIGNATURE
from portal.viewer import SYSTEM, acting_as
from reports import tasks
from reports.models import Attachment
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Store:
    settings.FILES_ROOT = tmp_path_factory.mktemp("files")
    return Store(settings.FILES_ROOT)


def attached(store: Store, content: bytes) -> int:
    stored = store.save([content], limit=1_000_000)
    receipt = factories.receipt(token=str(uuid.uuid4()))
    with acting_as(SYSTEM):
        return Attachment.objects.create(
            report=receipt.report,
            reporter=receipt.reporter,
            name="evidence",
            size=stored.size,
            sha256=stored.sha256,
            secret=stored.secret,
            storage_key=stored.key,
        ).pk


def test_an_image_gets_a_picture_once_and_another_file_gets_none(store: Store) -> None:
    photograph = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(photograph, "JPEG")
    image, text = attached(store, photograph.getvalue()), attached(store, b"only text")

    tasks.redraw(image, text)
    with acting_as(SYSTEM):
        first = Attachment.objects.get(pk=image).picture_key
    tasks.redraw(image, text)

    with acting_as(SYSTEM):
        keys = dict(Attachment.objects.values_list("pk", "picture_key"))
        secret = Attachment.objects.get(pk=image).secret
    assert keys == {image: first, text: ""}
    with store.open(first, secret=secret) as picture:
        assert picture.read().startswith(SIGNATURE)
