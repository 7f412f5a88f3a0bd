"""Texts of strangers (G30): on every page of five logins they are text and nothing else; the browser looks again."""

import pytest

from tests.architecture.world import TALENT, routes
from tests.evidence.payloads import PAYLOADS
from tests.evidence.scripts import WHO, asked, faults_of, planted, shows
from yingcai.identity.queries import Role


def test_there_are_sixty_texts_each_with_a_number_of_its_own() -> None:
    assert len(PAYLOADS) == len(set(PAYLOADS)) == 60


@pytest.mark.django_db
@pytest.mark.timeout(600)  # some hundred pages
def test_no_text_of_a_stranger_becomes_an_element_a_handler_or_an_address() -> None:
    worlds, found, showing = planted(), [], set()
    for who, address, answer in asked(worlds, routes(), WHO):
        found += [f"{address} as {who}: {fault}" for fault in faults_of(answer)]
        if shows(answer):
            showing.add((who, address))

    assert found == []
    assert len(showing) >= 100  # or the test would see nothing
    assert {who for who, _address in showing} == set(WHO)
    # An objection, a complaint, an appeal and words to a panel: whom it is about and the office read each.
    for world in worlds[1:]:
        case = world.values["cases/handle"]
        assert (TALENT, f"/my/cases/{case}/") in showing
        assert (Role.OFFICE, f"/desk/{case}/") in showing
    panel, sheet = (worlds[-1].values[f"{name}/handle"] for name in ("panels", "sheets"))
    assert (Role.OFFICE, f"/panels/{panel}/") in showing
    assert (Role.EXPERT, f"/reviews/sheets/{sheet}/") in showing
