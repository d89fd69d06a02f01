"""What a person can do about a CVE ID: the words for it, what it asks for, and the verb behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django import forms

from disclosures import cves, spreading
from disclosures.conductor import beginning
from disclosures.cve_states import WITH_ID, Deed, possible
from disclosures.enums import AdvisoryState, CveRoute, CveState
from disclosures.models import Advisory, CveRequest
from portal import cve_services
from teams.models import User

LONGEST_REASON: Final = 2_000


class Act(StrEnum):
    ENTER = "enter"
    GITHUB = "ask-github"
    OURS = "reserve"
    PROPOSE = "propose"
    AGREE = "agree"
    TAKE_BACK = "take-back"
    NEED = "need"
    GIVE_UP = "give-up"
    PUBLISHED = "published"
    SECOND = "second"
    DISPUTE = "dispute"
    SETTLE = "settle"
    REJECT = "reject"


class NothingToSay(forms.Form):
    """A button is all it takes."""


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Why",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="It stays on record with the report.",
    )


class IdForm(forms.Form):
    cve_id = forms.CharField(
        label="CVE ID",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="As you were sent it, such as CVE-2026-12345.",
    )


GIVERS: Final = (
    (CveRoute.GITHUB.value, "GitHub"),
    (CveRoute.CNA.value, "We, as a CNA"),
    (CveRoute.BY_HAND.value, "Somebody else, or nobody knows"),
)


class EnterForm(IdForm):
    given_by = forms.ChoiceField(
        label="Who gave it out?",
        choices=GIVERS,
        required=False,
        initial=CveRoute.BY_HAND.value,
        widget=forms.RadioSelect,
        help_text="Its record names them. We publish a copy of the record only if we know whom to name.",
    )

    def clean_given_by(self) -> CveRoute:
        return CveRoute(self.cleaned_data["given_by"] or CveRoute.BY_HAND)


class SecondForm(IdForm):
    keep = forms.ChoiceField(
        label="Which one is kept?",
        choices=[("first", "The one that it has"), ("second", "The one that I enter here")],
        widget=forms.RadioSelect,
        help_text="The other stays on record as rejected, and refers to it.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How an act is offered. `deed`: the row of the table that has to lead on from here."""

    act: Act
    deed: Deed
    label: str
    title: str
    meaning: str
    done: str
    form: type[forms.Form] = NothingToSay
    button: str = ""
    """What the button says, if it is not the label."""

    @property
    def asks(self) -> bool:
        return self.form is not NothingToSay


WAYS: Final[Mapping[Act, Way]] = {
    way.act: way
    for way in (
        Way(
            act=Act.ENTER,
            deed=Deed.ASSIGN,
            label="Enter the ID",
            title="Enter the CVE ID",
            meaning="For an ID that came by mail, or by whatever other way.",
            done="The ID is entered.",
            form=EnterForm,
        ),
        Way(
            act=Act.GITHUB,
            deed=Deed.CHOOSE,
            label="Let the portal ask GitHub",
            title="Ask GitHub for it",
            meaning="The portal asks as soon as the advisory is published on GitHub. The answer takes weeks as a rule.",
            done="GitHub is asked as soon as the advisory is published there.",
        ),
        Way(
            act=Act.OURS,
            deed=Deed.REQUEST,
            label="Reserve one of ours",
            title="Reserve an ID at CVE Services",
            meaning="We are a CNA: an ID is reserved within a minute, and its record published with the advisory.",
            done="An ID is being reserved.",
        ),
        Way(
            act=Act.PROPOSE,
            deed=Deed.PROPOSE,
            label="None is needed",
            title="Propose that none is needed",
            meaning="Every vulnerability gets an ID (P15). Where it is none by itself, a second person has to agree.",
            done="It is proposed, and the team is asked for somebody who agrees.",
            form=ReasonForm,
        ),
        Way(
            act=Act.AGREE,
            deed=Deed.AGREE,
            label="I agree: none is needed",
            title="Agree that none is needed",
            meaning="Then there are two of you, and no ID is asked for.",
            done="It gets no ID.",
        ),
        Way(
            act=Act.TAKE_BACK,
            deed=Deed.TAKE_BACK,
            label="It is needed",
            title="Say that it is needed",
            meaning="The proposal is dropped, whoever made it.",
            done="It is needed.",
        ),
        Way(
            act=Act.NEED,
            deed=Deed.NEED,
            label="It is needed after all",
            title="Say that it is needed after all",
            meaning="Then it is asked for as any other.",
            done="It is needed.",
        ),
        Way(
            act=Act.GIVE_UP,
            deed=Deed.GIVE_UP,
            label="Try another way",
            title="Try another way to an ID",
            meaning="Nothing came of asking. Should the ID come all the same, it is taken.",
            done="It can be asked for by another way now.",
        ),
        Way(
            act=Act.PUBLISHED,
            deed=Deed.PUBLISH,
            label="Its record is public",
            title="Say that its record is public",
            meaning="Whoever gave out the ID has published its record: you can open it at cve.org.",
            done="It is noted that the record is public.",
        ),
        Way(
            act=Act.SECOND,
            deed=Deed.REJECT,
            label="There is a second ID",
            title="There is a second ID for it",
            meaning="One vulnerability has one ID. Say which of the two is kept, and ask for the other to be rejected.",
            done="One of the two is kept.",
            button="Keep that one",
            form=SecondForm,
        ),
        Way(
            act=Act.DISPUTE,
            deed=Deed.DISPUTE,
            label="It is disputed",
            title="Note that the ID is disputed",
            meaning="Somebody says that it is no vulnerability. The ID stays what it is called until that is settled.",
            done="It is noted as disputed.",
            form=ReasonForm,
        ),
        Way(
            act=Act.SETTLE,
            deed=Deed.SETTLE,
            label="The dispute is settled",
            title="Say that the dispute is settled",
            meaning="The ID stands. If it was rejected, say that instead.",
            done="The dispute is settled.",
        ),
        Way(
            act=Act.REJECT,
            deed=Deed.REJECT,
            label="It was rejected",
            title="Note that it was rejected",
            meaning=(
                "It stays on record, and another ID is needed in its place, unless the advisory is withdrawn. The "
                "reason stays here: the public record says only which ID took its place, or why the advisory is gone."
            ),
            done="It is noted as rejected.",
            form=ReasonForm,
        ),
    )
}


