"""Each kind of step, and the function that takes it."""

from collections.abc import Mapping
from typing import Final

from disclosures.conductor import adopting, at_home, on_github, releases, rewriting, visibility
from disclosures.conductor.outcome import Verb
from disclosures.enums import StepKind

VERBS: Final[Mapping[StepKind, Verb]] = {
    StepKind.ADOPT: adopting.look_up,
    StepKind.DRAFT: on_github.draft,
    StepKind.COLLABORATORS: on_github.collaborators,
    StepKind.FORK: on_github.fork,
    StepKind.RELEASE: releases.see,
    StepKind.RELEASED: at_home.released,
    StepKind.PUBLISH: on_github.publish,
    StepKind.VISIBLE: visibility.visible,
    StepKind.NOTES: releases.link,
    StepKind.PAGE: at_home.page,
    StepKind.DISCLOSED: at_home.disclosed,
    StepKind.TELL: at_home.tell,
    StepKind.CVE: at_home.cve,
    StepKind.REWRITE: rewriting.rewrite,
}
