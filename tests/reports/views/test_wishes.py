"""What is the reporter's to decide: credit, company, address, the link, and whether it all goes on."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from portal.viewer import SYSTEM, acting_as
from reports import conversation, submissions
from reports.enums import CreditWish, EventKind, NoticeKind
from reports.intake import Receipt
from reports.models import AccessKey, Grant, Message, Notification, Report, Reporter, ReportEvent
from teams.models import User
from tests import factories
from tests.visitor import Answer, Value, Visitor, page_of, text_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt() -> Receipt:
    return factories.receipt()


@pytest.fixture
def place(visitor: Visitor, receipt: Receipt) -> str:
    """The reporter's page, opened."""
    return visitor.enter(receipt)


def wished(visitor: Visitor, page: str, **fields: Value) -> Answer:
    return visitor.post(page, {"submission": visitor.submission(page), **fields})


def shown_link(visitor: Visitor, answer: Answer) -> str:
    found = re.search(r"/r/[\w-]{43}/", page_of(visitor.get(answer["Location"])))
    assert found is not None
    return found[0]


def events(kind: EventKind) -> int:
    with acting_as(SYSTEM):
        return ReportEvent.objects.filter(kind=kind).count()


def notices(kind: NoticeKind) -> int:
    with acting_as(SYSTEM):
        return Notification.objects.filter(kind=kind).count()


def reporter() -> Reporter:
    with acting_as(SYSTEM):
        return Reporter.objects.select_related("report").get(invited_by=None)


# --- Credit ------------------------------------------------------------------------------------------------------


@pytest.mark.clause("P17")
def test_nobody_is_named_before_they_saw_exactly_what_is_printed(visitor: Visitor, place: str) -> None:
    first = wished(visitor, f"{place}credit/", credit_wish="yes", credit_name="Robin <b>R</b>")
    before = reporter().credit_wish

    second = wished(
        visitor, f"{place}credit/", credit_wish="yes", credit_name="Robin <b>R</b>", agreed="Robin <b>R</b>"
    )

    assert first.status_code == 200
    assert "Reported by <bdi>Robin &lt;b&gt;R&lt;/b&gt;</bdi>" in page_of(first)
    assert before == CreditWish.ASK
    assert second.status_code == 302
    assert (reporter().credit_wish, reporter().credit_name) == (CreditWish.YES, "Robin <b>R</b>")
    assert "<em>Reported by <bdi>Robin &lt;b&gt;R&lt;/b&gt;</bdi></em>" in page_of(visitor.get(place))


@pytest.mark.clause("P17")
def test_consent_to_one_name_is_no_consent_to_another(visitor: Visitor, place: str) -> None:
    answer = wished(visitor, f"{place}credit/", credit_wish="yes", credit_name="Somebody else", agreed="Robin")

    assert answer.status_code == 200
    assert reporter().credit_wish == CreditWish.ASK


@pytest.mark.clause("P18")
def test_consent_can_be_withdrawn(visitor: Visitor, place: str) -> None:
    wished(visitor, f"{place}credit/", credit_wish="yes", credit_name="Robin", agreed="Robin")

    wished(visitor, f"{place}credit/", credit_wish="no", credit_name="Robin")

    assert reporter().credit_wish == CreditWish.NO
    assert events(EventKind.CREDIT_WISH_CHANGED) == 2


# --- The address -------------------------------------------------------------------------------------------------


def test_the_address_can_be_changed_and_is_never_shown(visitor: Visitor, place: str) -> None:
    pages = page_of(visitor.get(place)) + page_of(visitor.get(f"{place}address/"))

    wished(visitor, f"{place}address/", email="new@example.org")

    assert "reporter@example.net" not in pages
    assert reporter().email == "new@example.org"
    assert events(EventKind.CONTACT_CHANGED) == 1


# --- Company -----------------------------------------------------------------------------------------------------


def test_a_co_reporter_sees_only_what_comes_after(visitor: Visitor, place: str, member: User, receipt: Receipt) -> None:
    wished(visitor, place, text="Before they came.", files=[text_file("before.txt")])
    link = shown_link(visitor, wished(visitor, f"{place}invite/", name="Kim", email="kim@example.org"))
    with acting_as(factories.looking(member)):
        conversation.answer(Report.objects.get(), "After they came.", by=member, now=timezone.now())

    kim = Visitor()
    page = page_of(kim.get(kim.post(link)["Location"]))

    assert "After they came." in page
    for hidden_from_kim in ("Before they came.", "before.txt", receipt.report.summary, "A component leaves", "Robin"):
        assert hidden_from_kim not in page
    assert notices(NoticeKind.INVITATION) == 1


def test_a_co_reporter_may_be_let_read_everything(visitor: Visitor, place: str, receipt: Receipt) -> None:
    wished(visitor, place, text="Before they came.")
    link = shown_link(visitor, wished(visitor, f"{place}invite/", may_read_everything="on"))

    kim = Visitor()
    page = page_of(kim.get(kim.post(link)["Location"]))

    assert "Before they came." in page
    assert receipt.report.summary in page
    assert "The reporter" in page


