"""What the public page says of how each clause is kept follows what the installation has."""

import pytest
from pytest_django.fixtures import Settings

from portal.pages.public import in_words
from portal.policy import Clause


def keepers(*clauses: Clause) -> set[str]:
    return {in_words(clause)["keeper"] for clause in clauses}


@pytest.mark.clause("P29", "P31", "P32")
def test_what_happens_on_github_is_left_to_people_only_where_there_is_no_app(settings: Settings) -> None:
    settings.DEMO, settings.GITHUB_APP_ID = False, ""
    without = keepers(Clause.P29, Clause.P31, Clause.P32)
    settings.GITHUB_APP_ID = "123"

    assert without == {"kept by people"}
    assert keepers(Clause.P29, Clause.P31, Clause.P32) == {"kept by the portal"}


@pytest.mark.clause("P4")
def test_without_a_key_people_arrange_for_encryption(settings: Settings) -> None:
    settings.OPENPGP_KEY = ""

    assert keepers(Clause.P4) == {"kept by people"}
