"""Where people say how they want to be named: without an account, with one, and through a member of the team."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from disclosures import credit_places
from disclosures import credits as crediting
from disclosures.consent import consented
from disclosures.enums import AnswerChannel, CreditAnswerKind, CreditPlaceKind
from disclosures.models import Credit, CreditAnswer, CreditPlace
from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind
from reports.intake import Receipt
from reports.models import Report, ReportEvent
from teams.models import User
from tests import factories
from tests.disclosures.crediting import ask, confirmed, credit_of, developer, duplicate_of, named, printed, says
from tests.people import browser_of
from tests.queries import queries_of
from tests.visitor import Visitor, hidden, page_of

pytestmark = pytest.mark.django_db
WORDS = "Robin Reporter (@robin, Example GmbH)"
TYPED = {"name": "Robin Reporter", "handle": "@robin", "organisation": "Example GmbH"}
NAMED = {"kind": "named", **TYPED}


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


@pytest.fixture
def desk(member: User) -> Client:
    return browser_of(member)


@pytest.fixture
def receipt(member: User) -> Receipt:
    """Asked a moment ago."""
    receipt = confirmed(timezone.now())
    ask(receipt.report, by=member, now=timezone.now())
    return receipt


@pytest.fixture
def visitor(receipt: Receipt) -> Visitor:
    """The reporter, who has come in by their link."""
    visitor = Visitor()
    visitor.enter(receipt)
    return visitor


def mine(receipt: Receipt) -> str:
    return reverse("track-credit-answer", args=[receipt.report.reference])


def of_team(receipt: Receipt, name: str = "report-credit", *args: int) -> str:
    return reverse(name, args=[receipt.report.reference, *args])


def events(kind: EventKind) -> int:
    with acting_as(SYSTEM):
        return ReportEvent.objects.filter(kind=kind).count()


@pytest.mark.clause("P17")
def test_the_page_shows_exactly_what_was_asked(visitor: Visitor, receipt: Receipt) -> None:
    page = page_of(visitor.get(mine(receipt)))

    assert hidden(page, "agreed") == [credit_of(receipt).asked_text] == ["Robin Reporter"]
    assert "Exactly this would be printed" in page


@pytest.mark.clause("P17")
def test_the_button_shows_the_words_and_keeps_nothing(visitor: Visitor, receipt: Receipt) -> None:
    shown = visitor.post(mine(receipt), {**TYPED, "kind": "named", "preview": "yes"})

    assert (shown.status_code, hidden(page_of(shown), "agreed")) == (200, [WORDS])
    assert credit_of(receipt).answer == ""


def test_the_words_are_shown_before_anything_is_chosen(visitor: Visitor, receipt: Receipt) -> None:
    page = page_of(visitor.post(mine(receipt), {**TYPED, "preview": "yes"}))

    assert hidden(page, "agreed") == [WORDS]
    assert "another look" not in page


@pytest.mark.clause("P17")
def test_words_that_they_have_seen_are_kept(visitor: Visitor, receipt: Receipt) -> None:
    kept = visitor.post(mine(receipt), {**NAMED, "agreed": WORDS})

    assert (kept.status_code, kept["Location"]) == (302, reverse("track", args=[receipt.report.reference]))
    assert printed(receipt.report) == [WORDS]
    assert escape(WORDS) in page_of(visitor.get(kept["Location"]))


@pytest.mark.clause("P17")
def test_words_that_they_have_not_seen_are_shown_to_them_first(visitor: Visitor, receipt: Receipt) -> None:
    shown = visitor.post(mine(receipt), {**NAMED, "agreed": "Robin Reporter"})

    page = page_of(shown)
    assert (shown.status_code, printed(receipt.report)) == (200, [])
    assert "not the words that you saw before" in page
    assert hidden(page, "agreed") == [WORDS]


@pytest.mark.parametrize("kind", ["anonymous", "not_at_all"])
@pytest.mark.clause("P17")
def test_a_no_needs_no_words(visitor: Visitor, receipt: Receipt, kind: str) -> None:
    kept = visitor.post(mine(receipt), {"kind": kind, "agreed": "Robin Reporter"})

    assert (kept.status_code, credit_of(receipt).answer, printed(receipt.report)) == (302, kind, [])


@pytest.mark.clause("P17")
def test_a_consent_is_taken_back_and_given_again_on_the_page(visitor: Visitor, receipt: Receipt) -> None:
    visitor.post(mine(receipt), {**NAMED, "agreed": WORDS})

    visitor.post(mine(receipt), {"withdraw": "yes"})
    after, page = printed(receipt.report), page_of(visitor.get(mine(receipt)))
    visitor.post(mine(receipt), {**NAMED, "agreed": hidden(page, "agreed")[0]})

    assert (after, printed(receipt.report)) == ([], [WORDS])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": ""}, "Choose one of them."),
        ({"name": "", "handle": ""}, "Write the name or the handle"),
        ({"handle": "-no-"}, "GitHub gives nobody such a handle"),
        ({"name": "x" * 10_000}, "at most 120 fit here"),
        ({"name": "Robin\u202e"}, "U+202E"),
        ({"organisation": "A\x00B"}, "U+0000"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    visitor: Visitor, receipt: Receipt, wrong: dict[str, str], said: str
) -> None:
    answer = visitor.post(mine(receipt), {**NAMED, **wrong, "agreed": WORDS})

    page = page_of(answer)
    assert (answer.status_code, printed(receipt.report)) == (422, [])
    assert said in page
    assert 'value="Example GmbH"' in page or "organisation" in wrong


@pytest.mark.clause("P17")
def test_markup_is_printed_as_it_is_typed_and_runs_nowhere(visitor: Visitor, receipt: Receipt, desk: Client) -> None:
    words = "<img src=x onerror=alert(1)> [Robin](https://example.org) **bold**"
    visitor.post(mine(receipt), {"kind": "named", "name": words, "agreed": words})
    desk.post(reverse("report-reveal", args=[receipt.report.reference]), {"back": "credit"})

    pages = page_of(visitor.get(mine(receipt))) + page_of(desk.get(of_team(receipt)))

    assert printed(receipt.report) == [words]
    assert "<img src=x" not in pages
    assert escape(words) in pages


def test_before_they_are_asked_there_is_their_wish(member: User) -> None:
    del member
    receipt = confirmed(timezone.now())
    visitor = Visitor()
    visitor.enter(receipt)

    answer = visitor.get(mine(receipt))

    assert answer["Location"] == reverse("track-credit", args=[receipt.report.reference])


def test_once_they_are_asked_their_page_and_their_wish_lead_to_the_question(visitor: Visitor, receipt: Receipt) -> None:
    pages = [page_of(visitor.get(reverse(name, args=[receipt.report.reference]))) for name in ("track", "track-credit")]

    assert [mine(receipt) in page for page in pages] == [True, True]


@pytest.mark.clause("P18")
def test_a_reporter_names_a_finder_and_passes_on_their_answer(visitor: Visitor, receipt: Receipt) -> None:
    made = visitor.post(reverse("track-name-finder", args=[receipt.report.reference]), {"known_as": "Fin Der"})
    place = made["Location"]
    untold = visitor.post(place, {"kind": "named", "name": "Fin Der", "agreed": "Fin Der"})

    kept = visitor.post(place, {"kind": "named", "name": "Fin Der", "agreed": "Fin Der", "relayed": "on"})

    assert (untold.status_code, kept.status_code) == (422, 302)
    assert "Show them the words first" in page_of(untold)
    assert printed(receipt.report) == ["Fin Der"]
    assert "Fin Der" in page_of(visitor.get(mine(receipt)))


@pytest.mark.clause("P18")
def test_who_reported_it_again_learns_nothing_of_the_other_report(receipt: Receipt, member: User) -> None:
    other = duplicate_of(receipt.report, now=timezone.now())
    ask(receipt.report, by=member, now=timezone.now())
    says(receipt, named(), now=timezone.now())
    visitor = Visitor()
    visitor.enter(other)

    page = page_of(visitor.get(mine(other)))

    assert hidden(page, "agreed") == ["Dora Duplicate"]
    assert receipt.report.reference not in page
    assert "Robin" not in page
    assert visitor.get(mine(receipt)).status_code == 404


@pytest.mark.clause("P17")
def test_somebody_with_an_account_answers_on_a_page_of_their_own(receipt: Receipt, member: User) -> None:
    user = developer(receipt.report, name="Dev Eloper", github_login="dev")
    ask(receipt.report, by=member, now=timezone.now())
    browser = browser_of(user)
    own_page = browser.get(reverse("me")).content.decode()
    listed = browser.get(reverse("my-credit")).content.decode()
    place = re.findall(r'href="(/me/credit/\d+/)"', listed)[0]

    other = browser.post(place, {"kind": "named", "name": "Dev", "handle": "robin", "agreed": "Dev (@robin)"})
    kept = browser.post(place, {"kind": "named", "name": "Dev", "handle": "dev", "agreed": "Dev (@dev)"})

    assert reverse("my-credit") in own_page
    assert receipt.report.reference in listed
    assert (other.status_code, kept.status_code) == (422, 302)
    assert "not your login" in other.content.decode()
    assert printed(receipt.report) == ["Dev (@dev)"]


@pytest.mark.clause("P17")
def test_whoever_sees_the_report_no_more_still_has_their_name_and_not_its_reference(
    receipt: Receipt, member: User
) -> None:
    user = developer(receipt.report, name="Dev Eloper", github_login="dev")
    ask(receipt.report, by=member, now=timezone.now())
    with acting_as(SYSTEM):
        receipt.report.grants.filter(user=user).update(revoked_at=timezone.now())
    browser = browser_of(user)

    pages = browser.get(reverse("my-credit")).content.decode()
    place = re.findall(r'href="(/me/credit/\d+/)"', pages)[0]
    pages += browser.get(place).content.decode()
    kept = browser.post(place, {"kind": "not_at_all"})

    assert kept.status_code == 302
    assert receipt.report.reference not in pages
    assert "Something that you worked on" in pages


@pytest.mark.clause("P17")
def test_the_team_asks_with_one_button(desk: Client) -> None:
    receipt = confirmed(timezone.now())
    before = desk.get(of_team(receipt)).content.decode()

    asked = desk.post(of_team(receipt, "report-credit-ask"), follow=True).content.decode()

    assert "Nobody is on the list yet" in before
    assert "One person is asked." in asked
    assert credit_of(receipt).asked_at is not None
    assert events(EventKind.CREDIT_ASKED) == 1


@pytest.mark.clause("P8")
def test_names_are_hidden_until_somebody_asks_for_them(receipt: Receipt, visitor: Visitor, desk: Client) -> None:
    visitor.post(mine(receipt), {**NAMED, "agreed": WORDS})
    hidden_page = desk.get(of_team(receipt)).content.decode()
    form_page = desk.get(of_team(receipt, "report-credit-enter", credit_of(receipt).pk)).content.decode()

    shown = desk.post(reverse("report-reveal", args=[receipt.report.reference]), {"back": "credit"}, follow=True)

    assert "Robin" not in hidden_page + form_page
    assert "agreed" in hidden_page
    assert escape(WORDS) in shown.content.decode()
    assert events(EventKind.IDENTITY_REVEALED) == 1


@pytest.mark.clause("P17")
def test_a_member_enters_what_they_were_told_with_the_proof(receipt: Receipt, desk: Client) -> None:
    place = of_team(receipt, "report-credit-enter", credit_of(receipt).pk)
    said = {"kind": "named", "name": "R. R.", "agreed": "R. R.", "channel": "in_person"}

    without = desk.post(place, {**said, "note": " "})
    other_words = desk.post(place, {**said, "agreed": "", "note": "At the summit."})
    kept = desk.post(place, {**said, "note": "At the summit."})

    assert [each.status_code for each in (without, other_words, kept)] == [422, 200, 302]
    assert printed(receipt.report) == ["R. R."]
    with acting_as(SYSTEM):
        proof = CreditAnswer.objects.select_related("report").get()
    assert (proof.channel, proof.note) == (AnswerChannel.IN_PERSON, "At the summit.")
    assert "At the summit." in desk.get(of_team(receipt)).content.decode()


@pytest.mark.clause("P17")
def test_a_handle_that_nobody_checked_is_marked(receipt: Receipt, visitor: Visitor, member: User, desk: Client) -> None:
    factories.UserFactory.create(github_login="Robin", name="Another Robin")
    visitor.post(mine(receipt), {**NAMED, "agreed": WORDS})
    other = duplicate_of(receipt.report, now=timezone.now())
    ask(receipt.report, by=member, now=timezone.now())
    says(other, named("Dora", handle="ROBIN"), now=timezone.now())

    page = desk.get(of_team(receipt)).content.decode()

    assert page.count("Nobody has checked that this handle is theirs") == 2
    assert page.count("Somebody else here names the same handle") == 2
    assert page.count("The handle belongs to the account of Another Robin") == 2


@pytest.mark.clause("P17")
def test_after_a_withdrawal_the_team_sees_what_is_left_and_ticks_it(
    receipt: Receipt, visitor: Visitor, desk: Client
) -> None:
    visitor.post(mine(receipt), {**NAMED, "agreed": WORDS})
    with acting_as(SYSTEM):
        notes = credit_places.Place(kind=CreditPlaceKind.RELEASE_NOTES, where="example/one 1.2.3")
        people = consented(receipt.report)
        credit_places.note_printed(receipt.report, [notes], people=people, now=timezone.now())
    before = desk.get(of_team(receipt)).content.decode()
    visitor.post(mine(receipt), {"withdraw": "yes"})
    listed = desk.get(of_team(receipt)).content.decode()
    with acting_as(SYSTEM):
        place = CreditPlace.objects.get(kind=CreditPlaceKind.RELEASE_NOTES)

    ticked = desk.post(of_team(receipt, "report-credit-place", place.pk), follow=True).content.decode()

    assert "Names that have to go" not in before
    assert "example/one 1.2.3" in listed
    assert "beyond our reach" in listed
    assert "I have taken it out" in listed
    assert "I have taken it out" not in ticked
    assert "taken out" in ticked


def test_a_member_adds_a_finder_and_asks_them_alone(receipt: Receipt, desk: Client) -> None:
    desk.post(of_team(receipt), {"known_as": "Fin Der"})
    with acting_as(SYSTEM):
        finder = Credit.objects.get(kind="finder")

    desk.post(of_team(receipt, "report-credit-ask-one", finder.pk))
    again = desk.post(of_team(receipt, "report-credit-ask-one", finder.pk), follow=True).content.decode()

    with acting_as(SYSTEM):
        assert Credit.objects.get(pk=finder.pk).asked_at is not None
    assert "They have been asked already." in again


@pytest.mark.clause("P8")
def test_who_may_not_look_after_credit_is_led_back(receipt: Receipt) -> None:
    browser = browser_of(developer(receipt.report))

    answer = browser.get(of_team(receipt))

    assert answer.headers["Location"] == receipt.report.get_absolute_url()


def test_more_people_cost_no_more_queries(receipt: Receipt, member: User, desk: Client) -> None:
    costs = []
    for _ in range(2):
        desk.get(of_team(receipt))  # the record keeps once an hour who came
        costs.append(queries_of(desk, of_team(receipt)))
        for number in range(2):
            crediting.name_finder(receipt.report, known_as=f"Finder {number}", by=receipt.reporter)
            duplicate_of(receipt.report, now=timezone.now())
        ask(receipt.report, by=member, now=timezone.now())

    assert costs == [costs[0]] * 2
    assert costs[0] <= 12


def test_more_questions_cost_no_more_queries_on_ones_own_page(receipt: Receipt, member: User) -> None:
    user = developer(receipt.report)
    ask(receipt.report, by=member, now=timezone.now())
    browser = browser_of(user)
    costs = [queries_of(browser, reverse("my-credit"))]
    for _ in range(2):
        other = confirmed(timezone.now())
        with acting_as(SYSTEM):
            Credit.objects.create(
                report=Report.objects.get(pk=other.report.pk), user=user, kind="other", asked_at=timezone.now()
            )
    costs.append(queries_of(browser, reverse("my-credit")))

    assert costs == [costs[0]] * 2
    assert costs[0] <= 12


def test_the_answer_of_somebody_silent_can_be_seen(receipt: Receipt, desk: Client) -> None:
    with acting_as(SYSTEM):
        Credit.objects.update(answer=CreditAnswerKind.ANONYMOUS, answered_at=timezone.now())

    page = desk.get(of_team(receipt)).content.decode()

    assert "anonymously" in page
