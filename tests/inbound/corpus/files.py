"""Files: their names, their kinds, and what no server may unpack (UP-04, UP-05)."""

import io
import zipfile
from base64 import encodebytes
from collections.abc import Callable

from portal.inbound import kinds, oddities
from portal.inbound.values import ReceivedFile, ReceivedMail
from tests.inbound.corpus.nasty import ADA, Nasty, mail

TNEF = bytes.fromhex("789f3e22") + b"\x01\x00" + b"Outlook" * 10


def _zip_bomb() -> bytes:
    """A hundred megabytes of nothing in a hundred kilobytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        moment = zipfile.ZipInfo("zeros.bin", date_time=(2026, 6, 1, 10, 0, 0))
        moment.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(moment, "w") as zeros:
            for _ in range(100):
                zeros.write(bytes(1_000_000))
    return packed.getvalue()


BOMB = _zip_bomb()


def attached(
    *files: tuple[str, bytes], head: str = "", text: str = "See the file.", kind: str = "mixed"
) -> Callable[[], bytes]:
    """Each file with the fields of its head, beside a text. `head`: more fields of the mail."""
    parts = [f"--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"]
    for fields, content in files:
        letters = encodebytes(content).decode()
        parts.append(f"--b\n{fields}\nContent-Transfer-Encoding: base64\n\n{letters}\n")
    return mail(f"{head}\nContent-Type: multipart/{kind}; boundary=b".strip(), "".join(parts) + "--b--\n")


def _one(name: str, fields: str, file: ReceivedFile, *noted: str) -> Nasty:
    read = ReceivedMail(sender=ADA, text="See the file.", files=(file,), oddities=noted)
    return Nasty(name, attached((fields, file.content)), read)


def _octets(name: str) -> ReceivedFile:
    return ReceivedFile(name=name, content=b"x")


FILES = [
    _one(
        "with a name that climbs",
        'Content-Type: application/octet-stream\nContent-Disposition: attachment; filename="../../../etc/passwd"',
        _octets("passwd"),
    ),
    _one(
        "with a name that runs the other way",
        "Content-Type: application/octet-stream\n"
        "Content-Disposition: attachment; filename*=utf-8''photo%E2%80%AEgnp.exe",
        _octets("photognp.exe"),
    ),
    _one(
        "with a name in pieces",
        "Content-Type: application/octet-stream\nContent-Disposition: attachment; filename*2=.txt;\n"
        " filename*0*=iso-8859-1'de'Gr%FC; filename*1*=%DFe",
        _octets("Grüße.txt"),
    ),
    _one(
        "with a name in encoded words",
        "Content-Type: application/octet-stream\n"
        'Content-Disposition: attachment; filename="=?utf-8?b?8J+QmyBidWc=?= =?utf-8?q?=2Etxt?="',
        _octets("🐛 bug.txt"),
    ),
    _one(
        "with a name that begins a header",
        "Content-Type: application/octet-stream\n"
        "Content-Disposition: attachment; filename*=utf-8''a%0D%0ASet-Cookie%3A%20x%3D1%00.txt",
        _octets("a Set-Cookie_ x=1\ufffd.txt"),
    ),
    _one(
        "with a name that has no end",
        'Content-Type: application/octet-stream; name="' + "x" * 300 + '.bin"\nContent-Disposition: attachment',
        _octets("x" * 146 + ".bin"),
    ),
    _one(
        "with a name whose quotes do not close",
        'Content-Type: application/octet-stream\nContent-Disposition: attachment; filename="a b.txt',
        _octets("a b.txt"),
    ),
    _one(
        "with a name that a system keeps for itself",
        "Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=CON.txt",
        _octets("_CON.txt"),
    ),
    _one(
        "with a file without a name",
        "Content-Type: image/png\nContent-Disposition: attachment",
        ReceivedFile(name="file.png", content=b"\x89PNG", content_type="image/png"),
    ),
    _one(
        "with a text as a file",
        "Content-Type: text/plain; charset=utf-16\nContent-Disposition: attachment; filename=log.txt",
        ReceivedFile(name="log.txt", content="Grüße".encode("utf-16-le"), content_type="text/plain"),
    ),
    _one(
        "with a patch within it",
        "Content-Type: text/x-diff; name=fix.patch\nContent-Disposition: inline",
        ReceivedFile(name="fix.patch", content=b"--- a\n+++ b\n", content_type="text/x-diff"),
    ),
    _one(
        "with a bomb",
        "Content-Type: application/zip; name=poc.zip",
        ReceivedFile(name="poc.zip", content=BOMB, content_type="application/zip"),
    ),
    _one(
        "with a page of HTML as a file",
        "Content-Type: text/html\nContent-Disposition: attachment; filename=poc.html",
        ReceivedFile(name="poc.html", content=b"<script>alert(1)</script>", content_type="text/html"),
    ),
    _one(
        "with winmail.dat",
        "Content-Type: application/ms-tnef; name=winmail.dat",
        ReceivedFile(name="winmail.dat", content=TNEF, content_type="application/ms-tnef", what=kinds.OUTLOOK),
    ),
    Nasty(
        "of nothing but winmail.dat",
        attached(("Content-Type: application/octet-stream; name=WINMAIL.DAT", TNEF), text=""),
        ReceivedMail(
            sender=ADA,
            files=(ReceivedFile(name="WINMAIL.DAT", content=TNEF, what=kinds.OUTLOOK),),
            oddities=(oddities.OUTLOOK,),
        ),
    ),
    Nasty(
        "that invites to a meeting",
        attached(
            ("Content-Type: text/calendar; charset=utf-8; method=REQUEST", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n"),
            kind="alternative",
        ),
        ReceivedMail(
            sender=ADA,
            text="See the file.",
            files=(
                ReceivedFile(
                    name="file.ics",
                    content=b"BEGIN:VCALENDAR\nEND:VCALENDAR\n",
                    content_type="text/calendar",
                    what=kinds.CALENDAR,
                ),
            ),
        ),
    ),
    Nasty(
        "signed by S/MIME",
        attached(
            ("Content-Type: application/pkcs7-signature; name=smime.p7s", b"\x30\x80\x06"),
            kind='signed; protocol="application/pkcs7-signature"; micalg=sha-256',
        ),
        ReceivedMail(
            sender=ADA,
            text="See the file.",
            files=(
                ReceivedFile(
                    name="smime.p7s",
                    content=b"\x30\x80\x06",
                    content_type="application/pkcs7-signature",
                    what=kinds.SMIME_SIGNATURE,
                ),
            ),
        ),
    ),
    *(
        Nasty(
            f"{done} by S/MIME as a whole",
            mail(
                f"Content-Type: application/pkcs7-mime; smime-type={kind}; name=smime.p7m\n"
                "Content-Transfer-Encoding: base64",
                "MIAG\n",
            ),
            ReceivedMail(
                sender=ADA,
                files=(
                    ReceivedFile(
                        name="smime.p7m", content=b"\x30\x80\x06", content_type="application/pkcs7-mime", what=what
                    ),
                ),
                oddities=(oddities.SMIME,),
            ),
        )
        for done, kind, what in (
            ("encrypted", "enveloped-data", kinds.SMIME_ENCRYPTED),
            ("wrapped", "signed-data", kinds.SMIME_SIGNED),
        )
    ),
    Nasty(
        "with two hundred files",
        attached(*((f"Content-Type: image/png; name={number}.png", b"%d" % number) for number in range(200))),
        ReceivedMail(
            sender=ADA,
            text="See the file.",
            files=tuple(
                ReceivedFile(name=f"{number}.png", content=b"%d" % number, content_type="image/png")
                for number in range(200)
            ),
        ),
    ),
    Nasty(
        "with more files than are kept",
        attached(*[("Content-Type: image/png; name=x.png", b"x")] * 1_001),
        ReceivedMail(
            sender=ADA,
            text="See the file.",
            files=(ReceivedFile(name="x.png", content=b"x", content_type="image/png"),) * 1_000,
            oddities=(oddities.MANY_FILES,),
        ),
    ),
    Nasty(
        "with a file in the letters of Unix",
        mail(
            "Content-Type: application/octet-stream; name=a.bin\nContent-Transfer-Encoding: x-uuencode",
            "begin 644 a.bin\n#0V%T\n`\nend\n",
        ),
        ReceivedMail(sender=ADA, files=(ReceivedFile(name="a.bin", content=b"Cat"),)),
    ),
    Nasty(
        "with a file of nothing",
        attached(("Content-Type: application/octet-stream; name=empty", b"")),
        ReceivedMail(sender=ADA, text="See the file.", files=(ReceivedFile(name="empty", content=b""),)),
    ),
]
