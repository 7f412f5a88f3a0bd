"""Check an exported audit by itself: the standard library, this file, the export, a key or published roots.

    python verify_audit.py audit.jsonl --key-file audit.key --roots 2026.jsonl

It shares no code with the program that wrote the export. Exit 0: nothing was changed; 1: something was;
2: misuse, or a file that cannot be read. The form of the file and of the digests is in docs/audit.md.
"""

import argparse
import hashlib
import hmac
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

HASHES = {"default": "sha256", "gm": "sm3"}
START = "0" * 64
COLUMNS = ("id", "at", "written_at", "actor", "action", "object_type", "object_id", "details", "request_id")  # fmt: skip
LINK = ("position", "event", "profile", "key", "sealed_at")
ROOT = ("number", "day", "position", "chain", "links", "previous", "profile", "key", "made_at")
LAG = 60  # seconds within which a row is sealed
LATE_COMMIT = 600  # seconds that a transaction may take between its row and its end
SHOWN = 20  # of each kind of finding
SWAPS_TRIED = 50
FEWEST_PRINTED = 16  # digits of a digest on paper
ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode

Values = Mapping[str, Any]

# What is wrong: in Chinese, in English.
WORDS = {
    "row-changed": ("记录在封存后被改动：内容与封存时不符", "the row was changed after it was sealed"),
    "changed": ("记录或它的链环在封存后被改动（没有密钥，不能区分）", "the row or its link was changed after sealing (without the key there is no telling which)"),
    "row-missing": ("记录已被删除：链环还在，记录不在", "the row was deleted: its link is there, the row is not"),
    "link-changed": ("链环被改动，与密钥不符", "the link itself was changed and does not fit the key"),
    "forged": ("链环前后相接，但不是用密钥做的：有人没有密钥而重做了链", "the link fits its neighbours but was not made with the key: somebody made the chain anew without it"),
    "unknown-key": ("链环由密钥 {key} 封存，而给出的密钥里没有它", "the link was sealed with key {key}, which is not among those given"),
    "unknown-profile": ("链环的算法“{profile}”不认识", "the profile “{profile}” of the link is not known"),
    "gap": ("缺少第 {position} 至 {until} 环：记录连同链环被删除", "positions {position} to {until} are missing: rows were deleted together with their links"),
    "repeated": ("链环的位置重复或颠倒，应为第 {expected} 环", "a position comes twice or out of order; {expected} was expected"),
    "row-without-link": ("记录没有链环，而它之后的记录早已封存：绕过程序插入，或链环被删", "the row has no link although later rows have been sealed long since: it was inserted past the program, or its link was deleted"),
    "truncated": ("链到此为止，而 {day} 公布的根（第 {number} 号）到第 {until} 环：末尾被截去，或恢复了旧备份", "the chain ends before this position, but the root of {day} (number {number}) covers {until}: the end was cut off, or an old backup was restored"),
    "rewritten": ("历史被改写：与 {day} 的根（第 {number} 号，到第 {until} 环）不符，改写在第 {position} 至 {until} 环之间", "history was rewritten between positions {position} and {until}: the chain differs from the root of {day} (number {number})"),
    "root-edited": ("{source}里 {day} 的根（第 {number} 号）被改动：与自己的摘要不符", "the root of {day} (number {number}) in {source_en} was edited: it does not fit its own digest"),
    "root-forged": ("{source}里 {day} 的根（第 {number} 号）不是用密钥做的", "the root of {day} (number {number}) in {source_en} was not made with the key"),
    "root-differs": ("第 {number} 号根在公布文件和数据库里不同：其中一个被换掉", "root number {number} differs between the published file and the database: one of them was replaced"),
    "root-missing": ("公布过的 {count} 个根不在数据库里，最早是 {day} 的（第 {number} 号）：被删除，或恢复了旧备份", "{count} published roots are not in the database, the first is that of {day} (number {number}): they were deleted, or an old backup was restored"),
    "root-gap": ("数据库里第 {number} 号根与前一个根不相接", "root number {number} in the database does not follow on from the one before"),
    "printed-unknown": ("没有一个根的摘要以 {printed} 开头", "no root has a digest that begins with {printed}"),
}  # fmt: skip
SOURCES = {"export": ("数据库", "the database"), "file": ("公布文件", "the published file")}


class NotAnExport(Exception):
    """The file is not a whole export; the text says where."""


