"""The overview counts a target once for each unit, like the bulletin does."""

from decimal import Decimal

import pytest

from yingcai.identity.models import Unit
from yingcai.identity.tests.make import make_unit
from yingcai.plan.tests.make import make_target
from yingcai.reporting.queries.dashboard import Chosen, by_unit, chosen_values
from yingcai.reporting.tests.make_bulletin import MAY, make_value

pytestmark = pytest.mark.django_db


def test_a_unit_that_leads_a_target_and_has_a_share_counts_it_once_by_its_share() -> None:
    county, bureau = make_unit("east", kind=Unit.Kind.COUNTY), make_unit("bureau")
    shared = make_target(
        code="1-1", owners={county: "lead", bureau: "lead"}, shares={county: Decimal(10)}
    )
    make_value(shared, light="red")
    own = make_value(shared, unit=county, light="green")

    tallies = {tally.key: tally.counts for tally in by_unit(shared.plan, MAY)}
    assert tallies == {"east": {"green": 1}, "bureau": {"red": 1}}
    assert list(chosen_values(shared.plan, MAY, Chosen(unit="east"))) == [own]
