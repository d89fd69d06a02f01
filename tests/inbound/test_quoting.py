"""What somebody wrote, and what their program quoted below."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.inbound.quoting import fold

INTRODUCTIONS = [
    "On Mon, 1 Jun 2026 at 10:00, Portal <security@portal.example> wrote:",
    "On Mon, 1 Jun 2026 at 10:00, Portal\n<security@portal.example> wrote:",
    "Am 01.06.26 um 10:00 schrieb Portal:",
    "Am Mo., 1. Juni 2026 um 10:00 Uhr schrieb Portal <\nsecurity@portal.example>:",
    "Le lun. 1 juin 2026 à 10:00, Portal <security@portal.example> a écrit :",
    "El lun, 1 jun 2026 a las 10:00, Portal (<security@portal.example>) escribió:",
    "Il giorno lun 1 giu 2026 alle ore 10:00 Portal ha scritto:",
    "Op ma 1 jun 2026 om 10:00 schreef Portal <security@portal.example>:",
    "Em seg., 1 de jun. de 2026 às 10:00, Portal escreveu:",
    "2026年6月1日 10:00 Portal <security@portal.example> 写道：",  # noqa: RUF001 - as it is written
    "пн, 1 июн. 2026 г. в 10:00, Portal <security@portal.example> написал(а):",  # noqa: RUF001 - as it is written
    "Portal <security@portal.example> wrote:",
]
HEADS = [
    "-----Original Message-----\nFrom: Portal\nSent: Monday\nTo: Ada\nSubject: News",
    "-----Ursprüngliche Nachricht-----\nVon: Portal\nGesendet: Montag\nAn: Ada\nBetreff: Neues",
    "________________________________\nFrom: Portal <security@portal.example>\nSent: Monday\nTo: Ada\nSubject: News",
    "From: Portal\nDate: Monday\nTo: Ada\nSubject: News",
    "Von: Portal\nDatum: Montag\nAn: Ada\nBetreff: Neues",
    "De : Portal\nEnvoyé : lundi\nÀ : Ada\nObjet : Nouvelles",
    "*From:* Portal\n*Sent:* Monday\n*To:* Ada",
]


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_marked_quotes_are_folded_with_their_introduction(introduction: str) -> None:
    quoted = f"{introduction}\n\n> Does it crash?\n>\n>> It may.\n"

    assert fold(f"It does.\n\n{quoted}") == ("It does.", quoted.strip("\n"))


@pytest.mark.parametrize("head", HEADS)
def test_what_stands_below_a_head_is_folded_with_it(head: str) -> None:
    quoted = f"{head}\n\nDoes it crash?"

    assert fold(f"It does.\n\n{quoted}") == ("It does.", quoted)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It crashes.",
        "> Does it crash?\n\nIt does.",
        "On Monday you wrote:\n> Does it crash?\n\nIt does.",
        "Yes.\n> Does it crash?\n\nIt does.\n> Often?\n\nYes.",
        "> Nothing but a quote.",
        "From: Portal\nSent: Monday\nTo: Ada\n\nDoes it crash?",
        "From: the module that nobody knows\nit crashes.",
        "It says:\n    x > y\nand crashes.",
        "a\n-----\nb",
    ],
)
def test_everything_stays_text_where_answers_stand_between_or_nothing_else_is_there(text: str) -> None:
    assert fold(text) == (text, "")


@pytest.mark.parametrize("subject", ["Fwd: News", "WG: Neues", "TR: Nouvelles", "fw: news"])
def test_what_was_passed_on_is_what_the_mail_is_about(subject: str) -> None:
    text = "See below.\n\nFrom: Portal\nSent: Monday\nTo: Ada\nSubject: News\n\nIt crashes."

    assert fold(text, subject=subject) == (text, "")


def test_a_signature_below_the_quote_goes_with_it() -> None:
    assert fold("It does.\n\n> Does it?\n\n-- \nAda") == ("It does.", "> Does it?\n\n-- \nAda")


def test_a_signature_above_the_quote_stays() -> None:
    assert fold("It does.\n-- \nAda\n\n> Does it?") == ("It does.\n-- \nAda", "> Does it?")


@given(
    st.lists(st.sampled_from([*INTRODUCTIONS, *HEADS, "> x", ">> y", "", "-- ", "words", "_____", "From: x"])).map(
        "\n".join
    )
)
def test_nothing_is_dropped(text: str) -> None:
    written, quoted = fold(text)

    assert "".join(f"{written}{quoted}".split()) == "".join(text.split())
