import io
import random
import resource
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from portal import image_worker
from portal.images import WORKER, NotAnImage, reencode

SECRET = b"51.5007 N, taken by Ada"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "upload"


def drawn_anew(path: Path) -> bytes:
    with path.open("rb") as image:
        return reencode(image)


def drawn(size: tuple[int, int] = (60, 40), *, mode: str = "RGB") -> Image.Image:
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    return image.convert(mode)


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def with_location(image: Image.Image) -> Image.Exif:
    exif = image.getexif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = 6  # to be turned by a quarter
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 2.5)
    return exif


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_each_kind_of_image_comes_out_as_a_picture_of_the_same(path: Path, kind: str) -> None:
    drawn().save(path, kind)

    picture = opened(drawn_anew(path))

    assert picture.format == "PNG"
    assert picture.size == (60, 40)
    red, green, _ = picture.convert("RGB").getpixel((2, 2))  # type: ignore[misc] # three of them in RGB
    assert red > 230
    assert green < 30
    assert picture.convert("RGB").getpixel((58, 38)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_where_and_by_whom_a_picture_was_taken_is_gone_and_it_stands_upright(path: Path, kind: str) -> None:
    image = drawn()
    image.save(path, kind, exif=with_location(image), icc_profile=SECRET, xmp=SECRET)
    assert SECRET in path.read_bytes()

    content = drawn_anew(path)

    picture = opened(content)
    assert SECRET not in content
    assert (dict(picture.getexif()), picture.info) == ({}, {})
    assert picture.size == (40, 60)


def test_words_in_a_png_are_gone(path: Path) -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", SECRET.decode())
    words.add_text("Comment", SECRET.decode() * 1000, zip=True)
    drawn().save(path, "PNG", pnginfo=words)

    assert opened(drawn_anew(path)).info == {}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_mode_of_colour_can_be_shown(path: Path, mode: str) -> None:
    image = drawn(mode=mode) if mode != "I;16" else Image.new("I;16", (60, 40), 40_000)
    image.save(path, "JPEG" if mode == "CMYK" else "PNG")

    assert opened(drawn_anew(path)).size == (60, 40)


def test_transparency_stays(path: Path) -> None:
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(path, "PNG")

    assert opened(drawn_anew(path)).getpixel((5, 5)) == (255, 0, 0, 0)


def test_of_a_moving_picture_only_the_first_frame_is_shown(path: Path) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    frames[0].save(path, "GIF", save_all=True, append_images=frames[1:])

    picture = opened(drawn_anew(path))

    assert not getattr(picture, "is_animated", False)
    assert picture.convert("RGB").getpixel((5, 5)) == (255, 0, 0)


def test_a_large_picture_is_made_smaller(path: Path) -> None:
    drawn((4000, 1000)).save(path, "JPEG")

    assert opened(drawn_anew(path)).size == (1600, 400)


def test_a_photograph_of_the_most_pixels_allowed_fits_into_the_memory_allowed(path: Path) -> None:
    drawn((8000, 5000), mode="P").save(path, "PNG")

    assert opened(drawn_anew(path)).size == (1600, 1000)


def png(width: int, height: int, *, body: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def as_bytes(image: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


REFUSED = {
    "nothing": b"",
    "garbage": random.Random(1).randbytes(10_000),  # noqa: S311 - the same garbage each time
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "html called png": b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
    "tiff": as_bytes(drawn(), "TIFF"),
    "bmp": as_bytes(drawn(), "BMP"),
    "icon": as_bytes(drawn(), "ICO"),
    "pdf": as_bytes(drawn(), "PDF"),
    "postscript": as_bytes(drawn(), "EPS"),
    "cut off png": as_bytes(drawn(), "PNG")[:-60],
    "cut off jpeg": as_bytes(drawn(), "JPEG")[:-200],
    "cut off gif": as_bytes(drawn(), "GIF")[:-30],
    "cut off webp": as_bytes(drawn(), "WEBP")[:-30],
    "too many pixels": png(8001, 5001, body=b""),
    "four thousand million pixels": png(65_000, 65_000, body=b"\0" * 50_000_000),
    "less than announced": png(5000, 5000, body=b"\0" * 10),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_what_is_no_sound_image_is_refused_quickly(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    started = time.monotonic()

    with pytest.raises(NotAnImage):
        drawn_anew(path)

    assert time.monotonic() - started < 10


def test_what_hides_behind_an_image_does_not_come_along(path: Path) -> None:
    path.write_bytes(as_bytes(drawn(), "GIF") + b"<script>alert(1)</script>" + SECRET)

    content = drawn_anew(path)

    assert b"<script>" not in content
    assert SECRET not in content


def test_the_worker_can_open_no_file_start_no_process_and_grow_no_further() -> None:
    attempts = (
        "import os, socket, sys; sys.path.insert(0, os.path.dirname(sys.argv[1]))\n"
        "import image_worker; image_worker.confine()\n"
        "def refused(attempt):\n"
        "    try: attempt()\n"
        "    except (OSError, MemoryError): return True\n"
        "print(refused(lambda: open('/etc/hostname')), refused(lambda: bytearray(700_000_000)),\n"
        "      refused(lambda: socket.socket()), os.geteuid() != 0)\n"
    )

    told = subprocess.run(  # noqa: S603 - what is run is written above
        [sys.executable, "-I", "-c", attempts, str(WORKER)], capture_output=True, check=True, text=True, env={}
    )

    assert told.stdout == "True True True True\n"


def test_the_limits_are_the_workers_own() -> None:
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != image_worker.MEMORY_BYTES
