"""What may be wrong with a file or a row, as codes with words in both languages; no value stands in them."""

from collections.abc import Mapping
from dataclasses import dataclass

from yingcai.engine.identifiers import PROBLEMS as NUMBERS
from yingcai.registry.vocabulary import Words, language

FILES: dict[str, Words] = {
    "file-empty": {
        "zh": "文件里没有数据：第一行应是列名，下面是数据",
        "en": "There are no rows: the first row should hold the titles of the columns, with rows below it.",
    },
    "file-other": {
        "zh": "只收 CSV 和 .xlsx 文件（按内容识别）：请用表格软件另存为其中一种",
        "en": "Only CSV and .xlsx files are read (by their content): save the file as one of them.",
    },
    "file-old": {
        "zh": "这是 .xls 旧格式或加了密码的文件：请去掉密码，另存为 .xlsx 后再上传",
        "en": "This is an old .xls file, or one with a password: remove the password and save it as .xlsx.",
    },
    "file-size": {
        "zh": "文件超过 {most} MB：请分成几个文件，或另存为 CSV",
        "en": "The file is larger than {most} MB: split it, or save it as CSV.",
    },
    "file-unpacked": {
        "zh": "文件解开后过大：请只留下数据，另存为新的文件",
        "en": "The file unpacks to too much: keep the data only and save it as a new file.",
    },
    "file-heavy": {
        "zh": "表格太大，或一直延伸到很远的空白行列：请删去空白行列、分成几个文件，或另存为 CSV",
        "en": "The sheet is too large, or reaches far into blank rows and columns: delete those, split the file, or save it as CSV.",
    },
    "file-hostile": {
        "zh": "文件的内部结构不正常，可能被人改造过：请用表格软件打开原件，另存后再上传",
        "en": "The file is put together in a way no spreadsheet program does: open the original in one and save it again.",
    },
    "file-rows": {
        "zh": "超过 {most} 行：请分成几个文件",
        "en": "There are more than {most} rows: split the file.",
    },
    "file-columns": {
        "zh": "超过 {most} 列：请删去多余的列",
        "en": "There are more than {most} columns: delete those that are not needed.",
    },
    "file-cell": {
        "zh": "第 {row} 行第 {column} 列超过 {most} 字：请缩短",
        "en": "Row {row}, column {column} has more than {most} characters: shorten it.",
    },
    "file-control": {
        "zh": "第 {row} 行第 {column} 列含有不可见的控制字符：请清除后再上传",
        "en": "Row {row}, column {column} holds control characters: remove them.",
    },
    "file-slow": {
        "zh": "读取超过 {most} 秒：请分成几个文件",
        "en": "Reading took more than {most} seconds: split the file.",
    },
    "file-wide": {
        "zh": "第 {row} 行的数据多于 {most} 个列名：请核对有没有漏写列名或多出分隔符",
        "en": "Row {row} has more cells than there are titles ({most}): look for a missing title or an extra delimiter.",
    },
    "file-record": {
        "zh": "第 {row} 行超过 {most} 字：引号不成对，或没有换行；请用表格软件打开后另存",
        "en": "Row {row} has more than {most} characters: quotes do not match, or lines do not end; save the file again in a spreadsheet program.",
    },
    "file-quotes": {
        "zh": "第 {row} 行的引号不成对：请用表格软件打开后另存",
        "en": "Quotes do not match in row {row}: open the file in a spreadsheet program and save it again.",
    },
    "file-broken": {
        "zh": "文字编码损坏：请用表格软件另存为“CSV UTF-8”",
        "en": "The encoding of the text is damaged: save the file as “CSV UTF-8”.",
    },
    "file-damaged": {
        "zh": "不是完好的 .xlsx 文件：请用表格软件打开，另存后再上传",
        "en": "This is no sound .xlsx file: open it in a spreadsheet program and save it again.",
    },
    "file-password": {
        "zh": "文件设有打开密码：请取消密码后再上传",
        "en": "The file has a password: remove it.",
    },
    "file-hidden": {
        "zh": "没有可见的工作表：请取消隐藏后再上传",
        "en": "No sheet is visible: unhide the one to be read.",
    },
    "file-hidden-rows": {
        "zh": "表中有隐藏的行或列：请取消隐藏、清除筛选后再上传",
        "en": "Rows or columns are hidden: unhide them and clear the filters.",
    },
    "file-merged": {
        "zh": "第 {row} 行起有合并单元格：请取消合并，每一行单独填写",
        "en": "There are merged cells from row {row} on: unmerge them and fill in each row.",
    },
    "file-formula": {
        "zh": "表中有公式：请全选复制，选择性粘贴为“数值”后再上传",
        "en": "There are formulas: copy everything, paste it as values, and upload it again.",
    },
    "file-links": {
        "zh": "表中有指向其他文件或数据源的链接：请断开链接，另存后再上传",
        "en": "There are links to other files or sources: break them and save the file again.",
    },
    "file-embedded": {
        "zh": "表中嵌有其他文件：请删去后再上传",
        "en": "Other files are embedded: delete them.",
    },
    "file-strangers": {
        "zh": "一天内的文件涉及已登记的外单位人员超过 {most} 人：请交人才办导入",
        "en": "Within a day the files name more than {most} registered people of other employers: let the talent office import them.",
    },
    "file-macros": {
        "zh": "表中有宏：请另存为不带宏的 .xlsx 后再上传",
        "en": "There are macros: save the file as .xlsx without them.",
    },
}  # fmt: skip

