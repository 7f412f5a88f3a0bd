"""What a new edition inherits: the same promise keeps its baseline, its path and its history."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from yingcai.plan.fields import number_text
from yingcai.plan.models import Milestone, Plan, Target, TargetChange

if TYPE_CHECKING:
    from yingcai.identity.models import User

Key = tuple[object, ...]
BLANK = re.compile(r"\s+")


def match_targets(old: Iterable[Target], new: Iterable[Target]) -> dict[int, Target]:
    """For each new target (by id) the old one that promised the same thing.

    The surest likeness first: same measure title, then same measure number, then the subject
    alone. A likeness counts only when it is unique on both sides.
    """
    found: dict[int, Target] = {}
    old_left, new_left = list(old), list(new)
    for likeness in (_by_measure_title, _by_measure_number, _by_subject):
        before, after = _unique(old_left, likeness), _unique(new_left, likeness)
        for key in before.keys() & after.keys():
            found[after[key].pk] = before[key]
        taken = {target.pk for target in found.values()}
        old_left = [target for target in old_left if target.pk not in taken]
        new_left = [target for target in new_left if target.pk not in found]
    return found


def carry_over(old: Plan, new: Plan, *, actor: "User", now: datetime) -> int:
    """Link the targets of ``new`` to those of ``old``; take over baselines, names and paths.

    Milestones come along only while the goal and the deadline are the same; a changed goal gets
    a straight path, and the change row says what it was before. Returns the number carried over.
    """
    matched = match_targets(
        Target.objects.filter(plan=old).select_related("measure"),
        Target.objects.filter(plan=new).select_related("measure"),
    )
    targets = {target.pk: target for target in Target.objects.filter(pk__in=matched)}
    for pk, target in targets.items():
        before = matched[pk]
        target.previous = before
        target.baseline_value = before.baseline_value
        target.title_en = before.title_en
        target.starts_on = min(before.starts_on, target.starts_on)
    Target.objects.bulk_update(
        targets.values(), ["previous", "baseline_value", "title_en", "starts_on"]
    )
    same = {
        before.pk: targets[pk] for pk, before in matched.items() if _same_goal(before, targets[pk])
    }
    Milestone.objects.bulk_create(
        Milestone(
            target=same[point.target_id],
            unit_id=point.unit_id,
            due_on=point.due_on,
            value=point.value,
        )
        for point in Milestone.objects.filter(target__in=same)
    )
    TargetChange.objects.bulk_create(
        TargetChange(
            target=targets[pk],
            field="edition",
            old={
                "code": before.code,
                "value": number_text(before.value),
                "due_on": str(before.due_on),
            },
            new={
                "code": targets[pk].code,
                "value": number_text(targets[pk].value),
                "due_on": str(targets[pk].due_on),
            },
            reason=f"edition {new.edition}",
            actor=actor,
            at=now,
        )
        for pk, before in matched.items()
    )
    return len(matched)


def _same_goal(one: Target, other: Target) -> bool:
    return one.value == other.value and one.due_on == other.due_on and one.course == other.course


def _unique(targets: Iterable[Target], likeness: Callable[[Target], Key]) -> dict[Key, Target]:
    groups: dict[Key, list[Target]] = {}
    for target in targets:
        groups.setdefault(likeness(target), []).append(target)
    return {key: group[0] for key, group in groups.items() if len(group) == 1}


def _subject(target: Target) -> Key:
    return (target.kind, target.measure_word, BLANK.sub("", target.title))


def _by_measure_title(target: Target) -> Key:
    return (BLANK.sub("", target.measure.title), *_subject(target))


def _by_measure_number(target: Target) -> Key:
    return (target.measure.number, *_subject(target))


def _by_subject(target: Target) -> Key:
    return _subject(target)
