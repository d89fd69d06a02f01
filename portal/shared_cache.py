"""A cache in the database, for the little that all web processes must agree on: used codes, and who guesses too often.

Values are JSON, never pickled. Keys are kept as keyed hashes: they name addresses and codes (RL-02).
"""

import json
from datetime import UTC, datetime, timedelta

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection
from django.utils import timezone

from portal.keys import derive
from portal.models import SharedValue

type Json = str | int | float | bool | list[Json] | dict[str, Json] | None

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
ADD_UNLESS_THERE = """
    INSERT INTO portal_sharedvalue (key, value, expires_at) VALUES (%s, %s, %s)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
    WHERE portal_sharedvalue.expires_at <= %s
    RETURNING key
"""


class SharedCache(BaseCache):
    def __init__(self, _location: str, params: dict[str, object]) -> None:
        super().__init__(params)

    def add(self, key: str, value: Json, timeout: float | object = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Of all who add the same key at once, one is told that it was the first."""
        now = timezone.now()
        SharedValue.objects.filter(expires_at__lte=now - timedelta(hours=1)).delete()
        with connection.cursor() as cursor:
            row = (self._row(key, version), json.dumps(value), self._expiry(timeout), now)
            cursor.execute(ADD_UNLESS_THERE, row)
            return cursor.fetchone() is not None

    def get(self, key: str, default: Json = None, version: int | None = None) -> Json:
        living = SharedValue.objects.filter(key=self._row(key, version), expires_at__gt=timezone.now())
        found = living.values_list("value", flat=True).first()
        return default if found is None else json.loads(found)

    def set(self, key: str, value: Json, timeout: float | object = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        SharedValue.objects.update_or_create(
            key=self._row(key, version),
            defaults={"value": json.dumps(value), "expires_at": self._expiry(timeout)},
        )

    def touch(self, key: str, timeout: float | object = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        living = SharedValue.objects.filter(key=self._row(key, version), expires_at__gt=timezone.now())
        return bool(living.update(expires_at=self._expiry(timeout)))

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(SharedValue.objects.filter(key=self._row(key, version)).delete()[0])

    def clear(self) -> None:
        SharedValue.objects.all().delete()

    def _row(self, key: str, version: int | None) -> str:
        return derive("cache", self.make_and_validate_key(key, version=version))

    def _expiry(self, timeout: float | object) -> datetime:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return NEVER if seconds is None else timezone.now() + timedelta(seconds=float(str(seconds)))
