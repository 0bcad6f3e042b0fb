"""Sealed fields and key files: bound to their place, unforgeable, and clear when they fail."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from domain.roles import Right
from storage import tables as t
from storage.crypto import Keys, WrongKey, make_key, read_key
from storage.session import DATABASE, KEY, Unavailable, open_store
from tests.storage.filled import look_of
from tests.town import Town

KEYS = Keys(bytes(range(32)))
OTHER = Keys(bytes(range(1, 33)))
PLACE = "child:identity:小满-01"


@settings(max_examples=40)
@given(st.binary(max_size=300), st.text(max_size=40))
def test_what_was_sealed_is_unsealed_at_its_place(data: bytes, place: str) -> None:
    assert KEYS.unseal(KEYS.seal(data, place), place) == data


@settings(max_examples=40)
@given(st.binary(max_size=100), st.text(max_size=20), st.text(max_size=20))
def test_a_cell_that_was_moved_is_refused(data: bytes, here: str, there: str) -> None:
    sealed = KEYS.seal(data, here)
    if here != there:
        with pytest.raises(WrongKey, match="moved"):
            KEYS.unseal(sealed, there)


def test_the_same_words_are_never_sealed_alike() -> None:
    """Else somebody could see that two children have the same name."""
    sealed = {KEYS.seal("小榆".encode(), PLACE) for _ in range(50)}
    assert len(sealed) == 50


def test_another_key_is_refused() -> None:
    with pytest.raises(WrongKey, match="another key"):
        OTHER.unseal(KEYS.seal(b"x", PLACE), PLACE)


def test_every_flipped_bit_is_noticed() -> None:
    sealed = KEYS.seal("小榆".encode(), PLACE)
    for bit in range(len(sealed) * 8):
        flipped = bytearray(sealed)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(WrongKey):
            KEYS.unseal(bytes(flipped), PLACE)


@pytest.mark.parametrize("cut", [0, 1, 2, 13, 14, 20, 29])
def test_a_sealed_field_that_was_cut_is_refused(cut: int) -> None:
    sealed = KEYS.seal("小榆".encode(), PLACE)
    assert cut < len(sealed)
    with pytest.raises((WrongKey, ValueError)):
        KEYS.unseal(sealed[:cut], PLACE)


def test_an_unknown_key_id_is_named_with_the_place_and_without_the_content() -> None:
    with pytest.raises(WrongKey, match=f"{PLACE}: unknown key id"):
        KEYS.unseal(b"\x09\x09" + KEYS.seal(b"x", PLACE)[2:], PLACE)


def test_keys_do_not_show_themselves() -> None:
    assert repr(KEYS) == "Keys(…)"
    assert bytes(range(32)).hex() not in repr(vars(KEYS) | {"_master": ""})


def test_purposes_have_keys_of_their_own() -> None:
    made = {KEYS.database, KEYS.buttons.hex(), KEYS.tokens.hex()}
    assert len(made) == 3
    assert KEYS.hide("a") != KEYS.sign(b"a", 32).hex()
    assert KEYS.hide("a") != OTHER.hide("a")


@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_a_master_key_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(WrongKey, match="32 bytes"):
        Keys(bytes(size))


def test_a_child_whose_cell_was_swapped_with_anothers_is_not_shown(town: Town) -> None:
    """Whoever can write into the file cannot make one child appear as another."""
    with town.store.engine.connect() as db, db.begin() as work:
        c = t.child.c
        other = db.execute(select(c.identity).where(c.code == "小满-02")).scalar_one()
        db.execute(update(t.child).where(c.code == "小满-01").values(identity=other))
        look = look_of(town.store, db, town.people["李主任"], town)
        with pytest.raises(WrongKey, match="小满-01"):
            print_name(look.child("小满-01", Right.SEE_CHILD))
        work.rollback()


def print_name(child: object) -> str:
    return str(child.name)  # type: ignore[attr-defined]


# --- key files -----------------------------------------------------------------------------


def test_a_new_key_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / KEY
    make_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_text().strip()) == 64


def test_a_key_is_never_made_over_another(tmp_path: Path) -> None:
    path = tmp_path / KEY
    make_key(path)
    before = path.read_text()
    with pytest.raises(FileExistsError):
        make_key(path)
    assert path.read_text() == before


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666, 0o660])
def test_a_key_that_others_can_read_is_refused_with_the_cure(tmp_path: Path, mode: int) -> None:
    path = tmp_path / KEY
    make_key(path)
    path.chmod(mode)
    with pytest.raises(WrongKey, match=f"mode {mode:o}.*chmod 600 {path}"):
        read_key(path)


@pytest.mark.parametrize("words", ["", "xyz", "ab" * 31, "ab" * 33, "密钥", "g" * 64])
def test_a_file_that_holds_no_key_is_refused_without_showing_it(tmp_path: Path, words: str) -> None:
    path = tmp_path / KEY
    path.write_text(words)
    path.chmod(0o600)
    with pytest.raises(WrongKey, match="64 hexadecimal digits") as error:
        read_key(path)
    assert not words or words not in str(error.value)


def test_a_missing_key_beside_a_database_is_not_replaced(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    (tmp_path / KEY).rename(tmp_path / "elsewhere")
    with pytest.raises(Unavailable, match=r"missing.*safe copy"):
        open_store(tmp_path)
    assert not (tmp_path / KEY).exists()


def test_a_wrong_key_file_is_named_and_changes_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.work() as db:
        db.exec_driver_sql("CREATE TABLE words (word TEXT)")
    store.close()
    before = (tmp_path / DATABASE).read_bytes()
    right = (tmp_path / KEY).read_text()
    (tmp_path / KEY).unlink()
    make_key(tmp_path / KEY)
    with pytest.raises(Unavailable, match=r"wrong key.*right key file back"):
        open_store(tmp_path)
    assert (tmp_path / DATABASE).read_bytes() == before
    (tmp_path / KEY).write_text(right)
    open_store(tmp_path).close()


def test_the_key_may_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "safe.key"
    monkeypatch.setenv("YUMIAO_KEY_FILE", str(elsewhere))
    open_store(tmp_path / "data").close()
    assert elsewhere.exists()
    assert not (tmp_path / "data" / KEY).exists()
