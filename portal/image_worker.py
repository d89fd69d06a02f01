"""Decodes one image of a stranger in a process that can do nothing else, and writes it anew as PNG.

Started by `portal.images` as a script, with the image as its input and an empty file as its output. It rehearses with
images of its own, so that everything is imported, and then confines itself: from there on it can open no file, reach
no network and grow only so far.
"""

import os
import resource
import sys
from contextlib import suppress
from io import BytesIO
from typing import BinaryIO, Final

from PIL import ExifTags, Image, ImageOps

FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
NOBODY: Final = 65534

CPU_SECONDS: Final = 10
MEMORY_BYTES: Final = 600 * 1024 * 1024
LARGEST_OUTPUT: Final = 16 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000
LONGEST_SIDE: Final = 1600


def main() -> None:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    rehearse()
    confine()
    write_anew(sys.stdin.buffer, sys.stdout.buffer)


def rehearse() -> None:
    for kind in FORMATS:
        sample = BytesIO()
        image = Image.new("RGB", (2, 2))
        exif = image.getexif()
        exif[ExifTags.Base.Orientation] = 6
        image.save(sample, kind, exif=exif)
        sample.seek(0)
        write_anew(sample, BytesIO())


def confine() -> None:
    with suppress(OSError):
        os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET | os.CLONE_NEWIPC)
    if os.geteuid() == 0:
        with suppress(OSError):
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
    for limit, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, LARGEST_OUTPUT),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def write_anew(source: BinaryIO, target: BinaryIO) -> None:
    """The first frame, upright, at most LONGEST_SIDE wide and high; pixels only, so nothing else can come along."""
    with Image.open(source, formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            sys.exit("too many pixels")
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.load()
        shown = as_colours(image)
        shown.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        ImageOps.exif_transpose(shown, in_place=True)
    anew = Image.new(shown.mode, shown.size)
    anew.paste(shown)
    anew.save(target, "PNG")


def as_colours(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


if __name__ == "__main__":
    main()
