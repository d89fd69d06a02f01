"""A new master key takes over while the portal is in use, and the old one can go."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import StringIO

import pytest
from django.conf import settings as current
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal import startup
from portal.models import SealedSecret
from portal.sealed import master, rotation
from portal.sealed.master import MasterKeys
from portal.viewer import SYSTEM, acting_as
from reports import history, search, staging, submissions
from reports.enums import EventKind
from reports.models import Attachment, Report, StagedFile
from tests import factories

pytestmark = pytest.mark.django_db
LINE = master.new_line("next")
NEXT = MasterKeys.parse(LINE)


@pytest.fixture
def both(settings: Settings) -> MasterKeys:
    """The new key in front of the one that is in use."""
    settings.MASTER_KEYS = replace(NEXT, keys={**NEXT.keys, **current.MASTER_KEYS.keys})
    return MasterKeys(current=settings.MASTER_KEYS.current, keys=settings.MASTER_KEYS.keys)


@pytest.fixture
def filled(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Reports with a file each, and a file that waits for its form."""
    settings.FILES_ROOT = tmp_path_factory.mktemp("files")
    now = timezone.now()
    for number in range(5):
        token = submissions.new(now=now)
        kept = staging.stage([SimpleUploadedFile("proof.txt", b"proof")], submission=token, now=now).kept
        factories.receipt(token=token.value, summary=f"Flaw {number}", files=[each.file for each in kept])
    staging.stage([SimpleUploadedFile("early.txt", b"early")], submission=submissions.new(now=now), now=now)


def in_use() -> set[str]:
    with acting_as(SYSTEM):
        return rotation.names_in_use()


@pytest.mark.usefixtures("filled", "both")
def test_interrupted_and_run_again_it_wraps_every_key_once_and_the_old_one_can_go(settings: Settings) -> None:
    first = next(rotation.rotate(batch=2))
    halfway = in_use()

    said, again = StringIO(), StringIO()
    call_command("rotate_keys", batch=2, stdout=said)
    call_command("rotate_keys", stdout=again)
    settings.MASTER_KEYS = NEXT

    assert first.done == 2
    assert halfway == {"demo", "next"}
    assert in_use() == {"next"}
    assert "“demo” opens nothing of this database any more" in said.getvalue()
    assert "reports:" not in again.getvalue()
    with acting_as(SYSTEM):
        assert sorted(report.summary for report in Report.objects.all()) == [f"Flaw {number}" for number in range(5)]
        assert search.matching(Report.objects.all(), query="flaw 3").get().summary == "Flaw 3"
        assert [staged.name for staged in StagedFile.objects.all()] == ["early.txt"]
        assert all(len(secret.data_key_opened()) == 32 for secret in SealedSecret.objects.all())
        for attachment in Attachment.objects.select_related("report"):
            with staging.store().open(attachment.storage_key, secret=attachment.secret) as file:
                assert file.read() == b"proof"
    startup.refuse_unsafe_start()


@pytest.mark.usefixtures("filled", "both")
def test_what_is_written_meanwhile_is_wrapped_by_the_new_key() -> None:
    report = factories.receipt(summary="Meanwhile").report

    assert (report.data_key_by, report.summary) == ("next", "Meanwhile")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("filled", "both")
def test_what_happens_to_reports_meanwhile_need_not_wait() -> None:
    with acting_as(SYSTEM):
        report = Report.objects.order_by("pk")[0]

    def tell() -> None:
        try:
            with acting_as(SYSTEM), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                event = history.event_of(report, EventKind.NOTIFIED, by=None, now=timezone.now())
                history.append_all([event], now=timezone.now(), changes=False)
        finally:
            connection.close()

    with acting_as(SYSTEM):
        assert {progress.kind for progress in rotation.rotate()} >= {"reports"}
        with ThreadPoolExecutor(1) as beside:
            beside.submit(tell).result()

    with acting_as(SYSTEM):
        assert report.events.filter(kind=EventKind.NOTIFIED).count() == 1


@pytest.mark.usefixtures("filled")
def test_the_portal_does_not_start_without_a_key_that_is_in_use_and_names_it(settings: Settings) -> None:
    settings.MASTER_KEYS = NEXT

    with pytest.raises(ImproperlyConfigured, match="PORTAL_MASTER_KEYS lacks the key “demo”"):
        startup.refuse_unsafe_start()


def test_the_portal_does_not_start_with_another_key_under_the_same_name(settings: Settings) -> None:
    settings.MASTER_KEYS = MasterKeys.parse(master.new_line("demo"))

    with pytest.raises(ImproperlyConfigured, match="The seal of key of portal_sealedsecret addresses is broken"):
        startup.refuse_unsafe_start()
