"""Envelopes, blind indexes, key rings and masks, without a database."""

import hmac
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renwang.foundation.access.engine.keyring import (
    KeyMissing,
    Keyring,
    KeyringError,
    KeyringExposed,
    KeyringMalformed,
    derived,
    ensure_keyring_file,
    generate_keyring,
    load_keyring,
    load_keyring_file,
    read_keyring,
    retire,
    rotate,
    save_keyring_file,
)
from renwang.foundation.access.engine.masks import mask_id, mask_phone
from renwang.foundation.access.engine.normal import normalise
from renwang.foundation.access.engine.seal import (
    INDEX_BYTES,
    OVERHEAD,
    Algorithm,
    SealBroken,
    Sealer,
    reseal,
)

RING = generate_keyring()
PURPOSE = b"registry.person.phone"
ALGORITHMS: list[Algorithm] = ["aes-256-gcm", "sm4-gcm"]
algorithms = st.sampled_from(ALGORITHMS)
typed_ids = st.text("0123456789xX０１２３Ｘ 　\t", max_size=22)
typed_phones = st.text("0123456789０１２+-() 　", max_size=20)


@given(value=st.binary(max_size=200), algorithm=algorithms)
def test_what_is_sealed_opens_to_the_same_bytes(value: bytes, algorithm: Algorithm) -> None:
    sealer = Sealer(RING, algorithm)
    envelope = sealer.seal(value, PURPOSE)
    assert sealer.open(envelope, PURPOSE) == value
    assert len(envelope) == len(value) + OVERHEAD


@given(
    value=st.binary(max_size=40),
    algorithm=algorithms,
    place=st.integers(0, 10**6),
    flip=st.integers(1, 255),
)
def test_an_envelope_with_any_byte_changed_is_refused(
    value: bytes, algorithm: Algorithm, place: int, flip: int
) -> None:
    sealer = Sealer(RING, algorithm)
    envelope = bytearray(sealer.seal(value, PURPOSE))
    envelope[place % len(envelope)] ^= flip
    with pytest.raises((SealBroken, KeyMissing)):
        sealer.open(bytes(envelope), PURPOSE)


@given(value=st.binary(max_size=40), algorithm=algorithms, length=st.integers(0, 73))
def test_an_envelope_cut_short_or_lengthened_is_refused(value: bytes, algorithm: Algorithm, length: int) -> None:
    sealer = Sealer(RING, algorithm)
    envelope = sealer.seal(value, PURPOSE)
    for changed in (envelope[: min(length, len(envelope) - 1)], envelope + b"\0"):
        with pytest.raises(SealBroken):
            sealer.open(changed, PURPOSE)


@given(
    purpose=st.binary(min_size=1, max_size=30).filter(lambda p: p != PURPOSE and p.isascii()),
    algorithm=algorithms,
)
def test_an_envelope_moved_to_another_column_is_refused(purpose: bytes, algorithm: Algorithm) -> None:
    sealer = Sealer(RING, algorithm)
    with pytest.raises(SealBroken):
        sealer.open(sealer.seal(b"15400000001", PURPOSE), purpose)


@given(
    values=st.lists(st.binary(max_size=30), max_size=8),
    before=algorithms,
    after=algorithms,
)
def test_rotation_keeps_every_value_and_leaves_nothing_under_the_old_key(
    values: list[bytes], before: Algorithm, after: Algorithm
) -> None:
    old = Sealer(RING, before)
    rows = [(number, old.seal(value, PURPOSE)) for number, value in enumerate(values)]
    ring = rotate(RING)
    new = Sealer(ring, after)
    assert [new.open(envelope, PURPOSE) for _, envelope in rows] == values  # the old key still opens
    renewed = list(reseal(rows, PURPOSE, new))
    assert list(reseal(renewed, PURPOSE, new)) == []  # the second time there is nothing to do
    without_old = Sealer(retire(ring, RING.data.current), after)
    assert [(row, without_old.open(envelope, PURPOSE)) for row, envelope in renewed] == list(enumerate(values))


def test_a_value_under_a_key_that_is_gone_says_which_key_is_missing() -> None:
    envelope = Sealer(RING).seal(b"x", PURPOSE)
    with pytest.raises(KeyMissing, match=RING.data.current):
        Sealer(generate_keyring()).open(envelope, PURPOSE)


@given(one=typed_ids, other=typed_ids, algorithm=algorithms)
def test_id_numbers_share_an_index_exactly_when_they_are_the_same_number(
    one: str, other: str, algorithm: Algorithm
) -> None:
    sealer = Sealer(RING, algorithm)
    same = normalise(one, "id_number") == normalise(other, "id_number")
    assert (sealer.blind(one, "id_number") == sealer.blind(other, "id_number")) is same
    assert sealer.blind(one, "id_number") == sealer.blind(normalise(one, "id_number"), "id_number")


@given(one=typed_phones, other=typed_phones)
def test_phones_share_an_index_exactly_when_they_are_the_same_phone(one: str, other: str) -> None:
    sealer = Sealer(RING)
    same = normalise(one, "phone") == normalise(other, "phone")
    assert (sealer.blind(one, "phone") == sealer.blind(other, "phone")) is same