ASKING: Final = frozenset({Act.GITHUB, Act.OURS})
"""What nobody does any more once the advisory is withdrawn."""


def offered(wish: CveRequest, *, to: User) -> list[Way]:
    """In the order in which they are likely to be wanted."""
    deeds = possible(wish)
    over = ASKING if wish.advisory.state == AdvisoryState.WITHDRAWN else ()
    ways = [way for way in WAYS.values() if way.act not in over]
    return [way for way in ways if way.deed in deeds and _makes_sense(way.act, wish, to)]


def _makes_sense(act: Act, wish: CveRequest, user: User) -> bool:
    match act:
        case Act.ENTER:
            return wish.state != CveState.NOT_NEEDED and not wish.report.is_rehearsal
        case Act.GITHUB:
            return wish.route != CveRoute.GITHUB
        case Act.OURS:
            return cve_services.account() is not None and not wish.report.is_rehearsal
        case Act.AGREE:
            return wish.proposed_by_id != user.pk
        case Act.SECOND:
            return wish.state in WITH_ID and not wish.report.is_rehearsal
    return True


def _ask_github(wish: CveRequest, *, by: User, now: datetime) -> None:
    cves.choose_github(wish, by=by, now=now)
    beginning.ask_for_id(wish.advisory, now=now)


type Said = Mapping[str, str]
type Verb = Callable[[CveRequest, Said, User, datetime], object]

VERBS: Final[Mapping[Act, Verb]] = {
    Act.ENTER: lambda wish, said, by, now: cves.enter(
        wish, cve_id=said["cve_id"], given_by=CveRoute(said["given_by"]), by=by, now=now
    ),
    Act.GITHUB: lambda wish, _, by, now: _ask_github(wish, by=by, now=now),
    Act.OURS: lambda wish, _, by, now: cves.request_of_our_own(wish, by=by, now=now),
    Act.PROPOSE: lambda wish, said, by, now: cves.propose_not_needed(wish, reason=said["reason"], by=by, now=now),
    Act.AGREE: lambda wish, _, by, now: cves.agree_not_needed(wish, by=by, now=now),
    Act.TAKE_BACK: lambda wish, _, by, now: cves.take_back(wish, by=by, now=now),
    Act.NEED: lambda wish, _, by, now: cves.need_after_all(wish, by=by, now=now),
    Act.GIVE_UP: lambda wish, _, by, now: cves.give_up(wish, by=by, now=now),
    Act.PUBLISHED: lambda wish, _, by, now: cves.mark_published(wish, by=by, now=now),
    Act.SECOND: lambda wish, said, by, now: spreading.keep_one(
        wish, other=said["cve_id"], keeps_other=said["keep"] == "second", by=by, now=now
    ),
    Act.DISPUTE: lambda wish, said, by, now: cves.dispute(wish, reason=said["reason"], by=by, now=now),
    Act.SETTLE: lambda wish, _, by, now: cves.settle(wish, by=by, now=now),
    Act.REJECT: lambda wish, said, by, now: spreading.reject(wish, reason=said["reason"], by=by, now=now),
}


def do(act: Act, advisory: Advisory, said: Said, *, by: User, now: datetime) -> None:
    """On the wish that counts; raises `Refused`."""
    VERBS[act](cves.need(advisory, now=now), said, by, now)
