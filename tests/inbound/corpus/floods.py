"""As much as a mail server lets through (DOS-04): each takes its time from everybody else's."""

import random
from base64 import encodebytes

from portal.inbound import oddities
from portal.inbound.values import Address, ReceivedFile, ReceivedMail
from portal.plain_text import LONGEST_TEXT
from tests.inbound.corpus.nasty import ADA, HEAD, Nasty, mail, raw

NOISE = random.Random(6).randbytes(22_000_000)  # noqa: S311 - only so that nothing packs it


def _whole(content: bytes, *, name: str = "text.txt", content_type: str = "text/plain") -> tuple[ReceivedFile]:
    return (ReceivedFile(name=name, content=content, content_type=content_type),)


FLOODS = [
    Nasty(
        "of thirty megabytes",
        mail(
            "Content-Type: multipart/mixed; boundary=b",
            b"--b\r\n\r\nSee the file.\r\n--b\r\nContent-Type: application/zip; name=poc.zip\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" + encodebytes(NOISE).replace(b"\n", b"\r\n") + b"--b--\r\n",
        ),
        ReceivedMail(
            sender=ADA,
            text="See the file.",
            files=(ReceivedFile(name="poc.zip", content=NOISE, content_type="application/zip"),),
        ),
    ),
    Nasty(
        "whose text is a little too long",
        mail("", "x" * (LONGEST_TEXT + 1)),
        ReceivedMail(
            sender=ADA,
            text="x" * LONGEST_TEXT,
            files=_whole(b"x" * (LONGEST_TEXT + 1)),
            oddities=(oddities.LONG,),
        ),
    ),
    Nasty(
        "whose text is much too long",
        mail("", b"It crashes.\n" * 1_000_000),
        ReceivedMail(
            sender=ADA,
            text=("It crashes.\n" * 10_000)[:LONGEST_TEXT],
            files=_whole(b"It crashes.\n" * 1_000_000),
            oddities=(oddities.LONG,),
        ),
    ),
    Nasty(
        "of HTML that only opens",
        mail("Content-Type: text/html", b"<div>" * 2_000_000),
        ReceivedMail(
            sender=ADA,
            html="<div>" * 100_000,
            files=_whole(b"<div>" * 2_000_000, name="text.html", content_type="text/html"),
            oddities=(oddities.LONG,),
        ),
    ),
    Nasty(
        "to everybody",
        mail("To: " + "a@example.com, " * 200_000, "x"),
        ReceivedMail(sender=ADA, to=(Address("", "a@example.com"),) * 500, text="x"),
    ),
    Nasty(
        "with a head without end",
        raw(HEAD.encode() + b"X-Filler: x\n" * 1_000_000 + b"\nIt crashes."),
        ReceivedMail(sender=ADA, text="It crashes."),
    ),
    Nasty(
        "with a subject without end",
        mail("Subject: " + "=?utf-8?q?a?= " * 100_000, "It crashes."),
        ReceivedMail(sender=ADA, subject="a" * 998, text="It crashes."),
    ),
    Nasty(
        "of quotes of quotes",
        mail("", b"x\n" + b">" * 90_000),
        ReceivedMail(sender=ADA, text="x", quoted=">" * 90_000),
    ),
    Nasty(
        "with more quotes than can be shown",
        mail("", b"It does.\n\n" + b"> Does it?\n" * 20_000),
        ReceivedMail(
            sender=ADA,
            text="It does.",
            quoted=("> Does it?\n" * 20_000)[:LONGEST_TEXT],
            files=_whole(b"It does.\n\n" + (b"> Does it?\n" * 20_000).rstrip()),
            oddities=(oddities.LONG,),
        ),
    ),
    Nasty(
        "of lines that look like marks",
        mail("Content-Type: multipart/mixed; boundary=b", b"--b\n\nIt crashes.\n" + b"--\n" * 400_000),
        ReceivedMail(
            sender=ADA,
            text=("It crashes.\n" + "--\n" * 100_000)[:LONGEST_TEXT],
            files=_whole(b"It crashes.\n" + b"--\n" * 400_000),
            oddities=(oddities.LONG, oddities.CUT, oddities.MANY_PARTS),
        ),
    ),
]
