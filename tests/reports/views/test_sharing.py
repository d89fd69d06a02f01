"""The sharing page and the emergency, as people use them."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.viewer import SYSTEM, acting_as
from reports import history
from reports.enums import EventKind, Role
from reports.intake import Receipt
from reports.models import Grant, Recusal, Report, Restriction
from teams import record
from teams.enums import AccountEventKind
from teams.models import User
from tests import factories
from tests.people import browser_of
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

WHY = "Nobody of the team can be reached until Monday."


@pytest.fixture
def receipt() -> Receipt:
    return factories.receipt(now=timezone.now() - timedelta(days=3))


@pytest.fixture
def desk(member: User) -> Client:
    """The browser of `member`, who has just shown the second factor."""
    return browser_of(member)


@pytest.fixture
def maintainer() -> User:
    return factories.maintainer(name="Dora Developer")


def place(report: Report, rest: str = "sharing/") -> str:
    return f"/reports/{report.reference}/{rest}"


def page_of(browser: Client, where: str) -> str:
    return browser.get(where).content.decode()


def grant_to(user: User, report: Report, **fields: object) -> Grant:
    with acting_as(SYSTEM):
        return Grant.objects.create(
            **{"report": report, "user": user, "role": Role.DEVELOPER, "reason": "Knows the decoder.", **fields}
        )


@pytest.mark.clause("P8")
def test_who_can_see_it_is_told_with_since_and_why(desk: Client, receipt: Receipt, maintainer: User) -> None:
    recused = factories.member(name="Rita Recused")
    grant_to(maintainer, receipt.report)
    with acting_as(SYSTEM):
        Recusal.objects.create(report=receipt.report, user=recused, reason="Wrote the code.")

    page = page_of(desk, place(receipt.report))

    for words in ("Mira Member", "Joined.", "Dora Developer", "Knows the decoder.", "Rita Recused", "Wrote the code."):
        assert words in page
    assert "Robin Reporter" not in page


@pytest.mark.clause("P8")
def test_who_could_see_it_on_a_past_day_is_told_from_the_record(
    desk: Client, receipt: Receipt, maintainer: User
) -> None:
    now = timezone.now()
    grant_to(
        maintainer, receipt.report, granted_at=now - timedelta(days=3), revoked_at=now - timedelta(days=2, hours=12)
    )
    day = (now - timedelta(days=3)).date().isoformat()

    then, today, nonsense = (
        page_of(desk, place(receipt.report) + query) for query in (f"?on={day}", "", "?on=2999-01-01")
    )

    listed = ["Dora Developer" in page.partition('id="seen"')[0] for page in (then, today, nonsense)]
    assert listed == [True, False, False]
    assert "Could see it on" in then


@pytest.mark.clause("P8")
def test_whose_account_was_switched_off_could_see_it_until_then(desk: Client, receipt: Receipt) -> None:
    now = timezone.now()
    gone = factories.member(name="Gone Since", is_active=False)
    unknown = factories.member(name="Gone Before", is_active=False, date_joined=factories.LONG_AGO)
    record.append(gone, AccountEventKind.SWITCHED_OFF, by=None, now=now - timedelta(days=2))
    days = [(now - timedelta(days=back)).date().isoformat() for back in (3, 1)]

    pages = [page_of(desk, place(receipt.report) + query) for query in (*(f"?on={day}" for day in days), "")]

    assert [gone.name in page for page in pages] == [True, False, False]
    assert [unknown.name in page for page in pages] == [False, False, False]


@pytest.mark.clause("P22")
def test_who_did_see_it_is_told(desk: Client, receipt: Receipt, maintainer: User) -> None:
    with acting_as(SYSTEM):
        history.append(receipt.report, EventKind.READ, by=maintainer, now=timezone.now())

    seen = page_of(desk, place(receipt.report)).partition('id="seen"')[2]

    assert "Dora Developer" in seen


@pytest.mark.clause("P8", "P28")
def test_somebody_is_let_in_and_shut_out_again(desk: Client, receipt: Receipt, maintainer: User) -> None:
    theirs = browser_of(maintainer)
    report = receipt.report

    before = theirs.get(place(report, "")).status_code
    let_in = desk.post(place(report), {"to": maintainer.pk, "role": "developer", "reason": "Wrote the decoder."})
    open_tab = theirs.get(place(report, ""))
    with acting_as(SYSTEM):
        grant = Grant.objects.get(user=maintainer)
    shut_out = desk.post(place(report, f"sharing/{grant.pk}/revoke/"))
    from_the_tab = theirs.post(place(report, "write/"), {"text": "One more thing", "audience": "team"})

    assert [before, open_tab.status_code, from_the_tab.status_code] == [404, 200, 404]
    assert [let_in.status_code, shut_out.status_code] == [HTTPStatus.FOUND] * 2


def test_a_grant_that_runs_out_closes_open_tabs_too(receipt: Receipt, maintainer: User) -> None:
    now = timezone.now()
    grant = grant_to(maintainer, receipt.report, granted_at=now - timedelta(days=1))
    theirs = browser_of(maintainer)
    open_tab = theirs.get(place(receipt.report, "")).status_code

    with acting_as(SYSTEM):
        Grant.objects.filter(pk=grant.pk).update(expires_at=now - timedelta(seconds=1))

    note = theirs.post(place(receipt.report, "write/"), {"text": "One more thing", "audience": "team"})
    assert (open_tab, note.status_code) == (200, 404)


@pytest.mark.clause("P28")
def test_a_refusal_keeps_what_was_typed(desk: Client, receipt: Receipt, maintainer: User) -> None:
    answer = desk.post(place(receipt.report), {"to": maintainer.pk, "role": "reviewer", "until": "2027-01-31"})

    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "say why fixing it needs them" in page
    assert f'<option value="{maintainer.pk}" selected>' in page
    assert 'value="2027-01-31"' in page


@pytest.mark.parametrize(
    "until", ["yesterday", "2020-01-01", "9999-12-31", "0001-01-01", "2027-02-30", "\x00", "9" * 400]
)
def test_a_day_that_makes_no_sense_is_refused_kindly(
    desk: Client, receipt: Receipt, maintainer: User, until: str
) -> None:
    answer = desk.post(
        place(receipt.report), {"to": maintainer.pk, "role": "developer", "reason": "Knows it.", "until": until}
    )

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    with acting_as(SYSTEM):
        assert not Grant.objects.filter(user=maintainer).exists()


@pytest.mark.parametrize("day", ["", "x", "2020-01-01", "99999-01-01", "2026-11-25T00:00", "-1"])
def test_a_day_nobody_can_ask_for_shows_today(desk: Client, receipt: Receipt, day: str) -> None:
    answer = desk.get(place(receipt.report), {"on": day})

    assert (answer.status_code, b"Can see it now" in answer.content) == (HTTPStatus.OK, True)


@pytest.mark.parametrize(
    ("rest", "data"),
    [
        ("sharing/", {"to": "1", "role": "developer", "reason": "Knows it."}),
        ("restriction/lift/", {}),
        ("recusals/1/lift/", {}),
    ],
)
def test_letting_in_asks_for_the_second_factor_again(
    member: User, receipt: Receipt, rest: str, data: dict[str, str]
) -> None:
    late = browser_of(member, confirmed_ago=16 * 60)

    answer = late.post(place(receipt.report, rest), data)

    assert (answer.status_code, "reauthenticate" in answer["Location"]) == (HTTPStatus.FOUND, True)


@pytest.mark.parametrize("rest", ["sharing/", "recuse/", "restrict/"])
def test_who_only_helps_with_the_fix_changes_nothing(receipt: Receipt, maintainer: User, rest: str) -> None:
    grant_to(maintainer, receipt.report)
    other = factories.maintainer()
    theirs = browser_of(maintainer)

    answer = theirs.post(
        place(receipt.report, rest), {"to": other.pk, "who": other.pk, "role": "observer", "reason": "A friend."}
    )

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert b"Let somebody in" not in theirs.get(place(receipt.report)).content
    with acting_as(SYSTEM):
        assert (Grant.objects.filter(user=other).exists(), Restriction.objects.exists()) == (False, False)


def test_recusing_oneself_leads_away_from_the_report(desk: Client, member: User, receipt: Receipt) -> None:
    factories.member()

    answer = desk.post(place(receipt.report, "recuse/"), {"who": member.pk, "reason": ""})

    assert answer["Location"] == "/dashboard/"
    assert desk.get(place(receipt.report, "")).status_code == HTTPStatus.NOT_FOUND


def test_the_others_see_the_wall_and_lift_it(desk: Client, receipt: Receipt) -> None:
    other = factories.member(name="Rita Recused")
    desk.post(place(receipt.report, "recuse/"), {"who": other.pk})
    with acting_as(SYSTEM):
        wall = Recusal.objects.get()
    shown = "Rita Recused" in page_of(desk, place(receipt.report))

    desk.post(place(receipt.report, f"recusals/{wall.pk}/lift/"))

    assert shown
    assert browser_of(other).get(place(receipt.report, "")).status_code == HTTPStatus.OK


def test_a_report_is_restricted_and_opened_again(desk: Client, receipt: Receipt) -> None:
    other = factories.member()
    theirs = browser_of(other)

    desk.post(place(receipt.report, "restrict/"), {"reason": "It concerns one of us.", "keep": []})
    restricted = [theirs.get(place(receipt.report, rest)).status_code for rest in ("", "sharing/")]
    queue = receipt.report.reference in page_of(theirs, "/reports/")
    own = page_of(desk, place(receipt.report))
    desk.post(place(receipt.report, "restriction/lift/"))

    assert (restricted, queue) == ([404, 404], False)
    assert "It concerns one of us." in own
    assert theirs.get(place(receipt.report, "")).status_code == HTTPStatus.OK


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_as_much_with_three_grants_as_with_one(desk: Client, receipt: Receipt, count: int) -> None:
    for _ in range(count):
        user = factories.maintainer()
        grant_to(user, receipt.report)
        with acting_as(SYSTEM):
            history.append(receipt.report, EventKind.READ, by=user, now=timezone.now())
            Recusal.objects.create(report=receipt.report, user=factories.member())
    page_of(desk, place(receipt.report))  # what is worded once is worded now

    assert queries_of(desk, place(receipt.report)) == 12


# --- the emergency ------------------------------------------------------------------------------------------


@pytest.fixture
def administrator(settings: Settings) -> User:
    person: User = factories.UserFactory.create(name="Ada Administrator", is_administrator=True)
    settings.BREAK_GLASS_GITHUB_IDS = [person.github_id]
    return person


@pytest.mark.clause("P8")
def test_an_administrator_breaks_the_glass_and_it_stands_in_red(
    desk: Client, receipt: Receipt, administrator: User
) -> None:
    theirs = browser_of(administrator)
    before = theirs.get(place(receipt.report, "")).status_code

    answer = theirs.post("/reports/emergency/", {"reference": receipt.report.reference.lower(), "reason": WHY})

    assert (before, answer["Location"]) == (404, place(receipt.report, ""))
    assert theirs.get(place(receipt.report, "")).status_code == HTTPStatus.OK
    history_page = page_of(desk, place(receipt.report, "?part=activity"))
    assert '<p class="event late">' in history_page
    sharing_page = page_of(desk, place(receipt.report))
    assert ("Ada Administrator" in sharing_page, WHY in sharing_page) == (True, True)


def test_the_emergency_asks_for_the_second_factor_again(administrator: User) -> None:
    late = browser_of(administrator, confirmed_ago=16 * 60)

    answers = [late.get("/reports/emergency/"), late.post("/reports/emergency/", {})]

    assert ["reauthenticate" in answer["Location"] for answer in answers] == [True, True]


def test_for_everybody_else_there_is_no_such_page(member: User, administrator: User, settings: Settings) -> None:
    settings.BREAK_GLASS_GITHUB_IDS = []

    statuses = [browser_of(user).get("/reports/emergency/").status_code for user in (member, administrator)]

    assert statuses == [404, 404]


@pytest.mark.parametrize(
    ("reference", "reason", "sentence"),
    [
        ("", WHY, "Enter the reference"),
        ("WSC-0000-0000", WHY, "There is no report with this reference"),
        ("' OR 1=1 --", WHY, "There is no report with this reference"),
        ("WSC-0000-0000", "urgent", "Say it in a sentence"),
        ("WSC-0000-0000", "", "Say why it cannot wait"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    administrator: User, reference: str, reason: str, sentence: str
) -> None:
    answer = browser_of(administrator).post("/reports/emergency/", {"reference": reference, "reason": reason})

    page = answer.content.decode()
    assert (answer.status_code, sentence in page) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)
    assert reason in page
