"""A stranger reports, from the first page to the link."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.rate_limits import Scope, take
from portal.viewer import SYSTEM, acting_as
from reports.enums import CreditWish, NoticeKind, State
from reports.models import Attachment, Notification, Report, Reporter, StagedFile
from reports.views.uploading import TOO_MANY
from tests import factories
from tests.visitor import FORM, Visitor, hidden, page_of, text_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pooler")]


def stored() -> list[Report]:
    with acting_as(SYSTEM):
        return list(Report.objects.all())


def attached() -> list[str]:
    with acting_as(SYSTEM):
        return [attachment.name for attachment in Attachment.objects.order_by("pk")]


@pytest.mark.clause("P6")
def test_the_first_page_asks_whether_this_is_the_place_and_lets_one_report_anyway(visitor: Visitor) -> None:
    page = page_of(visitor.get("/report/"))

    assert re.findall(r"<h3>(.*?)</h3>", page) == [
        "An application that runs on it",
        "How to use or secure it",
        "Help with an update",
    ]
    assert 'href="https://slack.wasmcloud.com/"' in page
    assert 'href="/report/new/"' in page


@pytest.mark.clause("P9")
def test_the_first_page_states_good_faith_on_both_sides(visitor: Visitor) -> None:
    page = page_of(visitor.get("/report/"))

    assert "keep the details to yourself until a fix is out" in page
    assert "credit you in writing" in page


@pytest.mark.clause("P7")
def test_the_form_says_by_when_a_person_answers_in_local_time_with_its_zone(visitor: Visitor) -> None:
    with time_machine.travel("2026-11-20T23:50:00-05:00", tick=False):
        page = page_of(visitor.get(FORM))

    assert "Wednesday 25 November 2026, 18:00 EST" in page


@pytest.mark.clause("P1")
def test_the_least_is_enough_and_leads_to_the_link(visitor: Visitor) -> None:
    answer = visitor.report()
    page = page_of(visitor.get(answer["Location"]))

    [report] = stored()
    assert (answer.status_code, answer["Location"]) == (302, "/report/sent/")
    assert (report.state, report.project_unknown) == (State.RECEIVED, True)
    assert report.reference in page
    assert len(re.findall(r"http://localhost:\d+/r/[\w-]{43}/", page)) == 1


def test_everything_that_can_be_said_is_kept(visitor: Visitor) -> None:
    project = factories.ProjectFactory.create(name="wadm")
    archived = factories.ProjectFactory.create(name="old", archived_at=timezone.now())

    visitor.post(
        FORM,
        {
            "submission": visitor.form()["submission"],
            "projects": [str(project.pk), str(archived.pk)],
            "is_dependency": "on",
            "dependency_name": "tokio",
            "dependency_version": "1.2.3",
            "summary": "Zip bomb",
            "description": "It **explodes**.",
            "affected_versions": "< 2",
            "reproduction": "Unpack it.",
            "impact": "No memory left.",
            "already_public": "on",
            "public_where": "On a mailing list.",
            "exploited": "on",
            "exploit_evidence": "Logs.",
            "reporter_discloses_on": "2027-03-01",
            "name": "Robin",
            "email": "robin@example.net",
            "credit_wish": "yes",
            "files": [text_file("a.txt"), text_file("b.txt")],
        },
    )

    with acting_as(SYSTEM):
        report, reporter = Report.objects.get(), Reporter.objects.select_related("report").get()
        assert [str(each) for each in report.projects.order_by("name")] == ["old", "wadm"]
    said = (report.dependency_name, report.dependency_version, report.summary, report.description)
    assert said == ("tokio", "1.2.3", "Zip bomb", "It **explodes**.")
    assert (report.affected_versions, report.reproduction, report.impact) == ("< 2", "Unpack it.", "No memory left.")
    assert (report.already_public, report.public_where) == (True, "On a mailing list.")
    assert (report.exploited, report.exploit_evidence) == (True, "Logs.")
    assert str(report.reporter_discloses_on) == "2027-03-01"
    assert (reporter.name, reporter.email, reporter.credit_wish) == ("Robin", "robin@example.net", CreditWish.YES)
    assert attached() == ["a.txt", "b.txt"]


@pytest.mark.clause("P5")
def test_archived_projects_are_marked_and_can_be_chosen(visitor: Visitor) -> None:
    factories.ProjectFactory.create(name="current")
    factories.ProjectFactory.create(name="bygone", archived_at=timezone.now())

    page = page_of(visitor.get(FORM))

    labels = re.findall(r'name="projects"[^>]*>\s*([^<]+?)\s*<', page)
    assert labels == ["current", "bygone (archived)"]


def test_an_error_brings_back_all_that_was_typed_and_every_file(visitor: Visitor) -> None:
    project = factories.ProjectFactory.create()

    answer = visitor.report(
        summary="", project_unknown="", projects=[str(project.pk)], impact="Everything <b>", files=[text_file("a.txt")]
    )
    page = page_of(answer)

    assert answer.status_code == 422
    assert stored() == []
    assert "Give it one sentence, however rough" in page
    assert "A component leaves its folder." in page
    assert "Everything &lt;b&gt;" in page
    assert re.search(rf'value="{project.pk}"[^>]* checked', page)
    assert "<bdi>a.txt</bdi>" in page
    assert len(hidden(page, "staged")) == 1


def test_a_file_that_came_with_an_error_goes_along_when_the_form_is_right(visitor: Visitor) -> None:
    page = page_of(visitor.report(summary="", files=[text_file("a.txt"), text_file("b.txt")]))
    first, _ = hidden(page, "staged")

    visitor.post(FORM, {**visitor.form(), "submission": hidden(page, "submission")[0], "staged": [first]})

    assert len(stored()) == 1
    assert attached() == ["a.txt"]


def test_where_is_required_and_said_at_its_field(visitor: Visitor) -> None:
    page = page_of(visitor.report(project_unknown=""))

    assert re.search(r'id="id_projects_error">.*?Choose at least one project', page, re.DOTALL)


def test_a_dependency_needs_its_name(visitor: Visitor) -> None:
    page = page_of(visitor.report(is_dependency="on"))

    assert re.search(r'id="id_dependency_name_error">.*?Name the dependency', page, re.DOTALL)


@pytest.mark.usefixtures("visitor")
def test_a_form_whose_proof_of_origin_expired_comes_back_as_the_form() -> None:
    visitor = Visitor(checks_origin=True)
    project = factories.ProjectFactory.create(name="wadm")

    answer = visitor.report(projects=[str(project.pk)], impact="All of it.", files=[text_file("a.txt")])
    page = page_of(answer)

    assert answer.status_code == 403
    assert stored() == []
    assert "It was not sent yet" in page
    assert '<textarea name="description"' in page
    assert "A component leaves its folder." in page
    assert "All of it." in page
    assert "<bdi>a.txt</bdi>" in page

    again = visitor.post(
        FORM,
        {
            "csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken")[0],
            **visitor.form(submission=hidden(page, "submission")[0], staged=hidden(page, "staged")),
        },
    )
    assert again.status_code == 302
    assert attached() == ["a.txt"]


def test_sent_twice_is_one_report_with_the_same_link(visitor: Visitor) -> None:
    form = visitor.form()

    first, second = visitor.post(FORM, form), visitor.post(FORM, form)
    link = re.search(r"/r/[\w-]{43}/", page_of(visitor.get("/report/sent/")))

    assert (first.status_code, second.status_code) == (302, 302)
    assert len(stored()) == 1
    assert link is not None
    assert visitor.post(link[0]).status_code == 302


def test_sent_twice_with_its_files_keeps_them_once(visitor: Visitor) -> None:
    form = visitor.form()

    answers = [visitor.post(FORM, {**form, "files": [text_file("a.txt")]}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert attached() == ["a.txt"]


def test_going_back_to_a_fresh_form_with_the_same_words_in_it_makes_no_second_report(visitor: Visitor) -> None:
    visitor.report(email="anna@example.net")

    again = visitor.report(email="anna@example.net")

    assert again["Location"] == "/report/sent/"
    assert len(stored()) == 1


@pytest.mark.parametrize(
    "change",
    [{"summary": "Another one"}, {"email": "corrected@example.net"}, {"name": "Anna"}, {"files": [text_file()]}],
    ids=lambda change: next(iter(change)),
)
def test_going_back_to_change_something_loses_nothing_of_it(visitor: Visitor, change: dict[str, str]) -> None:
    visitor.report(email="anna@example.net")

    visitor.report(**{"email": "anna@example.net", **change})

    assert len(stored()) == 2


def test_a_corrected_address_under_the_same_token_is_never_dropped(visitor: Visitor) -> None:
    form = visitor.form(email="anan@example.net")
    visitor.post(FORM, form)

    page = page_of(visitor.post(FORM, {**form, "email": "anna@example.net"}))

    assert "anna@example.net" in page
    assert "This form was sent before" in page


def test_a_file_added_to_a_form_that_was_sent_is_never_dropped(visitor: Visitor) -> None:
    form = visitor.form()
    visitor.post(FORM, form)

    page = page_of(visitor.post(FORM, {**form, "files": [text_file("late.txt")]}))

    assert "<bdi>late.txt</bdi>" in page
    assert "This form was sent before" in page


def test_other_words_under_the_same_token_are_never_dropped(visitor: Visitor) -> None:
    form = visitor.form()
    visitor.post(FORM, form)

    answer = visitor.post(FORM, {**form, "description": "Another weakness.", "files": [text_file("new.txt")]})
    page = page_of(answer)
    again = visitor.post(
        FORM,
        {
            **form,
            "description": "Another weakness.",
            "submission": hidden(page, "submission")[0],
            "staged": hidden(page, "staged"),
        },
    )

    assert answer.status_code == 409
    assert "Another weakness." in page
    assert again.status_code == 302
    assert sorted(report.description for report in stored()) == ["A component leaves its folder.", "Another weakness."]
    assert attached() == ["new.txt"]


@pytest.mark.parametrize("token", ["", "forged", "x" * 5_000, "W10:abc:def", "\x00"])
def test_a_forged_token_costs_nothing(visitor: Visitor, token: str) -> None:
    answer = visitor.report(submission=token)

    assert answer.status_code == 302
    assert len(stored()) == 1


def test_the_link_is_shown_for_a_short_while_and_stored_nowhere(visitor: Visitor) -> None:
    visitor.report()
    shown = visitor.get("/report/sent/")
    link = re.search(r"/r/([\w-]{43})/", page_of(shown))

    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        later = visitor.get("/report/sent/")
    stranger = Visitor().get("/report/sent/")

    assert link is not None
    assert shown["Cache-Control"] == "no-store, private"
    assert shown["Referrer-Policy"] == "no-referrer"
    assert (later.status_code, later["Location"]) == (302, "/track/")
    assert (stranger.status_code, stranger["Location"]) == (302, "/track/")
    cookie = visitor.browser.cookies["shown-once"]
    assert link[1] not in cookie.value
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 900)


def test_a_filled_honeypot_means_quarantine_and_never_refusal(visitor: Visitor) -> None:
    answer = visitor.report(website="https://spam.example", email="victim@example.org")
    page = page_of(visitor.get("/report/sent/"))

    [report] = stored()
    with acting_as(SYSTEM):
        receipts = Notification.objects.filter(kind=NoticeKind.RECEIPT).count()
    assert answer.status_code == 302
    assert report.reference in page
    assert report.quarantined_at is not None
    assert receipts == 0


def test_a_flood_goes_to_quarantine_and_the_first_reporters_do_not(visitor: Visitor) -> None:
    for number in range(5):
        assert visitor.report(summary=f"Number {number}").status_code == 302

    in_quarantine = [report.quarantined_at is not None for report in sorted(stored(), key=lambda each: each.pk)]
    assert in_quarantine == [False, False, False, True, True]


def test_a_form_filled_in_by_hand_counts_less_than_one_sent_in_haste(visitor: Visitor) -> None:
    for number in range(9):
        form = visitor.form(summary=f"Number {number}")
        with time_machine.travel(timezone.now() + timedelta(seconds=40)):
            visitor.post(FORM, form)

    assert [report for report in stored() if report.quarantined_at] == []


def test_a_mail_address_is_not_flooded_with_receipts(visitor: Visitor) -> None:
    for number in range(7):
        visitor.browser.defaults["REMOTE_ADDR"] = f"192.0.2.{number}"
        visitor.report(email="victim@example.org", summary=f"Number {number}")

    with acting_as(SYSTEM):
        receipts = Notification.objects.filter(kind=NoticeKind.RECEIPT).count()
    assert len(stored()) == 7
    assert receipts == 5


def test_a_file_can_come_ahead_of_its_form(visitor: Visitor) -> None:
    form = visitor.form()

    kept = visitor.send_ahead(form["submission"], text_file("../../poc.py"))
    visitor.post(FORM, {**form, "staged": [str(kept["token"])]})

    assert (kept["name"], kept["size"]) == ("poc.py", 8)
    assert attached() == ["poc.py"]
    with acting_as(SYSTEM):
        assert StagedFile.objects.count() == 0


def test_only_a_hash_of_a_files_token_is_stored(visitor: Visitor) -> None:
    token = str(visitor.send_ahead(visitor.form()["submission"], text_file())["token"])

    with acting_as(SYSTEM):
        staged = StagedFile.objects.get()
    assert len(token) >= 32
    assert token not in (staged.token_hash, staged.submission, staged.storage_key)


def test_a_file_of_another_form_cannot_be_claimed(visitor: Visitor) -> None:
    token = str(visitor.send_ahead(visitor.form()["submission"], text_file())["token"])

    answer = Visitor().report(staged=[token])

    assert answer.status_code == 302
    assert attached() == []


def test_so_many_files_from_one_network_are_refused_and_no_word_of_the_report_is(visitor: Visitor) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        for _ in range(Scope.UPLOAD.burst):
            take(Scope.UPLOAD, "127.0.0.1", now=timezone.now())

        answer = visitor.report(attachments=text_file(), description="Every word of it.")

    assert answer.status_code == 422
    assert TOO_MANY in page_of(answer)
    assert "Every word of it." in page_of(answer)
    assert attached() == []


@pytest.mark.usefixtures("small_uploads")
def test_too_large_too_many_and_too_much_are_said_and_cost_nothing_else(visitor: Visitor) -> None:
    too_large = page_of(visitor.report(files=[text_file("big.bin", b"x" * 1_100_000), text_file("small.txt")]))
    too_many = page_of(visitor.report(files=[text_file(f"{number}.txt") for number in range(5)]))
    together = page_of(visitor.report(files=[text_file(f"{number}.bin", b"x" * 900_000) for number in range(3)]))

    assert "big.bin is larger than 1 MB" in too_large
    assert "<bdi>small.txt</bdi>" in too_large
    assert "A component leaves its folder." in too_large
    assert "4.txt" in too_many
    assert "<bdi>3.txt</bdi>" in too_many
    assert "2.bin would bring these files to more than 2 MB" in together
    assert stored() == []


@pytest.mark.usefixtures("small_uploads")
def test_limits_count_what_came_ahead(visitor: Visitor) -> None:
    submission = visitor.form()["submission"]
    answers = [visitor.send_ahead(submission, text_file("a.bin", b"x" * 900_000)) for _ in range(3)]

    assert ["token" in answer for answer in answers] == [True, True, False]
    assert answers[2] == {"error": "a.bin was not kept. Together the files would be larger than 2 MB."}


def test_the_form_takes_as_many_queries_with_one_project_as_with_three(
    visitor: Visitor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in (1, 2):
        factories.ProjectFactory.create_batch(number)
        visitor.get(FORM)
        with django_assert_num_queries(3):
            visitor.get(FORM)


def test_a_form_drawn_before_shows_projects_as_they_are_now(visitor: Visitor) -> None:
    visitor.get(FORM)
    project = factories.ProjectFactory.create(name="brand-new")
    new = page_of(visitor.get(FORM))

    project.archived_at = timezone.now()
    project.save()
    archived = page_of(visitor.get(FORM))

    assert "brand-new" in new
    assert "brand-new (archived)" not in new
    assert "brand-new (archived)" in archived


def test_no_two_forms_share_a_token(visitor: Visitor) -> None:
    assert visitor.form()["submission"] != Visitor().form()["submission"]


@pytest.mark.parametrize("path", ["/report/", "/report/new/", "/report/sent/", "/track/"])
def test_pages_answer_head_as_get(visitor: Visitor, path: str) -> None:
    assert visitor.browser.head(path).status_code == visitor.get(path).status_code
