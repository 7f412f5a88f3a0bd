"""From a sentence of the plan to a figure of the bulletin, and back: one story, told at the pages.

Lin and Meng work in the talent office of an invented city. Tao reports for the bureau that leads
measure 1, Qiu heads it. Shen leads the city and only reads. Every step is a page that somebody
opens and a button that is really there.
"""

import hashlib
import io
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from docx import Document
from pytest_django.fixtures import Settings

from tests.walkthrough.person import Page, Person
from yingcai.audit.queries import EventFilter, events
from yingcai.engine.documents.check import check_layout
from yingcai.engine.packs.load import load_pack
from yingcai.identity.actions.accounts import create_user
from yingcai.identity.actions.roles import grant_role
from yingcai.identity.actions.units import load_units
from yingcai.identity.queries import unit_by_code
from yingcai.plan.actions.packs import publish_pack
from yingcai.plan.queries import current_plan

CITY = Path(__file__).parent / "city"
PLAN = CITY / "plan" / "2018-2020.txt"
SENTENCE = "到2020年，新建科创平台20家以上"
PASSWORD = "Still-Water-27"
CAST = {
    "lin": ("林知远", "office", ""),
    "meng": ("孟书衡", "office", ""),
    "tao": ("陶见微", "reporter", "science"),
    "qiu": ("裘若谷", "head", "science"),
    "shen": ("沈怀瑾", "leader", ""),
}
SHANGHAI = ZoneInfo("Asia/Shanghai")

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> None:
    """The pack is loaded and the accounts are open; there is no plan yet."""
    pack, problems = load_pack(CITY)
    assert problems == []
    assert pack is not None
    begin = datetime(2018, 4, 2, 9, tzinfo=SHANGHAI)
    publish_pack(pack.pack, pack.digest, vocabulary=pack.vocabulary, actor=None, now=begin)
    load_units(pack.units, actor=None, now=begin)
    for username, (name, role, code) in CAST.items():
        unit = unit_by_code(code)
        made = create_user(
            username,
            display_name=name,
            unit=unit,
            password=PASSWORD,
            must_change=False,
            actor=None,
            now=begin,
        )
        grant_role(made.user, role, unit=unit, actor=None, now=begin)


def test_from_the_clause_to_the_bulletin_and_back(city: None, settings: Settings) -> None:
    settings.YINGCAI_TODAY = date(2018, 4, 16)
    lin, meng = Person("lin", PASSWORD), Person("meng", PASSWORD)
    read_and_confirm(lin)
    publish_the_plan(lin, meng)

    settings.YINGCAI_TODAY = date(2018, 6, 4)
    open_the_month(lin)
    report_and_approve(Person("tao", PASSWORD), Person("qiu", PASSWORD))

    settings.YINGCAI_TODAY = date(2018, 6, 6)
    accept_and_lock(lin)

    settings.YINGCAI_TODAY = date(2018, 6, 8)
    draft_and_publish(lin, meng)
    the_files_are_official(lin)

    from_the_figure_to_the_sentence(Person("shen", PASSWORD))
    every_step_left_a_trace()


def read_and_confirm(lin: Person) -> None:
    """Lin brings the plan in, agrees to what is right and corrects what is not."""
    lin.open("/plan/")
    lin.press("读入", pasted=PLAN.read_text("utf-8"))
    assert "澜市委发〔2018〕9号" in lin.page.text

    lin.click("第 1 项措施")
    assert SENTENCE in lin.page.text
    lin.press("全部确认（3 条）")

    lin.click("第 2 项措施", to="/measures/")
    lin.click("更正", to=clause_behind(lin.page, "到2020年，建成工匠学院3家"))
    lin.press("保存更正", comparator=">=", note="领导小组会议明确为至少三家")
    assert "不少于 3家" in lin.page.text
    lin.press("全部确认（3 条）")

    lin.click("正文以外")
    lin.press("全部确认")


def publish_the_plan(lin: Person, meng: Person) -> None:
    """Two people: who signs cannot publish."""
    lin.open("/plan/2018-2020/1/")
    lin.click("提交复核")
    lin.press("签署并提交")
    assert "您就是提交人，需要另一位工作人员来发布。" in lin.page.text

    meng.open("/plan/2018-2020/1/publish/")
    meng.press("发布")
    plan = current_plan()
    assert plan is not None
    assert [(t.code, t.title, int(t.value)) for t in plan.targets.all()] == [
        ("1-1", "科创平台", 20),
        ("1-2", "急需博士", 60),
        ("2-1", "工匠学院", 3),
        ("2-2", "澜川市工匠评价办法", 1),
    ]


