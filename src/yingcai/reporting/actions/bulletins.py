"""Draft, edit, publish and correct the monthly bulletin. A published bulletin never changes."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext

from yingcai.audit.actions import record
from yingcai.audit.clock import SHANGHAI
from yingcai.plan.queries import active_pack
from yingcai.reporting.bulletin.errors import (
    BulletinExists,
    BulletinFrozen,
    BulletinNotReady,
    BulletinRefused,
    StaleBulletin,
)
from yingcai.reporting.bulletin.snapshot import digest, snapshot, summary
from yingcai.reporting.bulletin.texts import BLOCKS, TextsWrong, generate
from yingcai.reporting.models import Bulletin, BulletinCorrection, ReportingMonth
from yingcai.reporting.queries import bulletins as reads
from yingcai.reporting.queries.pack_files import bulletin_texts

if TYPE_CHECKING:
    from yingcai.identity.models import User
    from yingcai.plan.models import Plan

MAX_BLOCK = 20_000  # characters of an edited block
MAX_TITLE = 100
MAX_CORRECTION = 2_000

Json = dict[str, Any]
Blocks = dict[str, dict[str, str]]


@transaction.atomic
def draft_bulletin(plan: "Plan", month: date, *, actor: "User", now: datetime) -> Bulletin:
    """Build the bulletin of a locked month: every figure, and a text for each block.

    Raises: BulletinExists; BulletinNotReady with everything that is missing.
    """
    if Bulletin.objects.filter(plan=plan, month=month).exists():
        raise BulletinExists(_exists(month))
    figures, texts = _figures(plan, month)
    try:
        with transaction.atomic():
            bulletin = Bulletin.objects.create(
                plan=plan,
                month=month,
                issue=_next_issue(now),
                title=texts["title"],
                blocks={name: {"text": text, "generated": text} for name, text in texts.items()},
                snapshot=figures,
                summary=summary(figures),
                drafted_by=actor,
                drafted_at=now,
            )
    except IntegrityError:
        raise BulletinExists(_exists(month)) from None
    record(
        "bulletin.drafted",
        bulletin,
        actor=actor,
        details={"month": f"{month:%Y-%m}", "figures": digest(figures)},
        at=now,
    )
    return bulletin


@transaction.atomic
def refresh_bulletin(bulletin: Bulletin, *, version: int, actor: "User", now: datetime) -> Bulletin:
    """Take the month's figures anew into a draft. Texts that were edited stay, beside the new ones.

    Raises: BulletinFrozen, StaleBulletin, BulletinNotReady.
    """
    _only_draft(bulletin)
    figures, texts = _figures(bulletin.plan, bulletin.month)
    blocks = _merged(bulletin.blocks, texts)
    _change(
        bulletin,
        version=version,
        blocks=blocks,
        title=blocks["title"]["text"],
        snapshot=figures,
        summary=summary(figures),
        drafted_at=now,
    )
    record(
        "bulletin.refreshed", bulletin, actor=actor, details={"figures": digest(figures)}, at=now
    )
    return bulletin


@transaction.atomic
def edit_bulletin(
    bulletin: Bulletin,
    texts: Mapping[str, str],
    *,
    version: int,
    actor: "User",
    now: datetime,
) -> Bulletin:
    """Replace the words of some blocks of a draft. Figures and tables are not words.

    Raises: BulletinRefused with every problem of the texts; BulletinFrozen, StaleBulletin.
    """
    _only_draft(bulletin)
    clean = {name: _tidy(text) for name, text in texts.items()}
    problems = [problem for name, text in clean.items() for problem in _text_problems(name, text)]
    if problems:
        raise BulletinRefused(problems)
    changed = sorted(name for name, text in clean.items() if text != _text(bulletin, name))
    if not changed:
        return bulletin
    blocks: Blocks = {
        name: {**block, "text": clean.get(name, block["text"])}
        for name, block in bulletin.blocks.items()
    }
    _change(bulletin, version=version, blocks=blocks, title=blocks["title"]["text"])
    record("bulletin.edited", bulletin, actor=actor, details={"blocks": changed}, at=now)
    return bulletin


@transaction.atomic
def restore_block(
    bulletin: Bulletin, name: str, *, version: int, actor: "User", now: datetime
) -> Bulletin:
    """Go back to the generated text of one block (恢复生成稿).

    Raises: BulletinRefused for a block that does not exist; BulletinFrozen, StaleBulletin.
    """
    _only_draft(bulletin)
    if name not in bulletin.blocks:
        raise BulletinRefused(gettext("没有名为“%(name)s”的段落，请刷新页面") % {"name": name})
    block = bulletin.blocks[name]
    blocks = {**bulletin.blocks, name: {**block, "text": block["generated"]}}
    _change(bulletin, version=version, blocks=blocks, title=blocks["title"]["text"])
    record("bulletin.restored", bulletin, actor=actor, details={"blocks": [name]}, at=now)
    return bulletin


@transaction.atomic
def publish_bulletin(bulletin: Bulletin, *, version: int, actor: "User", now: datetime) -> Bulletin:
    """Freeze a draft: figures, texts and heads become one snapshot under one digest.

    The figures are taken once more on the day; a draft whose figures are no longer those of the
    month is refused rather than published or silently changed.

    Raises: BulletinFrozen, StaleBulletin, BulletinNotReady, BulletinRefused.
    """
    _only_draft(bulletin)
    figures, _ = _figures(bulletin.plan, bulletin.month)
    if digest(figures) != digest(bulletin.snapshot):
        raise BulletinRefused(
            gettext(
                "起草以后本月数据有变化：请先“按最新数据重新生成”，核对后再发布（已编辑的文字会保留）"
            )
        )
    day = now.astimezone(SHANGHAI).date()
    issue = _free_issue(bulletin, day.year)
    frozen = {**figures, "texts": _texts_of(bulletin), "head": _head(issue, day)}
    fingerprint = digest(frozen)
    _change(
        bulletin,
        version=version,
        status=Bulletin.Status.PUBLISHED,
        issue=issue,
        snapshot=frozen,
        digest=fingerprint,
        published_by=actor,
        published_at=now,
    )
    record(
        "bulletin.published",
        bulletin,
        actor=actor,
        details={"month": figures["month"], "digest": fingerprint},
        at=now,
    )
    return bulletin


@transaction.atomic
def correct_bulletin(
    bulletin: Bulletin, text: str, *, actor: "User", now: datetime
) -> BulletinCorrection:
    """Add a correction (更正) to a published bulletin, which itself stays as it was.

    Raises: BulletinRefused when it is not published, or when the text is empty or too long.
    """
    if bulletin.status != Bulletin.Status.PUBLISHED:
        raise BulletinRefused(gettext("通报尚未发布，请直接修改草稿"))
    clean = _tidy(text)
    if not 1 <= len(clean) <= MAX_CORRECTION:
        raise BulletinRefused(
            gettext("请填写更正内容，最多 %(limit)s 字") % {"limit": MAX_CORRECTION}
        )
    correction = BulletinCorrection.objects.create(
        bulletin=bulletin, text=clean, actor=actor, at=now
    )
    record(
        "bulletin.corrected",
        bulletin,
        actor=actor,
        details={"correction": correction.pk},
        at=now,
    )
    return correction


def _figures(plan: "Plan", month: date) -> tuple[Json, dict[str, str]]:
    """The month's snapshot and generated texts. Raises: BulletinNotReady with all that is missing."""
    problems = _readiness(plan, month)
    pack = active_pack()
    try:
        texts = bulletin_texts(pack)
    except TextsWrong as wrong:
        problems += wrong.problems
        texts = {}
    if problems:
        raise BulletinNotReady(problems)
    figures = snapshot(reads.month_facts(plan, month, pack=pack))
    return figures, generate(figures, texts)


