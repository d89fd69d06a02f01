"""The keys of the policy file: what each may be, and what counts when it is left out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto


class IfMissing(Enum):
    REFUSE = auto()
    TAKE_SHIPPED = auto()
    TAKE_EMPTY_LIST = auto()


type Document = Mapping[str, object]  # raw values by "section.key"


@dataclass(frozen=True, slots=True)
class Key[T]:
    """A key of the file and what it may be."""

    path: str
    reader: Callable[[object], T]
    if_missing: IfMissing = IfMissing.REFUSE

    def value(self, document: Document) -> T:
        """Raises `ValueError` with the rest of the sentence that begins with the key."""
        if self.path in document:
            return self.reader(document[self.path])
        if self.if_missing is IfMissing.TAKE_EMPTY_LIST:
            return self.reader([])
        raise ValueError("is missing")

    def mistakes(self, document: Document) -> list[str]:
        try:
            self.value(document)
        except ValueError as mistake:
            return [f"{self.path}: {mistake}"]
        return []
