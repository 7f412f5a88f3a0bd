"""Drafting, editing, publishing and correcting a bulletin; what is refused and left alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from yingcai.audit.models import Event
from yingcai.plan.tests.make import make_pack, make_target, make_user
from yingcai.reporting.actions.bulletins import (
    correct_bulletin,
    draft_bulletin,
    edit_bulletin,
    publish_bulletin,
    refresh_bulletin,
    restore_block,
)
from yingcai.reporting.bulletin.errors import (
    BulletinExists,
    BulletinFrozen,
    BulletinNotReady,
    BulletinRefused,
    StaleBulletin,
)
from yingcai.reporting.bulletin.snapshot import digest
from yingcai.reporting.models import Bulletin, BulletinCorrection, IndicatorValue, ReportingMonth
from yingcai.reporting.tests.make_bulletin import (
    APRIL,
    MAY,
    NOW,
    City,
    fill_month,
    make_city,
    make_order,
    make_published,
    make_reporting_month,
    make_value,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> City:
    return make_city()


@pytest.fixture
def draft(city: City) -> Bulletin:
    fill_month(city)
    return draft_bulletin(city.plan, MAY, actor=city.office, now=NOW)


def audit_rows() -> list[str]:
    return list(Event.objects.order_by("id").values_list("action", flat=True))


def test_a_month_that_is_not_opened_has_no_bulletin(city: City) -> None:
    with pytest.raises(BulletinNotReady, match="2018-05 还没有开始填报"):
        draft_bulletin(city.plan, MAY, actor=city.office, now=NOW)
    assert not Bulletin.objects.exists()
    assert audit_rows() == []


def test_everything_that_is_missing_is_said_at_once(city: City) -> None:
    make_reporting_month(city.plan, MAY, status=ReportingMonth.Status.OPEN)
    with pytest.raises(BulletinNotReady) as refusal:
        draft_bulletin(city.plan, MAY, actor=city.office, now=NOW)
    assert [problem[:12] for problem in refusal.value.problems] == [
        "2018-05 尚未锁定",
        "2 项目标还没有 201",
    ]
    assert "1-1、2-2" in refusal.value.problems[1]
    assert not Bulletin.objects.exists()


def test_a_target_that_has_not_begun_is_not_missed(city: City) -> None:
    fill_month(city)
    make_target(city.plan, code="2-9", starts_on=MAY + timedelta(days=31))
    draft = draft_bulletin(city.plan, MAY, actor=city.office, now=NOW)
    assert [row["code"] for row in draft.snapshot["rows"]] == ["1-1", "2-2"]


def test_a_draft_holds_every_block_and_leaves_an_audit_row(draft: Bulletin) -> None:
    assert list(draft.blocks) == [
        "title",
        "overall",
        "units",
        "counties",
        "highlights",
        "laggards",
        "next",
    ]
    assert all(block["text"] == block["generated"] for block in draft.blocks.values())
    assert (draft.issue, draft.status, draft.digest) == (1, "draft", "")
    assert draft.title == "《云岫市人才强市行动计划（2018-2020）》2018年5月实施进展情况通报"
    assert audit_rows() == ["bulletin.drafted"]


def test_the_pack_names_the_title(city: City) -> None:
    make_pack(bulletin={"title_template": "关于{year}年{month}月进展的通报"})
    fill_month(city)
    draft = draft_bulletin(city.plan, MAY, actor=city.office, now=NOW)
    assert draft.title == "关于2018年5月进展的通报"


def test_a_wrong_template_of_the_pack_is_refused_with_the_names_it_may_use(city: City) -> None:
    make_pack(bulletin={"title_template": "{years}年通报"})
    fill_month(city)
    with pytest.raises(
        BulletinNotReady, match=r"未知的占位 \{years\}，可用的有：month、plan、year"
    ):
        draft_bulletin(city.plan, MAY, actor=city.office, now=NOW)


def test_a_month_has_one_bulletin(city: City, draft: Bulletin) -> None:
    with pytest.raises(BulletinExists, match="2018-05 的通报已经起草"):
        draft_bulletin(city.plan, MAY, actor=city.office, now=NOW)
    assert Bulletin.objects.count() == 1


def test_numbers_run_through_the_year_and_begin_again(city: City, draft: Bulletin) -> None:
    fill_month(city, APRIL)
    assert draft_bulletin(city.plan, APRIL, actor=city.office, now=NOW).issue == 2
    later = NOW + timedelta(days=365)
    june = MAY.replace(month=6)
    fill_month(city, june)
    assert draft_bulletin(city.plan, june, actor=city.office, now=later).issue == 1


def test_an_edited_text_keeps_the_generated_one_beside_it(city: City, draft: Bulletin) -> None:
    generated = draft.blocks["next"]["generated"]
    edit_bulletin(
        draft, {"next": " 请各单位抓紧。\r\n\r\n务必落实。 "}, version=1, actor=city.office, now=NOW
    )
    assert draft.blocks["next"] == {"text": "请各单位抓紧。\n务必落实。", "generated": generated}
    assert draft.version == 2
    restore_block(draft, "next", version=2, actor=city.office, now=NOW)
    assert draft.blocks["next"]["text"] == generated
    assert audit_rows() == ["bulletin.drafted", "bulletin.edited", "bulletin.restored"]


def test_all_wrong_texts_are_named_and_nothing_is_saved(city: City, draft: Bulletin) -> None:
    wrong = {"title": "一\n二", "overall": "  ", "next": "长" * 20_001, "figures": "9"}
    with pytest.raises(BulletinRefused) as refusal:
        edit_bulletin(draft, wrong, version=1, actor=city.office, now=NOW)
    assert refusal.value.problems == [
        "标题应为一行，最多 100 字",
        "“总体进展”一段是空的：请填写，或恢复生成稿",
        "“下步要求”一段有 20001 字：最多 20000 字，请缩短",
        "没有名为“figures”的段落，请刷新页面",
    ]
    draft.refresh_from_db()
    assert draft.version == 1


def test_a_stale_edit_is_refused(city: City, draft: Bulletin) -> None:
    mine = Bulletin.objects.get(pk=draft.pk)
    edit_bulletin(draft, {"next": "先改的。"}, version=1, actor=city.office, now=NOW)
    with pytest.raises(StaleBulletin, match="请刷新页面"):
        edit_bulletin(mine, {"next": "后改的。"}, version=1, actor=city.office, now=NOW)
    draft.refresh_from_db()
    assert draft.blocks["next"]["text"] == "先改的。"


def test_refreshing_takes_new_figures_and_keeps_edited_words(city: City, draft: Bulletin) -> None:
    edit_bulletin(draft, {"next": "抓紧。"}, version=1, actor=city.office, now=NOW)
    IndicatorValue.objects.filter(unit=None, light="red").update(light="done")
    refresh_bulletin(draft, version=2, actor=city.office, now=NOW)
    assert draft.snapshot["overall"]["lights"]["done"] == 1
    assert draft.blocks["next"]["text"] == "抓紧。"
    assert draft.blocks["next"]["generated"] != "抓紧。"
    assert "已完成1项" in draft.blocks["overall"]["text"]


def test_publishing_freezes_figures_texts_and_head(city: City) -> None:
    make_pack(bulletin={"organ": "云岫市人才办", "number_prefix": "云人才通报"})
    fill_month(city)
    bulletin = make_published(city)
    bulletin.refresh_from_db()
    assert bulletin.status == "published"
    assert bulletin.digest == digest(bulletin.snapshot)
    assert len(bulletin.digest) == 64
    assert bulletin.snapshot["head"]["issued_on"] == "2018-06-08"
    assert bulletin.snapshot["head"]["organ"] == "云岫市人才办"
    assert bulletin.snapshot["texts"]["title"] == bulletin.title
    assert audit_rows() == ["bulletin.drafted", "bulletin.published"]
    assert Event.objects.get(action="bulletin.published").details["digest"] == bulletin.digest


def test_figures_that_changed_since_the_draft_are_not_published(
    city: City, draft: Bulletin
) -> None:
    IndicatorValue.objects.filter(unit=None, light="red").update(value=29)
    with pytest.raises(BulletinRefused, match="按最新数据重新生成"):
        publish_bulletin(draft, version=1, actor=city.office, now=NOW)
    draft.refresh_from_db()
    assert (draft.status, draft.digest) == ("draft", "")


def test_a_month_that_was_opened_again_is_not_published(city: City, draft: Bulletin) -> None:
    ReportingMonth.objects.update(status=ReportingMonth.Status.OPEN)
    with pytest.raises(BulletinNotReady, match="2018-05 尚未锁定"):
        publish_bulletin(draft, version=1, actor=city.office, now=NOW)
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_the_same_figures_and_words_have_the_same_digest(city: City) -> None:
    fill_month(city)
    first = make_published(city)
    again = dict(reversed(list(first.snapshot.items())))
    assert digest(again) == first.digest


def test_a_published_bulletin_refuses_every_change(city: City) -> None:
    fill_month(city)
    bulletin = make_published(city)
    attempts: list[Callable[[], object]] = [
        lambda: edit_bulletin(bulletin, {"next": "x"}, version=2, actor=city.office, now=NOW),
        lambda: restore_block(bulletin, "next", version=2, actor=city.office, now=NOW),
        lambda: refresh_bulletin(bulletin, version=2, actor=city.office, now=NOW),
        lambda: publish_bulletin(bulletin, version=2, actor=city.office, now=NOW),
    ]
    for attempt in attempts:
        with pytest.raises(BulletinFrozen, match="已发布，不能再修改"):
            attempt()
    assert Bulletin.objects.get().version == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reporting_bulletin SET digest = 'x'",
        "UPDATE reporting_bulletin SET status = 'draft'",
        "DELETE FROM reporting_bulletin",
    ],
)
def test_the_database_itself_keeps_a_published_bulletin(city: City, statement: str) -> None:
    fill_month(city)
    bulletin = make_published(city)
    with (
        pytest.raises(DatabaseError, match="已发布的通报不得修改或删除"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Bulletin.objects.get().digest == bulletin.digest


def test_a_correction_is_added_and_the_bulletin_stays(city: City) -> None:
    fill_month(city)
    bulletin = make_published(city)
    correct_bulletin(bulletin, "第二段“3项”应为“2项”。", actor=city.office, now=NOW)
    assert [row.text for row in bulletin.corrections.all()] == ["第二段“3项”应为“2项”。"]
    assert Bulletin.objects.get().digest == bulletin.digest
    assert audit_rows()[-1] == "bulletin.corrected"
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM reporting_bulletincorrection")


def test_a_draft_is_edited_not_corrected(city: City, draft: Bulletin) -> None:
    with pytest.raises(BulletinRefused, match="请直接修改草稿"):
        correct_bulletin(draft, "x", actor=city.office, now=NOW)
    assert not BulletinCorrection.objects.exists()


def test_an_empty_correction_is_refused(city: City) -> None:
    fill_month(city)
    bulletin = make_published(city)
    with pytest.raises(BulletinRefused, match="请填写更正内容"):
        correct_bulletin(bulletin, " \n ", actor=city.office, now=NOW)
    assert not BulletinCorrection.objects.exists()


def test_drafting_takes_few_queries_whatever_the_size(
    city: City, django_assert_max_num_queries: object
) -> None:
    fill_month(city, APRIL)
    fill_month(city)
    make_order(city.plan, city.bureaus[1], target=city.targets[1])
    actor = make_user(role="office")
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        draft_bulletin(city.plan, MAY, actor=actor, now=NOW)


def test_values_of_another_plan_stay_out(city: City) -> None:
    make_value(make_target(), light="done")
    fill_month(city)
    draft = draft_bulletin(city.plan, MAY, actor=city.office, now=NOW)
    assert draft.snapshot["overall"]["targets"] == 2


@pytest.mark.django_db(transaction=True)
def test_a_test_run_may_empty_published_bulletins() -> None:
    """The flush after this test must not meet the triggers that hold in real life."""
    city = make_city()
    fill_month(city)
    correct_bulletin(make_published(city), "改。", actor=city.office, now=NOW)
    assert Bulletin.objects.count() == 1
