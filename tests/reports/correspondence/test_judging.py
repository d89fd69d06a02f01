"""The rule by which mail is believed, over everything that can be known of a mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.inbound.values import Address, Automatic, ReceivedMail
from reports.correspondence.judging import Claim, Known, Side, judge
from reports.enums import MailState, PutAside, Vouched

pytestmark = pytest.mark.clause("P8", "P11")

mails = st.builds(
    ReceivedMail,
    sender=st.just(Address("Ada", "ada@example.net")),
    senders=st.integers(min_value=0, max_value=3),
    automatic=st.sampled_from(Automatic),
    refers_to=st.sampled_from([(), ("<one@example.net>",)]),
    unreadable=st.sampled_from(["", "No part of it could be read."]),
)
claims = st.builds(
    Claim,
    by_address=st.booleans(),
    side=st.sampled_from(Side),
    is_theirs=st.booleans(),
    is_expired=st.booleans(),
    is_over=st.booleans(),
)
everything = st.builds(
    Known,
    mail=mails,
    vouched=st.sampled_from(Vouched),
    claim=st.none() | claims,
    is_ours=st.booleans(),
    is_too_fast=st.booleans(),
)


@given(known=everything)
def test_only_whoever_is_vouched_for_and_meant_joins_a_conversation(known: Known) -> None:
    if judge(known).state is MailState.JOINED:
        claim = known.claim
        assert claim is not None
        assert (claim.is_theirs, claim.is_over, claim.is_expired) == (True, False, False)
        assert known.vouched is not Vouched.NOBODY
        assert known.mail.senders == 1
        assert claim.by_address or claim.side is Side.REPORTER


@given(known=everything)
def test_nothing_that_a_person_may_have_written_is_ignored(known: Known) -> None:
    answers = known.mail.automatic is Automatic.REPLY and bool(known.mail.refers_to)
    by_itself = answers or known.mail.automatic is Automatic.BOUNCE

    assert (judge(known).state is MailState.IGNORED) == (
        known.is_ours or (by_itself and not (known.claim is not None and known.claim.by_address))
    )


@given(known=everything)
def test_whatever_is_put_aside_says_why(known: Known) -> None:
    verdict = judge(known)

    assert verdict.state is not MailState.ASIDE or verdict.why in PutAside


@given(known=everything)
def test_a_report_is_made_of_everything_that_names_no_other(known: Known) -> None:
    if known.claim is None and not known.is_ours and not known.mail.refers_to:
        begins_something = known.mail.automatic in {Automatic.NO, Automatic.LIST, Automatic.REPLY}
        assert (judge(known).state is MailState.REPORT) == begins_something


@given(known=everything)
def test_only_a_flood_a_list_or_a_machine_makes_a_report_wait(known: Known) -> None:
    verdict = judge(known)

    if verdict.is_quarantined:
        assert known.is_too_fast or known.mail.automatic in {Automatic.LIST, Automatic.REPLY}
