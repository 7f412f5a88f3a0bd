"""Why a spreadsheet that somebody sends is not read: a code and a sentence each, in Chinese.

The site says them in the language of the page; its catalogue of ``reporting`` holds the English.
"""

from yingcai.engine.documents.sheet_cells import SheetError

REFUSALS: dict[str, str] = {
    "sheet-empty": "文件“%(name)s”是空的：请重新选择文件",
    "sheet-size": "文件“%(name)s”超过 %(most)s MB：请删去图片或分成几个文件",
    "sheet-unpacked": "文件“%(name)s”解开后过大：请只留下数据，另存为新的文件",
    "sheet-heavy": "文件“%(name)s”太大，或一直延伸到很远的空白行列：请删去空白行列后另存，或分成几个文件",
    "sheet-slow": "文件“%(name)s”读取超过 %(most)s 秒：请分成几个文件",
    "sheet-rows": "文件“%(name)s”有 %(rows)s 行以上：最多 %(most)s 行，请分成几个文件上传",
    "sheet-columns": "文件“%(name)s”有 %(columns)s 列：最多 %(most)s 列，请删去多余的列",
    "sheet-quotes": "文件“%(name)s”第 %(row)s 行的引号不成对或单元格过长：请用表格软件打开后另存",
    "sheet-hidden": "文件“%(name)s”没有可见的工作表：请取消隐藏后再上传",
    "sheet-password": "文件“%(name)s”设有打开密码：请取消密码后再上传",
    "sheet-damaged": (
        "文件“%(name)s”不是可以读取的表格：请用表格软件打开，另存为“.xlsx”或“.csv（UTF-8）”后再上传"
    ),
}  # fmt: skip


def refused(code: str, name: str, **places: object) -> SheetError:
    """The refusal of a code; ``name`` is what its sender calls the file."""
    whole = {"name": name, **places}
    return SheetError([REFUSALS[code] % whole], code=code, places=whole)
