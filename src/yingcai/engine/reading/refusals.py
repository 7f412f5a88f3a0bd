"""Why a plan that somebody brings is not read: a code each, what is wrong, and the way out, in Chinese.

The site says them in the language of the page; its catalogue of ``plan`` holds the English.
"""

from __future__ import annotations

from dataclasses import dataclass

from yingcai.engine.reading.errors import ReadingError


@dataclass(frozen=True, slots=True)
class Refusal:
    """``what`` and ``way_out`` are filled with places; no value out of the file stands in them."""

    what: str
    way_out: str


_BODY = "请只保留计划正文后再试"
_BODY_ANEW = "请只保留计划正文，另存后再试"
_UNPACK = "请解压后上传其中的文件"
_RECOGNISE = "请先识别为文字后再试"

WHOLE = "全文"
"""Where a text is refused that is no file any more."""

REFUSALS: dict[str, Refusal] = {
    "plan-empty": Refusal("文件是空的", "请选择含有计划全文的文件"),
    "plan-no-text": Refusal("文件里没有文字", "扫描件请先识别为文字后再试"),
    "plan-size": Refusal(
        "文件太大（%(size)s MB），一份计划的文本不超过 %(text)s MB，Word、PDF 文件不超过 %(most)s MB",
        _BODY,
    ),
    "plan-text-size": Refusal(
        "文件太大（%(size)s MB 的纯文本），一份计划的文本不超过 %(text)s MB，Word、PDF 文件不超过 %(most)s MB",
        _BODY,
    ),
    "plan-long": Refusal("文本有 %(length)s 个字符，一份计划不超过 %(most)s 个", _BODY),
    "plan-heavy": Refusal("文件太大，读取它需要的内存超过一份计划的限度", _BODY_ANEW),
    "plan-slow": Refusal("文件太复杂，%(most)s 秒内没有读完", _BODY_ANEW),
    "plan-broken": Refusal("这个文件已损坏，读不出来", _BODY_ANEW),
    "plan-unlike": Refusal(
        "这不像一份计划：没有编号的标题，没有措施，也没有可计数的目标", "请确认文件内容是印发的计划全文"
    ),
    "plan-encoding": Refusal(
        "读不出文字，编码不是 UTF-8、UTF-16 或 GB18030", "请用记事本或 WPS 打开，另存为 UTF-8 文本后再试"
    ),
    "plan-doc": Refusal("这是旧版 Word（.doc）文件，不能直接读取", "请另存为 .docx 后再试"),
    "plan-rtf": Refusal("这是RTF 文件，不能直接读取", "请另存为 .docx 或 .txt 后再试"),
    "plan-picture": Refusal("这是图片，不能直接读取", _RECOGNISE),
    "plan-archive": Refusal("这是压缩包，不能直接读取", _UNPACK),
    "plan-word-damaged": Refusal(
        "这个 Word 文件已损坏或不是 .docx", "请用 WPS 或 Word 打开后另存为 .docx 再试"
    ),
    "plan-word-none": Refusal("压缩包里没有 Word 正文，不是 .docx 文件", "请另存为 .docx 或 .txt 再试"),
    "plan-unpacked": Refusal("文件解压后超出一份计划的大小，为安全起见没有打开", _BODY_ANEW),
    "plan-pdf-damaged": Refusal("这个 PDF 文件已损坏或加了密码", "请另存为不加密的 PDF 或 .docx 再试"),
    "plan-pdf-page": Refusal("第 %(page)s 页读不出来", "请另存为新的 PDF 或 .docx 再试"),
    "plan-pdf-pages": Refusal("文件有 %(pages)s 页，一份计划不超过 %(most)s 页", _BODY),
    "plan-pdf-words": Refusal("文字太多，不是一份计划", _BODY),
    "plan-pdf-scan": Refusal("这个 PDF 是扫描件，没有文字层", "请先识别为文字，或使用 Word 原件"),
}  # fmt: skip


def refused(code: str, *, where: str, **places: object) -> ReadingError:
    """The refusal of a code with its sentence."""
    words = REFUSALS[code]
    return ReadingError(
        words.what % places, where=where, way_out=words.way_out, code=code, places=places
    )
