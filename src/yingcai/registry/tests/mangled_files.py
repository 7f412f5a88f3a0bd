"""Files changed at random, by their structure and byte by byte, for every reader of uploads.

The readers run here as they run in the process apart, within its limits; a file at which the whole process
ends counts as stopped, as it would there. Used by a test and by ``tools/fuzz_uploads.py``.
"""

import io
import random
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from yingcai.engine.apart.parent import BOUNDS, Bounds, Stopped, apart
from yingcai.engine.documents.sheet_reader import told_sheet
from yingcai.engine.reading.sent import told_plan
from yingcai.registry.evidence_files import clean_name, file_problem, file_type
from yingcai.registry.importing.files import FileRefused, Limits
from yingcai.registry.importing.workbook import open_table, told_rows
from yingcai.registry.tests.make_hostile import (
    PICTURE,
    PLAN,
    SOUND,
    TEXT,
    Member,
    archive,
    blank_rows,
    book,
    held,
    packed,
    pdf,
)

# Made in memory: this module is loaded in the process apart, too, where no file can be written.
SHEET = book(
    lambda made, sheet: sheet.data_validation(
        1, 1, 9, 1, {"validate": "list", "source": ["是", "否"]}
    )
)
LINE = "（一）到2020年，引进高层次人才100名以上，每家补贴5亿元，各10家、20个，全覆盖。（市人社局、市科技局）\n"
PAGE = pdf(
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
    "<</Length 47>>\nstream\nBT /F1 9 Tf 9 99 Td (1. 2018-2020 100 talents) Tj ET\nendstream",
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
)  # fmt: skip
SMALL_BLANK = blank_rows(2000)
# Pieces that mean something to one of the parsers.
WORDS = [
    b"<row r='9'>", b"<c r='XFD1048576'><v>1</v></c>", b"<c t='s'><v>99999999</v></c>", b"<v>1e400</v>", b"<f>1</f>",
    b"<!DOCTYPE x>", b"&a;", b"</sheetData>", b"<mergeCell ref='A1:XFD9'/>", b" hidden='1'", b"\x00", b"\xff\xfe",
    b"<w:tbl><w:tr><w:tc/></w:tr></w:tbl>", b"<w:gridSpan w:val='9999'/>", b"<w:p>", b"PK\x03\x04", b"PK\x01\x02",
    b"PK\x05\x06", b"obj", b"endobj", b"stream", b"/Kids[2 0 R]", b"/Count 999999999", b"/Length 99999999",
    b'"', b'""', b",", b";", b"\t", b"\r", b"\n", "＝".encode(), "亿元".encode(), "（".encode(), b"9" * 40,
    b"-1", b"4294967295", "一、".encode(), "《".encode(), b"=cmd|' /C calc'!A0",
]  # fmt: skip


def bytewise(data: bytes, dice: random.Random) -> bytes:
    """Some bytes changed, cut out, doubled, or replaced by a word."""
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4, 16))):
        place = dice.randrange(len(changed) + 1)
        end = min(len(changed), place + dice.choice((0, 1, 4, 40, 400)))
        kind = dice.randrange(5)
        if kind == 0 and place < len(changed):
            changed[place] ^= 1 << dice.randrange(8)
        elif kind == 1:
            del changed[place:end]
        elif kind == 2:
            changed[place:place] = changed[place:end] * dice.choice((1, 3, 60))
        elif kind == 3:
            changed[place:place] = dice.choice(WORDS)
        else:
            changed[place:end] = dice.randbytes(end - place)
    return bytes(changed)


def packagewise(data: bytes, dice: random.Random) -> bytes:
    """One or two members changed and the archive packed again, sometimes with a directory that lies."""
    members = held(data)
    for _ in range(dice.choice((1, 1, 2))):
        place = dice.randrange(len(members))
        one = members[place]
        kind = dice.randrange(8)
        if kind < 5:
            members[place] = Member(one.name, bytewise(one.raw, dice))
        elif kind == 5:
            members[place] = Member(
                dice.choice(("../x", "xl/x.zip", one.name + "x", "C:x")), one.raw
            )
        elif kind == 6:
            members.append(Member(f"{one.name}{dice.randrange(9)}", one.raw[: dice.randrange(99)]))
        else:
            del members[place]
    if not members or dice.randrange(3):
        return archive(_lies(one, dice) for one in members)
    return packed(archive({one.name: one for one in members}.values()))


def _lies(member: Member, dice: random.Random) -> Member:
    if dice.randrange(6):
        return member
    packer = zlib.compressobj(wbits=-15)
    raw = packer.compress(member.raw) + packer.flush()
    return Member(
        member.name,
        raw,
        zipfile.ZIP_DEFLATED,
        size=dice.choice((len(member.raw), 0, 9, 2**31)),
        crc=dice.choice((zlib.crc32(member.raw), 0)),
        flags=dice.choice((0, 0, 1, 8)),
        mode=dice.choice((0o100644, 0o100644, 0o120777)),
        at=dice.choice((None, None, 0, 7)),
    )


def textwise(data: bytes, dice: random.Random) -> bytes:
    """Lines and words in another order, many times over, in another writing."""
    text = data.decode("utf-8", "ignore")
    pieces = [text[n : n + dice.choice((1, 3, 9))] for n in range(0, min(len(text), 200), 3)]
    dice.shuffle(pieces)
    words = [*pieces, *(word.decode("utf-8", "replace") for word in dice.sample(WORDS, 4))]
    much = "".join(
        dice.choice(words) * dice.choice((1, 1, 2, 40)) for _ in range(dice.randrange(1, 60))
    )
    form = dice.choice(("utf-8", "utf-8", "utf-16", "gb18030", "utf-8-sig"))
    return (text[: dice.randrange(len(text) + 1)] + much).encode(form, "replace")


