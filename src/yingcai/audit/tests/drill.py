"""The tamper drill: what somebody with all rights over the database can do to a sealed export.

Each kind takes the lines of an untouched export (and the published roots) and gives changed ones with
what the verifier must say first: the position, or, where no position is wrong, the code.
"""

import hashlib
import json
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

Lines = list[dict[str, Any]]
HASHES = {"default": "sha256", "gm": "sm3"}
COLUMNS = ("at", "written_at", "actor", "action", "object_type", "object_id", "details", "request_id")  # fmt: skip
LINK_COLUMNS = ("event", "profile", "key", "sealed_at", "chain", "seal")
ROOT_COLUMNS = ("number", "day", "position", "chain", "links", "previous", "made_at", "digest", "seal")  # fmt: skip


@dataclass
class Sealed:
    """An export taken apart: the links with their rows, what is not linked, the roots kept outside."""

    head: dict[str, Any]
    pairs: Lines
    roots: Lines
    published: Lines
    unsealed: Lines = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        self.head["newest"] = self.head["last"] = self.pairs[-1]["link"]["position"]
        yield json.dumps({"audit_export": 1, **self.head})
        yield from (json.dumps({"root": root}) for root in self.roots)
        yield from (json.dumps(pair) for pair in self.pairs)
        yield from (json.dumps({"event": row}) for row in self.unsealed)
        end = {
            "links": len(self.pairs),
            "unsealed": len(self.unsealed),
            "roots": len(self.roots),
        }
        yield json.dumps({"end": end})


@dataclass(frozen=True)
class Expected:
    """What the verifier must say: the first position, or a code that must be among the findings."""

    position: int | None
    code: str = ""


def taken_apart(lines: list[str]) -> Sealed:
    read = [json.loads(line) for line in lines]
    roots = [line["root"] for line in read if "root" in line]
    pairs = [line for line in read if "link" in line]
    return Sealed(read[0], pairs, roots, deepcopy(roots))


def other(value: Any, dice: random.Random) -> Any:
    """Another value of the same kind."""
    if isinstance(value, dict):
        return {**value, "n": value["n"] + dice.choice([1, 0.5])}
    if isinstance(value, int):
        return value + dice.choice([1, 2, 7])
    if value is None:
        return dice.randrange(1, 9)
    place = dice.randrange(len(value))
    digit = dice.choice([c for c in "0123456789abcdef" if c != value[place]])
    return value[:place] + digit + value[place + 1 :]


def change_row(sealed: Sealed, dice: random.Random) -> Expected:
    pair = dice.choice(sealed.pairs)
    column = dice.choice(COLUMNS)
    pair["event"][column] = other(pair["event"][column], dice)
    return Expected(pair["link"]["position"])


def change_link(sealed: Sealed, dice: random.Random) -> Expected:
    pair = dice.choice(sealed.pairs)
    column = dice.choice(LINK_COLUMNS)
    pair["link"][column] = other(pair["link"][column], dice)
    return Expected(pair["link"]["position"])


def delete_row(sealed: Sealed, dice: random.Random) -> Expected:
    pair = dice.choice(sealed.pairs)
    pair["event"] = None
    return Expected(pair["link"]["position"])


def delete_row_and_link(sealed: Sealed, dice: random.Random) -> Expected:
    place = dice.randrange(len(sealed.pairs) - 1)
    gone = sealed.pairs.pop(place)
    return Expected(gone["link"]["position"])


def delete_and_close_up(sealed: Sealed, dice: random.Random) -> Expected:
    """The row and its link are gone, and all later links moved up by one."""
    place = dice.randrange(len(sealed.pairs) - 1)
    gone = sealed.pairs.pop(place)
    for pair in sealed.pairs[place:]:
        pair["link"]["position"] -= 1
    return Expected(gone["link"]["position"])


def insert_without_link(sealed: Sealed, dice: random.Random) -> Expected:
    pair = dice.choice(sealed.pairs[:-1])
    row = {**pair["event"], "id": pair["event"]["id"] + 1, "object_id": "inserted"}
    sealed.unsealed.append(row)
    return Expected(None, "row-without-link")


def swap_rows(sealed: Sealed, dice: random.Random) -> Expected:
    first, second = sorted(dice.sample(range(len(sealed.pairs)), 2))
    a, b = sealed.pairs[first]["event"], sealed.pairs[second]["event"]
    sealed.pairs[first]["event"] = {**b, "id": a["id"]}
    sealed.pairs[second]["event"] = {**a, "id": b["id"]}
    return Expected(sealed.pairs[first]["link"]["position"])


