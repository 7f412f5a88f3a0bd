"""Take the pictures of docs/img from a running fictional city: ``python tools/screenshots.py``.

Build a city of its own first, for the program brings in a new edition of the plan to show the desk:

    export YINGCAI_DATA_DIR=some-folder
    yingcai demo --build
    YINGCAI_TODAY=2019-06-08 yingcai serve --port 8021

Needs the extras e2e and pdf, chromium and a CJK font.
"""

import argparse
import os
import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
from playwright.sync_api import Browser, FloatRect, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "img"
PLAN = ROOT / "packs" / "taizhou" / "plan" / "2018-2020.txt"
PASSWORD = "Yingcai-Demo-2018"  # noqa: S105  # printed by `yingcai demo`
CHROMIUM = os.environ.get("YINGCAI_CHROMIUM", "/usr/bin/chromium")
LANGUAGES = {"zh": "zh-hans", "en": "en"}
WIDTH = 1280
BANNER = 176  # pixels of the site's banner, which one picture shows for all


@dataclass(frozen=True)
class Shot:
    """One picture: who looks at which address, and the part of the page from ``top`` to ``bottom``."""

    name: str
    user: str
    address: str
    top: int = BANNER
    bottom: int = 800


SHOTS = [
    Shot("leader", "leader", "/leader/", top=0, bottom=700),
    Shot("desk", "office", "/plan/2018-2020/2/measures/{measure}/", bottom=860),
    Shot("inbox", "reporter", "/reporting/?month=2019-05", bottom=740),
    Shot("month", "office", "/reporting/2019-05/", bottom=840),
    Shot("standing", "office", "/progress/targets/8-3/", bottom=970),
    Shot("bulletin", "office", "/bulletins/2019-04/", bottom=900),
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--site", default="http://127.0.0.1:8021", help="the running city")
    site = parser.parse_args().site
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        measure = bring_in_edition(browser, site)
        for folder in LANGUAGES:
            for shot in SHOTS:
                take(browser, site, shot, folder, measure)
        paper(browser, site)
        browser.close()
    return 0


def bring_in_edition(browser: Browser, site: str) -> str:
    """A draft of the next edition, so that the desk has something to confirm; a measure of it."""
    with signed_in(browser, site, "office", "zh") as page:
        page.goto(f"{site}/plan/")
        page.fill("#id_pasted", PLAN.read_text("utf-8") + "\n（本文为示例修订稿）\n")
        page.select_option("#id_slug", index=1)
        page.click("#bring-in button")
        page.goto(f"{site}/plan/2018-2020/2/")
        href = page.locator(".yc-group h3 a").nth(8).get_attribute("href") or ""
    return href.rstrip("/").rsplit("/", 1)[-1]


def take(browser: Browser, site: str, shot: Shot, folder: str, measure: str) -> None:
    target = PICTURES / folder / f"{shot.name}.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    with signed_in(browser, site, shot.user, folder, height=shot.bottom) as page:
        page.goto(site + shot.address.format(measure=measure))
        page.wait_for_load_state("networkidle")
        part: FloatRect = {"x": 0, "y": shot.top, "width": WIDTH, "height": shot.bottom - shot.top}
        page.screenshot(path=target, clip=part)
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1024} KB")


@contextmanager
def signed_in(
    browser: Browser, site: str, user: str, folder: str, *, height: int = 800
) -> Iterator[Page]:
    """A page of ``user`` in the language of ``folder``."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": height}, reduced_motion="reduce"
    )
    context.add_cookies([{"name": "yingcai_language", "value": LANGUAGES[folder], "url": site}])
    page = context.new_page()
    page.goto(f"{site}/accounts/login/")
    page.fill("[name=login]", user)
    page.fill("[name=password]", PASSWORD)
    page.click("form button[type=submit].btn-primary")
    page.wait_for_load_state("networkidle")
    yield page
    context.close()


def paper(browser: Browser, site: str) -> None:
    """The first page of the bulletin's PDF, as it is printed."""
    with signed_in(browser, site, "office", "zh") as page:
        answer = page.request.get(f"{site}/bulletins/2019-04/pdf")
        rendered = pdfium.PdfDocument(answer.body())[0].render(scale=1.2, rev_byteorder=True)
    target = PICTURES / "paper.png"
    rows = rendered.buffer
    width, height, stride = rendered.width, rendered.height, rendered.stride
    lines = (bytes(rows[y * stride : y * stride + width * 3]) for y in range(height))
    target.write_bytes(png(width, height, b"".join(b"\0" + line for line in lines)))
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1024} KB")


def png(width: int, height: int, rows: bytes) -> bytes:
    """A PNG of 8-bit RGB rows, each led by its filter byte."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


if __name__ == "__main__":
    sys.exit(main())
