"""What the look promises to everybody: colours that can be read, and pages without inline style or script."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOOK = ROOT / "portal" / "static" / "portal"
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html") if "emails" not in path.parts)

COLOUR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
COLOURS = {name: (light, dark) for name, light, dark in COLOUR.findall((LOOK / "tokens.css").read_text())}
GROUNDS = ("paper", "raised", "sunken", "accent-wash", "note-wash", "calm-wash", "soon-wash", "late-wash")

TEXT = 4.5
CONTROL = 3.0
PAIRS = [
    *((text, ground, TEXT) for ground in GROUNDS for text in ("ink", "ink-soft", "brand")),
    *((tone, f"{tone}-wash", TEXT) for tone in ("calm", "soon", "late")),
    *(("late", ground, TEXT) for ground in ("paper", "raised", "sunken")),
    *(("accent-ink", ground, TEXT) for ground in ("brand", "accent-deep")),
    ("late-ink", "late", TEXT),
    *(("edge", ground, CONTROL) for ground in ("paper", "raised", "sunken", "accent-wash", "note-wash")),
]
INLINE = re.compile(r"\sstyle=|<style|javascript:|\son[a-z]+=\"|<script(?![^>]*(?:\ssrc=|application/json))")


def luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_text_and_controls_stand_out_in_both_schemes(front: str, ground: str, least: float) -> None:
    light = contrast(COLOURS[front][0], COLOURS[ground][0])
    dark = contrast(COLOURS[front][1], COLOURS[ground][1])

    assert min(light, dark) >= least


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_brings_inline_style_or_script(template: Path) -> None:
    assert INLINE.findall(template.read_text()) == []


@pytest.mark.parametrize(
    "component", [path for path in TEMPLATES if path.parent.name == "components"], ids=lambda path: path.name
)
def test_a_component_is_small_and_says_what_it_takes(component: Path) -> None:
    text = component.read_text()

    assert text.startswith("{% comment %}")
    assert len(text.splitlines()) <= 60


def test_every_stylesheet_is_part_of_the_set() -> None:
    whole = (LOOK / "portal.css").read_text()

    apart = {path.name for path in LOOK.glob("*.css")} - {"portal.css", "admin.css"}

    assert set(re.findall(r'url\("([\w-]+\.css)"\)', whole)) == apart
