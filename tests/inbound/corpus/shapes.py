"""Parts within parts: as programs make them, as programs break them, and as nobody would."""

from portal.inbound import kinds, oddities
from portal.inbound.values import ReceivedFile, ReceivedMail
from tests.inbound.corpus.nasty import ADA, Nasty, mail

BOTH = """--b
Content-Type: text/plain; charset=utf-8

It crashes.
--b
Content-Type: text/html; charset=utf-8

<p>It <b>crashes</b>.</p>
--b--
"""


def _nested(depth: int) -> str:
    heads = "".join(f"--b{level}\nContent-Type: multipart/mixed; boundary=b{level + 1}\n\n" for level in range(depth))
    return f"{heads}--b{depth}\n\nFar down.\n--b{depth}--\n" + "".join(f"--b{level}--\n" for level in range(depth))


def _inner(depth: int) -> str:
    return "Content-Type: message/rfc822\n\n" * depth + "Subject: The last\n\nFar down."


SHAPES = [
    Nasty(
        "that says it twice",
        mail("Content-Type: multipart/alternative; boundary=b", BOTH),
        ReceivedMail(sender=ADA, text="It crashes.", html="<p>It <b>crashes</b>.</p>"),
    ),
    Nasty(
        "whose plain side says that there is another",
        mail(
            "Content-Type: multipart/alternative; boundary=b",
            BOTH.replace("It crashes.", "Please use a program that shows HTML.").replace(
                "crashes</b>.", "crashes</b> " + "again and again " * 40
            ),
        ),
        ReceivedMail(
            sender=ADA,
            text="It crashes " + ("again and again " * 40).rstrip(),
            html="<p>It <b>crashes</b> " + "again and again " * 40 + "</p>",
        ),
    ),
    Nasty(
        "of HTML alone",
        mail(
            "Content-Type: text/html; charset=utf-8",
            "<html><head><title>x</title><style>p{}</style></head><body><p>It crashes, see "
            "<a href=https://poc.example/1>here</a>.</p><script>alert(1)</script><ul><li>one<li>two</ul>"
            "<img src=https://spy.example/1.gif><img src=x alt='a screen'><div>On Monday you wrote:</div>"
            "<blockquote>Does it?</blockquote></body></html>",
        ),
        ReceivedMail(
            sender=ADA,
            text="It crashes, see here <https://poc.example/1>.\n\n- one\n- two\n[image: a screen]",
            quoted="On Monday you wrote:\n\n> Does it?",
            html="<html><head><title>x</title><style>p{}</style></head><body><p>It crashes, see "
            "<a href=https://poc.example/1>here</a>.</p><script>alert(1)</script><ul><li>one<li>two</ul>"
            "<img src=https://spy.example/1.gif><img src=x alt='a screen'><div>On Monday you wrote:</div>"
            "<blockquote>Does it?</blockquote></body></html>",
        ),
    ),
    Nasty(
        "of HTML that never ends",
        mail("Content-Type: text/html", "<p>It crashes<b><i><table><tr><td>here<!-- <p>unseen"),
        ReceivedMail(sender=ADA, text="It crashes\nhere", html="<p>It crashes<b><i><table><tr><td>here<!-- <p>unseen"),
    ),
    Nasty(
        "with images within its HTML",
        mail(
            "Content-Type: multipart/related; boundary=b",
            "--b\nContent-Type: text/html\n\n<p>See <img src=cid:1></p>\n--b\nContent-Type: image/png\n"
            "Content-ID: <1>\nContent-Disposition: inline\nContent-Transfer-Encoding: base64\n\niVBORw0K\n--b--",
        ),
        ReceivedMail(
            sender=ADA,
            text="See",
            html="<p>See <img src=cid:1></p>",
            files=(ReceivedFile(name="file.png", content=b"\x89PNG\r\n", content_type="image/png"),),
        ),
    ),
    Nasty(
        "whose mark never occurs",
        mail("Content-Type: multipart/mixed; boundary=gone", "\nIt crashes.\n"),
        ReceivedMail(sender=ADA, text="It crashes.", oddities=(oddities.CUT,)),
    ),
    Nasty(
        "whose mark is another than it says",
        mail("Content-Type: multipart/mixed; boundary=gone", "--there\n\nIt crashes.\n--there--\n"),
        ReceivedMail(sender=ADA, text="It crashes."),
    ),
    Nasty(
        "of parts without a mark",
        mail("Content-Type: multipart/mixed", "--x\n\nIt crashes.\n--x\n\nOften.\n--x--\n"),
        ReceivedMail(sender=ADA, text="It crashes.\n\nOften."),
    ),
    Nasty(
        "of parts without anything in it",
        mail("Content-Type: multipart/mixed; boundary=b", "--b--\n"),
        ReceivedMail(sender=ADA, text="--b--"),
    ),
    Nasty(
        "that is cut off in a file",
        mail(
            "Content-Type: multipart/mixed; boundary=b",
            "--b\n\nIt crashes.\n--b\nContent-Type: application/zip; name=poc.zip\n"
            "Content-Transfer-Encoding: base64\n\nUEsDBAoAA",
        ),
        ReceivedMail(
            sender=ADA,
            text="It crashes.",
            files=(ReceivedFile(name="poc.zip", content=b"PK\x03\x04\n\x00", content_type="application/zip"),),
            oddities=(oddities.DAMAGED, oddities.CUT),
        ),
    ),
    Nasty(
        "whose parts use one mark on two floors",
        mail(
            "Content-Type: multipart/mixed; boundary=b",
            "--b\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nIt crashes.\n--b--\n--b\n\nOften.\n--b--\n",
        ),
        ReceivedMail(sender=ADA, text="It crashes.\n\nOften."),
    ),
    Nasty(
        "whose mark holds what a pattern would read",
        mail(
            'Content-Type: multipart/mixed; boundary="a.*(b)+[c]\'?"',
            "--a.*(b)+[c]'?  \n\nIt crashes.\n--a.*(b)+[c]'?--",
        ),
        ReceivedMail(sender=ADA, text="It crashes."),
    ),
    Nasty(
        "nested nine hundred deep",
        mail("Content-Type: multipart/mixed; boundary=b0", _nested(900)),
        ReceivedMail(sender=ADA, text="Far down."),
    ),
    Nasty(
        "that was passed on nine hundred times",
        mail("Subject: See inside\nContent-Type: message/rfc822", _inner(899)),
        ReceivedMail(
            sender=ADA,
            subject="See inside",
            text="---------- Forwarded mail ----------\nSubject: The last\n\nFar down.",
            files=(
                ReceivedFile(
                    name="file.eml",
                    content=_inner(899).encode().replace(b"\n", b"\r\n"),
                    content_type="message/rfc822",
                    what=kinds.FORWARDED,
                ),
            ),
        ),
    ),
    Nasty(
        "of five thousand parts",
        mail(
            "Content-Type: multipart/mixed; boundary=b",
            "".join(f"--b\n\n{number}\n" for number in range(5_000)) + "--b--",
        ),
        ReceivedMail(sender=ADA, text="\n\n".join(map(str, range(5_000)))),
    ),
    Nasty(
        "of more parts than are told apart",
        mail("Content-Type: multipart/mixed; boundary=b", "--b\n\n\n" * 9_998 + "--b\n\nOne.\n--b\n\nTwo.\n--b--"),
        ReceivedMail(sender=ADA, text="One.\n--b\n\nTwo.\n--b--", oddities=(oddities.CUT, oddities.MANY_PARTS)),
    ),
    Nasty(
        "with a mail that was passed on with its files",
        mail(
            "Subject: Fwd: Crash\nContent-Type: multipart/mixed; boundary=b",
            "--b\n\nPlease see below.\n--b\nContent-Type: message/rfc822\n\nFrom: Eve <eve@example.net>\n"
            "Date: Mon, 1 Jun 2026 10:00:00 +0000\nSubject: Crash\nContent-Type: multipart/mixed; boundary=c\n\n"
            "--c\n\nIt crashes.\n--c\nContent-Type: application/zip\n\nPK\n--c--\n--b--",
        ),
        ReceivedMail(
            sender=ADA,
            subject="Fwd: Crash",
            text="Please see below.\n\n---------- Forwarded mail ----------\nFrom: Eve <eve@example.net>\n"
            "Date: Mon, 1 Jun 2026 10:00:00 +0000\nSubject: Crash\n\nIt crashes.",
            files=(
                ReceivedFile(
                    name="Crash.eml",
                    content=(
                        b"From: Eve <eve@example.net>\r\nDate: Mon, 1 Jun 2026 10:00:00 +0000\r\nSubject: Crash\r\n"
                        b"Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nIt crashes.\r\n--c\r\n"
                        b"Content-Type: application/zip\r\n\r\nPK\r\n--c--"
                    ),
                    content_type="message/rfc822",
                    what=kinds.FORWARDED,
                ),
            ),
        ),
    ),
    Nasty(
        "with a mail in it that was packed for the way",
        mail(
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64",
            "U3ViamVjdDogQ3Jhc2gKCkl0IGNyYXNoZXMu\n",
        ),
        ReceivedMail(
            sender=ADA,
            text="It crashes.",
            files=(
                ReceivedFile(
                    name="file.eml",
                    content=b"Subject: Crash\n\nIt crashes.",
                    content_type="message/rfc822",
                    what=kinds.FORWARDED,
                ),
            ),
        ),
    ),
    Nasty(
        "in a digest",
        mail(
            "Content-Type: multipart/digest; boundary=b",
            "--b\n\nSubject: One\n\nIt crashes.\n--b\n\nSubject: Two\n\nOften.\n--b--",
        ),
        ReceivedMail(
            sender=ADA,
            text="---------- Forwarded mail ----------\nSubject: One\n\nIt crashes.\n\n"
            "---------- Forwarded mail ----------\nSubject: Two\n\nOften.",
            files=tuple(
                ReceivedFile(name=f"{name}.eml", content=content, content_type="message/rfc822", what=kinds.FORWARDED)
                for name, content in (
                    ("One", b"Subject: One\r\n\r\nIt crashes."),
                    ("Two", b"Subject: Two\r\n\r\nOften."),
                )
            ),
        ),
    ),
    Nasty(
        "whose type is none",
        mail('Content-Type: ;;=="charset', "It crashes."),
        ReceivedMail(sender=ADA, text="It crashes."),
    ),
]
