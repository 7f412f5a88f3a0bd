"""Message catalogues without gettext's programs: ``extract`` new msgids, ``compile`` .mo, ``missing``.

Msgids are Chinese; each app keeps its English in ``locale/en/LC_MESSAGES/django.po``.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

SOURCE = Path(__file__).resolve().parent.parent / "src" / "yingcai"
APPS = ["audit", "identity", "plan", "registry", "cases", "reporting", "web"]
FUNCTIONS = {"_", "gettext", "gettext_lazy", "pgettext", "ngettext", "ngettext_lazy"}
# Tables of sentences of the engine, which speaks Chinese; an app says them in the language of the page.
BORROWED = {
    "plan": ("engine/reading/refusals.py",),
    "reporting": ("engine/documents/sheet_refusals.py",),
}
CHINESE = re.compile("[\u4e00-\u9fff]")
TRANSLATE = re.compile(r"""\{%-?\s*(?:translate|trans)\s+(?:"([^"]*)"|'([^']*)')""")
IN_FILTER = re.compile(r"""_\((?:"([^"]*)"|'([^']*)')\)""")
BLOCK = re.compile(
    r"\{%\s*(?:blocktranslate|blocktrans)\b([^%]*)%\}(.*?)\{%\s*end(?:blocktranslate|blocktrans)\s*%\}",
    re.S,
)
VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def from_template(text: str) -> Iterator[str]:
    for found in list(TRANSLATE.finditer(text)) + list(IN_FILTER.finditer(text)):
        yield found[1] or found[2] or ""
    for found in BLOCK.finditer(text):
        body = found[2]
        if "trimmed" in found[1]:
            body = " ".join(line.strip() for line in body.strip().splitlines())
        yield VARIABLE.sub(r"%(\1)s", body.replace("%", "%%"))


def from_python(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in FUNCTIONS and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)


def from_table(text: str) -> Iterator[str]:
    """Every sentence in Chinese, and whatever else stands in Chinese, such as the name of a place."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and CHINESE.search(str(node.value)):
            yield str(node.value)


def msgids(app: str) -> dict[str, str]:
    """Every msgid of an app with the file that first uses it."""
    found: dict[str, str] = {}
    for path in sorted((SOURCE / app).rglob("*")):
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        if path.suffix == ".py":
            texts = from_python(path.read_text("utf-8"))
        elif path.suffix in {".html", ".txt"}:
            texts = from_template(path.read_text("utf-8"))
        else:
            continue
        for text in texts:
            if text:
                found.setdefault(text, str(path.relative_to(SOURCE)))
    return {**borrowed(app), **found}


def borrowed(app: str) -> dict[str, str]:
    tables = {name: (SOURCE / name).read_text("utf-8") for name in BORROWED.get(app, ())}
    return {text: name for name, table in tables.items() for text in from_table(table)}


def catalogue(app: str) -> Path:
    return SOURCE / app / "locale" / "en" / "LC_MESSAGES" / "django.po"


def load(app: str) -> polib.POFile:
    path = catalogue(app)
    if path.exists():
        return polib.pofile(str(path), wrapwidth=100)
    fresh = polib.POFile(wrapwidth=100)
    fresh.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "en",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return fresh


def extract() -> int:
    """Add msgids that have no entry; mark entries that nothing uses as obsolete."""
    for app in APPS:
        used = msgids(app)
        po = load(app)
        known = {entry.msgid: entry for entry in po if not entry.obsolete}
        for text, place in used.items():
            if text not in known:
                po.append(polib.POEntry(msgid=text, msgstr="", occurrences=[(place, "")]))
        for text, entry in known.items():
            if text not in used and not entry.msgid_plural:
                po.remove(entry)
        catalogue(app).parent.mkdir(parents=True, exist_ok=True)
        po.save(str(catalogue(app)))
    return missing()


def compile_all() -> int:
    for app in APPS:
        if catalogue(app).exists():
            load(app).save_as_mofile(str(catalogue(app).with_suffix(".mo")))
    return 0


def translated(app: str) -> set[str]:
    return {entry.msgid for entry in load(app) if entry.translated() and not entry.fuzzy}


def missing() -> int:
    """Print msgids without English, one a line; exit status 1 when there are any."""
    everywhere: set[str] = set().union(*(translated(app) for app in APPS))
    gaps = [
        f"{place}: {text}"
        for app in APPS
        for text, place in msgids(app).items()
        if text not in everywhere
    ]
    for gap in gaps:
        print(gap)
    return 1 if gaps else 0


if __name__ == "__main__":
    COMMANDS = {"extract": extract, "compile": compile_all, "missing": missing}
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit("usage: messages.py extract|compile|missing")
    sys.exit(COMMANDS[sys.argv[1]]())
