"""What everybody may read: where to report, what is promised, and who answers for it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from disclosures import statistics
from portal import openpgp
from portal.github import has_github
from portal.policy import Clause, Kind, deadlines, enforces
from portal.policy.clauses import NEEDS_GITHUB, WITHOUT_A_KEY, WITHOUT_GITHUB
from portal.viewer import without_viewer
from reports import public_figures
from teams.models import Maintainership, SecurityTeamMembership

SECURITY_TXT_LASTS = timedelta(days=90)
"""RFC 9116 recommends less than a year; each answer carries a fresh date, so it never runs out by itself."""


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    answer_by = deadlines.ACKNOWLEDGE.due(timezone.now(), policy=settings.POLICY)
    return render(request, "portal/home.html", {"answer_by": answer_by})


@login_not_required
@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    groups = [
        (words, [in_words(clause) for clause in Clause if clause.kind is kind]) for kind, words in KIND_WORDS.items()
    ]
    return render(
        request,
        "portal/policy.html",
        {
            "groups": groups,
            "rule": deadlines.ACKNOWLEDGE.rule(settings.POLICY),
            "figures": [*public_figures.in_public(), *statistics.in_public()],
            "key": openpgp.own_key(),
        },
    )


def in_words(clause: Clause) -> dict[str, str]:
    policy = settings.POLICY
    keeper, how_kept = clause.keeper, clause.how_kept(policy)
    if clause is Clause.P4 and openpgp.own_key() is None:
        keeper, how_kept = WITHOUT_A_KEY
    if clause in NEEDS_GITHUB and not has_github():
        keeper, how_kept = WITHOUT_GITHUB
    return {
        "id": clause.name,
        "title": clause.title(policy),
        "words": clause.words(policy),
        "keeper": keeper.value,
        "how_kept": how_kept,
    }


KIND_WORDS = {
    Kind.PROMISE: (
        "Promises",
        "A clock or an obligation runs until each is kept. When one is broken, that stays on record.",
    ),
    Kind.RULE: ("Rules", "What goes against them is refused."),
    Kind.GUIDANCE: ("Guidance", "Advice that a person weighs."),
}


@enforces(Clause.P3)
@login_not_required
@require_safe
def team(request: HttpRequest) -> HttpResponse:
    members = (
        SecurityTeamMembership.objects.current()
        .filter(user__is_active=True)
        .select_related("user")
        .order_by("-is_lead", "user__name", "user__github_login")
    )
    projects: dict[int, list[str]] = {}
    current = Maintainership.objects.current().filter(project__archived_at=None, user__in=members.values("user"))
    for user_id, project in current.order_by("project__name").values_list("user_id", "project__name"):
        projects.setdefault(user_id, []).append(project)
    context = {"members": [(member, projects.get(member.user_id, [])) for member in members]}
    return render(request, "portal/team.html", context)


@login_not_required
@without_viewer
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - every view takes one
    return HttpResponse(
        security_txt_for(timezone.now()),
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "public, max-age=3600"},
    )


def _key() -> list[tuple[str, str]]:
    """Where to get the key by which a report can be encrypted, if there is one."""
    return [("Encryption", settings.BASE_URL + reverse("openpgp-key"))] if openpgp.own_key() else []


def security_txt_for(now: datetime) -> str:
    """The file of RFC 9116, valid for 90 days from the beginning of the day of `now`."""
    expires = now.replace(hour=0, minute=0, second=0, microsecond=0) + SECURITY_TXT_LASTS
    lines = (
        ("Contact", settings.BASE_URL + reverse("before-you-report")),
        ("Contact", f"mailto:{settings.POLICY.organisation.security_address}"),
        ("Expires", f"{expires:%Y-%m-%dT%H:%M:%SZ}"),
        ("Policy", settings.BASE_URL + reverse("policy")),
        *_key(),
        ("Acknowledgments", settings.BASE_URL + reverse("acknowledgements")),
        ("CSAF", settings.BASE_URL + reverse("csaf-metadata")),
        ("Preferred-Languages", "en"),
        ("Canonical", f"{settings.BASE_URL}/.well-known/security.txt"),
    )
    return "".join(f"{name}: {value}\n" for name, value in lines)
