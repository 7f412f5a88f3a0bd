"""The kinds of files that a pack may have: where they lie, their shape, their own rules."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from yingcai.engine.packs.calendar import CALENDAR_SHAPE, check_calendar
from yingcai.engine.packs.catalogue import CATALOGUE_SHAPE, EDITION_SHAPE, check_edition
from yingcai.engine.packs.city import PACK_SHAPE, UNITS_SHAPE, check_units
from yingcai.engine.packs.document import Document, Problem
from yingcai.engine.packs.facts import FACTS_SHAPE, check_facts
from yingcai.engine.packs.grounds import AWARDS_SHAPE, check_awards
from yingcai.engine.packs.indicators import INDICATOR_SHAPE, check_indicator
from yingcai.engine.packs.issued import DOCUMENTS_SHAPE, check_documents
from yingcai.engine.packs.ledger import LEDGER_SHAPE, check_shares
from yingcai.engine.packs.offerings import OFFERING_SHAPE
from yingcai.engine.packs.people import PEOPLE_SHAPE
from yingcai.engine.packs.programmes import PROGRAMME_SHAPE, check_programme
from yingcai.engine.packs.registry import REGISTRY_SHAPE, check_registry
from yingcai.engine.packs.scores import SCORE_SHAPE, check_score
from yingcai.engine.packs.story import STORY_SHAPE
from yingcai.engine.packs.subjects import SUBJECTS_SHAPE, check_subjects
from yingcai.engine.packs.texts import TEXTS_SHAPE, check_sentences
from yingcai.engine.packs.workflows import WORKFLOW_SHAPE, check_workflow


@dataclass(frozen=True)
class Kind:
    """``pattern``: the file, `*` standing for any name. ``id_key``: the key that repeats that name.

    ``check`` looks at a file whose shape is right, and at no other file.
    """

    name: str
    pattern: str
    shape: Any
    check: Callable[[Document], Iterable[Problem]] = lambda document: ()
    id_key: str = ""


KINDS = {
    kind.name: kind
    for kind in (
        Kind("pack", "pack.yaml", PACK_SHAPE),
        Kind("units", "units.yaml", UNITS_SHAPE, check_units),
        Kind("documents", "documents.yaml", DOCUMENTS_SHAPE, check_documents),
        Kind("calendar", "calendar.yaml", CALENDAR_SHAPE, check_calendar),
        Kind("facts", "facts.yaml", FACTS_SHAPE, check_facts),
        Kind("registry", "registry.yaml", REGISTRY_SHAPE, check_registry),
        Kind("catalogue", "catalogue/index.yaml", CATALOGUE_SHAPE),
        Kind("edition", "catalogue/*.yaml", EDITION_SHAPE, check_edition, "edition"),
        Kind("awards", "awards.yaml", AWARDS_SHAPE, check_awards),
        Kind("programme", "programmes/*.yaml", PROGRAMME_SHAPE, check_programme, "programme"),
        Kind("workflow", "workflows/*.yaml", WORKFLOW_SHAPE, check_workflow, "workflow"),
        Kind("indicator", "indicators/*.yaml", INDICATOR_SHAPE, check_indicator, "indicator"),
        Kind("score", "scores/*.yaml", SCORE_SHAPE, check_score, "score"),
        Kind("offering", "offerings/*.yaml", OFFERING_SHAPE, id_key="offering"),
        Kind("texts", "texts/*.yaml", TEXTS_SHAPE, check_sentences),
        Kind("ledger", "plan/ledger.yaml", LEDGER_SHAPE, check_shares),
        Kind("story", "demo/story.yaml", STORY_SHAPE),
        Kind("people", "demo/people.yaml", PEOPLE_SHAPE),
        Kind("subjects", "demo/subjects.yaml", SUBJECTS_SHAPE, check_subjects),
    )
}


def kind_of(name: str) -> Kind | None:
    """The kind of a file by its name in the pack; None for a file that is not one of these."""
    for kind in KINDS.values():
        if re.fullmatch(re.escape(kind.pattern).replace(r"\*", "[^/]+"), name):
            return kind
    return None
