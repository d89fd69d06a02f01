"""Throw-away OpenPGP keys, made with GnuPG as people make theirs: once in a test process, and only those asked for."""

import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from pysequoia import Cert

AGENT = "s2k-count 65536\nallow-loopback-pinentry\n"


@dataclass(frozen=True, slots=True)
class Keys:
    secret: str
    certificate: str
    passphrase: str = ""

    @property
    def fingerprint(self) -> str:
        return Cert.from_bytes(self.certificate.encode()).fingerprint.upper()


@cache
def keys_of(user_id: str, *, passphrase: str = "", lasts: str = "never", made: str = "") -> Keys:
    """Such as `Team <team@example.org>`. `lasts` and `made` as GnuPG writes them: `1y`, `20240101T000000`."""
    with GnuPG() as gpg:
        clock = ["--faked-system-time", made] if made else []
        gpg.run(*clock, "--quick-gen-key", user_id, "future-default", "default", lasts, passphrase=passphrase)
        secret = gpg.run("--armor", "--export-secret-keys", passphrase=passphrase).decode()
        return Keys(secret, gpg.run("--armor", "--export").decode(), passphrase)


class GnuPG:
    """In a home of its own, with the keys that it is given."""

    def __init__(self, *keys: Keys) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="gpg-")
        self.home = Path(self._folder.name)
        self._keys = keys

    def __enter__(self) -> Self:
        (self.home / "gpg-agent.conf").write_text(AGENT)
        for each in self._keys:
            self.run("--import", told=each.secret.encode())
        return self

    def __exit__(self, *_: object) -> None:
        command = ["gpgconf", "--homedir", str(self.home), "--kill", "all"]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own command
        self._folder.cleanup()

    def run(self, *arguments: str, told: bytes = b"", passphrase: str = "", is_fussy: bool = True) -> bytes:
        """What it answers; `is_fussy`: and nothing was amiss, such as a signature by somebody unknown."""
        how = ["--batch", "--trust-model", "always", "--pinentry-mode", "loopback", "--passphrase", passphrase]
        command = ["gpg", "--homedir", str(self.home), *how, *arguments]
        return subprocess.run(command, input=told, check=is_fussy, capture_output=True).stdout  # noqa: S603 - our own command


def encrypted(content: bytes, *, to: Sequence[Keys], by: Keys | None = None, options: Sequence[str] = ()) -> bytes:
    """In ASCII armour; signed within, if it is `by` somebody."""
    with GnuPG(*to, *([by] if by else [])) as gpg:
        recipients = [word for keys in to for word in ("--recipient", keys.fingerprint)]
        signing = ["--sign", "--local-user", by.fingerprint] if by else []
        return gpg.run(
            "--armor",
            *options,
            *recipients,
            *signing,
            "--encrypt",
            told=content,
            passphrase=by.passphrase if by else "",
        )


def signed(content: bytes, *, by: Keys, how: str = "--detach-sign", made: str = "") -> bytes:
    """`how`: `--detach-sign`, `--clear-sign` or `--sign`."""
    with GnuPG(by) as gpg:
        clock = ["--faked-system-time", made] if made else []
        return gpg.run(*clock, "--armor", "--local-user", by.fingerprint, how, told=content, passphrase=by.passphrase)


def decrypted(content: bytes, *, by: Keys) -> bytes:
    """What its recipient reads, whoever signed it."""
    with GnuPG(by) as gpg:
        return gpg.run("--decrypt", told=content, passphrase=by.passphrase, is_fussy=False)
