"""Files of reporters on disk: under random names, outside every served folder, readable by us alone."""

import errno
import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

KEY = re.compile(r"[0-9a-f]{32}")
INCOMING = "incoming"


class StoreError(Exception):
    """The file could not be kept; nothing of it is left behind."""


class TooLarge(StoreError):
    def __init__(self, limit: int) -> None:
        super().__init__(f"The file is larger than {limit:,} bytes.")
        self.limit = limit


class OutOfSpace(StoreError):
    """The disk is full: say so, and never promise that the file was kept."""


class NoSuchFile(StoreError):
    """No file under that key, or no key at all."""


@dataclass(frozen=True)
class Stored:
    key: str
    size: int
    sha256: str


class Store:
    """Keys are 128 random bits in hexadecimal and say nothing about the file or its report."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def save(self, chunks: Iterable[bytes], *, limit: int) -> Stored:
        """Stored means whole and on the disk: synced before it has its name. Raises TooLarge, OutOfSpace."""
        key = secrets.token_hex(16)
        unfinished = self._folder(self.root / INCOMING) / key
        try:
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                size, sha256 = _write(file, chunks, limit=limit)
            final = self._path(key)
            self._folder(final.parent)
            unfinished.rename(final)
            _sync_folder(final.parent)
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise OutOfSpace("There is no room left to keep the file.") from error
            raise
        finally:
            unfinished.unlink(missing_ok=True)
        return Stored(key=key, size=size, sha256=sha256)

    def open(self, key: str) -> BinaryIO:
        """Raises NoSuchFile."""
        try:
            return os.fdopen(os.open(self._path(key), os.O_RDONLY | os.O_NOFOLLOW), "rb")
        except FileNotFoundError as error:
            raise NoSuchFile("There is no such file.") from error

    def path(self, key: str) -> Path:
        """Where the file lies, for a reader in another process. Raises NoSuchFile."""
        path = self._path(key)
        if not path.is_file():
            raise NoSuchFile("There is no such file.")
        return path

    def delete(self, key: str) -> None:
        """Deleting twice is no error."""
        self._path(key).unlink(missing_ok=True)

    def kept_before(self, moment: datetime) -> Iterator[str]:
        """Keys of files older than `moment`, for whoever looks for files that no row mentions."""
        for path in self.root.glob("??/??/*"):
            with suppress(FileNotFoundError):
                if KEY.fullmatch(path.name) and _changed(path) < moment:
                    yield path.name

    def sweep_unfinished(self, *, before: datetime) -> int:
        """Removes what a killed process left half written; returns how many."""
        swept = 0
        for path in (self.root / INCOMING).glob("*"):
            with suppress(FileNotFoundError):
                if _changed(path) < before:
                    path.unlink()
                    swept += 1
        return swept

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise NoSuchFile("There is no such file.")
        return self.root / key[:2] / key[2:4] / key

    def _folder(self, folder: Path) -> Path:
        if not folder.is_dir():
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            for each in (*reversed(folder.relative_to(self.root).parents), folder.relative_to(self.root)):
                (self.root / each).mkdir(mode=0o700, exist_ok=True)
                _sync_folder((self.root / each).parent)
        return folder


def _write(file: BinaryIO, chunks: Iterable[bytes], *, limit: int) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise TooLarge(limit)
        digest.update(chunk)
        file.write(chunk)
    file.flush()
    os.fsync(file.fileno())
    return size, digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    """A new name survives a power cut only once its folder is synced too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
