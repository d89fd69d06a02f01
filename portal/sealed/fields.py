"""Model fields whose column holds a box. They open when they are read, and not before.

The row's key and its identity are part of each box: moved to another row, column or report, it does not open. A model
with such fields says which key (`sealing_key`) and which identity (`sealed_as`).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, cast, override

from django import forms
from django.core import checks, validators
from django.core.exceptions import FieldError
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.db.models.query_utils import DeferredAttribute

from portal.sealed import box
from portal.sealed.keys import KeyDestroyed

ERASED = "[erased]"
"""Stands for a text that had to be there, once its key is destroyed. What could be empty is empty then."""


if TYPE_CHECKING:
    TextColumn = models.Field[str, str]
    NumberColumn = models.BigAutoField[int, int]
else:
    TextColumn = models.Field
    NumberColumn = models.BigAutoField


class SealedFieldError(FieldError):
    """A sealed field was used where only the database could have read it."""


class SealedRow(Protocol):
    """`sealed_as` names the row among those of its table and never changes. `sealing_key` may raise KeyDestroyed."""

    @property
    def sealed_as(self) -> str: ...

    def sealing_key(self) -> bytes: ...


class SequencedKey(NumberColumn):
    """A number that is drawn before the row is written, so that what is sealed can name it."""

    @override
    def get_pk_value_on_save(self, instance: Model) -> int:
        meta = instance._meta  # noqa: SLF001 - Django's documented model API
        using = instance._state.db or "default"  # noqa: SLF001 - as above
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT nextval(%s::regclass)", [f"{meta.db_table}_{self.column}_seq"])
            row = cursor.fetchone()
        return int(row[0])


class Opening(DeferredAttribute):
    """Keeps what was loaded as it is, and opens it on first sight."""

    field: "SealedField"

    @override
    def __get__(self, instance: Model | None, cls: type[Model] | None = None) -> object:
        if instance is None:
            return self
        value = instance.__dict__.get(self.field.attname)
        if value is None:
            value = super().__get__(instance, cls)
        if isinstance(value, str):
            return value
        try:
            opened = self.field.open(instance, bytes(value))
        except KeyDestroyed:
            return self.field.when_erased
        instance.__dict__[self.field.attname] = opened
        return opened

    def __set__(self, instance: Model, value: object) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(TextColumn):
    """Text, sealed. Empty text is sealed too, so that blanking it is noticed."""

    descriptor_class = Opening

    @property
    def when_erased(self) -> str:
        return "" if self.blank else ERASED

    def seal(self, instance: Model, text: str) -> bytes:
        row = cast("SealedRow", instance)
        return box.seal(text.encode(), key=row.sealing_key(), place=self._place(row))

    def open(self, instance: Model, sealed: bytes) -> str:
        row = cast("SealedRow", instance)
        return box.unseal(sealed, key=row.sealing_key(), place=self._place(row)).decode()

    def _place(self, row: SealedRow) -> str:
        return place(self.model._meta.db_table, self.attname, row.sealed_as)  # noqa: SLF001 - Django's model API

    @override
    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        if not hasattr(self.model, "sealing_key") or not hasattr(self.model, "sealed_as"):
            found.append(checks.Error("Its model says neither key nor identity.", obj=self, id="portal.E010"))
        if self.unique or self.null:
            found.append(checks.Error("It can be neither unique nor NULL.", obj=self, id="portal.E011"))
        return found

    @override
    def get_internal_type(self) -> str:
        return "BinaryField"

    @override
    def pre_save(self, model_instance: Model, add: bool) -> bytes:
        value = model_instance.__dict__.get(self.attname)
        if isinstance(value, str):
            return self.seal(model_instance, value)
        if value is None:
            raise SealedFieldError(f"{self} has no value.")
        return bytes(value)

    @override
    def get_prep_value(self, value: object) -> object:
        if isinstance(value, str):
            raise SealedFieldError(f"{self} is sealed with its row: assign it to an instance and save that.")
        return super().get_prep_value(value)

    @override
    def get_db_prep_value(self, value: object, connection: BaseDatabaseWrapper, prepared: bool = False) -> object:
        value = super().get_db_prep_value(value, connection, prepared)
        return bytes(value) if isinstance(value, bytes | memoryview) else value

    @override
    def get_lookup(self, lookup_name: str) -> NoReturn:
        raise SealedFieldError(f"{self} is sealed: the database cannot compare it.")

    @override
    def get_transform(self, lookup_name: str) -> NoReturn:
        raise SealedFieldError(f"{self} is sealed: the database cannot look into it.")

    @override
    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{"form_class": forms.CharField, "max_length": self.max_length, **kwargs})


class SealedTextField(SealedField):
    @override
    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{"widget": forms.Textarea, **kwargs})


class SealedCharField(SealedField):
    def __init__(self, verbose_name: str | None = None, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(verbose_name, max_length=max_length, **kwargs)
        self.validators.append(validators.MaxLengthValidator(max_length))


class SealedEmailField(SealedCharField):
    default_validators = [validators.validate_email]

    def __init__(self, verbose_name: str | None = None, *, max_length: int = 254, **kwargs: Any) -> None:
        super().__init__(verbose_name, max_length=max_length, **kwargs)

    @override
    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{"form_class": forms.EmailField, **kwargs})


def place(table: str, column: str, identity: str) -> str:
    """Where a sealed value lies, as it is bound into its box."""
    return f"{table}.{column} {identity}"


def sealed_fields(model: type[Model]) -> Sequence[SealedField]:
    return [field for field in model._meta.local_concrete_fields if isinstance(field, SealedField)]  # noqa: SLF001
