"""What the camera sees is what is there, and the same each time."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from bot.seed import Size
from domain.roles import Role
from tests.screenshots.album import STRANGER, Picture, Story
from tests.screenshots.city import open_city, seed
from tests.screenshots.steps import Go, Open, Press
from tests.web.test_chromium import pytestmark  # noqa: F401  (skips without Chromium)

camera = pytest.importorskip("tests.screenshots.camera", reason="playwright is missing")


async def test_the_same_pictures_are_taken_of_a_small_city_every_time(tmp_path: Path) -> None:
    stories = (
        Story(STRANGER, (Picture("home", "/", (Go("/"),)),)),
        Story(
            Role.CHILD_DIRECTOR,
            (
                Picture("door", "/in/{token}", dark=True),
                Picture("visit", "/", (Press("button.main"), Open("visit")), width=800),
            ),
        ),
    )
    seed(tmp_path / "city", Size().part(0.03, talked=0))
    found = []
    for number in ("1", "2"):
        album = tmp_path / f"album{number}"
        album.mkdir()
        async with open_city(tmp_path / "city", tmp_path / number, "zh") as city:
            await camera.tell_all(city, stories, album)
        found.append({path.name: path.read_bytes() for path in album.iterdir()})
    first, second = found
    assert first == second
    assert set(first) == {"home.png", "door.png", "door-dark.png", "visit.png"}
    with Image.open(io.BytesIO(first["visit.png"])) as visit:
        assert visit.size == (800, 844)
        assert visit.mode == "P"
    assert first["door.png"] != first["door-dark.png"]


async def test_what_goes_wrong_says_at_which_picture(tmp_path: Path) -> None:
    seed(tmp_path / "city", Size().part(0.03, talked=0))
    story = Story(Role.MANAGER, (Picture("nothing", "/", (Open("no such"),)),))
    async with open_city(tmp_path / "city", tmp_path / "copy", "en") as city:
        with pytest.raises(Exception, match="no such") as caught:
            await camera.tell_all(city, (story,), tmp_path)
    assert caught.value.__notes__ == ["manager: nothing in en"]
