"""Mails by which somebody would get in elsewhere as us: the "ticket trick" (EML-11).

A stranger gives our address to a third party, which sends a code or a link to it; were that to become a report that the
stranger reads, the stranger would be in. People also report faults in such mails, and answer us: what counts is who
writes, and that the mail itself asks to confirm.
"""

import re
from typing import Final

LONGEST: Final = 5_000
SHORT: Final = 1_500
ENOUGH: Final = 3

ASKS: Final = re.compile(
    r"(?:verify|confirm|validate|activate)(?: that)? (?:your|the|this) (?:\S+ ){0,3}?"
    r"(?:e-?mail|address|account|registration|subscription|identity|sign-?up)"
    r"|(?:verification|confirmation|security|one-?time|login|log-?in|sign-?in|access) "
    r"(?:code|passcode|password|pin)\b|magic link|(?:complete|finish) your (?:registration|sign-?up)"
    r"|(?:you(?:'ve| have) been )?invited (?:you )?to (?:join|collaborate)"
    r"|join .{1,60} on (?:slack|teams|discord|zoom|asana)"
    r"|(?:sign|log) ?in to (?:your )?\S+ (?:with|using) |reset your password|set (?:up )?your password"
    r"|(?:bestätige(?:n sie)?|verifiziere(?:n sie)?) (?:bitte )?(?:deine|ihre) |bestätigungs(?:code|link|mail)"
    r"|ihr (?:einmal|anmelde|sicherheits)(?:code|kennwort|passwort)|konto aktivieren|passwort zurücksetzen"
    r"|(?:confirme[rz]?|vérifie[rz]?|activez) votre |code de (?:vérification|confirmation)"
    r"|(?:confirma|verifica|activa) tu |confirme su |código de (?:verificación|confirmación)",
    re.IGNORECASE,
)
LINK: Final = re.compile(r"https?://\S{12,}", re.IGNORECASE)
CODE: Final = re.compile(r"(?<![\w.-])(?:\d{4,8}|\d{3}[ -]\d{3}|[A-Z]-\d{5,8}|[A-Z0-9]{3,4}-[A-Z0-9]{3,4})(?![\w.-])")
MACHINE_NAME: Final = re.compile(
    r"(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|donotreply|notifications?|accounts?|registration|sign-?up|verify|verification"
    r"|invit(?:ation|e)s?|welcome|mailer|feedback|auth|identity|login|account-security\S*|service|support|hello|team)\b",
    re.IGNORECASE,
)


def is_sign_up(*, subject: str, text: str, sender: str, is_machine: bool, is_answer: bool) -> bool:
    """`is_machine`: the mail says so of itself. `is_answer`: it refers to another mail, as no sign-up does."""
    if is_answer:
        return False
    beginning = text[:LONGEST]
    asked_in_subject, asked_in_text = ASKS.search(subject[:300]), ASKS.search(beginning)
    if not asked_in_subject and not asked_in_text:
        return False
    points = 2 if asked_in_subject else 1
    points += is_machine or MACHINE_NAME.match(sender) is not None
    points += LINK.search(beginning) is not None or CODE.search(f"{subject[:300]} {beginning}") is not None
    return points >= ENOUGH and (len(text) < SHORT or MACHINE_NAME.match(sender) is not None or is_machine)
