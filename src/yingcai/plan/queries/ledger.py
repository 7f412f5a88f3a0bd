"""Reads of the ledger: the targets of a published plan."""

from django.db.models import Prefetch, QuerySet

from yingcai.plan.models import Plan, Target, TargetOwner, TargetShare


def ledger(plan: Plan) -> QuerySet[Target]:
    """The targets of ``plan`` in the order of its text, with measure, owners (lead first) and shares."""
    owners = TargetOwner.objects.select_related("unit")
    shares = TargetShare.objects.select_related("unit")
    return (
        Target.objects.filter(plan=plan)
        .select_related("measure")
        .prefetch_related(Prefetch("owners", owners), Prefetch("shares", shares))
    )


def target_by_code(plan: Plan, code: str) -> Target | None:
    """The target of ``plan`` with ``code`` such as 8-3, or None."""
    return ledger(plan).select_related("clause", "plan", "part_of").filter(code=code).first()
