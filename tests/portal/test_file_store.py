import errno
import hashlib
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from portal.file_store import NoSuchFile, OutOfSpace, Store, TooLarge

MB = 1024 * 1024


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "files")


def everything_in(store: Store) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


def test_what_was_saved_comes_back_byte_for_byte(store: Store) -> None:
    stored = store.save([b"proof ", b"of concept"], limit=MB)

    with store.open(stored.key, secret=stored.secret) as file:
        assert file.read() == b"proof of concept"
    assert store.size(stored.key) == 16
    assert stored.size == 16
    assert stored.sha256 == hashlib.sha256(b"proof of concept").hexdigest()


def test_a_file_lies_under_a_random_name_that_only_we_can_read(store: Store) -> None:
    first, second = (store.save([b"same"], limit=MB) for _ in range(2))

    assert first.key != second.key
    path = store.path(first.key)
    assert path == store.root / first.key[:2] / first.key[2:4] / first.key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, path.parents[1], store.root)} == {0o700}


def test_a_file_over_the_limit_is_refused_while_it_streams_and_leaves_nothing(store: Store) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while True:
            sent += MB
            yield b"x" * MB

    with pytest.raises(TooLarge) as refusal:
        store.save(endless(), limit=3 * MB)

    assert refusal.value.limit == 3 * MB
    assert sent == 4 * MB
    assert everything_in(store) == []


def test_a_file_of_exactly_the_limit_is_kept(store: Store) -> None:
    assert store.save([b"x" * MB], limit=MB).size == MB


def test_a_sender_who_vanishes_leaves_nothing(store: Store) -> None:
    def interrupted() -> Iterator[bytes]:
        yield b"first half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.save(interrupted(), limit=MB)

    assert everything_in(store) == []


def test_a_full_disk_is_told_as_such(store: Store) -> None:
    def filling_the_disk() -> Iterator[bytes]:
        yield b"x"
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OutOfSpace):
        store.save(filling_the_disk(), limit=MB)

    assert everything_in(store) == []


@pytest.mark.parametrize(
    "key",
    [
        "",
        "..",
        "../../etc/passwd",
        "/etc/passwd",
        "A" * 32,
        "0" * 31,
        "0" * 33,
        "0" * 32 + "\n",
        "0" * 30 + "/x",
    ],
)
def test_only_keys_of_our_own_form_reach_the_disk(store: Store, key: str) -> None:
    for reach in (partial(store.open, secret="00"), store.path, store.size, store.delete, store.adopt):
        with pytest.raises(NoSuchFile):
            reach(key)


def test_an_unknown_key_is_no_such_file(store: Store) -> None:
    with pytest.raises(NoSuchFile):
        store.open("0" * 32, secret="00")
    with pytest.raises(NoSuchFile):
        store.path("0" * 32)


def test_a_link_in_place_of_a_file_is_not_followed(store: Store, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    stored = store.save([b"x"], limit=MB)
    path = store.path(stored.key)
    path.unlink()
    path.symlink_to(tmp_path / "secret")

    with pytest.raises(OSError, match="symbolic"):
        store.open(stored.key, secret=stored.secret)


def test_deleting_twice_is_no_error(store: Store) -> None:
    stored = store.save([b"x"], limit=MB)

    store.delete(stored.key)
    store.delete(stored.key)

    assert everything_in(store) == []


def test_old_files_can_be_listed_and_half_written_ones_swept(store: Store) -> None:
    now = datetime.now(UTC)
    stored = store.save([b"x"], limit=MB)
    (store.root / "incoming" / "half").write_bytes(b"half")

    assert list(store.kept_before(now - timedelta(hours=1))) == []
    assert list(store.kept_before(now + timedelta(hours=1))) == [stored.key]
    assert store.sweep_unfinished(before=now - timedelta(hours=1)) == 0
    assert store.sweep_unfinished(before=now + timedelta(hours=1)) == 1
    assert everything_in(store) == [store.path(stored.key)]
