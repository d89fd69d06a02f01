"""One mail: what it carries, how it is addressed, and how it is handed to the mail server. Knows no reports.

The same fact has the same Message-ID however often it is sent, so that a repetition after a crash is one mail to
whoever reads it (TSK-02).
"""

import re
import smtplib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from email.policy import SMTP, Policy
from types import MappingProxyType
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, mailers
from django.template.loader import render_to_string

from portal.keys import derive
from portal.openpgp.letters import in_envelope

NO_LINES = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
ENHANCED_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
PERMANENT = range(500, 600)
KEY_LENGTH = 22
"""128 bits: a Message-ID is no secret, but nobody outside can tell which notice it belongs to."""

type Context = Mapping[str, object]


class Undelivered(Exception):
    """The mail server did not take the mail. `reason` holds its codes and our words, never the mail's (EML-06)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotNow(Undelivered):
    """Another attempt may succeed."""


class Never(Undelivered):
    """No attempt will: the server refuses for good, or the address is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail that the portal wrote by itself. `thread` is the Message-ID under which a mail program gathers it.

    `reply_to` is where an answer goes, `bounces_to` where the mail goes that cannot be delivered; empty for our own.
    """

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    thread: str = ""
    reply_to: str = ""
    bounces_to: str = ""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    encrypt_to: str = ""
    """A certificate in ASCII armour; empty: it goes in the clear."""

    def message(self) -> EmailMultiAlternatives:
        """Raises `NotEncrypted` when it should be and cannot be."""
        thread = {"References": self.thread, "In-Reply-To": self.thread} if self.thread else {}
        headers = {
            "From": settings.DEFAULT_FROM_EMAIL,
            "Message-ID": self.message_id,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            **thread,
            **self.headers,
        }
        message = EmailMultiAlternatives(
            subject=one_line(self.subject),
            body=self.text,
            from_email=self.bounces_to or settings.DEFAULT_FROM_EMAIL,
            to=[one_line(self.to)],
            reply_to=[self.reply_to or settings.POLICY.organisation.security_address],
            headers={name: one_line(value) for name, value in headers.items()},
        )
        message.attach_alternative(self.html, "text/html")
        return _Sealed(message, to=self.encrypt_to) if self.encrypt_to else message


class _Sealed(EmailMultiAlternatives):
    """Encrypted once, when it is made: whoever hands it on, and however often, can only hand on that."""

    def __init__(self, letter: EmailMultiAlternatives, *, to: str) -> None:
        super().__init__(from_email=letter.from_email, to=letter.to)
        self._envelope = in_envelope(letter.message(policy=SMTP), to=to)

    def message(self, *, policy: "Policy[Message[str, str]] | None" = None) -> EmailMessage:
        del policy
        return self._envelope


def one_line(value: str) -> str:
    """`value` without anything that could begin a header of its own (EML-07)."""
    return NO_LINES.sub(" ", value).strip()


def message_id(purpose: str, name: str) -> str:
    """Always the same for the same name."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return f"<{purpose}.{derive(f'message-id:{purpose}', name)[:KEY_LENGTH]}@{host}>"


def render(template: str, context: Context) -> tuple[str, str]:
    """The text and the HTML of a mail, from `templates/emails/<template>.txt` and `.html`."""
    everywhere = {"organisation": settings.POLICY.organisation, "base_url": settings.BASE_URL, **context}
    text = render_to_string(f"emails/{template}.txt", everywhere)
    html = render_to_string(f"emails/{template}.html", everywhere)
    return f"{text.strip()}\n", f"{html.strip()}\n"


def send(mail: Mail) -> None:
    """Hand `mail` to the mail server, or raise `NotNow`, `Never`, or `NotEncrypted` before anything left."""
    try:
        message = mail.message()
        connection = mailers["default"]
        connection.open()
    except ValueError:
        raise Never("The address cannot be written into a mail.") from None
    except (smtplib.SMTPException, OSError) as error:
        raise NotNow(_without_words("The mail server cannot be reached", error)) from None
    try:
        connection.send_messages([message])
    except ValueError:
        raise Never("The address cannot be written into a mail.") from None
    except (smtplib.SMTPException, OSError) as error:
        raise _verdict(error) from None
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.close()


def _verdict(error: Exception) -> Undelivered:
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Never("The mail server cannot write to such an address.")
    code = _code(error)
    if code in PERMANENT:
        return Never(_without_words("The mail server refuses it", error))
    return NotNow(_without_words("The mail server did not take it", error))


def _code(error: Exception) -> int | None:
    match error:
        case smtplib.SMTPRecipientsRefused():
            return next(iter(error.recipients.values()))[0] if error.recipients else None
        case smtplib.SMTPResponseException():
            return error.smtp_code
        case _:
            return None


def _without_words(what: str, error: Exception) -> str:
    """The server's codes; its sentences may quote the mail or the address."""
    code = _code(error)
    if code is None:
        return f"{what}: {type(error).__name__}."
    enhanced = ENHANCED_STATUS.search(str(error))
    return f"{what}: {code}{f' {enhanced[0]}' if enhanced else ''}."