def _readiness(plan: "Plan", month: date) -> list[str]:
    label = f"{month:%Y-%m}"
    row = reads.month_row(plan, month)
    if row is None:
        return [gettext("%(month)s 还没有开始填报：请先在“月度报送”中打开该月") % {"month": label}]
    problems = []
    if row.status != ReportingMonth.Status.LOCKED:
        problems.append(
            gettext("%(month)s 尚未锁定：请先在“月度报送”中核对并锁定该月，再生成通报")
            % {"month": label}
        )
    missing = reads.uncounted_targets(plan, month)
    if missing:
        problems.append(
            gettext(
                "%(count)s 项目标还没有 %(month)s 的指标值（%(codes)s）：请重新锁定该月以重新计算"
            )
            % {"count": len(missing), "month": label, "codes": "、".join(missing[:10])}
        )
    return problems


def _exists(month: date) -> str:
    return gettext("%(month)s 的通报已经起草：请在通报列表中打开") % {"month": f"{month:%Y-%m}"}


def _only_draft(bulletin: Bulletin) -> None:
    if bulletin.status != Bulletin.Status.DRAFT:
        raise BulletinFrozen(
            gettext("《%(title)s》已发布，不能再修改：如有错误，请发布更正")
            % {"title": bulletin.title}
        )