def _list(data: bytes, given: Any) -> Iterator[Any]:
    """A CSV file as the site reads it, in its own process."""
    try:
        table = open_table(lambda: io.BytesIO(data), len(data), Limits(xlsx_bytes=-1))
        yield table.head
        yield sum(1 for _ in table.lines)
    except FileRefused as refused:
        yield {"code": refused.code}


def _evidence(data: bytes, given: Any) -> Iterator[Any]:
    if not settings.configured:  # in the process apart; the sentences are Django's to translate
        settings.configure(USE_I18N=False)
    kind = file_type(data)
    name = clean_name(f"../证明{kind.suffixes[0] if kind else '.pdf'}")
    yield {"problem": file_problem(name, data)}


Mangle = Callable[[bytes, random.Random], bytes]


@dataclass(frozen=True)
class Target:
    """A reader as it is called in the process apart, what it is given, and the files to change."""

    read: Callable[[bytes, Any], Iterator[Any]]
    given: Any
    seeds: tuple[bytes, ...]
    ways: tuple[Mangle, ...]


TARGETS: dict[str, Target] = {
    "xlsx": Target(told_rows, {}, (SOUND, SHEET, SMALL_BLANK), (bytewise, packagewise, packagewise)),
    "csv": Target(_list, None, (TEXT.encode(), TEXT.encode("utf-16"), TEXT.encode("gb18030")), (bytewise, textwise)),
    "sheet": Target(told_sheet, "月报", (SOUND, SHEET, TEXT.encode()), (bytewise, packagewise)),
    "evidence": Target(
        _evidence, None, (SOUND, PAGE, PICTURE, b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + bytes(12)), (bytewise,)
    ),
    "docx": Target(told_plan, {"name": "计划", "units": {}}, (PLAN,), (bytewise, packagewise, packagewise)),
    "pdf": Target(told_plan, {"name": "计划", "units": {}}, (PAGE,), (bytewise,)),
    "txt": Target(told_plan, {"name": "计划", "units": {}}, ((LINE * 20).encode(),), (bytewise, textwise)),
}  # fmt: skip


@dataclass
class Count:
    """What came of the files of one reader."""

    inputs: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0  # seconds
    memory: int = 0  # bytes at most, of all files that one process read


def mangled(name: str, seed: int) -> bytes:
    """The file of a seed. The same seed gives the same file."""
    dice = random.Random(f"{name}/{seed}")  # noqa: S311 - no secret
    target = TARGETS[name]
    data = dice.choice(target.seeds)
    way = dice.choice(target.ways)
    if way is packagewise and not data.startswith(b"PK"):
        way = bytewise
    return way(data, dice)


def outcome(name: str, seed: int) -> str:
    """Read or refused, with its code where there is one. Raises whatever a reader should not."""
    target = TARGETS[name]
    told = list(target.read(mangled(name, seed), target.given))
    return _outcome(told)


def _outcome(told: list[Any]) -> str:
    first = told[0] if told else None  # a book without rows
    if isinstance(first, tuple) and first[0] == 0:
        return str(first[1]["code"])
    if isinstance(first, dict):
        refused = [first[key] for key in ("code", "problem", "problems", "what") if first.get(key)]
        return str(refused[0])[:24] if refused else "read"
    return "read"


def told_many(data: bytes, given: dict[str, Any]) -> Iterator[Any]:
    """What runs apart: many files one after the other, each told before the next begins."""
    peak = _peak()
    for seed in range(given["first"], given["last"]):
        begun = time.monotonic()
        try:
            what = outcome(given["name"], seed)
        except MemoryError:
            what = "stopped: memory"
        except Exception as error:  # whatever it is, it is what is looked for
            what = f"FAULT {type(error).__name__}: {error}"[:200]
        peak = max(peak, _peak())
        yield {"seed": seed, "what": what, "seconds": time.monotonic() - begun, "memory": peak}
        yield "x" * 40_000  # fills the line, so that it is sent at once


def _peak() -> int:
    with open("/proc/self/status", encoding="ascii") as file:  # noqa: PTH123 - no import in the limits
        line = next(line for line in file if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


SOME = 100  # files of one process, so that its limit of time counts for some only


def run(name: str, first: int, last: int, count: Count) -> list[str]:
    """Try the files of these seeds within the limits; the faults, each with its seed."""
    faults: list[str] = []
    seed = first
    while seed < last:
        given = {"name": name, "first": seed, "last": min(last, seed + SOME)}
        bounds = Bounds(
            memory=BOUNDS.memory, seconds=SOME * BOUNDS.seconds, patience=SOME * BOUNDS.seconds
        )
        try:
            for told in apart(f"{__name__}:{told_many.__name__}", [], given, bounds=bounds):
                if isinstance(told, dict):
                    seed = told["seed"] + 1
                    faults += _counted(name, told, count)
        except Stopped as stopped:
            faults += _counted(name, _ended(seed, stopped.reason), count)
            seed += 1
    return faults


def _ended(seed: int, reason: str) -> dict[str, Any]:
    what = f"FAULT {reason}" if reason == "broken" else f"stopped: {reason}"
    return {"seed": seed, "what": what, "seconds": 0.0, "memory": 0}


def _counted(name: str, told: dict[str, Any], count: Count) -> list[str]:
    count.inputs += 1
    count.outcomes[
        told["what"].partition(" ")[0] if told["what"].startswith("FAULT") else told["what"]
    ] += 1
    count.slowest = max(count.slowest, told["seconds"])
    count.memory = max(count.memory, told["memory"])
    return [f"--{name} {told['seed']}: {told['what']}"] if told["what"].startswith("FAULT") else []
