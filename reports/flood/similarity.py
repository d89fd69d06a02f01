"""How alike two texts are, told by marks that tell nothing of the texts. Pure.

The words of a text and its pairs of neighbouring words are hashed with a key. Of each of 64 such hashes the smallest
one is kept (MinHash), and each four of these make one mark: 16 for a text. Two texts that share a part s of words and
pairs share a mark with the probability s⁴. So of texts that differ in a few words nearly all marks are equal, of
unrelated ones none; and equality is all that the database is ever asked for.
"""

import hashlib
import re
import struct
from collections.abc import Hashable, Mapping, Sequence
from itertools import combinations, pairwise
from typing import Final

BANDS: Final = 16
ROWS: Final = 4
ENOUGH: Final = 2
"""Equal marks that make two texts look alike: of ten pairs that share seven tenths, nine have them; of a hundred that
share three tenths, one."""
MOST_WORDS: Final = 2_000
"""Beyond so many words a text is not looked at: a flood does not differ there, and hashing takes its time."""
MARK_BYTES: Final = 16

NUMBER = re.compile(r"\d+")
HASHES_A_ROUND: Final = 16
ROUNDS: Final = BANDS * ROWS // HASHES_A_ROUND


def marks_of(words: Sequence[str], *, key: bytes) -> list[bytes]:
    """The marks of a text of these normalised words, in the order of their hashes; none for no words.

    Numbers count as equal: a scanner's lines, ports and times differ in each of a thousand reports.
    """
    said = [NUMBER.sub("0", word) for word in words[:MOST_WORDS]]
    shingles = {*said, *(f"{first} {second}" for first, second in pairwise(said))}
    if not shingles:
        return []
    smallest = [
        value
        for number in range(ROUNDS)
        for value in map(min, zip(*(_hashes(shingle, number=number, key=key) for shingle in shingles), strict=True))
    ]
    return sorted(_mark(band, smallest[band * ROWS :][:ROWS], key=key) for band in range(BANDS))


def _hashes(shingle: str, *, number: int, key: bytes) -> tuple[int, ...]:
    digest = hashlib.blake2b(shingle.encode("utf-8", "surrogatepass"), key=key, person=b"hash %d" % number).digest()
    return struct.unpack(f">{HASHES_A_ROUND}I", digest)


def _mark(band: int, values: Sequence[int], *, key: bytes) -> bytes:
    plain = struct.pack(f">B{ROWS}I", band, *values)
    return hashlib.blake2b(plain, key=key, digest_size=MARK_BYTES, person=b"mark").digest()


def clusters[K: Hashable](marks: Mapping[K, frozenset[bytes]]) -> list[list[K]]:
    """Those that look alike, directly or by way of others, in the order in which they came; all others are left out."""
    leader = {name: name for name in marks}

    def found(name: K) -> K:
        while leader[name] != name:
            name = leader[name]
        return name

    for one, other in combinations(marks, 2):
        if len(marks[one] & marks[other]) >= ENOUGH:
            leader[found(other)] = found(one)
    together: dict[K, list[K]] = {}
    for name in marks:
        together.setdefault(found(name), []).append(name)
    return [names for names in together.values() if len(names) > 1]
