"""Heads, letters and characters."""

from datetime import UTC, datetime

from portal.inbound import oddities, parsing
from portal.inbound.values import Address, ReceivedFile, ReceivedMail
from tests.inbound.corpus.nasty import ADA, HEAD, Nasty, mail, raw

WRITING = [
    Nasty("with nothing in it", raw(b""), ReceivedMail(senders=0, unreadable=parsing.EMPTY)),
    Nasty("of line ends and NUL bytes", raw(b"\r\n\x00 \n" * 50), ReceivedMail(senders=0, unreadable=parsing.EMPTY)),
    Nasty(
        "that is a program",
        raw(b"\x7fELF\x02\x01\x01\x00\x00\x00\n\nFrom: x"),
        ReceivedMail(
            senders=0,
            files=(ReceivedFile(name="mail.bin", content=b"\x7fELF\x02\x01\x01\x00\x00\x00\n\nFrom: x"),),
            unreadable=parsing.NO_MAIL,
        ),
    ),
    Nasty(
        "without a head",
        raw(b"Your parser crashes.\nSee below.\n"),
        ReceivedMail(senders=0, text="Your parser crashes.\nSee below.", oddities=(oddities.HEADLESS,)),
    ),
    Nasty(
        "without a body",
        mail("Subject: Crash"),
        ReceivedMail(sender=ADA, subject="Crash"),
    ),
    Nasty(
        "without a sender",
        raw(b"Subject: Crash\n\nIt crashes."),
        ReceivedMail(senders=0, subject="Crash", text="It crashes.", oddities=(oddities.NO_SENDER,)),
    ),
    Nasty(
        "with two senders in one field",
        raw(b"From: Ada <ada@example.org>, Mallory <mallory@example.net>\n\nIt crashes."),
        ReceivedMail(sender=ADA, senders=2, text="It crashes.", oddities=(oddities.MANY_SENDERS,)),
    ),
    Nasty(
        "with two fields that name a sender",
        mail("From: member@portal.example", "It crashes."),
        ReceivedMail(
            sender=ADA, senders=2, text="It crashes.", oddities=(oddities.MANY_SENDERS, oddities.repeated("From"))
        ),
    ),
    Nasty(
        "whose sender's name is a member's address",
        raw(b'From: "lead@portal.example" <mallory@example.net>\n\nPublish it.'),
        ReceivedMail(sender=Address("lead@portal.example", "mallory@example.net"), text="Publish it."),
    ),
    Nasty(
        "whose sender is no address",
        raw(b"From: The Lead of the Team\n\nPublish it."),
        ReceivedMail(senders=0, text="Publish it.", oddities=(oddities.NO_SENDER,)),
    ),
    Nasty(
        "with a date that does not exist",
        mail("Date: Fri, 99 Foo 2026 99:99:99 +9999", "It crashes."),
        ReceivedMail(sender=ADA, text="It crashes."),
    ),
    Nasty(
        "from after all time",
        mail("Date: Fri, 31 Dec 9999 23:59:59 -2359", "It crashes."),
        ReceivedMail(sender=ADA, text="It crashes."),
    ),
    Nasty(
        "with everything where it belongs",
        mail(
            'To: Security <Security@Portal.Example>, "Doe, John" <john@example.com>\n'
            "Cc: Team: a@example.com, b@example.com;, undisclosed-recipients:;\n"
            "Reply-To: ada@work.example\n"
            "Delivered-To: security+abc@portal.example\n"
            "Return-Path: <ada@example.org>\n"
            "Date: Mon, 1 Jun 2026 10:00:00 +0200\n"
            "Message-ID: <1@example.org>\n"
            "In-Reply-To: <receipt@portal.example>\n"
            "References: <first@portal.example> <receipt@portal.example>\n"
            "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= =?utf-8?b?IPCfkJs=?= =?iso-8859-1?q?_=FC?=",
            "It crashes.",
        ),
        ReceivedMail(
            sender=ADA,
            to=(Address("Security", "security@portal.example"), Address("Doe, John", "john@example.com")),
            cc=(Address("", "a@example.com"), Address("", "b@example.com")),
            reply_to=(Address("", "ada@work.example"),),
            delivered_to=("security+abc@portal.example",),
            return_path="ada@example.org",
            sent_at=datetime(2026, 6, 1, 8, 0, tzinfo=UTC),
            message_id="<1@example.org>",
            refers_to=("<receipt@portal.example>", "<first@portal.example>"),
            subject="Grüße 🐛 ü",
            text="It crashes.",
        ),
    ),
    Nasty(
        "whose subject begins another header",
        mail("Subject: =?utf-8?q?Hi=0D=0ABcc:_all=40example.com=00?=\nMessage-ID: <a\x00b@example.org>", "x"),
        ReceivedMail(sender=ADA, subject="Hi Bcc: all@example.com\ufffd", message_id="<ab@example.org>", text="x"),
    ),
    Nasty(
        "whose subject runs the other way",
        mail("Subject: report\u202efdp.exe", "It is \u202ednuorg the other way."),
        ReceivedMail(
            sender=ADA,
            subject="reportfdp.exe",
            text="It is \u202ednuorg the other way.",
            oddities=(oddities.DIRECTION,),
        ),
    ),
    Nasty(
        "that is cut in its subject's letters",
        mail("Subject: =?utf-8?b?w7zDvMO?= =?utf-8?b?vMO8?= =?utf-8?q?open", "x"),
        ReceivedMail(sender=ADA, subject="üüüü =?utf-8?q?open", text="x"),
    ),
    Nasty(
        "with letters of no encoding in its head",
        raw(b"From: J\xfcrgen <j@example.org>\nSubject: Gr\xc3\xbc\xc3\x9fe\n\nIt crashes."),
        ReceivedMail(sender=Address("Jürgen", "j@example.org"), subject="Grüße", text="It crashes."),
    ),
    Nasty(
        "in a charset that does not exist",
        mail("Content-Type: text/plain; charset=klingon-8", b"Gr\xfc\xdfe"),
        ReceivedMail(sender=ADA, text="Grüße", oddities=(oddities.CHARSET,)),
    ),
    Nasty(
        "that is UTF-8 and says Latin-1",
        mail("Content-Type: text/plain; charset=iso-8859-1", "Grüße"),
        ReceivedMail(sender=ADA, text="Grüße"),
    ),
    Nasty(
        "that is Latin-1 and says UTF-8",
        mail("Content-Type: text/plain; charset=utf-8", b"Gr\xfc\xdfe"),
        ReceivedMail(sender=ADA, text="Gr\ufffd\ufffde", oddities=(oddities.CHARSET,)),
    ),
    Nasty(
        "in Japanese letters of the old kind",
        mail("Content-Type: text/plain; charset=iso-2022-jp", "脆弱性".encode("iso-2022-jp")),
        ReceivedMail(sender=ADA, text="脆弱性"),
    ),
    Nasty(
        "in Chinese letters beyond its charset",
        mail("Content-Type: text/plain; charset=gb2312", "漏洞€".encode("gb18030")),
        ReceivedMail(sender=ADA, text="漏洞€"),
    ),
    Nasty(
        "in UTF-16 without a word of it",
        mail("Content-Type: text/plain", "Grüße".encode("utf-16")),
        ReceivedMail(sender=ADA, text="Grüße"),
    ),
    Nasty(
        "in UTF-7 with a script in it",
        mail("Content-Type: text/plain; charset=utf-7", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-"),
        ReceivedMail(sender=ADA, text="<script>alert(1)</script>"),
    ),
    Nasty(
        "whose charset would be computed",
        mail("Content-Type: text/plain; charset=unicode_escape", "\\x41\\ud800"),
        ReceivedMail(sender=ADA, text="\\x41\\ud800"),
    ),
    Nasty(
        "with NUL bytes and half a character",
        mail("Content-Type: text/plain; charset=utf-8", b"a\x00b\xed\xa0\x80c"),
        ReceivedMail(sender=ADA, text="a\ufffdb\ufffd\ufffd\ufffdc", oddities=(oddities.CHARSET, oddities.NULS)),
    ),
    Nasty(
        "with broken base64",
        mail("Content-Transfer-Encoding: base64", "SXQgY3Jh!!c2hlcw\n"),
        ReceivedMail(sender=ADA, text="It crashes", oddities=(oddities.DAMAGED,)),
    ),
    Nasty(
        "of two pieces of base64",
        mail("Content-Transfer-Encoding: BASE64", "SXQgY3Jhc2hlcw==\nLiBPZnRlbi4=\n"),
        ReceivedMail(sender=ADA, text="It crashes. Often.", oddities=(oddities.DAMAGED,)),
    ),
    Nasty(
        "with broken quoted-printable",
        mail("Content-Transfer-Encoding: quoted-printable", "100=25 =XY caf=C3=A9 =\nand on="),
        ReceivedMail(sender=ADA, text="100% =XY café and on"),
    ),
    Nasty(
        "in a transfer encoding that does not exist",
        mail("Content-Transfer-Encoding: x-morse", "... --- ..."),
        ReceivedMail(sender=ADA, text="... --- ...", oddities=(oddities.DAMAGED,)),
    ),
    Nasty(
        "whose lines were broken for the way",
        mail(
            "Content-Type: text/plain; format=flowed; delsp=no",
            "It crashes when \nit is cold.\n\n From here on it \nworks.\n-- \nAda\n> a quoted \n> line",
        ),
        ReceivedMail(
            sender=ADA,
            text="It crashes when it is cold.\n\nFrom here on it works.\n-- \nAda",
            quoted="> a quoted line",
        ),
    ),
    Nasty(
        "whose lines end the way of old Macs",
        raw(HEAD.replace("\n", "\r").encode() + b"Subject: Old\r\rIt crashes.\rOften."),
        ReceivedMail(sender=ADA, subject="Old", text="It crashes.\nOften."),
    ),
    Nasty(
        "from a file of mails",
        raw(b"From ada@example.org Mon Jun  1 10:00:00 2026\n" + HEAD.encode() + b"\nIt crashes.\n"),
        ReceivedMail(sender=ADA, text="It crashes."),
    ),
    Nasty(
        "whose head ends without a line between",
        raw(HEAD.encode() + b"Subject: Crash\nIt crashes.\nOften: every day.\n"),
        ReceivedMail(sender=ADA, subject="Crash", text="It crashes.\nOften: every day."),
    ),
    Nasty(
        "with a thread that it only guessed",
        mail(
            "Message-ID: not one at all\nIn-Reply-To: SRP-2026-0001\nReferences: <x@y> <x@y> < a b > <\u00fc@y>",
            "I want to read the rest.",
        ),
        ReceivedMail(sender=ADA, refers_to=("<x@y>",), text="I want to read the rest."),
    ),
    Nasty(
        "with another's Message-ID below its own",
        mail("Message-ID: <1@example.org>\nMessage-ID: <receipt@portal.example>", "It crashes."),
        ReceivedMail(
            sender=ADA, message_id="<1@example.org>", text="It crashes.", oddities=(oddities.repeated("Message-ID"),)
        ),
    ),
    Nasty(
        "with two subjects",
        mail("Subject: Crash\nSubject: Gift", "It crashes."),
        ReceivedMail(sender=ADA, subject="Crash", text="It crashes.", oddities=(oddities.repeated("Subject"),)),
    ),
    Nasty(
        "whose sender stands in quotes, comments and a group",
        raw(b'From: "Lovelace, \\"Ada\\"" (the (first) one) <@relay.example:ADA@example.org> (x)\n\nIt crashes.'),
        ReceivedMail(sender=Address('Lovelace, "Ada"', "ada@example.org"), text="It crashes."),
    ),
    Nasty(
        "whose sender's address hides another",
        raw(b"From: =?utf-8?q?lead=40portal=2Eexample?= <eve@example.net> <ada@example.org>\n\nIt crashes."),
        ReceivedMail(sender=Address("lead@portal.example", "ada@example.org"), text="It crashes."),
    ),
    Nasty(
        "whose sender is an encoded word",
        raw(b"From: =?utf-8?q?lead=40portal=2Eexample?=\n\nPublish it."),
        ReceivedMail(senders=0, text="Publish it.", oddities=(oddities.NO_SENDER,)),
    ),
    Nasty(
        "that joins two heads by a bare line end",
        raw(b"From: Ada <ada@example.org>\r\nSubject: Crash\rFrom: eve@example.net\r\n\r\nIt crashes."),
        ReceivedMail(sender=ADA, subject="Crash From: eve@example.net", text="It crashes."),
    ),
]