ROWS: dict[str, Words] = {
    "name-missing": {"zh": "没有填写", "en": "it is empty"},
    "name-long": {"zh": "超过120个字", "en": "it has more than 120 characters"},
    "number-missing": {
        "zh": "没有填写号码；不会只凭姓名认人",
        "en": "there is no number; nobody is found by the name alone",
    },
    "number-kind": {
        "zh": "证件类型应为居民身份证或护照",
        "en": "the kind of document is neither resident identity card nor passport",
    },
    "number-rounded": {
        "zh": "号码已被表格软件改成科学计数：请把该列设为文本，重新填写",
        "en": "a spreadsheet program has rounded the number: make the column text and write it again",
    },
    "number-twice": {
        "zh": "与第 {other} 行的号码相同",
        "en": "the same number stands in row {other}",
    },
    "number-other-name": {
        "zh": "号码已登记，但名称与登记的不同",
        "en": "the number is registered under another name",
    },
    "subject-closed": {
        "zh": "该号码的主体目前不能写入，请联系人才办",
        "en": "nothing may be written about the subject of this number now; ask the talent office",
    },
    "value": {"zh": "不是这一项可用的值", "en": "it is no value that this column takes"},
    "value-long": {"zh": "超过200个字", "en": "it has more than 200 characters"},
    "day": {
        "zh": "不是1900年以后的有效日期，请写成 2018-06-08 的样子",
        "en": "it is no day since 1900; write it like 2018-06-08",
    },
    "day-order": {"zh": "早于任职开始日期", "en": "it is before the first day"},
    "since-missing": {
        "zh": "没有任职开始日期，本批也没有填数据截止日",
        "en": "there is no first day, and the batch has no date either",
    },
    "employer-missing": {"zh": "没有填写任职单位", "en": "no employer is given"},
    "employer-unknown": {
        "zh": "任职单位尚未登记，请先登记单位",
        "en": "the employer is not registered yet",
    },
    "employer-other": {
        "zh": "填写的是另一个单位；只能导入本单位的人员",
        "en": "it names another organisation; only one’s own people can be imported",
    },
    "sort": {"zh": "没有这类单位", "en": "there is no such kind of organisation"},
    "changed-since": {
        "zh": "检查以后登记发生了变化，没有写入",
        "en": "the register has changed since the check; it was not written",
    },
    "employed-elsewhere": {
        "zh": "登记中同一时期另有任职单位，请核对是否仍在职",
        "en": "the register shows another employer at the same time; make sure that both are right",
    },
    "employer-name": {
        "zh": "单位名称与登记的不同，以统一社会信用代码为准",
        "en": "the employer’s name differs from the registered one; the credit code counts",
    },
}  # fmt: skip
DOUBTS = frozenset({"employed-elsewhere", "employer-name", "resident-division"})

FIXED: dict[str, Words] = {
    "name": {"zh": "姓名", "en": "Name"},
    "organisation_name": {"zh": "单位名称", "en": "Name of the organisation"},
    "number_kind": {"zh": "证件类型", "en": "Kind of document"},
    "number": {"zh": "证件号码", "en": "Number of the document"},
    "credit_code": {"zh": "统一社会信用代码", "en": "Unified social credit code"},
    "sort": {"zh": "单位类型", "en": "Kind of organisation"},
    "since": {"zh": "任职开始日期", "en": "First day of employment"},
    "until": {"zh": "离职日期", "en": "Last day of employment"},
    "problem": {"zh": "问题", "en": "Problems"},
}
NUMBER_KINDS: dict[str, Words] = {
    "resident-id": {"zh": "居民身份证", "en": "Resident identity card"},
    "passport": {"zh": "护照", "en": "Passport"},
}


@dataclass(frozen=True)
class Found:
    """Something about one row: a code, the field it is in, perhaps another row."""

    code: str
    field: str = ""
    other: int | None = None

    @property
    def fault(self) -> bool:
        return self.code not in DOUBTS


def file_words(code: str, places: Mapping[str, object]) -> str:
    """Why a file is not read, in the language of the page."""
    return FILES[code][language()].format_map(places)


def row_words(code: str, other: int | None = None) -> str:
    """What is wrong with a row, in the language of the page; without the row and the column."""
    words = ROWS.get(code) or NUMBERS.get(code) or {"zh": code, "en": code}
    return words[language()].format(other=other if other is not None else "—")
