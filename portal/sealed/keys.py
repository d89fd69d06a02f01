"""Rows with a key of their own, wrapped by a master key. Without it nothing that it sealed can be read: destroying it
erases all of that at once, in every copy made from then on.
"""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Model

from portal.sealed import box
from portal.sealed.master import LONGEST_NAME, WrappedKey


class KeyDestroyed(Exception):
    """The key of this row was destroyed on purpose: what it sealed can be neither read nor added to."""

    def __init__(self, place: str) -> None:
        super().__init__(f"The {place} was destroyed, and with it everything that it sealed.")


if TYPE_CHECKING:
    BytesColumn = models.BinaryField[bytes, bytes]
else:
    BytesColumn = models.BinaryField


class DataKeyField(BytesColumn):
    """The wrapped key. A row that is made without one gets one. Empty: destroyed."""

    def pre_save(self, model_instance: Model, add: bool) -> bytes:  # noqa: FBT001 - the signature is Django's
        if add and isinstance(model_instance, KeyHolder):
            model_instance.data_key_opened()
        return bytes(super().pre_save(model_instance, add))


class KeyHolder(models.Model):
    """`key_named_by` is the field that names the row before it has a number, and for good: a wrapped key opens for no
    other.
    """

    key_named_by: ClassVar[str]

    data_key = DataKeyField(default=b"")
    data_key_by = models.CharField(
        max_length=LONGEST_NAME, default="", editable=False, help_text="The master key that wraps it."
    )

    class Meta:
        abstract = True

    @property
    def key_place(self) -> str:
        return key_place(self._meta.db_table, str(getattr(self, self.key_named_by)))

    def data_key_opened(self) -> bytes:
        """Opened once for each instance. Raises KeyDestroyed, SealBroken, MasterKeyMissing."""
        opened: bytes | None = self.__dict__.get("_data_key_opened")
        if opened is None:
            opened = self._begin_key() if self._state.adding and not self.data_key else self._open_key()
            self.__dict__["_data_key_opened"] = opened
        return opened

    def wrap_anew(self) -> None:
        """Under the current master key; nothing is saved."""
        wrapped = settings.MASTER_KEYS.wrap(self._open_key(), place=self.key_place)
        self.data_key, self.data_key_by = wrapped.sealed, wrapped.by

    def _begin_key(self) -> bytes:
        key = box.new_key()
        wrapped = settings.MASTER_KEYS.wrap(key, place=self.key_place)
        self.data_key, self.data_key_by = wrapped.sealed, wrapped.by
        return key

    def _open_key(self) -> bytes:
        if not self.data_key:
            raise KeyDestroyed(self.key_place)
        wrapped = WrappedKey(by=self.data_key_by, sealed=bytes(self.data_key))
        key: bytes = settings.MASTER_KEYS.unwrap(wrapped, place=self.key_place)
        return key


def key_place(table: str, identity: str) -> str:
    return f"key of {table} {identity}"
