"""Plain mails for tests that are about where a mail comes from, and not about what is in it."""


def letter(number: int = 1, *, text: str = "It happens like this.") -> bytes:
    """Another one for each number."""
    lines = [
        f"From: Rita Reporter <rita{number}@reporters.example>",
        "To: security@example.org",
        f"Subject: Heap overflow number {number}",
        "Date: Wed, 25 Nov 2026 12:00:00 +0000",
        f"Message-ID: <letter-{number}@reporters.example>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "",
        text,
        "",
    ]
    return "\r\n".join(lines).encode()