def test_an_invitation_sent_twice_invites_one(visitor: Visitor, place: str) -> None:
    form: dict[str, Value] = {"submission": visitor.submission(f"{place}invite/"), "name": "Kim"}

    links = {shown_link(visitor, visitor.post(f"{place}invite/", form)) for _ in range(2)}

    with acting_as(SYSTEM):
        assert Grant.objects.filter(role="co_reporter").count() == 1
    assert len(links) == 1


def test_a_co_reporter_has_no_say_over_the_report_itself(visitor: Visitor, place: str) -> None:
    link = shown_link(visitor, wished(visitor, f"{place}invite/", may_read_everything="on"))
    kim = Visitor()
    own = kim.post(link)["Location"]

    for page in ("withdraw", "invite"):
        assert kim.get(f"{own}{page}/")["Location"] == own
        assert kim.post(f"{own}{page}/", {"why": "No.", "name": "Lee"})["Location"] == own
    with acting_as(SYSTEM):
        assert Reporter.objects.count() == 2
        assert Report.objects.get().withdrawal_requested_at is None
    page = page_of(kim.get(own))
    assert "Ask to withdraw" not in page
    assert "Invite a co-reporter" not in page


def test_both_write_and_each_is_named_to_the_other(visitor: Visitor, place: str) -> None:
    link = shown_link(visitor, wished(visitor, f"{place}invite/", name="Kim"))
    kim = Visitor()
    own = kim.post(link)["Location"]

    wished(kim, own, text="From Kim.")
    wished(visitor, place, text="From Robin.")

    assert re.findall(r"<bdi>(You|Kim|The reporter)</bdi>", page_of(visitor.get(place))) == ["Kim", "You"]
    assert re.findall(r"<bdi>(You|Kim|The reporter)</bdi>", page_of(kim.get(own))) == ["You", "The reporter"]


# --- Withdrawing -------------------------------------------------------------------------------------------------


def test_asking_to_withdraw_tells_a_person_and_decides_nothing(visitor: Visitor, place: str, member: User) -> None:
    answer = wished(visitor, f"{place}withdraw/", why="I was wrong.")
    wished(visitor, f"{place}withdraw/", why="Again.")

    with acting_as(SYSTEM):
        report = Report.objects.get()
    assert answer.status_code == 302
    assert report.state == "received"
    assert report.withdrawal_requested_at is not None
    assert (events(EventKind.WITHDRAWAL_REQUESTED), notices(NoticeKind.WITHDRAWAL)) == (1, 1)
    assert member.is_active


def test_what_is_said_with_the_wish_to_withdraw_is_heard_each_time_and_once_for_each_form(
    visitor: Visitor, place: str, member: User
) -> None:
    page = f"{place}withdraw/"
    submission = visitor.submission(page)

    for why in ("I was wrong.", "I was wrong.", "Quite wrong."):
        last = visitor.post(page, {"submission": submission, "why": why})
    wished(visitor, page, why="It is no bug.")

    with acting_as(SYSTEM):
        said = [message.body for message in Message.objects.order_by("pk")]
    assert said == ["I was wrong.", "It is no bug."]
    assert last.status_code == 422
    assert "Quite wrong." in page_of(last)
    assert notices(NoticeKind.REPORTER_WROTE) == 2
    assert member.is_active


def test_a_co_reporter_reads_who_asked_to_withdraw(visitor: Visitor, place: str) -> None:
    link = shown_link(visitor, wished(visitor, f"{place}invite/"))
    kim = Visitor()
    own = kim.post(link)["Location"]

    wished(visitor, f"{place}withdraw/")

    assert "You asked to withdraw it" in page_of(visitor.get(place))
    assert "The reporter asked to withdraw it" in page_of(kim.get(own))


# --- The link ----------------------------------------------------------------------------------------------------


def test_a_renewed_link_ends_every_other_and_is_shown_once(visitor: Visitor, place: str, receipt: Receipt) -> None:
    elsewhere = Visitor()
    elsewhere.enter(receipt)

    answer = wished(visitor, f"{place}link/")
    link = shown_link(visitor, answer)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        later = visitor.get(answer["Location"])

    assert elsewhere.get(place).status_code == 404
    assert elsewhere.post(f"/r/{receipt.key}/").status_code == 404
    assert visitor.get(place).status_code == 200
    assert Visitor().post(link).status_code == 302
    assert later.status_code == 302
    with acting_as(SYSTEM):
        assert AccessKey.objects.filter(revoked_at=None).count() == 1


def test_renewing_twice_by_one_form_makes_one_link(visitor: Visitor, place: str) -> None:
    form: dict[str, Value] = {"submission": visitor.submission(f"{place}link/")}

    links = {shown_link(visitor, visitor.post(f"{place}link/", form)) for _ in range(2)}

    assert len(links) == 1
    assert events(EventKind.LINK_RENEWED) == 1


