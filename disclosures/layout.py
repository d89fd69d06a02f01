"""Frozen dataclasses as JSON, and exactly the same values back."""

import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Union, get_args, get_origin, get_type_hints


class Unreadable(ValueError):
    """Not a value of this type, or of a layout that this program does not know."""


def write(value: object, *, number: int) -> str:
    """Sorted keys and no spaces, so that equal values have equal bytes."""
    envelope = {"layout": number, "value": _plain(value)}
    return json.dumps(envelope, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read[T](kind: type[T], text: str, *, number: int) -> T:
    try:
        envelope = json.loads(text)
    except ValueError as trouble:
        raise Unreadable("This is not JSON.") from trouble
    if not isinstance(envelope, dict) or envelope.get("layout") != number:
        raise Unreadable("This is of another layout.")
    value = _typed(kind, envelope.get("value"))
    if not isinstance(value, kind):
        raise Unreadable(f"This is no {kind.__name__}.")
    return value


def _plain(value: object) -> object:
    match value:
        case datetime():
            return moment(value)
        case StrEnum():
            return value.value
        case tuple():
            return [_plain(each) for each in value]
        case None | str() | int():
            return value
        case _ if is_dataclass(value):
            return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no place in a snapshot.")


def moment(at: datetime) -> str:
    """In UTC, with a Z, and with fractions of a second only if there are any."""
    if at.tzinfo is None:
        raise ValueError("A moment without its zone is no moment.")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _typed(kind: object, value: object) -> object:
    if isinstance(kind, types.UnionType) or get_origin(kind) is Union:
        return None if value is None else _typed(_not_none(kind), value)
    if get_origin(kind) is tuple:
        return tuple(_typed(get_args(kind)[0], each) for each in _checked(value, list))
    if kind is datetime:
        return _datetime(_checked(value, str))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _member(kind, _checked(value, str))
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass(kind, _checked(value, dict))
    if kind in (str, int, bool) and type(value) is kind:
        return value
    raise Unreadable("A value is not of the type that its place asks for.")


def _checked[T](value: object, kind: type[T]) -> T:
    if not isinstance(value, kind):
        raise Unreadable("A value is not of the type that its place asks for.")
    return value


def _not_none(kind: object) -> object:
    return next(each for each in get_args(kind) if each is not types.NoneType)


def _datetime(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as trouble:
        raise Unreadable("This is no moment.") from trouble
    if at.tzinfo is None:
        raise Unreadable("A moment without its zone is no moment.")
    return at


def _member[E: StrEnum](kind: type[E], text: str) -> E:
    try:
        return kind(text)
    except ValueError as trouble:
        raise Unreadable(f"This is no {kind.__name__}.") from trouble


def _dataclass(kind: type, value: Mapping[str, object]) -> object:
    hints = _hints(kind)
    if not value.keys() <= hints.keys():
        raise Unreadable(f"A {kind.__name__} has no such field.")
    try:
        return kind(**{name: _typed(hints[name], each) for name, each in value.items()})
    except TypeError as trouble:
        raise Unreadable(f"A field of this {kind.__name__} is missing.") from trouble


@cache
def _hints(kind: type) -> Mapping[str, object]:
    return get_type_hints(kind)