@pytest.mark.parametrize(
    "typed",
    [
        "15400000001",
        "154 0000 0001",
        "154-0000-0001",
        "+86 15400000001",
        "008615400000001",
        "１５４００００００01",
        "8615400000001",
        "(+86)154-0000-0001",
    ],
)
def test_a_phone_is_found_however_it_was_typed(typed: str) -> None:
    assert normalise(typed, "phone") == "15400000001"


@pytest.mark.parametrize(
    "typed",
    ["99070419500101001x", " 99070419500101001X\u200b", "９９０７０４19500101001Ｘ"],
)
def test_an_id_number_is_found_however_it_was_typed(typed: str) -> None:
    assert normalise(typed, "id_number") == "99070419500101001X"


def test_an_index_tells_neither_across_kinds_nor_across_keys() -> None:
    sealer = Sealer(RING)
    assert sealer.blind("15400000001", "phone") != sealer.blind("15400000001", "text")
    assert sealer.blind("15400000001", "phone") != Sealer(generate_keyring()).blind("15400000001", "phone")
    renewed = Sealer(rotate(RING, "index"))
    assert sealer.blind("15400000001", "phone") in renewed.blinds("154 0000 0001", "phone")


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "ring.json"
    save_keyring_file(RING, path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_keyring_file(path) == RING
    for mode in (0o604, 0o640, 0o666):
        path.chmod(mode)
        with pytest.raises(KeyringExposed, match="chmod 600"):
            load_keyring_file(path)


def test_a_ring_comes_from_the_file_else_from_the_environment_else_says_what_is_missing(
    tmp_path: Path,
) -> None:
    with pytest.raises(KeyMissing, match="RENWANG_KEYRING_FILE"):
        load_keyring(None, {})
    with pytest.raises(KeyMissing, match="no key file"):
        load_keyring(tmp_path / "nothing.json", {"RENWANG_KEYS": RING.dump()})
    assert load_keyring(None, {"RENWANG_KEYS": RING.dump()}) == RING


def test_a_ring_may_be_written_in_toml() -> None:
    sets = [
        f'[{name}]\ncurrent = "{key_set.current}"\n[{name}.keys]\n'
        + "\n".join(f'"{i}" = "{b64encode(k).decode()}"' for i, k in key_set.keys.items())
        for name, key_set in (
            ("data", RING.data),
            ("index", RING.index),
            ("ledger", RING.ledger),
            ("links", RING.links),
        )
    ]
    assert read_keyring("\n".join(sets)) == RING


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "{",
        '{"data": 1}',
        RING.dump().replace("current", "newest"),
        "数",
    ],
)
def test_a_malformed_ring_is_refused_without_showing_any_of_it(text: str) -> None:
    with pytest.raises(KeyringMalformed) as refused:
        read_keyring(text)
    assert len(str(refused.value)) < 80
    assert refused.value.__cause__ is None


def test_a_ring_shows_no_key_when_it_is_printed() -> None:
    assert RING.data.secret().hex() not in repr(RING)
    assert repr(RING.data.secret()) not in repr(RING)


def test_the_four_sets_never_share_a_key() -> None:
    secrets = {ring_set.secret() for ring_set in (RING.data, RING.index, RING.ledger, RING.links)}
    assert len(secrets) == 4


def test_the_current_key_is_never_retired() -> None:
    with pytest.raises(KeyringError):
        retire(RING, RING.data.current)


def test_a_key_file_is_made_once_and_then_kept(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    first: Keyring = ensure_keyring_file(path)
    assert ensure_keyring_file(path) == first
    assert [item.name for item in tmp_path.iterdir()] == ["ring.json"]


def test_masks_keep_the_ends_and_hide_what_is_short_whole() -> None:
    assert mask_id("990704195001010017") == "990704********0017"
    assert mask_id("99070419500101001x") == "990704********001X"
    assert mask_phone("+86 154 0000 0001") == "154****0001"
    assert mask_phone("8881234") == "*******"
    assert mask_id("1234") == "****"
    assert mask_id(None) == mask_phone("") == ""


def test_of_two_who_add_a_key_at_once_the_second_does_not_write_over_the_first(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    save_keyring_file(RING, path)
    one, other = rotate(RING), rotate(RING)  # both began from the same file
    save_keyring_file(one, path)
    with pytest.raises(KeyringError, match="changed meanwhile"):
        save_keyring_file(other, path)
    assert load_keyring_file(path).dump() == one.dump()
    save_keyring_file(rotate(one, "index"), path)
    assert [file.name for file in tmp_path.iterdir()] == ["keyring.json"]


@given(st.text(max_size=200), st.sampled_from(["text", "exact", "phone", "id_number"]))
def test_a_blind_index_is_the_hmac_of_the_standard(value: str, kind: str) -> None:
    key = derived(RING.index.secrets()[0], "index/sha256")
    told = f"{kind}\0{normalise(value, kind)}".encode()
    assert Sealer(RING).blind(value, kind) == hmac.digest(key, told, "sha256")[:INDEX_BYTES]
    assert Sealer(RING).blind_or_none(value, kind) == (
        Sealer(RING).blind(value, kind) if normalise(value, kind) else None
    )