def _change(bulletin: Bulletin, *, version: int, **values: Any) -> None:
    """Compare-and-set on the draft that the editor saw; refreshes the object in hand."""
    hit = Bulletin.objects.filter(
        pk=bulletin.pk, status=Bulletin.Status.DRAFT, version=version
    ).update(**values, version=F("version") + 1)
    if hit != 1:
        raise StaleBulletin(
            gettext("通报草稿刚被他人修改或发布：请刷新页面，核对后再操作；您的文字没有保存")
        )
    bulletin.refresh_from_db()


def _next_issue(now: datetime) -> int:
    """The organ's next number of the year in which the bulletin goes out, whatever the plan."""
    year = now.astimezone(SHANGHAI).year
    drafted = Bulletin.objects.filter(drafted_at__year=year)
    return int(drafted.aggregate(last=Max("issue"))["last"] or 0) + 1


def _free_issue(bulletin: Bulletin, year: int) -> int:
    """The draft's number, or the next one when that was given to another bulletin of the year."""
    taken = set(
        Bulletin.objects.filter(
            status=Bulletin.Status.PUBLISHED, published_at__year=year
        ).values_list("issue", flat=True)
    )
    return bulletin.issue if bulletin.issue not in taken else max(taken) + 1


def _merged(old: Blocks, texts: dict[str, str]) -> Blocks:
    merged: Blocks = {}
    for name, text in texts.items():
        block = old.get(name)
        edited = block is not None and block["text"] != block["generated"]
        merged[name] = {
            "text": block["text"] if block is not None and edited else text,
            "generated": text,
        }
    return merged


def _head(issue: int, day: date) -> Json:
    head = reads.head_of(active_pack())
    return {**head, "year": day.year, "issue": issue, "issued_on": day.isoformat()}


def _texts_of(bulletin: Bulletin) -> dict[str, str]:
    return {name: _text(bulletin, name) for name in BLOCKS}


def _text(bulletin: Bulletin, name: str) -> str:
    return str(bulletin.blocks.get(name, {}).get("text", ""))


def _tidy(text: str) -> str:
    """Lines without blanks at their ends, no empty lines, no control characters."""
    kept = "".join(ch for ch in text.replace("\r", "\n") if ch == "\n" or ch.isprintable())
    return "\n".join(line.strip() for line in kept.split("\n") if line.strip())


def _text_problems(name: str, text: str) -> list[str]:
    if name not in BLOCKS:
        return [gettext("没有名为“%(name)s”的段落，请刷新页面") % {"name": name}]
    label = reads.BLOCK_TITLES[name]
    if name == "title" and (not text or "\n" in text or len(text) > MAX_TITLE):
        return [gettext("标题应为一行，最多 %(limit)s 字") % {"limit": MAX_TITLE}]
    if not text:
        return [gettext("“%(name)s”一段是空的：请填写，或恢复生成稿") % {"name": label}]
    if len(text) > MAX_BLOCK:
        return [
            gettext("“%(name)s”一段有 %(count)s 字：最多 %(limit)s 字，请缩短")
            % {"name": label, "count": len(text), "limit": MAX_BLOCK}
        ]
    return []
