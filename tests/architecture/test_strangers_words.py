import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("portal", "teams", "reports", "disclosures")
CALLED_SAFE = re.compile(r"\bmark_safe\b|\bhtml_safe\b|def __html__|SafeString\(|SafeText\(")
LEFT_AS_IT_IS = re.compile(r"\|\s*safe(seq)?\b|{%\s*autoescape\s+off|{%\s*filter\s+safe")


def test_only_the_markdown_module_calls_a_string_safe() -> None:
    sources = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]

    calling = {path.relative_to(ROOT).as_posix() for path in sources if CALLED_SAFE.search(path.read_text())}

    assert calling == {"portal/markdown.py"}


def test_no_template_lets_anything_through_unescaped() -> None:
    templates = [path for folder in ("templates", *PACKAGES) for path in (ROOT / folder).rglob("*.html")]

    assert templates
    assert [path for path in templates if LEFT_AS_IT_IS.search(path.read_text())] == []


@pytest.mark.parametrize("trick", ["{{ x|safe }}", "{{ x | safe }}", "{% autoescape off %}", "{{ x|safeseq }}"])
def test_the_search_would_find_it(trick: str) -> None:
    assert LEFT_AS_IT_IS.search(trick)
