"""Mail as ordinary programs write it comes out as it was meant."""

from email.headerregistry import Address as Written
from email.message import EmailMessage
from email.policy import SMTP

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.file_names import safe_name
from portal.inbound.parsing import parse
from portal.inbound.values import Address, ReceivedFile, ReceivedMail

LETTERS = st.characters(categories=["L", "N"])
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=12), min_size=1, max_size=6).map(" ".join)
CONTENT = st.binary(max_size=300).filter(lambda content: b"-----BEGIN PGP" not in content)
LINES = st.lists(st.one_of(WORDS, st.just("")), max_size=5).map("\n".join)


@given(name=WORDS, subject=WORDS, text=LINES, file=WORDS, content=CONTENT, both=st.booleans())
@settings(max_examples=80)
def test_what_python_writes_is_read_as_it_was_meant(
    name: str, subject: str, text: str, file: str, content: bytes, *, both: bool
) -> None:
    message = EmailMessage(policy=SMTP)
    message["From"] = Written(name, "ada", "example.org")
    message["Subject"] = subject
    message.set_content(text)
    if both:
        message.add_alternative("<p>x</p>", subtype="html")
    message.add_attachment(content, maintype="application", subtype="zip", filename=f"{file}.zip")

    mail = parse(message.as_bytes())

    assert mail == ReceivedMail(
        sender=Address(name, "ada@example.org"),
        subject=subject,
        text=mail.text,
        html="<p>x</p>\n" if both else "",
        files=(ReceivedFile(name=safe_name(f"{file}.zip"), content=content, content_type="application/zip"),),
    )
    assert mail.text.strip() == (text.strip() or ("x" if both else ""))