def test_a_double_click_on_renewing_locks_nobody_out(visitor: Visitor, place: str, receipt: Receipt) -> None:
    form: dict[str, Value] = {"submission": visitor.submission(f"{place}link/")}
    impatient, thief = Visitor(), Visitor()
    for browser in (impatient, thief):
        browser.enter(receipt)
    visitor.post(f"{place}link/", form)

    again = impatient.post(f"{place}link/", form)
    stolen = wished_with_an_old_pass(thief, f"{place}link/")

    assert Visitor().post(shown_link(impatient, again)).status_code == 302
    assert impatient.get(place).status_code == 200
    assert stolen.status_code == 404
    assert events(EventKind.LINK_RENEWED) == 1


def wished_with_an_old_pass(visitor: Visitor, page: str) -> Answer:
    """By a form of another visit: the page itself is closed to them."""
    return visitor.post(page, {"submission": submissions.new(now=timezone.now()).signed})


def test_a_lost_link_is_sent_again_and_the_answer_never_says_whether(visitor: Visitor, receipt: Receipt) -> None:
    reference = receipt.report.reference
    tries = [(reference, "reporter@example.net"), (reference, "other@example.net"), ("WSC-0000-0000", "a@example.net")]

    pages = {
        page_of(visitor.post("/track/", {"reference": each, "email": email})).replace(each, "R")
        for each, email in tries
    }

    assert len(pages) == 1
    assert (notices(NoticeKind.LINK), events(EventKind.LINK_SENT)) == (1, 1)


@pytest.mark.parametrize("spelling", ["{}", " {} ", "lower", "spaces"])
def test_a_reference_is_found_however_it_is_typed(visitor: Visitor, receipt: Receipt, spelling: str) -> None:
    reference = receipt.report.reference
    typed = {"lower": reference.lower(), "spaces": reference.replace("-", " ")}.get(
        spelling, spelling.format(reference)
    )

    visitor.post("/track/", {"reference": typed, "email": "REPORTER@example.net"})

    assert notices(NoticeKind.LINK) == 1


def test_only_so_many_links_are_sent_a_day(visitor: Visitor, receipt: Receipt) -> None:
    for number in range(6):
        visitor.browser.defaults["REMOTE_ADDR"] = f"192.0.2.{number}"
        visitor.post("/track/", {"reference": receipt.report.reference, "email": "reporter@example.net"})

    assert notices(NoticeKind.LINK) == 3


def test_a_pasted_link_leads_to_its_page(visitor: Visitor, receipt: Receipt) -> None:
    answer = visitor.post("/track/", {"link": f" https://portal.example/r/{receipt.key}/ "})
    wrong = visitor.post("/track/", {"link": "https://portal.example/elsewhere/"})

    assert answer["Location"] == f"/r/{receipt.key}/"
    assert wrong.status_code == 422


# --- Taking it all home ------------------------------------------------------------------------------------------


def archive_of(visitor: Visitor, place: str) -> dict[str, bytes]:
    answer = visitor.browser.post(f"{place}everything/")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_everything_sent_can_be_taken_home(visitor: Visitor, place: str, member: User, receipt: Receipt) -> None:
    wished(visitor, place, text="My answer.", files=[text_file("poc.txt", b"x" * 700_000)])
    with acting_as(factories.looking(member)):
        conversation.answer(Report.objects.get(), "The team's words.", by=member, now=timezone.now())

    files = archive_of(visitor, place)

    assert sorted(files) == ["files/01-poc.txt", "messages.md", "report.json", "report.md"]
    assert files["files/01-poc.txt"] == b"x" * 700_000
    assert "My answer." in files["messages.md"].decode()
    assert "The team's words." not in files["messages.md"].decode()
    told = json.loads(files["report.json"])
    assert (told["reference"], told["summary"]) == (receipt.report.reference, receipt.report.summary)
    assert events(EventKind.EXPORTED) == 1


def test_a_co_reporter_takes_home_only_what_is_theirs(visitor: Visitor, place: str) -> None:
    wished(visitor, place, text="Robin's.", files=[text_file()])
    link = shown_link(visitor, wished(visitor, f"{place}invite/", may_read_everything="on"))
    kim = Visitor()
    own = kim.post(link)["Location"]
    wished(kim, own, text="Kim's.")

    files = archive_of(kim, own)

    assert list(files) == ["messages.md"]
    assert "Robin's." not in files["messages.md"].decode()


def test_taking_it_home_is_no_get(visitor: Visitor, place: str) -> None:
    assert visitor.get(f"{place}everything/").status_code == 405
    assert events(EventKind.EXPORTED) == 0


def test_a_visit_can_be_ended(visitor: Visitor, place: str) -> None:
    visitor.post(f"{place}leave/")

    assert visitor.get(place).status_code == 404
