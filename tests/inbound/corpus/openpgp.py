"""OpenPGP in every form, made with keys that are thrown away with the process that made them."""

from base64 import b64encode
from dataclasses import replace
from typing import Final

from pysequoia import SignatureMode, Tsk, encrypt, sign

from portal.inbound import kinds
from portal.inbound.values import OpenPGPForm, OpenPGPPart, ReceivedFile, ReceivedMail
from tests.inbound.corpus.files import attached
from tests.inbound.corpus.nasty import ADA, Nasty, mail

SECRET: Final = Tsk.generate("Ada <ada@example.org>")
CERTIFICATE: Final = SECRET.extract_certificate()
KEY: Final = str(CERTIFICATE).encode()
BINARY_KEY: Final = bytes(CERTIFICATE)
INNER: Final = b"Content-Type: text/plain\r\n\r\nIt crashes.\r\n"


def _armored(content: bytes) -> str:
    """As it stands in a mail: lines of a mail have no CR here, they get it with the others."""
    return content.decode().replace("\r\n", "\n").strip()


def _as_sent(text: str) -> bytes:
    return text.encode().replace(b"\n", b"\r\n")


ENCRYPTED: Final = _armored(encrypt(INNER, [CERTIFICATE]))
BINARY: Final = encrypt(b"\x89PNG", [CERTIFICATE], armor=False)
SIGNED_PART: Final = (
    "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nIt=20crashes.  \n"
)
SIGNATURE: Final = _armored(sign(SECRET.signer(), _as_sent(SIGNED_PART), mode=SignatureMode.DETACHED))
CLEARSIGNED: Final = _armored(sign(SECRET.signer(), b"It crashes.\n- Often.\n", mode=SignatureMode.CLEAR))

VERSION: Final = "Content-Type: application/pgp-encrypted\n\nVersion: 1\n"
CIPHERTEXT: Final = f"Content-Type: application/octet-stream; name=encrypted.asc\n\n{ENCRYPTED}\n"
AS_ENCRYPTED: Final = 'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b'
AS_SIGNED: Final = 'Content-Type: multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha512; boundary=b'
SIGNATURE_PART: Final = f"Content-Type: application/pgp-signature; name=signature.asc\n\n{SIGNATURE}\n"

OF_MIME: Final = OpenPGPPart(form=OpenPGPForm.ENCRYPTED_MIME, content=_as_sent(f"{ENCRYPTED}\n"))
OF_SIGNED: Final = OpenPGPPart(
    form=OpenPGPForm.SIGNED_MIME, content=_as_sent(SIGNED_PART), signature=_as_sent(f"{SIGNATURE}\n")
)
OF_INLINE: Final = OpenPGPPart(form=OpenPGPForm.ENCRYPTED_INLINE, content=_as_sent(ENCRYPTED))
OF_CLEARSIGNED: Final = OpenPGPPart(form=OpenPGPForm.SIGNED_INLINE, content=_as_sent(CLEARSIGNED))
OF_FILES: Final = OpenPGPPart(form=OpenPGPForm.ENCRYPTED_FILES, content=BINARY, covers_all=False)


def _parts(*parts: str) -> str:
    return "".join(f"--b\n{part}\n" for part in parts) + "--b--\n"


def _in_part(part: OpenPGPPart) -> OpenPGPPart:
    return replace(part, covers_all=False)


def _text(content: str) -> str:
    return f"Content-Type: text/plain; charset=utf-8\n\n{content}"


