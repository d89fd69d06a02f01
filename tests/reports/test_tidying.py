from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import TestCase
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.file_store import NoSuchFile, Store
from portal.viewer import SYSTEM, acting_as
from reports import tasks
from reports.models import StagedFile


def staged(store: Store, *, name: str, hours_old: int) -> StagedFile:
    stored = store.save([b"bytes"], limit=10)
    with acting_as(SYSTEM):
        return StagedFile.objects.create(
            token_hash=name,
            submission="form",
            name=name,
            size=stored.size,
            sha256=stored.sha256,
            secret=stored.secret,
            storage_key=stored.key,
            created_at=timezone.now() - timedelta(hours=hours_old),
        )


@pytest.mark.django_db
def test_files_that_nobody_came_back_for_go_after_a_day_with_their_bytes(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings.FILES_ROOT = tmp_path_factory.mktemp("files")
    store = Store(settings.FILES_ROOT)
    old, young = staged(store, name="old", hours_old=25), staged(store, name="young", hours_old=23)

    with TestCase.captureOnCommitCallbacks(execute=True):
        tasks.tidy()

    with acting_as(SYSTEM):
        assert [staged.name for staged in StagedFile.objects.all()] == ["young"]
    assert store.path(young.storage_key).exists()
    with pytest.raises(NoSuchFile):
        store.path(old.storage_key)


@pytest.mark.django_db
def test_sessions_that_have_run_out_are_forgotten() -> None:
    for name, hours in (("over", -1), ("lasts", 1)):
        Session.objects.create(session_key=name, session_data="", expire_date=timezone.now() + timedelta(hours=hours))

    tasks.tidy()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["lasts"]
