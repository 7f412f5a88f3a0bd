"""Tables on a phone: a row is a block of named values, and none of them is cut or broken."""

import pytest

from tests.browser.conftest import Open, Visit

pytestmark = pytest.mark.browser
PHONE = Visit(size="phone")
# A table with values that are longer than half a phone, put in as a page would bring it.
TABLE = """() => {
  const wrap = document.createElement("div");
  wrap.className = "yc-table-wrap";
  wrap.innerHTML = `<table class="yc-table"><thead><tr>
    <th>编号</th><th>对象</th><th>这一步最迟</th><th>Present stage</th><th>After the move</th><th>数量</th>
    </tr></thead><tbody><tr><th class="nowrap">2019-000001</th>
    <td class="nowrap">云州智能装备研究与应用（示例）有限责任公司第一分公司</td>
    <td>2019年6月12日</td><td>Acceptance</td><td class="is-long">短</td><td class="num">3</td>
    </tr></tbody></table>`;
  document.querySelector("main").append(wrap);
  wrap.firstChild.dispatchEvent(new CustomEvent("htmx:afterSettle", {bubbles: true}));
  return Array.from(wrap.querySelectorAll("tbody tr > *"), (cell) => [
    cell.textContent.trim().slice(0, 10), cell.className, cell.scrollWidth > cell.clientWidth,
    Math.round(cell.getBoundingClientRect().width), Math.round(cell.getBoundingClientRect().height),
  ]);
}"""


def test_no_value_of_a_row_is_cut_and_a_date_keeps_its_line(open_page: Open) -> None:
    """A name that must not wrap was cut at the edge, and a date stood on three lines."""
    page = open_page("/accessibility/", PHONE)
    cells = {text: rest for text, *rest in page.evaluate(TABLE)}

    assert [text for text, (_class, cut, *_size) in cells.items() if cut] == []
    _class, _cut, whole, line = cells["2019年6月12日"]
    firm = cells["云州智能装备研究与应"]
    assert "is-long" in firm[0]
    assert firm[2] == whole == cells["Acceptance"][2]
    assert line < 40  # one line
    assert cells["3"][2] < whole / 2  # a short one shares its row


def test_what_a_template_marks_as_long_stays_below_its_name(open_page: Open) -> None:
    page = open_page("/accessibility/", PHONE)
    cells = {text: rest for text, *rest in page.evaluate(TABLE)}

    assert "is-long" in cells["短"][0]