OPENPGP = [
    Nasty(
        "encrypted as a whole",
        mail(AS_ENCRYPTED, _parts(VERSION, CIPHERTEXT)),
        ReceivedMail(sender=ADA, openpgp=OF_MIME),
    ),
    Nasty(
        "encrypted, as Exchange passes it on",
        mail("Content-Type: multipart/mixed; boundary=b", _parts(_text(""), VERSION, CIPHERTEXT)),
        ReceivedMail(sender=ADA, openpgp=OF_MIME),
    ),
    Nasty(
        "encrypted, with a list's words below",
        mail(
            "Content-Type: multipart/mixed; boundary=a",
            f"--a\n{AS_ENCRYPTED}\n\n{_parts(VERSION, CIPHERTEXT)}\n--a\n\nSent by a list.\n--a--",
        ),
        ReceivedMail(sender=ADA, text="Sent by a list.", openpgp=_in_part(OF_MIME)),
    ),
    Nasty(
        "encrypted, with nothing that could be opened",
        mail(AS_ENCRYPTED, _parts(VERSION, "Content-Type: application/octet-stream\n\nnot a message\n")),
        ReceivedMail(sender=ADA, openpgp=replace(OF_MIME, content=b"not a message\r\n")),
    ),
    Nasty(
        "encrypted in its text",
        mail("Content-Type: text/plain", f"{ENCRYPTED}\n"),
        ReceivedMail(sender=ADA, text=ENCRYPTED, openpgp=OF_INLINE),
    ),
    Nasty(
        "encrypted in its text, with words around",
        mail("Content-Type: text/plain", f"Hello,\n{ENCRYPTED}\nYours, Ada\n"),
        ReceivedMail(sender=ADA, text=f"Hello,\n{ENCRYPTED}\nYours, Ada", openpgp=_in_part(OF_INLINE)),
    ),
    Nasty(
        "encrypted in its HTML",
        mail("Content-Type: text/html", f"<div>{ENCRYPTED.replace('\n', '<br>')}</div>"),
        ReceivedMail(
            sender=ADA,
            text=ENCRYPTED,
            html=f"<div>{ENCRYPTED.replace('\n', '<br>')}</div>",
            openpgp=replace(OF_INLINE, content=ENCRYPTED.encode()),
        ),
    ),
    Nasty(
        "that quotes what was encrypted",
        mail("", "I cannot open this:\n" + "".join(f"> {line}\n" for line in ENCRYPTED.splitlines())),
        ReceivedMail(
            sender=ADA,
            text="I cannot open this:",
            quoted="\n".join(f"> {line}" for line in ENCRYPTED.splitlines()).rstrip(),
        ),
    ),
    Nasty(
        "with an encrypted file",
        attached(("Content-Type: application/octet-stream; name=screen.png.gpg", BINARY)),
        ReceivedMail(
            sender=ADA,
            text="See the file.",
            files=(ReceivedFile(name="screen.png.gpg", content=BINARY, what=kinds.PGP_ENCRYPTED),),
            openpgp=OF_FILES,
        ),
    ),
    Nasty(
        "of nothing but an encrypted file",
        attached(("Content-Type: application/octet-stream; name=mail.asc", ENCRYPTED.encode()), text=""),
        ReceivedMail(
            sender=ADA,
            files=(ReceivedFile(name="mail.asc", content=ENCRYPTED.encode(), what=kinds.PGP_ENCRYPTED),),
            openpgp=OpenPGPPart(form=OpenPGPForm.ENCRYPTED_FILES, content=ENCRYPTED.encode()),
        ),
    ),
    Nasty(
        "signed as a whole",
        mail(AS_SIGNED, _parts(SIGNED_PART, SIGNATURE_PART)),
        ReceivedMail(sender=ADA, text="It crashes.", openpgp=OF_SIGNED),
    ),
    Nasty(
        "signed, with words beside what is signed",
        mail(
            "Content-Type: multipart/mixed; boundary=a",
            f"--a\n\nPublish it now.\n--a\n{AS_SIGNED}\n\n{_parts(SIGNED_PART, SIGNATURE_PART)}\n--a--",
        ),
        ReceivedMail(sender=ADA, text="Publish it now.\n\nIt crashes.", openpgp=_in_part(OF_SIGNED)),
    ),
    Nasty(
        "signed, with a part behind the signature",
        mail(AS_SIGNED, _parts(SIGNED_PART, SIGNATURE_PART, _text("Publish it now."))),
        ReceivedMail(sender=ADA, text="It crashes.  \n\nPublish it now.", openpgp=_in_part(OF_SIGNED)),
    ),
    Nasty(
        "signed in its text",
        mail("Content-Type: text/plain", f"{CLEARSIGNED}\n"),
        ReceivedMail(sender=ADA, text=CLEARSIGNED, openpgp=OF_CLEARSIGNED),
    ),
    Nasty(
        "signed in its text, with words above",
        mail("Content-Type: text/plain", f"Publish it now.\n{CLEARSIGNED}\n"),
        ReceivedMail(sender=ADA, text=f"Publish it now.\n{CLEARSIGNED}", openpgp=_in_part(OF_CLEARSIGNED)),
    ),
    Nasty(
        "signed in its text, whose HTML says something else",
        mail(
            "Content-Type: multipart/alternative; boundary=b",
            _parts(_text(CLEARSIGNED), "Content-Type: text/html\n\n<p>Publish it now.</p>"),
        ),
        ReceivedMail(sender=ADA, text=CLEARSIGNED, html="<p>Publish it now.</p>", openpgp=_in_part(OF_CLEARSIGNED)),
    ),
    Nasty(
        "with a key as a file",
        attached(("Content-Type: application/pgp-keys; name=ada.asc", KEY)),
        ReceivedMail(
            sender=ADA,
            text="See the file.",
            files=(ReceivedFile(name="ada.asc", content=KEY, content_type="application/pgp-keys", what=kinds.PGP_KEY),),
            keys=(KEY,),
        ),
    ),
    Nasty(
        "with a key that says nothing of itself",
        attached(("Content-Type: application/octet-stream; name=ada.gpg", BINARY_KEY)),
        ReceivedMail(
            sender=ADA,
            text="See the file.",
            files=(ReceivedFile(name="ada.gpg", content=BINARY_KEY, what=kinds.PGP_KEY),),
            keys=(BINARY_KEY,),
        ),
    ),
    Nasty(
        "with a key in its text",
        mail("", f"My key:\n\n{_armored(KEY)}\n"),
        ReceivedMail(sender=ADA, text=f"My key:\n\n{_armored(KEY)}", keys=(_as_sent(_armored(KEY)),)),
    ),
    Nasty(
        "with a key in its head",
        mail(
            "Autocrypt: addr=Ada@example.org; prefer-encrypt=mutual; keydata="
            + "\n ".join(b64encode(BINARY_KEY).decode()[at : at + 70] for at in range(0, 4 * len(BINARY_KEY) // 3, 70)),
            "It crashes.",
        ),
        ReceivedMail(sender=ADA, text="It crashes.", keys=(BINARY_KEY,)),
    ),
    Nasty(
        "with somebody else's key in its head",
        mail(f"Autocrypt: addr=eve@example.net; keydata={b64encode(BINARY_KEY).decode()}", "It crashes."),
        ReceivedMail(sender=ADA, text="It crashes."),
    ),
    Nasty(
        "with two keys in its head",
        mail(f"Autocrypt: addr=ada@example.org; keydata={b64encode(BINARY_KEY).decode()}\n" * 2, "It crashes."),
        ReceivedMail(sender=ADA, text="It crashes."),
    ),
]
