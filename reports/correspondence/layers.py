"""How a mail reads once a layer of OpenPGP is off: what was inside takes the place of what was outside. Pure."""

from dataclasses import replace
from typing import Final

from portal.inbound.parsing import parse
from portal.inbound.values import OpenPGPPart, ReceivedMail

AS_TEXT: Final = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
BEGINS, ENDS = "-----BEGIN PGP ", "-----END PGP "
IN_PART: Final = "Only a part of it was encrypted or signed."
OTHER_SENDER: Final = "Inside its encryption it names another sender than outside."


def of_text(plain: bytes) -> ReceivedMail:
    """What was inside of a text, as if it had been a mail: so its quotes are told apart in the same way."""
    try:
        text = plain.decode()
    except UnicodeDecodeError:
        text = plain.decode("latin-1")
    return parse(AS_TEXT + text.encode())


def with_entity(mail: ReceivedMail, inside: ReceivedMail, *, covers_all: bool) -> ReceivedMail:
    """With everything that `inside` holds, and its subject if it has one."""
    around = mail.text.strip()
    return replace(
        mail,
        subject=inside.subject or mail.subject,
        text=inside.text if covers_all or not around else f"{inside.text.rstrip()}\n\n{around}\n",
        quoted=inside.quoted,
        html=inside.html,
        files=inside.files if covers_all else (*mail.files, *inside.files),
        keys=(*mail.keys, *inside.keys),
    )


def with_text(mail: ReceivedMail, inside: ReceivedMail, *, covers_all: bool) -> ReceivedMail:
    """With what was inside in the place where its armour stood. The HTML beside it shows the armour: it goes."""
    if covers_all:
        return replace(mail, text=inside.text, quoted=inside.quoted, html="")
    before, after = _around_armour(mail.text)
    text = "\n\n".join(part for part in (before, inside.text.strip(), after) if part)
    return replace(mail, text=f"{text}\n", quoted="\n".join(filter(None, (mail.quoted, inside.quoted))), html="")


def _around_armour(text: str) -> tuple[str, str]:
    begins, ends = text.find(BEGINS), text.rfind(ENDS)
    if not 0 <= begins < ends:
        return text.strip(), ""
    end_of_line = text.find("\n", ends)
    return text[:begins].strip(), text[end_of_line:].strip() if end_of_line >= 0 else ""


def oddities(mail: ReceivedMail, inside: ReceivedMail, part: OpenPGPPart) -> list[str]:
    differs = inside.sender.address and inside.sender.address != mail.sender.address
    return [
        *([] if part.covers_all else [IN_PART]),
        *([OTHER_SENDER] if differs else []),
        *inside.oddities,
        *([inside.unreadable] if inside.unreadable else []),
    ]
