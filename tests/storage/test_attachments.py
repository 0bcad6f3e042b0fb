"""The table of files: how an older database gets it, and that its rows cannot be swapped."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, select, update

import handlers  # noqa: F401  (registers every conversation)
from dialogue.registry import conversations
from storage import attachments, migrations
from storage import tables as t
from storage.attachments import NewFile
from storage.crypto import WrongKey
from storage.session import Store, open_store
from tests.conftest import both, fresh_database
from tests.parcels import library
from tests.storage.conftest import Filled
from tests.storage.filled import look_of
from tests.storage.probes import asked
from tests.town import Somebody, Town


@both()
def test_a_database_of_the_first_version_is_brought_up(
    store: Store, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = fresh_database(request.getfixturevalue("postgres")) if store.postgres else ""
    old = open_store(tmp_path / "old", url)
    request.addfinalizer(old.close)
    with old.engine.begin() as db:
        for deed, version in (("upgrade", "0002"), ("downgrade", "0001")):
            getattr(command, deed)(migrations.config(db), version)
            assert inspect(db).has_table("attachment") == (deed == "upgrade")
    migrations.upgrade(old.engine)
    with old.engine.begin() as db:
        assert migrations.current(db) == migrations.HEAD
        assert inspect(db).has_table("attachment")


@both()
def test_a_file_moved_to_another_row_cannot_be_read(town: Town) -> None:
    """Sealed fields are bound to their row."""
    me = town.people["王妈妈"]
    turns = town.turns(conversations, library())
    Somebody(turns, me).say("联系")
    with town.store.work() as db:
        for number in (1, 2):
            new = NewFile(f"{number:022}.pdf", me, 1, f"{number}.pdf", b"%d" % number)
            attachments.keep(db, town.store.keys, new, town.clock.now)
        look = look_of(town.store, db, me, town)
        found = look.attachment(f"{1:022}")
        assert found is not None
        assert (found.content, found.name, found.child) == (b"1", "1.pdf", "")
        first = select(t.attachment.c.content).where(t.attachment.c.id == f"{1:022}")
        moved = update(t.attachment).where(t.attachment.c.id == f"{2:022}")
        db.execute(moved.values(content=first.scalar_subquery()))
        with pytest.raises(WrongKey):
            look.attachment(f"{2:022}")


def test_only_stored_names_among_answers_are_looked_for() -> None:
    name = "a" * 22
    values = ["yes", f"{name}.webp", f"{name}.m4a", f"{name}.exe?", "n" * 27, name, 7, None]
    assert attachments.named(values) == [name, name]


def test_a_conversation_without_files_never_asks_for_any(town: Town) -> None:
    """The hot path: not one statement more."""
    from domain.library import packaged

    said: list[str] = []
    driver = town.store.engine.raw_connection().driver_connection
    driver.set_trace_callback(said.append)  # type: ignore[union-attr]
    who = Somebody(town.turns(conversations, packaged()), town.people["王妈妈"])
    for words in ("联系", "今天", "电话", "2", "1", "1", "1"):
        who.say(words)
    driver.set_trace_callback(None)  # type: ignore[union-attr]
    assert "回执" in who.text
    assert any("INSERT INTO visit" in each for each in said)
    assert not [each for each in said if "attachment" in each]


def test_the_file_of_a_visit_that_was_taken_back_is_seen_by_nobody(filled: Filled) -> None:
    gone = update(t.visit).values(withdrawn_at=filled.town.clock.now)
    for name in ("王妈妈", "李主任", "陈站长", "何中心"):
        with asked(filled, filled.town.people[name], gone) as a:
            bound = select(t.attachment.c.id).where(t.attachment.c.visit_id.is_not(None))
            ids = list(a.world.db.execute(bound).scalars())
            assert ids
            assert not any(a.look.attachment(each) for each in ids)
