"""Sealed values and keyed digests, in both profiles, against the standards' own examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingcai.engine.sealing import PROFILES, NotSealed, Profile, derived, new_key, unseal

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
PROFILE = pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))


@PROFILE
@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_is_sealed_comes_back(profile: Profile, plain: bytes, bound: bytes) -> None:
    assert unseal(KEY, profile.seal(KEY, plain, bound), bound) == plain


@PROFILE
def test_it_is_not_the_same_twice_and_shows_nothing(profile: Profile) -> None:
    plain = b"331002199003071239"
    first, second = (profile.seal(KEY, plain, b"person 1") for _ in range(2))
    assert first != second
    assert plain not in first
    assert plain[:8] not in first


@PROFILE
@given(st.integers(0, 49), st.integers(1, 255))
def test_one_changed_byte_is_refused(profile: Profile, place: int, by: int) -> None:
    sealed = bytearray(profile.seal(KEY, b"four hundred thousand", b"person 1"))
    sealed[place % len(sealed)] ^= by
    with pytest.raises(NotSealed):
        unseal(KEY, bytes(sealed), b"person 1")


@PROFILE
def test_another_place_or_key_is_refused(profile: Profile) -> None:
    sealed = profile.seal(KEY, b"x", b"person 1")
    with pytest.raises(NotSealed):
        unseal(KEY, sealed, b"person 2")
    with pytest.raises(NotSealed):
        unseal(OTHER, sealed, b"person 1")


@pytest.mark.parametrize("nothing", [b"", b"\x01", b"\x01\x01" + b"x" * 20])
def test_what_is_too_short_was_not_sealed(nothing: bytes) -> None:
    with pytest.raises(NotSealed, match="no sealed value"):
        unseal(KEY, nothing, b"")


def test_a_profile_of_the_future_is_named() -> None:
    with pytest.raises(NotSealed, match=r"not known here \(9\)"):
        unseal(KEY, b"\x01\x09" + b"x" * 60, b"")


def test_aes_as_in_the_gcm_specification() -> None:
    """Test case 14 of McGrew and Viega, The Galois/Counter Mode of Operation."""
    text = bytes.fromhex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")
    assert unseal(bytes(32), b"\x01\x01" + bytes(12) + text, b"") == bytes(16)


def test_sm4_as_in_rfc_8998() -> None:
    """Appendix A.1."""
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    nonce = bytes.fromhex("00001234567800000000abcd")
    bound = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = bytes.fromhex(
        "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
        "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
    )
    text = bytes.fromhex(
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert unseal(key + bytes(16), b"\x01\x02" + nonce + text, bound) == plain


def test_digests_of_the_standards() -> None:
    """GB/T 32905, example 1; FIPS 180-2, example 1; RFC 4231, case 2."""
    default, gm = PROFILES["default"], PROFILES["gm"]
    assert gm.digest(b"abc").startswith("66c7f0f462eeedd9d1f2d46bdc10e4e2")
    assert default.digest(b"abc").startswith("ba7816bf8f01cfea414140de5dae2223")
    said = default.mac(b"Jefe", b"what do ya want for nothing?")
    assert said == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert len(gm.mac(KEY, b"")) == 64


def test_keys() -> None:
    assert len(new_key()) == 32
    assert new_key() != new_key()
    assert derived(KEY, "index") == derived(KEY, "index")
    assert len({derived(KEY, "index"), derived(KEY, "audit"), derived(OTHER, "index")}) == 3
