"""What somebody wrote, apart from what their program quoted below it. Nothing is dropped."""

import re
from collections.abc import Sequence
from typing import Final

MOST_LINES: Final = 20_000
LONGEST_LINE: Final = 500
MOST_LINES_OF_INTRODUCTION: Final = 4
MOST_LINES_OF_SIGNATURE: Final = 15

QUOTED: Final = re.compile(r"\s{0,3}>")
# "On Mon, 1 June 2026 at 10:00, Ada <ada@example.org> wrote:" as mail programs say it.
SAID: Final = re.compile(
    r"(?:\bwrote|\bschrieb(?: \S+){0,6}|a écrit|ha scritto|escribió|escreveu|schreef(?: \S+){0,6}|napisał(?:\(a\))?"
    r"|skrev(?: \S+){0,6}|kirjoitti|пишет|написал(?:\(а\))?|写道|寫道|のメール"  # noqa: RUF001 - other scripts
    r"|napsal(?:\(a\))?|geschrieben)\s?[:\uff1a]$",
    re.IGNORECASE,
)
BEGINS_TO_SAY: Final = re.compile(
    r"(?:on|am|le|il|el|op|em|w dniu|dnia|den|på|pe|в|ср|пн|вт|чт|пт|сб|вс|mon|tue|wed|thu|fri|sat|sun|\d|at"  # noqa: RUF001 - other scripts
    r"|mo|di|mi|do|fr|sa|so|von|from|quoting|\"|[^\s<]{1,60} ?<)",
    re.IGNORECASE,
)
ORIGINAL: Final = re.compile(
    r"[-_*\s]{2,}\s?(?:original (?:message|appointment)|ursprüngliche nachricht|message d.origine|mensaje original"
    r"|messaggio originale|oorspronkelijk bericht|mensagem original|originalnachricht|reply message|исходное сообщение)"
    r"\s?[-_*\s]{0,40}$",
    re.IGNORECASE,
)
FIRST_FIELD: Final = re.compile(r"\*?(?:from|von|de|da|van|od|från|fra|от|发件人|差出人)\s?:\*?\s", re.IGNORECASE)
OTHER_FIELD: Final = re.compile(
    r"\*?(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado(?: el)?|para|asunto|fecha|inviato"
    r"|data|a|oggetto|verzonden|aan|onderwerp|assunto|wysłano|do|temat|skickat|till|ämne|发送时间|收件人|主题|件名|送信日時"
    r"|宛先|отправлено|кому|тема)\s?:\*?(?:\s|$)",
    re.IGNORECASE,
)
RULE: Final = re.compile(r"\s*[-_]{5,}\s*$")
PASSED_ON: Final = re.compile(r"\s*(?:fwd?|wg|tr|rv|enc|i|doorst|vs|pd|转发|fw)\s?[:\uff1a]", re.IGNORECASE)


def fold(text: str, *, subject: str = "") -> tuple[str, str]:
    """The text without what is quoted at its end, and that.

    All of it is the text where answers stand between quotes, where nothing else is there, and where, by its `subject`,
    the mail was passed on: then what is quoted is what it is about.
    """
    lines = text.split("\n")
    at = _where_quoting_begins(lines, is_passed_on=PASSED_ON.match(subject) is not None)
    written, quoted = "\n".join(lines[:at]).rstrip(), "\n".join(lines[at:]).strip("\n")
    return (written, quoted) if written.strip() and quoted.strip() else (text, "")


def _where_quoting_begins(lines: Sequence[str], *, is_passed_on: bool) -> int:
    marked = _marked_to_the_end(lines)
    if is_passed_on:
        return marked
    looked_at = range(min(marked, MOST_LINES))
    headed = next((number for number in looked_at if _begins_a_quoted_mail(lines, number)), marked)
    return min(headed, marked)


def _marked_to_the_end(lines: Sequence[str]) -> int:
    """The first line of the quotes with which the text ends, with their introduction; a signature may follow."""
    end = _without_blank(lines, _without_signature(lines))
    at = end
    while at and (QUOTED.match(lines[at - 1]) or not lines[at - 1].strip()):
        at -= 1
    while at < end and not lines[at].strip():
        at += 1
    if at == end:
        return len(lines)
    return at - _length_of_introduction(lines[:at])


def _without_signature(lines: Sequence[str]) -> int:
    """Where a signature begins that stands below a quote; else the end."""
    for at in range(max(0, len(lines) - MOST_LINES_OF_SIGNATURE), len(lines)):
        if lines[at] in {"-- ", "--"}:
            before = _without_blank(lines, at)
            return at if before and QUOTED.match(lines[before - 1]) else len(lines)
    return len(lines)


def _without_blank(lines: Sequence[str], end: int) -> int:
    while end and not lines[end - 1].strip():
        end -= 1
    return end


def _length_of_introduction(lines: Sequence[str]) -> int:
    """How many of the last lines only say whose words come next."""
    end = _without_blank(lines, len(lines))
    for length in range(1, min(MOST_LINES_OF_INTRODUCTION, end) + 1):
        together = " ".join(line.strip() for line in lines[end - length : end])
        if len(together) > LONGEST_LINE or not lines[end - length].strip():
            break
        if SAID.search(together) and BEGINS_TO_SAY.match(together):
            return len(lines) - end + length
    return 0


def _begins_a_quoted_mail(lines: Sequence[str], number: int) -> bool:
    """Outlook and others mark no lines: all below such a head is quoted."""
    line = lines[number][:LONGEST_LINE].strip()
    if ORIGINAL.match(line):
        return True
    is_ruled = RULE.match(line) is not None
    if not is_ruled and not FIRST_FIELD.match(line):
        return False
    below = [each[:LONGEST_LINE].strip() for each in lines[number + is_ruled : number + 8]]
    while below and not below[0]:
        below = below[1:]
    if not below or not FIRST_FIELD.match(below[0]):
        return False
    return sum(OTHER_FIELD.match(each) is not None for each in below[1:6]) > 1
