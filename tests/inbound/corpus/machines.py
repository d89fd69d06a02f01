"""What no person wrote to us, what claims that, and what only looks like it (EML-05, EML-11, EML-12)."""

from portal.inbound import kinds
from portal.inbound.values import Address, Automatic, Bounce, ReceivedFile, ReceivedMail
from tests.inbound.corpus.nasty import ADA, Nasty, mail, raw

DAEMON = Address("", "mailer-daemon@mx.example.org")
NOTICE = "<notice.abc@portal.example>"


def _by_itself(name: str, head: str, kind: Automatic = Automatic.REPLY, **more: str) -> Nasty:
    read = ReceivedMail(sender=ADA, text="I am away.", automatic=kind, **more)  # type: ignore[arg-type]
    return Nasty(name, mail(head, "I am away."), read)


def _report(*parts: str, kind: str = "delivery-status", head: str = "Return-Path: <>") -> bytes:
    body = "".join(f"--b\n{part}\n" for part in parts)
    return (
        f"{head}\nFrom: MAILER-DAEMON@mx.example.org\nSubject: Undelivered\n"
        f"Content-Type: multipart/report; report-type={kind}; boundary=b\n\n{body}--b--\n"
    ).encode()


STATUS = "Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; ada@example.org\n"
RETURNED = f"Message-ID: {NOTICE}\nSubject: News\n\nThere is news.\n"


def _bounced(name: str, status: str, bounce: Bounce | None, kind: Automatic = Automatic.BOUNCE) -> Nasty:
    returned = ReceivedFile(
        name="News.eml", content=RETURNED.encode(), content_type="message/rfc822", what=kinds.RETURNED
    )
    told = ReceivedFile(
        name="file.txt", content=status.encode(), content_type="message/delivery-status", what=kinds.DELIVERY
    )
    return Nasty(
        name,
        raw(
            _report(
                "\nIt could not be delivered.",
                f"Content-Type: message/delivery-status\n\n{status}",
                f"Content-Type: message/rfc822\n\n{RETURNED}",
            )
        ),
        ReceivedMail(
            sender=DAEMON,
            subject="Undelivered",
            return_path="",
            text="It could not be delivered.",
            files=(told, returned),
            automatic=kind,
            bounce=bounce,
        ),
    )


def _old_bounce(name: str, subject: str, text: str, bounce: Bounce, *, head: str = "") -> Nasty:
    source = f"{head}From: MAILER-DAEMON@mx.example.org\nSubject: {subject}\n\n{text}"
    read = ReceivedMail(sender=DAEMON, subject=subject, text=text, automatic=Automatic.BOUNCE, bounce=bounce)
    return Nasty(name, raw(source.encode()), read)


def _sign_up(name: str, sender: Address, subject: str, text: str, kind: Automatic = Automatic.SIGN_UP) -> Nasty:
    source = f"From: {sender}\nSubject: {subject}\n\n{text}"
    return Nasty(name, raw(source.encode()), ReceivedMail(sender=sender, subject=subject, text=text, automatic=kind))


