import io
import tracemalloc
from collections.abc import Iterator

import pytest

from portal.sealed import box, files
from portal.sealed.box import SealBroken
from portal.sealed.files import HEADER, PIECE, TAG

SECRET, NAME = box.new_key(), "0" * 32
STEP = PIECE + TAG


def sealed(plain: bytes, *, secret: bytes = SECRET, name: str = NAME) -> bytes:
    return b"".join(files.seal([plain], secret=secret, name=name))


def reading(content: bytes, *, secret: bytes = SECRET, name: str = NAME) -> bytes:
    with files.opened(io.BytesIO(content), secret=secret, name=name) as file:
        return file.read()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7])
def test_a_file_of_any_length_comes_back_and_its_length_is_known(size: int) -> None:
    plain = bytes(number % 251 for number in range(size))

    content = sealed(plain)

    assert reading(content) == plain
    assert files.plain_size(len(content)) == size
    assert size < PIECE - 1 or plain[:64] not in content  # a single byte would be there by chance


@pytest.mark.parametrize("length", [0, 5, len(HEADER), len(HEADER) + STEP, len(HEADER) + 2 * STEP, -1])
def test_a_file_that_was_cut_off_is_noticed(length: int) -> None:
    with pytest.raises(SealBroken):
        reading(sealed(b"x" * (3 * PIECE))[:length])


def test_what_was_added_behind_the_end_is_noticed() -> None:
    content = sealed(b"x" * PIECE)

    for more in (b"y", content[len(HEADER) :]):
        with pytest.raises(SealBroken):
            reading(content + more)


def test_pieces_in_another_order_or_twice_are_noticed() -> None:
    content = sealed(b"a" * PIECE + b"b" * PIECE + b"c")
    first, second = (content[len(HEADER) + at * STEP : len(HEADER) + (at + 1) * STEP] for at in (0, 1))
    rest = content[len(HEADER) + 2 * STEP :]

    for order in ((second, first), (first, first), (second, second), (first, second, second)):
        with pytest.raises(SealBroken):
            reading(HEADER + b"".join(order) + rest)


def test_a_file_in_place_of_another_is_noticed() -> None:
    content = sealed(b"Mine.", name="1" * 32)

    with pytest.raises(SealBroken):
        reading(content)
    with pytest.raises(SealBroken):
        reading(content, secret=box.new_key(), name="1" * 32)


def test_a_changed_bit_is_noticed_before_anything_of_its_piece_is_read() -> None:
    content = bytearray(sealed(b"a" * PIECE + b"b" * 10))
    content[-1] ^= 1

    with files.opened(io.BytesIO(content), secret=SECRET, name=NAME) as file:
        assert file.read(PIECE) == b"a" * PIECE
        with pytest.raises(SealBroken):
            file.read(1)


def test_what_is_no_sealed_file_is_refused_at_once_and_closed() -> None:
    plain = io.BytesIO(b"An earlier version kept me like this.")

    with pytest.raises(SealBroken):
        files.opened(plain, secret=SECRET, name=NAME)

    assert plain.closed


def test_neither_way_holds_more_than_a_few_pieces_in_memory() -> None:
    def large() -> Iterator[bytes]:
        for _ in range(400):
            yield b"x" * PIECE

    class Endless(io.RawIOBase):
        """A file that is made while it is read."""

        def __init__(self) -> None:
            self.pieces, self.waiting = files.seal(large(), secret=SECRET, name=NAME), b""

        def read(self, size: int = -1, /) -> bytes:
            while len(self.waiting) < size and (piece := next(self.pieces, b"")):
                self.waiting += piece
            taken, self.waiting = self.waiting[:size], self.waiting[size:]
            return taken

    tracemalloc.start()
    with files.opened(Endless(), secret=SECRET, name=NAME) as file:  # type: ignore[arg-type] # it reads, no more is asked
        size = sum(len(chunk) for chunk in iter(lambda: file.read(100_000), b""))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert size == 400 * PIECE
    assert peak < 20 * PIECE
