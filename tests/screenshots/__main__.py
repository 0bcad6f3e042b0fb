"""Takes all pictures anew into docs/screenshots: `python -m tests.screenshots`."""

from __future__ import annotations

import argparse
import asyncio
import logging
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.seed import Size
from tests.screenshots.album import FOLDER, LANGS, STORIES
from tests.screenshots.camera import tell_all
from tests.screenshots.city import open_city, seed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--city", type=Path, help="a seeded folder, to save its half minute")
    parser.add_argument("--lang", choices=LANGS, action="append", help="only this language")
    given = parser.parse_args()
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)
    with TemporaryDirectory() as folder:
        seeded = given.city or Path(folder) / "city"
        if given.city is None:
            seed(seeded, Size())
        for lang in given.lang or LANGS:
            take_all(seeded, Path(folder), lang)


def take_all(seeded: Path, folder: Path, lang: str) -> None:
    """All pictures of one language; only when all are taken do they replace the old ones."""
    pictures = folder / f"{lang}-pictures"
    pictures.mkdir()
    asyncio.run(take(seeded, folder / lang, lang, pictures))
    shutil.rmtree(FOLDER / lang, ignore_errors=True)
    shutil.copytree(pictures, FOLDER / lang)
    taken = list(pictures.iterdir())
    size = sum(each.stat().st_size for each in taken) / 1024
    sys.stderr.write(f"{lang}: {len(taken)} pictures, {size:.0f} KB\n")


async def take(seeded: Path, copy: Path, lang: str, pictures: Path) -> None:
    async with open_city(seeded, copy, lang) as city:
        await tell_all(city, STORIES, pictures)


if __name__ == "__main__":
    main()