def swap_links(sealed: Sealed, dice: random.Random) -> Expected:
    """Two links point to each other's row."""
    first, second = sorted(dice.sample(range(len(sealed.pairs)), 2))
    a, b = sealed.pairs[first], sealed.pairs[second]
    a["link"]["event"], b["link"]["event"] = b["link"]["event"], a["link"]["event"]
    a["event"], b["event"] = b["event"], a["event"]
    return Expected(a["link"]["position"])


def truncate(sealed: Sealed, dice: random.Random) -> Expected:
    """The end is cut off, links, rows and roots alike; only the published roots remember it."""
    kept = dice.randrange(1, len(sealed.pairs) - 1)
    del sealed.pairs[kept:]
    sealed.roots = [root for root in sealed.roots if root["position"] <= kept]
    return Expected(kept + 1)


def roll_back(sealed: Sealed, dice: random.Random) -> Expected:
    """Yesterday's backup is restored; the roots made since exist only outside."""
    backup = dice.choice(sealed.roots[:-1])
    del sealed.pairs[backup["position"] :]
    sealed.roots = [root for root in sealed.roots if root["number"] <= backup["number"]]
    return Expected(backup["position"] + 1)


def chain_anew(sealed: Sealed, dice: random.Random) -> Expected:
    """A row is changed and the chain made anew from there, without the key."""
    place = dice.randrange(len(sealed.pairs))
    pair = sealed.pairs[place]
    pair["event"]["details"] = other(pair["event"]["details"], dice)
    previous = sealed.pairs[place - 1]["link"]["chain"] if place else "0" * 64
    for later in sealed.pairs[place:]:
        previous = later["link"]["chain"] = chain_of(later, previous)
    for root in sealed.roots:
        root["chain"] = sealed.pairs[root["position"] - 1]["link"]["chain"]
    return Expected(pair["link"]["position"])


def chain_of(pair: dict[str, Any], previous: str) -> str:
    """The chain value of a link, computed as the description says; anybody can do that."""
    link, row = pair["link"], pair["event"]
    name = HASHES[link["profile"]]
    values = ["yingcai.audit.event/1", *[row[c] for c in ("id", *COLUMNS)]]
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    digest = hashlib.new(name, text.encode()).hexdigest()
    fields = [link[c] for c in ("position", "event", "profile", "key", "sealed_at")]
    joined = "\n".join(map(str, ["yingcai.audit.link/1", *fields, previous, digest]))
    return hashlib.new(name, joined.encode()).hexdigest()


def edit_published_root(sealed: Sealed, dice: random.Random) -> Expected:
    root = dice.choice(sealed.published)
    column = dice.choice(ROOT_COLUMNS)
    root[column] = other(root[column], dice)
    return Expected(None, "root-forged" if column == "seal" else "root-edited")


def edit_root(sealed: Sealed, dice: random.Random) -> Expected:
    root = dice.choice(sealed.roots)
    column = dice.choice(ROOT_COLUMNS)
    root[column] = other(root[column], dice)
    return Expected(None, "root-forged" if column == "seal" else "root-edited")


def delete_root(sealed: Sealed, dice: random.Random) -> Expected:
    sealed.roots.remove(dice.choice(sealed.roots))
    return Expected(None, "root-missing")


KINDS: tuple[Callable[[Sealed, random.Random], Expected], ...] = (
    change_row,
    change_row,
    change_row,
    change_link,
    delete_row,
    delete_row_and_link,
    delete_and_close_up,
    insert_without_link,
    swap_rows,
    swap_links,
    truncate,
    roll_back,
    chain_anew,
    edit_published_root,
    edit_root,
    delete_root,
)


def mutations(sealed: Sealed, *, seed: int, count: int) -> Iterator[tuple[str, Sealed, Expected]]:
    """``count`` ways to tamper with ``sealed``, the kinds in turn; the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311  # a drill that can be repeated
    whole = json.dumps([sealed.head, sealed.pairs, sealed.roots, sealed.published])
    for n in range(count):
        copy = Sealed(*json.loads(whole))
        kind = KINDS[n % len(KINDS)]
        yield f"{n} {kind.__name__}", copy, kind(copy, dice)
