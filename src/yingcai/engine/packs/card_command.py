"""``yingcai card verify``: whether the text of a card was signed by the city."""

from __future__ import annotations

import argparse
import base64
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from yingcai.engine.packs.card import NotACard, read_card

OK, FINDINGS, MISUSE = 0, 1, 2


def verify(argv: Sequence[str]) -> int:
    """Check the text that a card's QR code holds.

    Example: ``yingcai card verify YC1.WyLlj7…  --key city.pub``.
    """
    parser = argparse.ArgumentParser(
        prog="yingcai card verify",
        description="离线核验人才卡二维码的内容 Check the text of a card's QR code offline",
        epilog="例 example: yingcai card verify YC1.WyLlj7… --key city.pub",
    )
    parser.add_argument("text", metavar="TEXT", help="二维码的内容 what the code says")
    parser.add_argument(
        "--key",
        type=Path,
        metavar="FILE",
        required=True,
        help="本市公布的公钥 the city's public key",
    )
    parser.add_argument(
        "--on", type=date.fromisoformat, metavar="DAY", help="哪一天 the day (2018-06-08)"
    )
    options = parser.parse_args(argv)
    try:
        public = base64.b64decode(options.key.read_text("ascii").strip(), validate=True)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"读不了 cannot be read: {error}\n")
        return MISUSE
    try:
        card = read_card(options.text, public)
    except NotACard as error:
        sys.stdout.write(f"✗ {error}\n")
        return FINDINGS
    until = card.until.isoformat() if card.until else "—"
    sys.stdout.write(f"✓ {card.city}  {card.number}  {card.name}  {card.level}\n")
    sys.stdout.write(f"  {card.granted.isoformat()} – {until}\n")
    if options.on and not card.holds_on(options.on):
        sys.stdout.write("✗ 这一天不在有效期内 it does not hold on that day\n")
        return FINDINGS
    return OK
