"""Text from strangers: which of it a form field takes, and how it is shown so that it deceives nobody."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, TypedDict, Unpack

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal import characters

LONGEST_LINE: Final = 200
LONGEST_TEXT: Final = 100_000
MOST_KINDS: Final = 4
MOST_RETURNED: Final = 1_000_000
"""How much of a text that is far too long goes back into its field, to be cut by its author."""


class FieldOptions(TypedDict, total=False):
    """The options of Django's CharField that are left to the forms."""

    required: bool
    label: str | None
    initial: str | None
    help_text: str
    widget: forms.Widget | type[forms.Widget] | None
    error_messages: dict[str, str] | None
    disabled: bool


class _BoundedField(forms.CharField):
    """Has no maxlength attribute, because browsers cut what is pasted at it without a word."""

    def __init__(self, *, longest: int, **options: Unpack[FieldOptions]) -> None:
        super().__init__(**options, strip=False)
        self.longest = longest

    def to_python(self, value: object) -> str:
        text = "" if value is None else str(value)
        if len(text) > MOST_RETURNED:
            raise self._too_long(len(text))
        text = self._tidied(text)
        if len(text) > self.longest:
            raise self._too_long(len(text))
        self._refuse_deception(text)
        return "" if characters.is_blank(text) else text

    def bound_data(self, data: object, initial: object) -> object:
        """What was typed, as far as a page can carry it; a refused character is not put back unseen."""
        shown = super().bound_data(data, initial)
        return self._returnable(str(shown)[:MOST_RETURNED]) if shown is not None else None

    def _too_long(self, length: int) -> ValidationError:
        return ValidationError(
            "This is %(length)s characters; at most %(longest)s fit here.",
            code="max_length",
            params={"length": f"{length:,}", "longest": f"{self.longest:,}"},
        )

    def _tidied(self, text: str) -> str:
        raise NotImplementedError

    def _refuse_deception(self, text: str) -> None:
        raise NotImplementedError

    def _returnable(self, text: str) -> str:
        raise NotImplementedError


class LineField(_BoundedField):
    """One line. Line breaks become spaces; controls and direction overrides are refused by name."""

    def __init__(self, *, longest: int = LONGEST_LINE, **options: Unpack[FieldOptions]) -> None:
        super().__init__(longest=longest, **options)

    def _tidied(self, text: str) -> str:
        return characters.LINE_BREAKS.sub(" ", text).replace("\t", " ").strip()

    def _refuse_deception(self, text: str) -> None:
        if found := characters.UNSTORABLE.search(text) or characters.CONTROLS.search(text):
            raise ValidationError(
                "This holds a character that cannot be kept: %(character)s. "
                "We took it out below; please look the line over and send it again.",
                code="control_character",
                params={"character": characters.named(found[0])},
            )
        if found := characters.DIRECTION_CONTROLS.search(text):
            raise ValidationError(
                "This holds an invisible character, %(character)s, that makes a line read differently from what "
                "it says. We took it out below; please look the line over and send it again.",
                code="direction_control",
                params={"character": characters.named(found[0])},
            )

    def _returnable(self, text: str) -> str:
        for refused in (characters.UNSTORABLE, characters.CONTROLS, characters.DIRECTION_CONTROLS):
            text = refused.sub("", text)
        return text


class TextField(_BoundedField):
    """Several lines, with everything that can be stored: what cannot be seen is marked when it is shown."""

    widget = forms.Textarea

    def __init__(self, *, longest: int = LONGEST_TEXT, **options: Unpack[FieldOptions]) -> None:
        super().__init__(longest=longest, **options)

    def _tidied(self, text: str) -> str:
        return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()

    def _refuse_deception(self, text: str) -> None:
        if found := characters.UNSTORABLE.search(text):
            raise ValidationError(
                "Line %(line)s holds a character that cannot be kept: %(character)s. It is shown as %(shown)s "
                "below; leave it so, or write in words what stood there, and send the text again.",
                code="control_character",
                params={
                    "line": text.count("\n", 0, found.start()) + 1,
                    "character": characters.named(found[0]),
                    "shown": characters.REPLACEMENT,
                },
            )

    def _returnable(self, text: str) -> str:
        return characters.storable(text)


def marked(text: str) -> SafeString:
    """Escaped, with a mark in place of what a reader would not see."""
    if not characters.INVISIBLE_RUN.search(text):
        return format_html("{}", text)
    return format_html_join("", "{}{}", _pieces(characters.storable(text)))


def visible_text(text: str) -> SafeString:
    """A stranger's words among ours: isolated, so that their direction ends with them, hiding nothing."""
    return format_html("<bdi>{}</bdi>", marked(text))


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    end = 0
    for found in characters.INVISIBLE_RUN.finditer(text):
        yield text[end : found.start()], mark(found[0])
        end = found.end()
    yield text[end:], ""


def mark(run: str) -> SafeString:
    """One mark for a run of invisible characters, so that a million of them do not fill the page."""
    if len(run) == 1:
        return _mark_of_one(run)
    kinds = sorted(set(run))
    label = " ".join(map(characters.code_point, kinds[:MOST_KINDS])) + (" …" if len(kinds) > MOST_KINDS else "")
    return format_html(
        '<span class="invisible-mark" title="{} invisible characters">{} ({})</span>',
        len(run),
        label,
        len(run),
    )


@lru_cache(maxsize=512)
def _mark_of_one(character: str) -> SafeString:
    return format_html(
        '<span class="invisible-mark" title="{}">{}</span>',
        characters.name(character),
        characters.code_point(character),
    )
