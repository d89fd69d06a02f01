"""Whether a tag can be the one of a version. Pure."""

from typing import Final

PART_OF_A_NUMBER: Final = frozenset("0123456789.")


def fits(tag: str, version: str) -> bool:
    """`v1.4.2`, `wash-v1.4.2` and `1.4.2` are tags of 1.4.2; `v11.4.2` is none. What is not named yet fits anything."""
    if not tag or not version or tag == version:
        return True
    bare = version.removeprefix("v")
    before = tag.removesuffix(bare)
    return before != tag and before[-1:] not in PART_OF_A_NUMBER
