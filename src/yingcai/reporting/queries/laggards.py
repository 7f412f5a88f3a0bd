"""Which targets a month shows far behind their path, and who answers for them."""

from datetime import date
from typing import TYPE_CHECKING

from yingcai.plan.queries import ledger
from yingcai.reporting.models import IndicatorValue
from yingcai.reporting.queries.months import reporters_of

if TYPE_CHECKING:
    from yingcai.identity.models import Unit
    from yingcai.plan.models import Plan, Target


def laggards(plan: "Plan", month: date) -> "list[tuple[Target, Unit]]":
    """The red targets of the city in ``month``, farthest behind first, each with its first reporter."""
    red = IndicatorValue.objects.filter(
        target__plan=plan, unit=None, month=month, light=IndicatorValue.Light.RED
    ).order_by("-gap", "target_id")
    targets = {target.pk: target for target in ledger(plan)}
    found = []
    for target_id in red.values_list("target_id", flat=True):
        target = targets[target_id]
        units = reporters_of(target)
        if units:
            found.append((target, units[0]))
    return found
