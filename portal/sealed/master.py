"""The master keys. They come from the environment, never touch the database, and wrap every other key."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Self

from portal.sealed import box

NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,20}")
LONGEST_NAME: Final = 20


class MasterKeyError(ValueError):
    """The master keys are not as they must be. The message never contains one."""


class MasterKeyMissing(Exception):
    """Something was sealed under a master key that the environment does not hold."""

    def __init__(self, name: str) -> None:
        super().__init__(f"PORTAL_MASTER_KEYS lacks the key “{name}”, under which data of this portal is sealed.")
        self.name = name


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A key that only the master key named `by` opens."""

    by: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """The one named `current` wraps; the others only open what they wrapped before."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `name:base64,name:base64`, the current one first. Raises MasterKeyError."""
        keys: dict[str, bytes] = {}
        for place, part in enumerate(filter(None, (part.strip() for part in text.split(","))), 1):
            name, separator, encoded = part.partition(":")
            if not separator or not NAME.fullmatch(name):
                raise MasterKeyError(f"Key number {place} must read NAME:KEY, as `manage.py new_master_key` prints it.")
            if name in keys:
                raise MasterKeyError(f"Two keys are named “{name}”.")
            keys[name] = _decoded(name, encoded)
        if not keys:
            raise MasterKeyError("There is no key.")
        return cls(current=next(iter(keys)), keys=MappingProxyType(keys))

    def wrap(self, key: bytes, *, place: str) -> WrappedKey:
        return WrappedKey(by=self.current, sealed=box.seal(key, key=self.keys[self.current], place=place))

    def unwrap(self, wrapped: WrappedKey, *, place: str) -> bytes:
        """Raises MasterKeyMissing or SealBroken."""
        master = self.keys.get(wrapped.by)
        if master is None:
            raise MasterKeyMissing(wrapped.by)
        return box.unseal(wrapped.sealed, key=master, place=place)


def new_line(name: str) -> str:
    """A fresh key as the environment takes it."""
    return f"{name}:{base64.b64encode(box.new_key()).decode()}"


def _decoded(name: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raise MasterKeyError(f"The key “{name}” is no base64.") from None
    if len(key) != box.KEY_BYTES:
        raise MasterKeyError(f"The key “{name}” has {len(key)} bytes instead of {box.KEY_BYTES}.")
    return key