MACHINES = [
    _by_itself("from somebody on holiday", "Auto-Submitted: auto-replied (vacation)"),
    _by_itself("from somebody on holiday by Exchange", "X-Auto-Response-Suppress: DR, OOF, AutoReply"),
    _by_itself("that was made by a job", "Auto-Submitted: auto-generated; owner-email=x"),
    _by_itself(
        "that says by its subject that it answers", "Subject: Automatic reply: Crash", subject="Automatic reply: Crash"
    ),
    _by_itself("that is bulk", "Precedence: bulk"),
    _by_itself("that has been around", "X-Loop: security@portal.example"),
    _by_itself("from nobody", "Return-Path: <>", return_path=""),
    _by_itself("to a list", "List-Id: Full Disclosure <fulldisclosure.seclists.example>", Automatic.LIST),
    _by_itself("to a list of the old kind", "Precedence: list", Automatic.LIST),
    _by_itself("that can be unsubscribed", "List-Unsubscribe: <https://ads.example/u>", Automatic.LIST),
    _by_itself("that says that a person wrote it", "Auto-Submitted: no\nX-Auto-Response-Suppress: none", Automatic.NO),
    _bounced(
        "that came back for good",
        f"{STATUS}Action: failed\nStatus: 5.1.1 (bad mailbox)\n",
        Bounce(is_final=True, status="5.1.1", original_id=NOTICE),
    ),
    _bounced(
        "that is late",
        f"{STATUS}Action: delayed\nStatus: 4.4.7\n",
        Bounce(is_final=False, status="4.4.7", original_id=NOTICE),
    ),
    _bounced(
        "that came back from one of two",
        f"{STATUS}Action: delivered\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; b@x\nAction: failed\nStatus: 5.2.2\n",
        Bounce(is_final=True, status="5.2.2", original_id=NOTICE),
    ),
    _bounced("that was delivered", f"{STATUS}Action: delivered\nStatus: 2.0.0\n", None, Automatic.REPLY),
    _bounced(
        "that came back without a word why", "garbage\n\n\x01\n", Bounce(is_final=True, status="", original_id=NOTICE)
    ),
    Nasty(
        "that came back as a head alone",
        raw(_report("\nGone.", f"Content-Type: text/rfc822-headers\n\nMessage-ID: {NOTICE}\n")),
        ReceivedMail(
            sender=DAEMON,
            subject="Undelivered",
            return_path="",
            text="Gone.",
            files=(
                ReceivedFile(
                    name="file.txt",
                    content=f"Message-ID: {NOTICE}\n".encode(),
                    content_type="text/rfc822-headers",
                    what=kinds.RETURNED,
                ),
            ),
            automatic=Automatic.BOUNCE,
            bounce=Bounce(is_final=True, status="", original_id=NOTICE),
        ),
    ),
    Nasty(
        "that was read",
        raw(_report("\nIt was read.", kind="disposition-notification", head="To: x@y.example")),
        ReceivedMail(
            sender=DAEMON,
            to=(Address("", "x@y.example"),),
            subject="Undelivered",
            text="It was read.",
            automatic=Automatic.REPLY,
        ),
    ),
    _old_bounce(
        "that came back by qmail",
        "failure notice",
        "Hi. This is the qmail-send program at mx.example.org.\n<ada@example.org>:\nNo mailbox here. (#5.1.1)\n\n"
        f"--- Below this line is a copy of the message.\n\nMessage-ID: {NOTICE}\nSubject: News",
        Bounce(is_final=True, status="5.1.1", original_id=NOTICE),
    ),
    _old_bounce(
        "that is late by sendmail",
        "Warning: could not send message for past 4 hours",
        "451 mx.example.org: Name server timeout\nMessage could not be delivered for 4 hours",
        Bounce(is_final=False, status="", original_id=""),
    ),
    _old_bounce(
        "that came back by Exim",
        "Mail delivery failed: returning message to sender",
        "  ada@example.org\n    SMTP error: 550 Unknown user",
        Bounce(is_final=True, status="", original_id=""),
        head="X-Failed-Recipients: ada@example.org\n",
    ),
    Nasty(
        "about mails that come back",
        mail("Subject: Undeliverable mail crashes your parser", "550 5.1.1 is what it says."),
        ReceivedMail(sender=ADA, subject="Undeliverable mail crashes your parser", text="550 5.1.1 is what it says."),
    ),
    _sign_up(
        "with a code for somebody else's door",
        Address("Slack", "no-reply@slack.example"),
        "Slack confirmation code: 123-456",
        "Confirm your email address. Your confirmation code is 123-456.",
    ),
    _sign_up(
        "with a link into somebody else's house",
        Address("Forge", "notifications@forge.example"),
        "You have been invited to join portal on Forge",
        "Click to accept:\nhttps://forge.example/invites/abcdefgh12345678",
    ),
    _sign_up(
        "that asks to confirm in German",
        Address("Konto", "konto@anbieter.example"),
        "Bitte bestätigen Sie Ihre E-Mail-Adresse",
        "Zum Bestätigen: https://anbieter.example/c/abcdefgh12345678",
    ),
    _sign_up(
        "from a person about codes by mail",
        ADA,
        "The verification code can be guessed",
        "In accounts/verify.py the verification code has four digits, such as 1234, and no limit.\n"
        + "More of it.\n" * 199
        + "More of it.",
        Automatic.NO,
    ),
    Nasty(
        "that answers with a code",
        mail(
            f"Subject: Re: your verification code\nIn-Reply-To: {NOTICE}",
            "I confirm your account bug: https://poc.example/abcdefgh12345",
        ),
        ReceivedMail(
            sender=ADA,
            subject="Re: your verification code",
            refers_to=(NOTICE,),
            text="I confirm your account bug: https://poc.example/abcdefgh12345",
        ),
    ),
]
