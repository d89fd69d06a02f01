"""Files, sealed piece by piece, so that neither sealing nor opening holds more than one piece in memory.

Each file has a secret of its own. A piece is bound to the file's name, to its own place among the pieces and to whether
it is the last: what is cut off, put in another order or taken from another file does not open. (This is the STREAM
construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015.)
"""

import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final, override

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.sealed.box import KEY_BYTES, SealBroken

HEADER: Final = b"sealed-1"
PIECE: Final = 64 * 1024
TAG: Final = 16


def seal(chunks: Iterable[bytes], *, secret: bytes, name: str) -> Iterator[bytes]:
    """What to write to the disk. `name` may be used with this secret once only."""
    cipher = _cipher(secret, name)
    yield HEADER
    number, waiting = 0, bytearray()
    for chunk in chunks:
        waiting += chunk
        while len(waiting) > PIECE:
            yield cipher.encrypt(_nonce(number, last=False), bytes(waiting[:PIECE]), HEADER)
            del waiting[:PIECE]
            number += 1
    yield cipher.encrypt(_nonce(number, last=True), bytes(waiting), HEADER)


def opened(file: BinaryIO, *, secret: bytes, name: str) -> BinaryIO:
    """A stream of what was sealed; it closes `file`. Reading may raise SealBroken, and the first piece does so here."""
    try:
        return io.BufferedReader(_Opened(file, secret=secret, name=name), PIECE)
    except SealBroken:
        file.close()
        raise


def plain_size(sealed_size: int) -> int:
    """Bytes of what was sealed into so many."""
    body = sealed_size - len(HEADER)
    pieces = max(1, -(-body // (PIECE + TAG)))
    return max(0, body - pieces * TAG)


class _Opened(io.RawIOBase):
    def __init__(self, file: BinaryIO, *, secret: bytes, name: str) -> None:
        self._file, self._name = file, name
        self._cipher = _cipher(secret, name)
        self._number = 0
        self._ready = memoryview(b"")
        if file.read(len(HEADER)) != HEADER:
            raise SealBroken(f"file {name}")
        self._following = file.read(PIECE + TAG)
        self._is_last = False
        self._open_next()

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: object, /) -> int:
        target = memoryview(buffer).cast("B")  # type: ignore[arg-type] # whatever takes bytes
        while not self._ready and not self._is_last:
            self._open_next()
        piece = self._ready[: len(target)]
        target[: len(piece)] = piece
        self._ready = self._ready[len(piece) :]
        return len(piece)

    @override
    def close(self) -> None:
        self._file.close()
        super().close()

    def _open_next(self) -> None:
        piece, self._following = self._following, self._file.read(PIECE + TAG)
        self._is_last = not self._following
        try:
            plain = self._cipher.decrypt(_nonce(self._number, last=self._is_last), piece, HEADER)
        except InvalidTag:
            raise SealBroken(f"file {self._name}") from None
        self._number += 1
        self._ready = memoryview(plain)


def _cipher(secret: bytes, name: str) -> AESGCM:
    """A key for this file alone, so that nonces can be counted."""
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=None, info=f"portal file {name}".encode()).derive(secret))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
