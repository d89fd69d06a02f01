"""Which mails no person wrote to us; the corpus has the usual ones."""

import pytest

from portal.inbound.authentication import Vouching, vouched_for
from portal.inbound.dns import no_txt
from portal.inbound.parsing import parse
from portal.inbound.values import Address, Automatic

OUR_LIST = "security.portal.example"
BY_OUR_LIST = f"Precedence: list\nList-Id: Security <{OUR_LIST}>\nList-Post: <mailto:x@y.z>\n"


def kind(head: str, *, own_lists: tuple[str, ...] = (OUR_LIST,)) -> Automatic:
    return parse(f"From: Ada <ada@example.org>\n{head}\nIt crashes.".encode(), own_lists=own_lists).automatic


@pytest.mark.parametrize("own", [OUR_LIST, "security@portal.example", "Security <SECURITY.portal.example>"])
def test_what_came_by_our_own_list_is_from_whoever_wrote_it(own: str) -> None:
    assert kind(BY_OUR_LIST, own_lists=(own,)) is Automatic.NO


def test_a_machine_is_a_machine_also_by_our_own_list() -> None:
    assert kind(f"{BY_OUR_LIST}Auto-Submitted: auto-replied\n") is Automatic.REPLY


def test_a_list_that_names_itself_beside_ours_is_a_list() -> None:
    assert kind(f"{BY_OUR_LIST}List-Id: <ads.example>\n") is Automatic.LIST
    assert kind(BY_OUR_LIST, own_lists=()) is Automatic.LIST


def test_a_list_of_ours_that_put_itself_in_the_senders_place_is_not_the_sender() -> None:
    raw = (
        "Authentication-Results: mx.portal.example; dmarc=pass header.from=portal.example\n"
        "From: Lead via Security <security@portal.example>\nX-Original-From: Lead <lead@portal.example>\n"
        f"{BY_OUR_LIST}\nPublish it now."
    ).encode()

    mail = parse(raw, own_lists=(OUR_LIST,))

    assert (mail.sender, mail.senders) == (Address("Lead", "lead@portal.example"), 1)
    assert vouched_for(raw, mail, our_servers=["mx.portal.example"], find_txt=no_txt) is Vouching.NOBODY


def test_nobody_else_puts_anybody_in_the_senders_place() -> None:
    raw = b"From: eve@example.net\nX-Original-From: lead@portal.example\nList-Id: <eve.example.net>\n\nx"

    assert parse(raw, own_lists=(OUR_LIST,)).sender == Address("", "eve@example.net")


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-notified\n",
        "Precedence: junk\n",
        "X-Autoreply: yes\n",
        "X-Autorespond: x\n",
        "X-POST-MessageClass: 9; Autoresponder\n",
        "X-Auto-Response-Suppress: All\n",
        "Subject: Out of Office: Crash\n",
        "Subject: Abwesenheitsnotiz: Absturz\n",
        "Subject: [Auto-Reply] Crash\n",
    ],
)
def test_machines_say_so_in_many_ways(head: str) -> None:
    assert kind(head) is Automatic.REPLY


@pytest.mark.parametrize(
    "head",
    [
        "",
        "Auto-Submitted: no\n",
        "Precedence: first-class\n",
        "Precedence: normal\n",
        "Return-Path: <ada@example.org>\n",
        "Return-Path:\n",
        "X-Auto-Response-Suppress: DR, RN\n",
        "Subject: The automatic reply of your server leaks\n",
        "Subject: Out of bounds read\n",
        "Subject: Re: automatic reply\n",
        "X-Mailer: git-send-email 2.50\n",
    ],
)
def test_people_are_not_taken_for_machines(head: str) -> None:
    assert kind(head) is Automatic.NO


def sign_up(sender: str, subject: str, text: str, *, head: str = "") -> bool:
    raw = f"From: {sender}\nSubject: {subject}\n{head}\n{text}".encode()
    return parse(raw).automatic is Automatic.SIGN_UP


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        ("no-reply@slack.example", "Your sign-in code", "Your login code is 123456."),
        ("accounts@shop.example", "Welcome", "Please verify your email address: https://shop.example/v/abcdefghijkl"),
        ("hello@app.example", "Finish your sign-up", "https://app.example/finish/abcdefghijkl"),
        ("notifications@git.example", "[GIT] Confirm your email", "Use the button: https://git.example/c/abcdefgh"),
        ("ada@example.org", "Verify your email address", "https://idp.example/verify/abcdefghijkl"),
        ("noreply@konto.example", "Ihr Einmalcode", "Ihr Einmalcode lautet 443-112."),
        ("ne-pas-repondre@banque.example", "Confirmez votre adresse", "https://banque.example/c/abcdefghijkl"),
        ("team@chat.example", "Join Portal on Slack", "You have been invited to join: https://chat.example/i/abcdefg"),
        ("service@idp.example", "Reset your password", "https://idp.example/reset/abcdefghijklmnop"),
        ("ada@example.org", "Magic link", "Log in to Foo with this magic link: https://foo.example/m/abcdefghijkl"),
    ],
)
def test_mails_that_would_let_somebody_in_elsewhere_are_known(sender: str, subject: str, text: str) -> None:
    assert sign_up(sender, subject, text)


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        ("ada@example.org", "Stored XSS in the invitation mail", "Being invited to join shows my script."),
        ("ada@example.org", "Account takeover", "The login code 1234 is sent to both.\n" + "Steps follow.\n" * 150),
        ("ada@example.org", "Crash on login", "It crashes: https://poc.example/abcdefghijklmno"),
        ("support@vendor.example", "Vulnerability in your parser", "It crashes on 1234 bytes."),
        ("no-reply@scanner.example", "Finding 4711", "A crash was found: https://scanner.example/f/4711abcdefg"),
    ],
)
def test_reports_about_such_mails_and_from_such_addresses_are_reports(sender: str, subject: str, text: str) -> None:
    assert not sign_up(sender, subject, text)


def test_an_answer_is_no_sign_up() -> None:
    asked = ("Re: Verify your email address", "https://idp.example/verify/abcdefghijkl")

    assert sign_up("ada@example.org", *asked)
    assert not sign_up("ada@example.org", *asked, head="In-Reply-To: <1@portal.example>\n")
