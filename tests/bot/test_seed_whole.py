"""A demo city is whole, or says that it is not; what is old in it has faded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.seed import Size, seed_part, whole
from bot.settings import Settings
from storage import migrations
from storage import tables as t
from storage.fading import PERSONAL
from storage.session import Unavailable, open_store
from tests.bot.test_seed import SHORT, TODAY, build, quiet

SMALL = Size().part(1 / 60)


def test_an_interrupted_city_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    def interrupted(stage: str, done: int, total: int) -> None:
        if stage == "days" and done > 40:
            raise KeyboardInterrupt

    store = open_store(tmp_path)
    migrations.upgrade(store.engine)
    settings = Settings(data=tmp_path)
    with pytest.raises(KeyboardInterrupt):
        seed_part(store, settings, SMALL, make=SHORT, progress=interrupted)
    with store.work() as db:
        assert not whole(db)
    with pytest.raises(Unavailable, match="没有写完"):
        seed_part(store, settings, SMALL, make=SHORT, progress=quiet)
    store.close()


def test_what_was_told_more_than_a_week_ago_has_faded(tmp_path: Path) -> None:
    with build(tmp_path, SMALL, SHORT) as city:
        week = datetime.combine(TODAY, datetime.min.time(), UTC) - timedelta(days=7)
        o = t.outgoing.c
        old = select(o.id).where(o.data_class.in_(PERSONAL), o.at < week)
        assert city.rows(select(o.id).where(o.at < week)) != []
        assert city.rows(old) == []
        with city.store.work() as db:
            assert whole(db)
