"""Take other people's stylesheets, fonts and test scripts from their npm packages into the tree.

    npm pack @tabler/core@1.6.1 bootstrap-icons@1.13.1 axe-core@4.14.1
    python tools/vendor.py *.tgz

No Node afterwards: the files are committed, and VENDOR.md lists each with its version, licence and
SHA-256 (a test holds the sums). Source maps are cut off because a manifest of static files fails on
a name that is not there, and parts of the kit that nothing here uses are left out.
"""

import hashlib
import json
import re
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = "src/yingcai/web/static/vendor"
LIST = ROOT / "src/yingcai/web/VENDOR.md"

# Components that need scripts we do not ship, dark and right-to-left themes, brand colours of
# foreign networks, and the widest step of the responsive utilities.
UNUSED = re.compile(
    r"""\[data-bs-theme|\[data-vc|\[dir=|:not\(\[data-bs-theme
    |\.(?:accordion|apexcharts|avatar|bs-popover|bs-tooltip|calendar|carousel|chart|collaps|divide
        |dropdown|dropup|dropend|dropstart|dropzone|dz|flag|form-colorinput|form-imagecheck
        |form-selectgroup|fslightbox|jvm|jsvectormap|litepicker|markdown|modal|navbar|noUi|offcanvas
        |otp|payment|placeholder|plyr|popover|ribbon|signal|social|sortable|sparkline|star-rating
        |strength|switch-icon|theme|toast|tooltip|tracking|ts|tom-select|typed|vc|wysiwyg
        |hugerte|tox)(?![a-z])
    |\.(?:bg|text|btn|link|border|status|badge|list-group-item|steps|alert|table|card|legend|fill
        |stroke|icon|progress)(?:-outline|-ghost)?-(?:x|facebook|twitter|linkedin|google|youtube|vimeo
        |dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|tabler|gitlab)(?![a-z])
    |-xxl(?![a-z])""",
    re.X,
)


@dataclass(frozen=True)
class Piece:
    """One file taken from a package: where it was, where it goes."""

    package: str
    member: str
    target: str


PIECES = [
    Piece("@tabler/core", "dist/css/tabler.min.css", f"{STATIC}/tabler/tabler.min.css"),
    Piece(
        "bootstrap-icons",
        "font/bootstrap-icons.min.css",
        f"{STATIC}/bootstrap-icons/bootstrap-icons.min.css",
    ),
    Piece(
        "bootstrap-icons",
        "font/fonts/bootstrap-icons.woff2",
        f"{STATIC}/bootstrap-icons/fonts/bootstrap-icons.woff2",
    ),
    Piece("axe-core", "axe.min.js", "tests/browser/vendor/axe.min.js"),
]


def blocks(css: str) -> Iterator[str]:
    """The top-level rules of minified CSS, in order, each with its braces."""
    depth = start = 0
    for index, char in enumerate(css):
        if char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                yield css[start : index + 1]
                start = index + 1
    yield css[start:]


def selectors(head: str) -> list[str]:
    """A selector list split at its outer commas (not inside ``:is(…)`` or ``[…]``)."""
    parts, depth, start = [], 0, 0
    for index, char in enumerate(head):
        depth += (char in "([") - (char in ")]")
        if char == "," and depth == 0:
            parts.append(head[start:index])
            start = index + 1
    return [*parts, head[start:]]


def pruned(css: str) -> str:
    """The stylesheet without rules whose every selector is UNUSED."""
    kept = []
    for block in blocks(css):
        head, brace, rest = block.partition("{")
        if not brace:
            kept.append(block)
        elif head.lstrip().startswith(("@media", "@supports")):
            inner = pruned(rest[:-1])
            if inner:
                kept.append(f"{head}{{{inner}}}")
        elif head.lstrip().startswith("@"):
            kept.append(block)
        else:
            wanted = [one for one in selectors(head) if not UNUSED.search(one)]
            if wanted:
                kept.append(",".join(wanted) + "{" + rest)
    return "".join(kept)


def cleaned(piece: Piece, raw: bytes) -> bytes:
    if not piece.target.endswith(".css"):
        return raw
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", raw.decode("utf-8")).strip()
    css = re.sub(r',url\("?[^)"]*\.woff(?:\?[^)"]*)?"?\) ?format\("woff"\)', "", css)
    if piece.package == "@tabler/core":
        banner, _, body = css.partition("*/")
        css = f"{banner}*/{pruned(body)}"
    return (css + "\n").encode("utf-8")


def row(piece: Piece, manifest: dict[str, str], content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    return (
        f"| `{piece.target}` | {piece.package} {manifest['version']}"
        f" | {manifest['license']} | {len(content):,} | `{digest}` |"
    )


def take(archives: list[Path]) -> list[str]:
    """Write every piece found in the archives; return the rows of VENDOR.md.

    Raises: SystemExit naming the packages that were not given.
    """
    rows: list[str] = []
    given: set[str] = set()
    for path in archives:
        with tarfile.open(path) as archive:
            manifest = json.loads(_read(archive, "package/package.json"))
            given.add(manifest["name"])
            for piece in PIECES:
                if piece.package != manifest["name"]:
                    continue
                content = cleaned(piece, _read(archive, f"package/{piece.member}"))
                target = ROOT / piece.target
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
                rows.append(row(piece, manifest, content))
    absent = {piece.package for piece in PIECES} - given
    if absent:
        sys.exit(f"not among the archives: {', '.join(sorted(absent))}; get them with npm pack")
    return rows


def _read(archive: tarfile.TarFile, member: str) -> bytes:
    stream = archive.extractfile(member)
    if stream is None:
        sys.exit(f"{member} is not a file in its archive")
    return stream.read()


def main() -> int:
    rows = take([Path(name) for name in sys.argv[1:]])
    head = LIST.read_text("utf-8").split("| file |")[0] if LIST.exists() else ""
    table = [
        "| file | package | licence | bytes | sha256 |",
        "| --- | --- | --- | --- | --- |",
        *rows,
    ]
    LIST.write_text(head + "\n".join(table) + "\n", "utf-8")
    print("\n".join(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
