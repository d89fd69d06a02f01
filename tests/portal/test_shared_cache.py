from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from portal.models import SharedValue

pytestmark = pytest.mark.django_db


def test_what_one_process_adds_the_others_find_taken() -> None:
    assert cache.add("used?user=7&code=123456", "y", timeout=30)
    assert not cache.add("used?user=7&code=123456", "z", timeout=30)
    assert cache.get("used?user=7&code=123456") == "y"


def test_everything_is_forgotten_in_time() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        cache.add("lock", value=True, timeout=30)
        clock.shift(timedelta(seconds=31))

        assert cache.get("lock", "gone") == "gone"
        assert cache.add("lock", value=True, timeout=30)
        clock.shift(timedelta(hours=2))
        cache.add("another", value=True, timeout=30)

    assert SharedValue.objects.count() == 1


def test_lists_are_kept_changed_and_deleted() -> None:
    cache.set("history", [1.5, 2.5], 60)
    cache.set("history", [3.5], None)

    assert cache.get("history") == [3.5]
    assert cache.touch("history", 60)
    assert cache.delete("history")
    assert not cache.delete("history")
    assert not cache.touch("history", 60)
    assert cache.get("history", []) == []


def test_the_table_tells_neither_addresses_nor_codes() -> None:
    cache.set("login?ip=203.0.113.9&code=123456", [1], 60)

    row = SharedValue.objects.get()

    assert "203.0.113.9" not in row.key
    assert "123456" not in row.key
