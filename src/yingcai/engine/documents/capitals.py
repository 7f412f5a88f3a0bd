"""Amounts of money in Chinese capitals (大写), as cheques, receipts and decisions write them."""

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
SECTIONS = ("", "万", "亿", "万亿")
MOST = 10 ** (4 * len(SECTIONS)) * 100  # fen


def capitals(fen: int) -> str:
    """An amount in capitals.

    Units:  fen in.
    Raises: ValueError for less than nothing, and for what is beyond the words.

    >>> capitals(5_000_000), capitals(10_050_005), capitals(100_100_000_000), capitals(0)
    ('伍万元整', '壹拾万零伍佰元零伍分', '壹拾亿零壹佰万元整', '零元整')
    """
    if not 0 <= fen < MOST:
        raise ValueError(f"{fen} fen cannot be written in capitals")
    yuan, rest = divmod(fen, 100)
    words = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return f"{words or '零元'}整"
    jiao, cents = divmod(rest, 10)
    if not cents:
        return f"{words}{DIGITS[jiao]}角整"
    between = f"{DIGITS[jiao]}角" if jiao else "零" if words else ""
    return f"{words}{between}{DIGITS[cents]}分"


def _whole(number: int) -> str:
    """Four digits at a time; one 零 stands for whatever is skipped inside."""
    words, skipped = "", False
    for place in reversed(range(len(SECTIONS))):
        section = number // 10 ** (4 * place) % 10_000
        if not section:
            skipped = bool(words)
            continue
        if words and (skipped or section < 1000):
            words += DIGITS[0]
        words += _section(section) + SECTIONS[place]
        skipped = False
    return words


def _section(section: int) -> str:
    words, skipped = "", False
    for place in reversed(range(len(PLACES))):
        digit = section // 10**place % 10
        if not digit:
            skipped = bool(words)
            continue
        words += (DIGITS[0] if skipped else "") + DIGITS[digit] + PLACES[place]
        skipped = False
    return words
