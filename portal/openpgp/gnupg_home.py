"""GnuPG at work on what strangers sent: in a home of its own that is thrown away, without network, bounded in time and
size (EML-09, DOS-04).

The library starts GnuPG and speaks with it; what GnuPG says is read in `portal.openpgp.findings`. Keys and passphrases
go through a pipe: nothing secret stands on a command line.
"""

import logging
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from threading import Timer
from typing import Final

import gnupg
from pysequoia import Cert, encrypt

from portal.openpgp.findings import Findings, found_in
from portal.openpgp.own import OwnKey, passphrases

MOST: Final = 32 * 1024 * 1024
"""Bytes that anything may unpack to. More is not opened: nobody writes so much by mail."""
SECONDS: Final = 20
"""How long GnuPG may take over one piece."""
PREFIX: Final = "portal-openpgp-"
ABANDONED: Final = 15 * 60
"""Seconds after which a home is one whose process was killed."""
OPTIONS: Final = (
    "--no-options",
    "--disable-dirmngr",
    "--no-auto-key-retrieve",
    "--no-auto-key-import",
    "--no-auto-key-locate",
    "--no-auto-check-trustdb",
    "--trust-model",
    "always",
    "--no-symkey-cache",
    "--max-output",
    str(MOST),
)

UNLOCKED: Final = "-"
"""Said of a key that has no passphrase: told nothing at all, GnuPG would look for somebody to ask."""
AGENT: Final = "s2k-count 65536\nallow-loopback-pinentry\nno-allow-external-cache\ndisable-scdaemon\n"
"""It would spend a second on making guesses at the passphrase costly, for a key that is gone after another."""

logging.getLogger(gnupg.__name__).setLevel(logging.CRITICAL)  # it would note each key that fails to fit


class GnuPGMissing(Exception):
    """There is no GnuPG on this machine, or it does not start."""


class _Said:
    """What GnuPG said, untouched. The library's own reading of it could be led astray by a user ID."""

    def __init__(self, gpg: object) -> None:
        del gpg
        self.data = b""
        self.stderr = ""
        self.returncode = -1

    def handle_status(self, key: str, value: str) -> None:
        """Called by the library for each line that it takes for a status."""


class _Bounded(gnupg.GPG):  # type: ignore[misc] # the library has no types
    """The library waits for GnuPG however long it takes; this one does not."""

    result_map = dict.fromkeys(("crypt", "verify", "import"), _Said)

    def _open_subprocess(self, args: Sequence[str], passphrase: bool = False) -> subprocess.Popen[bytes]:  # noqa: FBT001, FBT002 - the library's own shape
        process: subprocess.Popen[bytes] = super()._open_subprocess(args, passphrase)
        watch = Timer(SECONDS, process.kill)
        watch.daemon = True
        watch.start()
        self.watches = [*getattr(self, "watches", []), watch]
        return process


class Home:
    """Keys, and what can be done with them until it is thrown away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "gpg-agent.conf").write_text(AGENT)
        try:
            self._gpg = _Bounded(gnupghome=str(folder), options=list(OPTIONS))
        except (OSError, ValueError):
            raise GnuPGMissing from None

    def add(self, *keys: str) -> None:
        """Keys in ASCII armour, secret or public. What is none is left out."""
        for key in keys:
            self._gpg.import_keys(key)

    def open(self, content: bytes, *, passphrases: Sequence[str]) -> Findings:
        """Decrypt `content`, or take it out of its signature; whatever signatures are inside are checked."""
        findings = Findings()
        for passphrase in passphrases:
            findings = self._read(content, passphrase)
            if not findings.is_locked:
                break
        return findings

    def verify(self, content: bytes, *, signature: bytes) -> Findings:
        """Whether the detached `signature` is one of `content`."""
        place = self._folder / "signature"
        place.write_bytes(signature)
        try:
            return _findings(self._gpg.verify_data(str(place), content), most=MOST)
        except (OSError, ValueError):
            return Findings()

    def _read(self, content: bytes, passphrase: str) -> Findings:
        try:
            said = self._gpg.decrypt_file(BytesIO(content), passphrase=passphrase or UNLOCKED)
        except (OSError, ValueError):  # it was killed, or gave up, while it was still being told
            return Findings()
        return _findings(said, most=MOST)

    def close(self) -> None:
        for watch in self._gpg.watches:
            watch.cancel()


def _findings(said: _Said, *, most: int) -> Findings:
    return found_in(said.stderr, plain=said.data, is_too_long=len(said.data) >= most)


@contextmanager
def throw_away_home() -> Iterator[Home]:
    """Raises `GnuPGMissing`. Whatever happens in it, nothing of it stays, and no agent runs on."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place()))
    _sweep(folder.parent)
    home = None
    try:
        home = Home(folder)
        yield home
    finally:
        if home is not None:
            home.close()
        _throw_away(folder)


def is_installed() -> bool:
    return shutil.which("gpg") is not None and shutil.which("gpgconf") is not None


def opens_what_is_sent_to(own: OwnKey) -> bool:
    """Whether GnuPG is there, and reads what is encrypted to our key. Some keys ask for what it does not know yet."""
    sent = encrypt(b"?", recipients=[Cert.from_bytes(own.certificate.encode())])
    try:
        with throw_away_home() as home:
            home.add(own.secret)
            return home.open(sent, passphrases=passphrases()).plain == b"?"
    except GnuPGMissing:
        return False


def place() -> Path:
    """In memory where the system has such a place, so that no key touches a disk."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder in it is made under a random name, for its owner alone
    return memory if os.access(memory, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())


def _throw_away(folder: Path) -> None:
    with suppress(OSError, subprocess.SubprocessError):
        subprocess.run(  # noqa: S603 - our own command
            ["gpgconf", "--homedir", str(folder), "--kill", "all"],  # noqa: S607 - where the system has it
            capture_output=True,
            check=False,
            timeout=SECONDS,
        )
    shutil.rmtree(folder, ignore_errors=True)


def _sweep(among: Path) -> None:
    """Away with homes whose process was killed while it was in them."""
    for folder in among.glob(f"{PREFIX}*"):
        with suppress(OSError):
            found = folder.stat()
            if found.st_uid == os.getuid() and time.time() - found.st_mtime > ABANDONED:
                _throw_away(folder)
