"""Stages, roles, moves and refusals in words, Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from yingcai.engine.workflow.model import APPEALED, OWN, Alarm, Seat, Stage, Workflow
from yingcai.engine.workflow.moves import Refusal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
Pair = tuple[str, str]

ROLE_WORDS: Mapping[str, Pair] = {
    "applicant": ("申请人", "applicant"),
    "employer": ("用人单位", "employer"),
    "window": ("窗口", "window"),
    "officer": ("经办人", "officer"),
    "head": ("负责人", "head"),
    "expert": ("评审专家", "expert"),
    "finance": ("财务", "finance officer"),
    "office": ("人才办", "talent office"),
    "leader": ("领导", "leader"),
    "system": ("系统", "system"),
}
UNIT_WORDS: Mapping[str, Pair] = {
    "lead": ("牵头单位", "lead unit"),
    "joint": ("配合单位", "joint units"),
    "county": ("县（市、区）", "county"),
}
MOVE_WORDS: Mapping[str, Pair] = {
    "agree": ("同意", "agree"),
    "refuse": ("不同意", "refuse"),
    "return": ("退回", "return"),
    "add_sign": ("加签", "ask one more"),
    "transfer": ("转办", "hand over"),
    "delegate": ("委托", "delegate"),
    "recuse": ("回避", "keep away"),
    "pause": ("停表", "stop the clock"),
    "resume": ("恢复计时", "start the clock again"),
    "object": ("提出异议", "object"),
    "uphold": ("异议成立", "uphold the objection"),
    "dismiss": ("异议不成立", "dismiss the objection"),
    "withdraw": ("撤回", "withdraw"),
    "stop": ("终止", "terminate"),
    "lapse": ("期满", "term passed"),
    "reopen": ("重新办理", "dealt with anew"),
    "change": ("变更决定", "decision changed"),
}
KIND_WORDS: Mapping[str, str] = {
    "申报": "application", "受理": "acceptance", "补正": "correction", "初审": "first review",
    "联审": "joint review", "会签": "all sign", "或签": "any one signs", "评审": "panel",
    "公示": "publicity", "异议": "objection", "决定": "decision", "认定": "recognition",
    "发文": "issue", "拨付": "payment", "追回": "recovery", "办结": "done",
    "不予受理": "not accepted", "终止": "terminated", "撤回": "withdrawn",
}  # fmt: skip
# {} is filled with a stage, a day, a year, a person or a reason: the place of the refusal.
REFUSALS: Mapping[str, Pair] = {
    "version": ("案件仍按原版流程办理：{}。", "The case runs by another version of the workflow: {}."),
    "not-ended": ("案件还在办理，不能重新办理：{}。", "The case still runs: {}."),
    "appealed": ("办理过原事项的人不能在这里办理。", "Whoever acted in the first case does not act here."),
    "decided-first": ("原决定由您作出，重新办理须由他人决定。", "You decided it the first time; another person decides it anew."),
    "not-decided": ("原事项没有走到决定这一步，不能直接变更：{}。", "Nothing was decided that could be changed: {}."),
    "ended": ("案件已经结束：{}。", "The case has ended: {}."),
    "earlier": ("日期早于上一步：{}。", "The day is before that of the last step: {}."),
    "paused": ("计时已停，先恢复计时：{}。", "The clock is stopped; start it again first: {}."),
    "not-yours": ("“{}”这一步不由您办理。", "This step is not yours: {}."),
    "spoken": ("您在“{}”已经表过态。", "You have spoken here already: {}."),
    "voted": ("同一个人在“{}”只能表态一次。", "One person speaks only once here: {}."),
    "own-case": ("本人的事项应当回避。", "It is a case of one's own."),
    "acted": ("“{}”由同一个人办理过，须换人。", "The same person acted before, in: {}."),
    "public": ("“{}”公示期间只处理异议。", "During publicity only objections are dealt with: {}."),
    "no-refusal": ("“{}”不能不同意。", "There is no refusing here: {}."),
    "no-return": ("“{}”不能退回。", "There is no returning from here: {}."),
    "not-handed": ("“{}”不能交给别人。", "This step is not handed to others: {}."),
    "drawn": ("“{}”的专家由抽签确定，不能转交他人；应当回避的，请申明回避。", "Experts are drawn by lot here and hand nothing on: {}. Who is in conflict keeps away."),
    "not-drawn": ("“{}”不是抽签确定的专家，不在这里申明回避。", "Nobody is drawn by lot here: {}."),
    "no-experts": ("“{}”没有足够的、无须回避的专家可抽。", "There are too few experts without a conflict to draw for: {}."),
    "deputy": ("您受人委托，不能再转交。", "You act for somebody and cannot hand it on."),
    "not-public": ("“{}”不是公示，不能提出或处理异议。", "Nothing is public here: {}."),
    "late": ("“{}”的公示期已过。", "The days of publicity are over: {}."),
    "no-objection": ("“{}”没有待处理的异议。", "No objection waits here: {}."),
    "own-objection": ("不能处理自己提出的异议。", "It is an objection of one's own."),
    "no-pause": ("流程“{}”没有可以停表的情形。", "The workflow names no reason for which the clock may stop: {}."),
    "standing": ("“{}”本来就不计时。", "The clock stands still here anyway: {}."),
    "not-paused": ("“{}”没有停表。", "The clock is running: {}."),
    "no-withdrawal": ("到了“{}”不能再撤回。", "It is too late to withdraw: {}."),
    "waits": ("“{}”不因期满而自动办理。", "Time alone does not move this on: {}."),
    "not-over": ("“{}”的期限未满。", "The term has not passed: {}."),
    "no-calendar": ("{}年放假安排尚未录入，不能判断是否期满。", "The holidays of {} are not known, so nothing lapses."),
    "objections": ("“{}”还有异议没有处理。", "An objection is not settled yet: {}."),
    "nobody": ("“{}”没有办理单位。", "Nobody would act here: {}."),
    "no-reason": ("请写明理由。", "Say why."),
    "unknown-reason": ("流程没有这个停表理由：{}。", "The workflow has no such reason: {}."),
    "no-way": ("从这里不能到“{}”。", "No way leads from here to: {}."),
    "choose": ("请选择“{}”之后的去向。", "Choose where it goes from: {}."),
    "no-items": ("请一次列全要补正的内容。", "List everything that is missing."),
    "told-late": ("补正内容应当一次告知，不能再加：{}。", "It was not in the first notice and cannot be asked now: {}."),
    "no-person": ("请选择交给谁。", "Say whom it goes to."),
    "same-person": ("不能交给自己。", "It is that person's already."),
    "unmapped": ("新版流程没有环节“{}”，也没有指定对应的环节。", "The new version has no stage {} and none is named for it."),
    "other-workflow": ("这不是同一个流程：{}。", "It is another workflow: {}."),
}  # fmt: skip


def refusal_words(workflow: Workflow, refusal: Refusal, language: Language) -> str:
    """Why a move is not allowed, as a sentence."""
    stage = workflow.by_name.get(refusal.place)
    place = stage.words[language] if stage else refusal.place
    reason = workflow.pause_reasons.get(refusal.place)
    return _in(REFUSALS[refusal.code], language).format(reason[language] if reason else place)


def kind_words(stage: Stage, language: Language) -> str:
    return stage.kind if language == "zh" else KIND_WORDS[stage.kind]


def seat_words(seat: Seat, language: Language, units: Mapping[str, Mapping[str, str]]) -> str:
    """Role and unit. ``units``: names by id; without them the id stands."""
    role = _in(ROLE_WORDS[seat.role], language)
    if not seat.unit:
        return role
    unit = units.get(seat.unit, {}).get(language, seat.unit)
    unit = _in(UNIT_WORDS[seat.unit], language) if seat.unit in UNIT_WORDS else unit
    return f"{unit}{role}" if language == "zh" else f"{role}, {unit}"


def who_words(stage: Stage, language: Language, units: Mapping[str, Mapping[str, str]]) -> str:
    """Everybody who acts in a stage."""
    told = []
    for who in stage.who:
        words = seat_words(who.seat, language, units)
        many = f"{who.many}名{words}" if language == "zh" else f"{who.many} x {words}"
        told.append(words if who.many == 1 else many)
    return ("、" if language == "zh" else "; ").join(told)


def days_words(days: int, language: Language) -> str:
    if language == "zh":
        return f"{days}个工作日"
    return f"{days} working day" if days == 1 else f"{days} working days"


def stage_lines(
    workflow: Workflow, stage: Stage, language: Language, units: Mapping[str, Mapping[str, str]]
) -> list[str]:
    """What the file says of a stage, a line for each thing: the text beside the diagram."""
    zh = language == "zh"
    lines = [who_words(stage, language, units)]
    if stage.clock:
        lines.append(("时限" if zh else "term: ") + days_words(stage.clock, language))
    lines += _saying(stage, language)
    if len(stage.who) > 1 or any(_many(who.seat, who.many) for who in stage.who):
        lines.append(_in(_NEEDS[stage.needs], language) + _in(_REFUSAL[stage.refusal], language))
    lines += _ways(workflow, stage, language)
    if stage.pauses:
        lines.append("总时限停表" if zh else "the clock of the whole stands still")
    if stage.clock and not stage.public and stage.silence != "waits":
        lines.append(_in(_SILENCE[stage.silence], language))
    if stage.withdraw:
        lines.append("申请人可以撤回" if zh else "the applicant may withdraw")
    if stage.remind:
        before = ("、" if zh else ", ").join(map(str, stage.remind))
        lines.append(
            f"期满前{before}个工作日提醒" if zh else f"reminders, working days before: {before}"
        )
    lines += [_alarm(alarm, language, units) for alarm in stage.escalate]
    if stage.apart_from:
        names = _names(workflow, stage.apart_from, language)
        lines.append(f"与“{names}”不得为同一人" if zh else f"other persons than in: {names}")
    return [line for line in lines if line]


def _saying(stage: Stage, language: Language) -> list[str]:
    lines = [_DRAWN] if stage.drawn else []
    return [_in(one, language) for one in (*lines, *([_PASSED] if stage.says else []))]


def _ways(workflow: Workflow, stage: Stage, language: Language) -> list[str]:
    zh = language == "zh"
    onward = [*(workflow.senders(stage.name) if stage.next == ("back",) else stage.next)]
    lines = [_in(_CHANGES[stage.changes], language)] if stage.changes else []
    if onward:
        names = _names(workflow, onward, language)
        back = stage.next == ("back",)
        word = (
            ("回到退回的环节：" if back else "下一步：")
            if zh
            else ("back to: " if back else "next: ")
        )
        lines.append(word + names)
    if stage.refused_to:
        names = _names(workflow, [stage.refused_to], language)
        lines.append(_in(_refused(stage), language) + names)
    if stage.return_to:
        names = _names(workflow, stage.return_to, language)
        lines.append(f"可退回：{names}" if zh else f"may be returned to: {names}")
    return lines


def _refused(stage: Stage) -> Pair:
    """What leads to where a refusal leads; the applicant refuses nothing and lets a term pass."""
    if stage.public:
        return "异议成立：", "objection upheld: "
    if all(who.seat.role in OWN for who in stage.who):
        return "逾期：", "past the term: "
    return "不同意：", "refused: "


def _alarm(alarm: Alarm, language: Language, units: Mapping[str, Mapping[str, str]]) -> str:
    seat = seat_words(alarm.seat, language, units)
    days = days_words(alarm.after, language)
    return f"超期{days}，报{seat}" if language == "zh" else f"{days} late: {seat} is told"


def _names(workflow: Workflow, names: list[str] | tuple[str, ...], language: Language) -> str:
    words = {name: stage.words for name, stage in workflow.by_name.items()}
    words = {APPEALED: {"zh": "原事项", "en": "the first case"}, **words}
    found = [words[name][language] for name in names]
    return ("、" if language == "zh" else ", ").join(found)


def _many(seat: Seat, many: int) -> bool:
    return many > 1 or seat.unit == "joint"


_DRAWN = ("专家抽签确定，有关系的回避", "experts are drawn by lot; who is in conflict keeps away")
_PASSED = ("没有需要评议的，不经过这一环节", "passed over where nothing is to be judged")
_CHANGES: Mapping[str, Pair] = {
    "better": (
        "直接变更原决定，不得对申请人更为不利",
        "changes the first decision itself, never for the worse",
    ),
    "any": ("直接变更原决定", "changes the first decision itself"),
}
_NEEDS: Mapping[str, Pair] = {
    "all": ("全部同意方通过", "passes when all agree"),
    "any": ("一方同意即通过", "passes when one agrees"),
    "majority": ("过半数同意方通过", "passes when more than half agree"),
}
_REFUSAL: Mapping[str, Pair] = {
    "at-once": ("，一方不同意即不通过", "; one refusal ends it"),
    "after-all": ("，全部表态后计算", "; counted when all have spoken"),
    "noted": ("，不同意的意见仅作记录", "; refusals are only noted"),
}
_SILENCE: Mapping[str, Pair] = {
    "agreed": ("逾期不表态视为同意", "silence past the term counts as agreement"),
    "refused": ("逾期不办视为放弃", "silence past the term counts as giving up"),
    "redrawn": ("逾期未评议的，另抽专家", "others are drawn for those silent past the term"),
}


def _in(pair: Pair, language: Language) -> str:
    return pair[language == "en"]
