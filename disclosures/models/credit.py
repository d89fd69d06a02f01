"""Whom an advisory thanks, and what each of them said to that (P17, P18)."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from disclosures.enums import AnswerChannel, CreditAnswerKind, CreditKind, CreditPlaceKind, PlaceObstacle, PlaceState
from portal.audit.chain import NEVER_DELETED
from portal.sealed.fields import SealedCharField, SealedTextField, SequencedKey
from portal.viewer import ReportKey
from reports.models import NeedToKnow, NeedToKnowManager, Report, Reporter
from reports.models.grants import nothing


def ones_own(viewer: ReportKey) -> Q:
    return Q(reporter__grant_id=viewer.grant_id) | Q(named_by__grant_id=viewer.grant_id)


def ones_own_credit(viewer: ReportKey) -> Q:
    return Q(credit__reporter__grant_id=viewer.grant_id) | Q(credit__named_by__grant_id=viewer.grant_id)


class Credit(NeedToKnow):
    """Somebody who may be thanked. It belongs to the report that they came by, which may be a duplicate of another.

    A reporter or a person of the organisation; neither for a finder whom the reporter named. Nothing is printed but
    what stands in `text`, and that only while `answer` is a consent.
    """

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="credits")
    kind = models.CharField(max_length=22, choices=CreditKind)
    reporter = models.OneToOneField(Reporter, on_delete=models.PROTECT, null=True, blank=True, related_name="credit")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="credits"
    )
    named_by = models.ForeignKey(
        Reporter, on_delete=models.PROTECT, null=True, blank=True, related_name="finders_named"
    )
    known_as = SealedCharField(max_length=200, blank=True, help_text="What we call them until they have answered.")

    door_number = models.PositiveSmallIntegerField(default=0, editable=False, help_text="How many links a finder had.")
    door_hash = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    came_themselves_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When a finder came by a link of their own: nobody answers for them now.",
    )

    asked_text = SealedCharField(max_length=500, blank=True, help_text="Exactly what they were shown.")
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_again_at = models.DateTimeField(null=True, blank=True)

    answer = models.CharField(max_length=10, choices=CreditAnswerKind, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    name = SealedCharField(max_length=200, blank=True)
    handle = SealedCharField(max_length=39, blank=True, help_text="Their login on GitHub, if they want it named.")
    handle_unknown_at = models.DateTimeField(
        null=True, blank=True, help_text="When GitHub knew nobody by that handle: they are thanked in the text alone."
    )
    organisation = SealedCharField(max_length=200, blank=True)
    text = SealedCharField(max_length=500, blank=True, help_text="Exactly what is printed.")

    objects = NeedToKnowManager["Credit"](reporters_see=ones_own)

    class Meta(NeedToKnow.Meta):
        ordering = ("id",)
        constraints: ClassVar = [
            models.CheckConstraint(
                name="credits_are_of_one_person",
                condition=Q(reporter__isnull=True) | Q(user__isnull=True),
            ),
            models.UniqueConstraint(
                name="one_credit_each_person", fields=["report", "user"], condition=Q(user__isnull=False)
            ),
            models.CheckConstraint(
                name="answers_about_credit_have_their_moment",
                condition=Q(answer="", answered_at__isnull=True) | ~Q(answer="") & Q(answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="nobody_is_asked_again_before_they_were_asked",
                condition=Q(asked_again_at__isnull=True) | Q(asked_at__isnull=False),
            ),
        ]
        indexes = (models.Index(name="credit_unanswered", fields=["asked_at"], condition=Q(answer="")),)

    def __str__(self) -> str:
        return "a credit"

    @property
    def is_consented(self) -> bool:
        return self.answer == CreditAnswerKind.NAMED


NOTHING_BUT_FORGOTTEN = (
    pgtrigger.Protect(
        name="never_changed",
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange(exclude=["text", "note", "forgotten_at"]),
    ),
    pgtrigger.Protect(
        name="forgotten_once",
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__forgotten_at__isnull=False) | pgtrigger.Q(new__forgotten_at__isnull=True),
    ),
    *NEVER_DELETED,
)
"""The words of a proof go once, with the person, and that they went is seen."""


class CreditAnswer(NeedToKnow):
    """The proof of one answer: what was shown, what was said, when and by which way.

    Appended, never changed. Once the person is forgotten, the words are destroyed and the rest stays.
    """

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="credit_answers")
    credit = models.ForeignKey(Credit, on_delete=models.PROTECT, related_name="answers")
    answer = models.CharField(max_length=10, choices=CreditAnswerKind)
    channel = models.CharField(max_length=9, choices=AnswerChannel)
    text = SealedCharField(max_length=500, blank=True, help_text="Exactly what was shown to be printed.")
    note = SealedTextField(blank=True, help_text="How a member came to know it, where a member entered it.")
    at = models.DateTimeField(default=timezone.now)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="credit_answers_entered"
    )

    forgotten_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = NeedToKnowManager["CreditAnswer"](reporters_see=ones_own_credit)

    class Meta(NeedToKnow.Meta):
        ordering = ("at", "id")
        triggers = NOTHING_BUT_FORGOTTEN

    def __str__(self) -> str:
        return "an answer about credit"


class CreditPlace(NeedToKnow):
    """Where a name went, and whether it is still there."""

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="credit_places")
    credit = models.ForeignKey(Credit, on_delete=models.PROTECT, related_name="places")
    kind = models.CharField(max_length=13, choices=CreditPlaceKind)
    where = SealedCharField(max_length=500, blank=True)
    state = models.CharField(max_length=9, choices=PlaceState, default=PlaceState.STANDS)
    printed_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="credit_places_changed"
    )

    # Of a name on GitHub that is to go: how it is tried, and why it was given up.
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    obstacle = models.CharField(max_length=9, choices=PlaceObstacle, blank=True)

    objects = NeedToKnowManager["CreditPlace"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("printed_at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="what_is_in_the_way_is_beyond_us", condition=Q(obstacle="") | Q(state=PlaceState.BEYOND_US)
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
