"""R03: the web chat under kill -9, with clients that send again under the same key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import fresh_database
from tests.soak.kills import Account, Run, settle
from tests.soak.report import note, sized


@pytest.mark.parametrize("place", ["sqlite", "postgresql"])
async def test_killed_servers_lose_and_double_nothing(
    place: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """R03, budget 2 minutes on each database: 50 kills in 500 check-ins; at night 500 in 5,000."""
    url = fresh_database(request.getfixturevalue("postgres")) if place == "postgresql" else ""
    run = Run(tmp_path, url, kills=sized(50, 500), check_ins=sized(500, 5000))
    await run.run()
    account = settle(run)
    note(
        "R03",
        place,
        kills=run.killed,
        check_ins=len([one for each in run.visitors for one in each.receipts]),
        lost=len(account.lost),
        double=len(account.double),
        repeated=len(account.repeated),
        retries=sum(each.retries for each in run.visitors),
        streams_lost=sum(each.listener.lost for each in run.visitors),
        seconds=round(run.seconds, 1),
    )
    assert account.broken == []
    assert (account.lost, account.double, account.repeated) == ([], [], [])
    assert run.killed == run.kills
    assert run.done == run.check_ins
    assert sum(each.retries for each in run.visitors) > run.kills / 2, "it struck while they wrote"


async def test_the_account_finds_what_is_lost_doubled_or_repeated(tmp_path: Path) -> None:
    run = Run(tmp_path, "", kills=0, check_ins=2, each=2)
    await run.run()
    assert settle(run) == Account()
    (visitor,) = run.visitors
    first, second = visitor.receipts
    visitor.receipts = [first, second, "AAAAA-AAAAA"]
    assert settle(run) == Account(lost=["AAAAA-AAAAA"])
    visitor.receipts = [first]
    assert settle(run).double == [second], "a record that nobody was answered"
    visitor.receipts = [first, second]
    shown = visitor.listener.shown
    last, words = max(shown), shown[max(shown)]
    shown[last + 1] = words
    assert settle(run).repeated[0] == words
    del shown[last], shown[last + 1]
    assert f"unheard {last}" in settle(run).lost
