"""Every Chinese message has its English, and generated Chinese text uses full-width punctuation."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,:;!?](?!\S*[=/])|[\u4e00-\u9fff]\(|\)[\u4e00-\u9fff]")


def test_no_message_lacks_its_english() -> None:
    result = subprocess.run(
        [sys.executable, "tools/messages.py", "missing"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout == ""


def test_chinese_text_has_no_half_width_punctuation() -> None:
    places = [
        *ROOT.glob("src/yingcai/**/templates/**/*.html"),
        *ROOT.glob("packs/*/texts/**/*.yaml"),
    ]
    found = []
    for path in sorted(places):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            text = (
                re.sub(r"\{[%#].*?[%#]\}|\{\{.*?\}\}|<[^>]*>", "", line)
                if path.suffix == ".html"
                else line
            )
            strings = re.findall(r'translate "([^"]*)"', line)
            if any(HALF_WIDTH.search(piece) for piece in [text, *strings]):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []
