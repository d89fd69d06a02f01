"""Files of reporters on disk: sealed, under random names, outside every served folder, readable by us alone."""

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

from portal.sealed import box, files

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
    """`size` and `sha256` are of what was sealed. Whoever keeps `secret`, in hexadecimal, can open the file."""

    key: str
    size: int
    sha256: str
    secret: str


class Store:
    """Keys are 128 random bits in hexadecimal and say nothing about the file or its report."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def save(self, chunks: Iterable[bytes], *, limit: int, secret: str = "") -> Stored:
        """Stored means whole and on the disk: synced before it has its name. Raises TooLarge, OutOfSpace.

        `secret`: that of another file, to be opened by whoever can open that; otherwise it gets one of its own.
        """
        key, secret = secrets.token_hex(16), secret or box.new_key().hex()
        counted = _Counted(chunks, limit=limit)
        unfinished = self._folder(self.root / INCOMING) / key
        try:
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                _write(file, files.seal(counted, secret=bytes.fromhex(secret), name=key))
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
        return Stored(key=key, size=counted.size, sha256=counted.digest.hexdigest(), secret=secret)

    def open(self, key: str, *, secret: str) -> BinaryIO:
        """What was saved, opened while it is read. Raises NoSuchFile, SealBroken; the latter also while reading."""
        return files.opened(self._raw(key), secret=bytes.fromhex(secret), name=key)

    def size(self, key: str) -> int:
        """Bytes that `open` will give. Raises NoSuchFile."""
        return files.plain_size(self.path(key).stat().st_size)

    def path(self, key: str) -> Path:
        """Where the file lies, sealed. Raises NoSuchFile."""
        path = self._path(key)
        if not path.is_file():
            raise NoSuchFile("There is no such file.")
        return path

    def adopt(self, key: str, *, secret: str = "") -> Stored:
        """Save, sealed and under a new name, what an earlier version of the portal kept unsealed. Raises NoSuchFile."""
        with self._raw(key) as plain:
            size = os.fstat(plain.fileno()).st_size
            return self.save(iter(lambda: plain.read(files.PIECE), b""), limit=size, secret=secret)

    def _raw(self, key: str) -> BinaryIO:
        try:
            return os.fdopen(os.open(self._path(key), os.O_RDONLY | os.O_NOFOLLOW), "rb")
        except FileNotFoundError as error:
            raise NoSuchFile("There is no such file.") from error

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


class _Counted:
    """Measures what passes through, and stops at the limit."""

    def __init__(self, chunks: Iterable[bytes], *, limit: int) -> None:
        self.size, self.digest = 0, hashlib.sha256()
        self._chunks, self._limit = chunks, limit

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            if self.size > self._limit:
                raise TooLarge(self._limit)
            self.digest.update(chunk)
            yield chunk


def _write(file: BinaryIO, pieces: Iterable[bytes]) -> None:
    file.writelines(pieces)
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """A new name survives a power cut only once its folder is synced too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
