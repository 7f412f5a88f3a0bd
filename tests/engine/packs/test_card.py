"""Cards: a signed line that says who has which level, and nothing when a sign of it was changed."""

import base64
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from yingcai.engine.packs.card import Card, NotACard, card_text, read_card
from yingcai.engine.packs.card_command import verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
CARD = Card("澜川市", "2018-000012", "林之川", "特优人才", date(2018, 6, 20), date(2023, 6, 19))


def test_a_card_is_read_again_and_fits_a_code() -> None:
    text = card_text(CARD, KEY)

    assert read_card(text, PUBLIC) == CARD
    assert len(text) < 400
    assert read_card(f" {text[:40]}\n{text[40:]} ", PUBLIC) == CARD  # as somebody pastes it


def test_a_card_without_an_end_has_none() -> None:
    card = Card("澜川市", "2018-000012", "林之川", "特优人才", date(2018, 6, 20))

    assert read_card(card_text(card, KEY), PUBLIC).until is None
    assert card.holds_on(date(2099, 1, 1))


@pytest.mark.parametrize("place", range(4, 120, 7))
def test_no_sign_can_be_changed(place: int) -> None:
    text = card_text(CARD, KEY)
    changed = f"{text[:place]}{'A' if text[place] != 'A' else 'B'}{text[place + 1 :]}"

    with pytest.raises(NotACard):
        read_card(changed, PUBLIC)


@pytest.mark.parametrize("text", ["", "YC1", "YC2.a.b", "YC1..", f"YC1.{'a' * 3000}.b", "YC1.é.b"])
def test_what_is_no_card_is_refused(text: str) -> None:
    with pytest.raises(NotACard):
        read_card(text, PUBLIC)


def test_another_city_s_card_is_none_of_ours() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))

    with pytest.raises(NotACard, match="签名不符"):
        read_card(card_text(CARD, other), PUBLIC)


def test_the_command_tells_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key, text = tmp_path / "city.pub", card_text(CARD, KEY)
    key.write_text(base64.b64encode(PUBLIC).decode())

    assert verify([text, "--key", str(key), "--on", "2023-06-19"]) == 0
    assert "✓ 澜川市  2018-000012  林之川  特优人才" in capsys.readouterr().out
    assert verify([text, "--key", str(key), "--on", "2023-06-20"]) == 1
    assert verify([text, "--key", str(tmp_path / "none")]) == 2
    assert verify(["YC1.a.b", "--key", str(key)]) == 1
    assert (
        verify([card_text(Card("a", "b", "c", "d", date(2018, 1, 1)), KEY), "--key", str(key)]) == 0
    )
