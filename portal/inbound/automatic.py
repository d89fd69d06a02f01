"""Whether a person wrote a mail to us. A machine's is never answered, or two machines would talk for ever (EML-05)."""

import re
from collections.abc import Collection
from typing import Final

from portal.inbound.headers import Headers
from portal.inbound.values import Automatic

MACHINE_FIELDS: Final = frozenset({
    *("auto-reply", "autoreply", "x-autorespond", "x-autoresponder", "x-autoreply", "x-auto-reply-from"),
    *("x-autoreply-from", "x-mail-autoreply", "x-loop", "x-cron-env", "x-facebook-notify", "x-fc-machinegenerated"),
    *("x-github-reason", "x-jira-fingerprint", "x-rt-loop-prevention", "x-zendesk-from-account-id"),
    *("x-otrs-loop", "x-gitlab-project", "x-launchpad-message-rationale", "x-bugzilla-reason"),
})  # fmt: skip
LIST_FIELDS: Final = (
    "list-id",
    "list-post",
    "list-unsubscribe",
    "list-help",
    "list-subscribe",
    "mailing-list",
    "x-mailing-list",
)
MACHINE_SUBJECT: Final = re.compile(
    r"\s*\[?(?:auto(?:matic|mated)?[ -]?(?:reply|response|antwort)|automatische (?:antwort|abwesenheit)"
    r"|abwesenheits(?:notiz|nachricht|agent)|réponse automatique|respuesta automática|risposta automatica"
    r"|automatisch antwoord|resposta automática|out of (?:the )?office|odpowiedź automatyczna|автоответ)\b",
    re.IGNORECASE,
)
SUPPRESSED: Final = re.compile(r"\b(?:all|oof|autoreply)\b")
IN_ANGLES: Final = re.compile(r"<([^<>]*)>")


def judge(
    headers: Headers, *, subject: str, is_report: bool, is_bounce: bool, is_sign_up: bool, own_lists: Collection[str]
) -> Automatic:
    """`is_report`: made by a mail server or program, about what became of a mail (RFC 6522)."""
    if is_bounce:
        return Automatic.BOUNCE
    if is_sign_up:
        return Automatic.SIGN_UP
    if _is_from_a_list(headers, own_lists=own_lists):
        return Automatic.LIST
    if is_report or is_from_a_machine(headers, own_lists=own_lists) or MACHINE_SUBJECT.match(subject):
        return Automatic.REPLY
    return Automatic.NO


def is_from_a_machine(headers: Headers, *, own_lists: Collection[str] = ()) -> bool:
    """What it says of itself. A list of our own marks what people send to it as well: that counts for nothing."""
    submitted = headers.token("auto-submitted").partition(";")[0].partition(" ")[0]
    if submitted not in {"", "no"} or (has_null_sender(headers)):
        return True
    if SUPPRESSED.search(headers.token("x-auto-response-suppress")):
        return True
    if headers.token("x-post-messageclass").endswith("autoresponder"):
        return True
    precedence = headers.token("precedence")
    if precedence in {"bulk", "junk", "auto_reply"} and not came_by_our_own(headers, own_lists=own_lists):
        return True
    return any(name in MACHINE_FIELDS for name, _ in headers.fields)


def has_null_sender(headers: Headers) -> bool:
    """From nobody, who must never be answered (RFC 5321)."""
    return headers.first("return-path").strip() == b"<>"


def _is_from_a_list(headers: Headers, *, own_lists: Collection[str]) -> bool:
    if came_by_our_own(headers, own_lists=own_lists):
        return False
    return headers.token("precedence") == "list" or any(headers.has(name) for name in LIST_FIELDS)


def came_by_our_own(headers: Headers, *, own_lists: Collection[str]) -> bool:
    """It names one list, and that is ours."""
    own = {list_id(each) for each in own_lists}
    named = {list_id(each) for each in headers.lines("list-id")}
    return bool(named) and named <= own


def list_id(value: str) -> str:
    """As it is compared; of a list's address, the one that it would have."""
    found = IN_ANGLES.findall(value[:1_000])
    return (found[-1] if found else value).strip().lower().replace("@", ".")
