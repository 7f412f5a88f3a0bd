"""Pinyin and initials of names, for search: surnames as surnames are read, not as words are."""

from pypinyin import Style, lazy_pinyin

# Surnames whose reading differs from that of the word (GF 3006 readings of family names).
SURNAMES = {
    "单": "shan", "仇": "qiu", "解": "xie", "曾": "zeng", "查": "zha", "区": "ou", "朴": "piao",
    "任": "ren", "盖": "ge", "种": "chong", "员": "yun", "召": "shao", "乐": "yue", "冼": "xian",
    "折": "she", "黑": "he", "秘": "bi", "缪": "miao", "祭": "zhai", "翟": "zhai", "覃": "qin",
}  # fmt: skip
COMPOUND = {
    "尉迟": ["yu", "chi"], "万俟": ["mo", "qi"], "澹台": ["tan", "tai"], "单于": ["chan", "yu"],
    "长孙": ["zhang", "sun"],
}  # fmt: skip


def syllables(name: str, *, person: bool) -> list[str]:
    """The syllables of a name, without tones; other writing stays as it is, in small letters.

    >>> syllables("单雪梅", person=True)
    ['shan', 'xue', 'mei']
    """
    text = name.strip()
    if not person:
        return _plain(text)
    for surname, read in COMPOUND.items():
        if text.startswith(surname):
            return [*read, *_plain(text[len(surname) :])]
    if text[:1] in SURNAMES:
        return [SURNAMES[text[0]], *_plain(text[1:])]
    return _plain(text)


def _plain(text: str) -> list[str]:
    found = lazy_pinyin(text, style=Style.NORMAL, errors=lambda rest: rest.lower())
    return [part for piece in found for part in piece.split() if part]


def pinyin_of(name: str, *, person: bool) -> tuple[str, str]:
    """Pinyin and initials as they are kept and searched: `zhangtingting`, `ztt`."""
    parts = syllables(name, person=person)
    return "".join(parts)[:300], "".join(part[0] for part in parts)[:60]
