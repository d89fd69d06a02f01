"""A key for the demo, so that a newcomer can try encrypted mail. Made on this machine, for nothing else."""

import subprocess
import tempfile
from pathlib import Path


def make_key(place: Path, *, address: str) -> bool:
    """Write a new secret key to `place`, unless there is one. False where there is no GnuPG to make it."""
    if place.exists():
        return True
    with tempfile.TemporaryDirectory(prefix="demo-key-") as home:
        try:
            _gpg(home, "--quick-gen-key", f"The demo's security team <{address}>", "future-default", "default", "1y")
            secret = _gpg(home, "--armor", "--export-secret-keys")
        except (OSError, subprocess.SubprocessError):
            return False
        finally:
            _end_agent(home)
    place.touch(mode=0o600)
    place.write_bytes(secret)
    return True


def _gpg(home: str, *arguments: str) -> bytes:
    command = ["gpg", "--homedir", home, "--batch", "--pinentry-mode", "loopback", "--passphrase", "", *arguments]
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout  # noqa: S603 - our own command


def _end_agent(home: str) -> None:
    try:
        command = ["gpgconf", "--homedir", home, "--kill", "all"]
        subprocess.run(command, check=False, capture_output=True, timeout=10)  # noqa: S603 - our own command
    except (OSError, subprocess.SubprocessError):
        return
