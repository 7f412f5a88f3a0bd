"""``yingcai proof verify``: whether a proof of a decision holds, without a database."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from yingcai.engine.packs.proof import check_proof

OK, FINDINGS, MISUSE = 0, 1, 2


def verify(argv: Sequence[str]) -> int:
    """Check a proof: signature, rules, and the decision made again.

    Example: ``yingcai proof verify 2018-000012.proof.json --key city.pub``.
    """
    parser = argparse.ArgumentParser(
        prog="yingcai proof verify",
        description="核验决定证明：签名、规则版本，并按所附规则和事实重新决定"
        " Check a proof of a decision: signature, version of the rules, and the decision made again",
        epilog="例 example: yingcai proof verify 2018-000012.proof.json --key city.pub",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="决定证明 the proof")
    parser.add_argument(
        "--key",
        type=Path,
        metavar="FILE",
        help="本市公布的公钥 the public key that the city publishes",
    )
    options = parser.parse_args(argv)
    try:
        text = options.file.read_bytes()
        trusted = options.key.read_text("ascii").strip() if options.key else ""
    except (OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"读不了 cannot be read: {error}\n")
        return MISUSE
    found = check_proof(text, trusted=trusted)
    if found.problems:
        sys.stdout.writelines(f"✗ {one}\n" for one in found.problems)
        return FINDINGS
    sys.stdout.write(f"✓ {found.case}  {found.programme}  {found.outcome}\n")
    if found.settled:
        sys.stdout.write(
            f"  一事一议，不是按规则核定 settled by people, not by the rules: {found.settled}\n"
        )
    told = (
        "与所给公钥相符 as given"
        if trusted
        else "请与本市公布的指纹比对 compare it with the city's"
    )
    sys.stdout.write(f"  签名密钥指纹 key fingerprint: {found.key}（{told}）\n")
    return OK