class Finding(NamedTuple):
    """One thing that is wrong, and where."""

    code: str
    position: int | None
    event: Any
    more: Values

    def words(self) -> tuple[str, str]:
        places = [("第 {} 环", "position {}", self.position), ("记录 {}", "event {}", self.event)]
        known = [place for place in places if place[2] is not None]
        zh, en = (text.format(**{**self.more, "position": self.position}) for text in WORDS[self.code])  # fmt: skip
        if known:
            zh = "，".join(text.format(value) for text, _, value in known) + f"：{zh}"
            en = ", ".join(text.format(value) for _, text, value in known) + f": {en}"
        return zh, en


@dataclass
class Report:
    """What was found in an export."""

    head: dict[str, Any]
    links: int = 0
    roots: int = 0
    compared: int = 0
    vouched: int = 0  # of those compared, how many were kept elsewhere
    outside: int = 0
    unchecked: int = 0
    late: list[int] = field(default_factory=list)
    late_count: int = 0
    waiting: list[tuple[float, Any]] = field(default_factory=list)
    swaps: list[tuple[int, int]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    first: Finding | None = None

    def add(self, code: str, position: int | None, event: Any = None, more: Values = {}) -> None:  # noqa: B006
        finding = Finding(code, position, event, more)
        self.counts[code] += 1
        if position is not None and (
            self.first is None or position < (self.first.position or position)
        ):
            self.first = finding
        if self.counts[code] <= SHOWN:
            self.findings.append(finding)


# -- digests -------------------------------------------------------------------------------------


def hashed(text: str, name: str) -> str:
    return hashlib.new(name, text.encode("utf-8", "backslashreplace")).hexdigest()


def keyed(key: bytes, text: str, name: str) -> str:
    return hmac.digest(key, text.encode("utf-8", "backslashreplace"), name).hex()


def row_digest(row: Values, name: str) -> str:
    """Every column of a row, in the order of COLUMNS."""
    return hashed(ENCODE(["yingcai.audit.event/1", *[row[column] for column in COLUMNS]]), name)


def link_text(kind: str, link: Values, previous: str, value: str) -> str:
    return "\n".join([kind, *[str(link[name]) for name in LINK], previous, value])


def read_keys(path: Path) -> dict[str, bytes]:
    """The keys of a file by the names that links give them. Raises: NotAnExport."""
    keys = {}
    for line in path.read_text("utf-8").splitlines():
        text = line.strip()
        if text and not text.startswith("#"):
            try:
                secret = bytes.fromhex(text)
            except ValueError:
                raise NotAnExport(f"{path}: 不是密钥 not a key") from None
            name = hmac.digest(secret, b"audit.name/1\x01", "sha256").hex()[:16]
            keys[name] = hmac.digest(secret, b"audit.chain/1\x01", "sha256")
    return keys


# -- the chain -----------------------------------------------------------------------------------


class Chain:
    """Goes along the links; ``previous`` are the values that the chain may have had before the next one."""

    def __init__(self, report: Report, keys: Mapping[str, bytes]) -> None:
        self.report, self.keys = report, keys
        self.made: dict[int, str] = {}  # when the root at a position was made
        self.after: dict[int, int] = {}  # the first link before it that was sealed later than that
        self.expected = report.head["first"]
        self.previous: list[str] = [START] if self.expected == 1 else []
        self.chains: dict[int, list[str]] = {}
        self.changed: list[tuple[Values, str, Values]] = []
        self.top = 0  # the highest number of a row with a link

    def start(self, roots: Sequence[Values]) -> None:
        """Take up the link before the first, and the positions at which roots are compared."""
        for root in roots:
            self.made.setdefault(root["position"], root["made_at"])
        self.marks = sorted(self.made, reverse=True)
        before = self.report.head["before"]
        if before is not None:
            self.previous = [before["chain"]]
            self._keep(before)
            if self.keys and not self._sealed(before, before["previous"]):
                self.report.add("link-changed", before["position"], before["event"])
        elif self.expected != 1:
            self.report.add("gap", 1, None, {"until": self.expected - 1})

    def step(self, link: Values, row: Values | None) -> None:
        """Check one link and its row."""
        self.report.links += 1
        if link["position"] < self.expected:
            self.report.add(
                "repeated", link["position"], link["event"], {"expected": self.expected}
            )
            return
        if link["position"] > self.expected:
            self._gap(until=link["position"] - 1)
        self.expected = link["position"] + 1
        name = HASHES.get(link["profile"])
        if name is None:
            self.report.add("unknown-profile", link["position"], link["event"], link)
            self.previous = [link["chain"]]
            self._keep(link)
            return
        digest = row_digest(row, name) if row else ""
        fitting = [p for p in self.previous if self._sealed(link, p)]
        computed = [
            hashed(link_text("yingcai.audit.link/1", link, p, digest), name)
            for p in fitting or self.previous
        ]
        code = self._judge(link, row, fitting, computed)
        if code:
            self.report.add(code, link["position"], link["event"], link)
        if code in {"row-changed", "changed"} and row and len(self.changed) < SWAPS_TRIED:
            self.changed.append((link, (fitting or self.previous)[0], row))
        self.previous = list(dict.fromkeys([link["chain"], *([] if fitting else computed)]))
        self._keep(link)
        if row:
            self._late(link, row)

    def _judge(
        self, link: Values, row: Values | None, fitting: list[str], computed: list[str]
    ) -> str:
        if not self.previous:
            self.report.unchecked += 1
            return "" if row else "row-missing"
        follows = row is not None and row["id"] == link["event"] and link["chain"] in computed
        if self.keys and link["key"] not in self.keys:
            return "unknown-key"
        if self.keys and not fitting:
            return "forged" if follows else "link-changed"
        if row is None:
            return "row-missing"
        return "" if follows else ("row-changed" if self.keys else "changed")

    def _sealed(self, link: Values, previous: str) -> bool:
        key, name = self.keys.get(link["key"]), HASHES.get(link["profile"])
        if key is None or name is None:
            return False
        text = link_text("yingcai.audit.seal/1", link, previous, link["chain"])
        return keyed(key, text, name) == str(link["seal"])

    def _gap(self, *, until: int) -> None:
        self.report.add("gap", self.expected, None, {"until": until})
        self.previous = []

    def _keep(self, link: Values) -> None:
        position = link["position"]
        self.top = max(self.top, link["event"])
        while self.marks and self.marks[-1] < position:
            self.marks.pop()
        if self.marks and link["sealed_at"] > self.made[self.marks[-1]]:
            self.after.setdefault(self.marks[-1], position)
        if position in self.made:
            self.chains[position] = self.previous

    def _late(self, link: Values, row: Values) -> None:
        if link["sealed_at"][:16] != str(row["written_at"])[:16]:
            seconds = between(row["written_at"], link["sealed_at"])
            if seconds > LAG:
                self.report.late_count += 1
                if len(self.report.late) < SHOWN:
                    self.report.late.append(link["position"])

    def find_swaps(self) -> None:
        """Two changed rows of which each has the content of the other."""
        for link, previous, row in self.changed:
            for other, _, content in self.changed:
                name, place = HASHES[link["profile"]], (link["position"], other["position"])
                text = row_digest({**content, "id": row["id"]}, name)
                text = link_text("yingcai.audit.link/1", link, previous, text)
                if place[0] < place[1] and hashed(text, name) == link["chain"]:
                    self.report.swaps.append(place)


def between(earlier: Any, later: Any) -> float:
    """Seconds from one moment to another; endless where one of them is no moment."""
    try:
        return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()
    except (TypeError, ValueError):
        return float("inf")


def unsealed(report: Report, row: Values, top: int) -> None:
    """A row without a link waits for the next round, unless later rows have been sealed long since."""
    age = between(row["written_at"], report.head["made_at"])
    if row["id"] < top and abs(age) > LATE_COMMIT:
        report.add("row-without-link", None, row["id"])
    else:
        report.waiting.append((age, row["id"]))


# -- roots ---------------------------------------------------------------------------------------

EXPLAIN = {"forged", "link-changed", "unknown-key", "gap", "repeated"}  # why a root does not fit


def check_roots(chain: Chain, exported: Sequence[Values], published: Sequence[Values]) -> None:
    """Roots are whole, follow on from each other, are the same inside and outside, and fit the chain."""
    report, genuine = chain.report, {}
    sources = [("export", root) for root in exported] + [("file", root) for root in published]
    for source, root in sources:
        code, (zh, en) = root_fault(root, chain.keys), SOURCES[source]
        if code:
            report.add(code, None, None, {**root, "source": zh, "source_en": en})
        else:
            genuine[root["digest"]] = root
    previous, number = START, 1
    for root in exported:
        if (root["number"], root["previous"]) != (number, previous):
            report.add("root-gap", None, None, root)
        previous, number = root["digest"], root["number"] + 1
    inside = {root["number"]: root["digest"] for root in exported}
    missing = [root for root in published if root["number"] not in inside]
    if missing:
        report.add("root-missing", None, None, {**missing[0], "count": len(missing)})
    for root in published:
        if inside.get(root["number"], root["digest"]) != root["digest"]:
            report.add("root-differs", None, None, root)
    report.roots = len(genuine)
    kept = {root["digest"] for root in published}
    compare(chain, sorted(genuine.values(), key=lambda root: int(root["position"])), kept)


def root_fault(root: Values, keys: Mapping[str, bytes]) -> str:
    name = HASHES.get(root["profile"])
    text = "\n".join(["yingcai.audit.root/1", *[str(root[column]) for column in ROOT]])
    if name is None or hashed(text, name) != root["digest"]:
        return "root-edited"
    key, text = keys.get(root["key"], b""), f"yingcai.audit.root-seal/1\n{root['digest']}"
    return "root-forged" if keys and keyed(key, text, name) != root["seal"] else ""


def compare(chain: Chain, roots: Sequence[Values], elsewhere: set[str]) -> None:
    """Each root against the chain at its position; the first that differs bounds what was rewritten."""
    report, good, differs = chain.report, 0, False
    newest = report.head["newest"]
    for root in roots:
        kept = chain.chains.get(root["position"])
        if kept is None:
            report.outside += root["position"] <= newest
        elif root["chain"] in kept:
            report.compared += 1
            report.vouched += root["digest"] in elsewhere
            good = good if differs else root["position"]
        elif not differs:
            differs = True
            known = [f for f in report.findings if f.code in EXPLAIN and f.position is not None]
            if not any(good < (f.position or 0) <= root["position"] for f in known):
                begun = max(chain.after.get(root["position"], 0), good + 1)
                report.add("rewritten", begun, None, {**root, "until": root["position"]})
    if roots and roots[-1]["position"] > newest:
        report.add("truncated", newest + 1, None, {**roots[-1], "until": roots[-1]["position"]})


# -- the file ------------------------------------------------------------------------------------


def verify(
    lines: Iterable[str], keys: Mapping[str, bytes], published: Sequence[Values], printed: str = ""
) -> Report:
    """Check an export line by line. Raises: NotAnExport naming the line that is not as it should be."""
    place = 0

    def numbered() -> Iterator[Any]:
        nonlocal place
        for place, line in enumerate(lines, 1):  # noqa: B007
            yield json.loads(line)

    try:
        return _verify(numbered(), keys, published, printed)
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
        raise NotAnExport(f"第 {place} 行有误 line {place} is wrong: {error!r}") from error


def _verify(
    lines: Iterator[Any], keys: Mapping[str, bytes], published: Sequence[Values], printed: str
) -> Report:
    head = next(lines)
    if head["audit_export"] != 1:
        raise NotAnExport(f"导出格式 form of the export: {head['audit_export']}")
    chain = Chain(Report(head), keys)
    exported: list[Values] = []
    while "root" in (line := next(lines)):
        exported.append(line["root"])
    chain.start([*published, *exported])
    while "end" not in line:
        if "link" in line:
            chain.step(line["link"], line["event"])
        else:
            unsealed(chain.report, line["event"], chain.top)
        line = next(lines)
    finish(chain, line["end"], len(exported))
    on_paper = [root for root in exported if printed and root["digest"].startswith(printed)]
    check_roots(chain, exported, [*published, *on_paper])
    if printed and not any(root["digest"].startswith(printed) for root in [*published, *exported]):
        chain.report.add("printed-unknown", None, None, {"printed": printed})
    return chain.report


def finish(chain: Chain, end: Values, roots: int) -> None:
    """The file is whole, and so is the chain up to where the file says it reaches."""
    report = chain.report
    unsealed_rows = len(report.waiting) + report.counts["row-without-link"]
    found = {"links": report.links, "unsealed": unsealed_rows, "roots": roots}
    if end != found:
        raise NotAnExport(f"文件缺行 lines are missing: {found} ≠ {end}")
    if chain.expected <= report.head["last"]:
        report.add("gap", chain.expected, None, {"until": report.head["last"]})
    chain.find_swaps()


# fmt: off
def tell(report: Report, keys: Mapping[str, bytes], say: Callable[[str], object]) -> None:
    """What was found, in Chinese and English."""
    head = report.head
    say(f"导出于 exported: {head['made_at']}  日期 days: {head['from'] or '…'} – {head['to'] or '…'}")
    say(f"核验 checked: {report.links} 环 links, {head['first']}–{head['last']}")
    say(f"根 roots: {report.roots} 个，与链相符 fit the chain: {report.compared}，其中另行保存的 kept elsewhere: {report.vouched}，不在本文件内 outside this file: {report.outside}")
    for finding in sorted(report.findings, key=lambda f: f.position or sys.maxsize):
        zh, en = finding.words()
        say(f"✗ {zh}。\n  {en}.")
    for code, count in report.counts.items():
        if count > SHOWN:
            say(f"… 同类还有 more of this kind ({code}): {count - SHOWN}")
    for note in notes(report, keys):
        say(f"· {note}")
    total = sum(report.counts.values())
    zh, en = ("未发现改动", "nothing was changed") if not total else (f"发现 {total} 处问题", f"{total} found")
    if report.first:
        _, position, event, _ = report.first
        zh, en = f"{zh}，最早在第 {position} 环", f"{en}, the first at position {position}"
        zh, en = (zh, en) if event is None else (f"{zh}（记录 {event}）", f"{en} (event {event})")
    say(f"结论：{zh}。\nverdict: {en}.")


def notes(report: Report, keys: Mapping[str, bytes]) -> Iterator[str]:
    """What is no fault and worth knowing."""
    if report.waiting:
        age, row = max(report.waiting)
        yield f"尚未封存 not sealed yet: {len(report.waiting)}（最久 oldest: 记录 event {row}, {age:.0f} s）"
    if report.swaps:
        yield "内容互换 swapped contents: " + ", ".join(f"{a} ↔ {b}" for a, b in report.swaps)
    if report.late_count:
        yield f"写入 {LAG} 秒后才封存 sealed more than {LAG} s after writing: {report.late_count}（第 {report.late[0]} 环起 from position {report.late[0]}）"
    if report.unchecked:
        yield f"缺口之后无法核验 could not be checked behind a gap: {report.unchecked}"
    if report.links and not report.vouched:
        yield "没有另行保存的根可对照：看不出截去末尾和恢复旧备份。 No root that was kept elsewhere was compared: an end cut off or a backup restored would not show."
    if not keys:
        yield "未用密钥：只有公布的根能证明链没有被整体重做。 No key: only published roots show that the chain was not made anew."


def main(argv: list[str] | None = None) -> int:
    """Check one export. Exit code 0, 1 when something was changed, 2 when it cannot be checked."""
    parser = argparse.ArgumentParser(prog="verify_audit.py", description="离线核验导出的审计记录 check an exported audit offline")
    parser.add_argument("export", type=Path, help="导出文件 the exported file")
    parser.add_argument("--key-file", type=Path, help="密钥文件 audit.key of the installation")
    parser.add_argument("--roots", type=Path, nargs="+", default=[], metavar="FILE", help="另行保存的根 roots that were kept elsewhere")
    parser.add_argument("--printed", default="", metavar="DIGEST", help="纸上的根摘要 digest of a root on paper, 16 digits or more")
    options = parser.parse_args(argv)
    printed = options.printed.replace(" ", "").lower()
    if printed and len(printed) < FEWEST_PRINTED:
        parser.error(f"--printed: {FEWEST_PRINTED} …")
    try:
        keys = read_keys(options.key_file) if options.key_file else {}
        lines = [line for path in options.roots for line in path.read_text("utf-8").splitlines()]
        with options.export.open(encoding="utf-8") as file:
            report = verify(file, keys, [json.loads(line) for line in lines if line.strip()], printed)
    except (OSError, ValueError, NotAnExport) as error:
        sys.stderr.write(f"不能核验 cannot be checked: {error}\n")
        return 2
    tell(report, keys, lambda text: sys.stdout.write(f"{text}\n"))
    return 1 if report.findings else 0
# fmt: on


if __name__ == "__main__":
    sys.exit(main())