def open_the_month(lin: Person) -> None:
    """The office opens May: every unit that leads a measure has its lines to fill."""
    lin.open("/reporting/")
    lin.press("开放填报", month="2018-05")
    assert "新增 4 项待填报" in lin.page.text


def report_and_approve(tao: Person, qiu: Person) -> None:
    """Tao fills in what his bureau answers for; Qiu, who heads it, stands behind it."""
    tao.open("/reporting/")
    assert "科创平台" in tao.page.text
    assert "工匠学院" not in tao.page.text  # another bureau's
    tao.click("科创平台")
    tao.press("保存", value="2", narrative="两家平台已开工")
    tao.open("/reporting/")
    tao.click("急需博士")
    tao.press("保存", value="5", narrative="签约博士五名")
    tao.open("/reporting/")
    tao.press("提交已填项目")
    assert "待我审核" not in tao.page.text  # nobody approves his own figures

    qiu.open("/reporting/")
    qiu.press("以上 2 项全部审核通过")
    assert "已审核通过 2 项" in qiu.page.text


def accept_and_lock(lin: Person) -> None:
    """The office takes the figures and closes the month; what is missing is said."""
    lin.open("/reporting/2018-05/")
    lin.click("批量核定")
    lin.press("核定以上 2 项")
    lin.click("锁定本月")
    assert "已核定 2，应报 4" in lin.page.text
    lin.press("确认锁定", without_missing="yes")
    assert "已锁定，当月数据和灯色已计算" in lin.page.text


def draft_and_publish(lin: Person, meng: Person) -> None:
    """One click drafts the bulletin, Lin adds a sentence, Meng checks it and publishes."""
    lin.open("/bulletins/")
    lin.press("生成通报")
    lin.click("编辑文字")
    written = lin.page.form("保存文字").fields["next"]
    lin.press("保存文字", next=f"{written}\n市技能局应于十日内补报。")

    meng.open("/bulletins/2018-05/publish/")
    assert "均符合 GB/T 9704—2012" in meng.page.text
    meng.press("发布通报")
    assert "通报已发布并冻结" in meng.page.text
    assert "澜人才通报〔2018〕1号" in meng.page.text
    assert meng.refused("/bulletins/2018-05/edit/")


def the_files_are_official(lin: Person) -> None:
    """The Word file keeps to the standard; the snapshot's digest is the one on the page."""
    lin.open("/bulletins/2018-05/")
    word = lin.file("公文 Word")
    assert check_layout(word) == []
    text = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(word)).paragraphs)
    assert "市技能局应于十日内补报。" in text
    assert hashlib.sha256(lin.file("下载快照")).hexdigest() in lin.page.text


def from_the_figure_to_the_sentence(shen: Person) -> None:
    """Three clicks: the figure, the target, the sentence of the plan."""
    shen.open("/bulletins/2018-05/")
    shen.click("2", to="unit=science&light=green")
    shen.click("科创平台", to="/progress/targets/1-1/")
    assert "完成值2 家" in shen.page.text
    assert "完成率10.0%" in shen.page.text
    assert SENTENCE in shen.page.text
    shen.click("在原文中查看这句话")
    assert shen.page.address.startswith("/plan/2018-2020/1/clauses/")
    assert f"建设科创平台。{SENTENCE}" in shen.page.text


def every_step_left_a_trace() -> None:
    """The audit tells the same story: who did what, in this order."""
    door = {"signin", "account", "role", "units", "unit", "pack"}
    told = [
        f"{event.actor} {event.action}"
        for event in reversed(events(EventFilter()))
        if event.action.split(".")[0] not in door
    ]
    assert told == [
        "林知远 plan.imported",
        "林知远 plan.clauses_confirmed",
        "林知远 plan.clause_corrected",
        "林知远 plan.clauses_confirmed",
        "林知远 plan.clauses_confirmed",
        "林知远 plan.submitted",
        "孟书衡 plan.published",
        "林知远 month.opened",
        "林知远 month.reports_added",
        "陶见微 report.save",
        "陶见微 report.save",
        "陶见微 report.submit",
        "陶见微 report.submit",
        "裘若谷 month.reports_approved",
        "林知远 month.reports_accepted",
        "林知远 indicators.computed",
        "林知远 month.locked",
        "林知远 indicators.computed",
        "林知远 bulletin.drafted",
        "林知远 bulletin.edited",
        "孟书衡 bulletin.published",
    ]


def clause_behind(page: Page, words: str) -> str:
    """The part of an address that names the clause whose words stand in the text of ``page``."""
    anchor = {href for said, href in page.links if said == words and href.startswith("#c-")}
    return f"/clauses/{anchor.pop().removeprefix('#c-')}/"
