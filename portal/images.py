"""Images of strangers, made anew so that they carry no place, no name and no surprise (UP-03, UP-05, UP-07)."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO, Final

CONTENT_TYPE: Final = "image/png"
SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
WORKER: Final = Path(__file__).with_name("image_worker.py")
WALL_SECONDS: Final = 20
AT_ONCE: Final = BoundedSemaphore(2)
"""A page full of images must not become a crowd of processes of 600 MB each."""


class NotAnImage(Exception):
    """Nothing that can be shown: no image, a broken one, or one that is too large; offer the download instead."""


def reencode(source: BinaryIO) -> bytes:
    """A PNG of the first frame of a PNG, JPEG, GIF or WebP, without anything but its pixels. Raises NotAnImage.

    The worker gets a file without a name, which is gone with the last process that holds it.
    """
    with tempfile.TemporaryFile() as image, tempfile.TemporaryFile() as anew, AT_ONCE:
        shutil.copyfileobj(source, image)
        image.seek(0)
        try:
            subprocess.run(  # noqa: S603 - our own script, no argument of anybody's
                [sys.executable, "-I", str(WORKER)],
                stdin=image,
                stdout=anew,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={},
                timeout=WALL_SECONDS,
                check=True,
            )
        except subprocess.SubprocessError as error:
            raise NotAnImage("This file cannot be shown as an image.") from error
        anew.seek(0)
        content = anew.read()
    if not content.startswith(SIGNATURE):
        raise NotAnImage("This file cannot be shown as an image.")
    return content
