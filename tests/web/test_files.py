"""Files in the web chat: sent by a plain form, handed out only to who may see them."""

from __future__ import annotations

import io
from typing import Any

import aiohttp
import pytest
from aiohttp import FormData
from sqlalchemy import select, update

import handlers  # noqa: F401  (registers every conversation)
from bot.web.files import disposition
from dialogue.registry import conversations
from domain.media import MOST
from storage import tables as t
from tests.parcels import PDF, SECRET, at_home, library, named, picture
from tests.town import JOINED, Town
from tests.web.browser import Browser
from tests.web.conftest import Enter, Talks
from tests.web.test_outage import away

FORM = "//form[@enctype='multipart/form-data']"


@pytest.fixture
def talks() -> Talks:
    return conversations, library()


@pytest.fixture
async def asked(mother: Browser) -> Browser:
    """She has come as far as the photo."""
    for words in ("联系", "1", "见面"):
        await mother.write(words)
    assert mother.page.xpath(FORM)
    return mother


def parts(page: Browser, *files: tuple[str, bytes], **fields: str) -> FormData:
    """The file form of the page as a browser sends it, with these files chosen."""
    form, data = (
        page.page.xpath(FORM)[-1],
        FormData(quote_fields=False, charset="utf-8", default_to_multipart=True),
    )
    for entry in form.xpath(".//input[@type='hidden']"):
        name = entry.get("name")
        data.add_field(name, fields.get(name, entry.get("value")))
    for name, content in files:
        data.add_field("file", io.BytesIO(content), filename=name, content_type="application/x-lie")
    return data


async def send(page: Browser, name: str, content: bytes, **fields: str) -> Browser:
    return await page.post("/say", parts(page, (name, content), **fields))


def rows(town: Town) -> list[Any]:
    with town.store.work() as db:
        return list(db.execute(select(t.attachment)))


async def fetch(page: Browser, path: str) -> tuple[aiohttp.ClientResponse, bytes]:
    async with page.client.get(path) as answer:
        return answer, await answer.read()


async def test_a_photo_is_sent_without_javascript_and_shown(asked: Browser, town: Town) -> None:
    form = asked.page.xpath(FORM)[0]
    names = [entry.get("name") for entry in form.xpath(".//input")]
    assert names == ["shown", "key", "csrf", "file"]  # the file last: what is before it proves it
    assert form.xpath(".//input[@type='file']/@accept") == ["image/jpeg,image/png,image/webp"]
    await send(asked, "小榆.jpg", at_home())
    assert (asked.status, asked.path) == (200, "/")
    assert "录音" in asked.newest
    said = asked.page.xpath("//*[@class='said']")[-1]
    assert "📎 小榆.webp" in said.text_content()
    (address,) = said.xpath(".//a[@class='sent']/@href")
    assert said.xpath(".//img/@src") == [address]
    assert said.xpath(".//img/@alt") == ["小榆.webp"]
    answer, content = await fetch(asked, address)
    assert answer.status == 200
    assert content.startswith(b"RIFF")
    assert SECRET not in content
    headers = answer.headers
    assert headers["Content-Type"] == "image/webp"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Content-Disposition"].startswith("inline;")
    assert "default-src 'none'" in headers["Content-Security-Policy"]


async def test_the_other_forms_stay_as_they_were(asked: Browser) -> None:
    kinds = [form.get("enctype") for form in asked.page.xpath("//form")]
    assert kinds.count("multipart/form-data") == 1
    assert set(kinds) == {None, "multipart/form-data"}
    await asked.press("返回")
    assert not asked.page.xpath(FORM)


async def test_a_paper_is_downloaded_under_its_own_name(asked: Browser) -> None:
    await send(asked, "a.png", picture("PNG"))
    await asked.press("跳过")
    await send(asked, "../家访 “记录”.pdf", PDF)
    said = asked.page.xpath("//*[@class='said']")[-1]
    assert not said.xpath(".//img")
    answer, content = await fetch(asked, said.xpath(".//a/@href")[0])
    assert content == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="__ ____.pdf"; '
        "filename*=UTF-8''%E5%AE%B6%E8%AE%BF%20%E2%80%9C%E8%AE%B0%E5%BD%95%E2%80%9D.pdf"
    )


async def test_the_review_leads_to_what_was_sent(asked: Browser, town: Town) -> None:
    await send(asked, "a.jpg", picture())
    for words in ("跳过", "跳过", "28 121"):
        await asked.write(words)
    (link,) = asked.page.xpath("//dl//a")
    assert link.text.startswith("a.webp（")
    answer, _ = await fetch(asked, link.get("href"))
    assert answer.status == 200


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jpg", b"", "空的"),
        ("", b"", "空的"),
        ("a.jpg", b"\xff\xd8\xff" + bytes(MOST), "10 MB"),
        ("a.jpg", picture()[:-100], "打不开"),
        ("a.svg", b"<svg onload='alert(1)'/>", "JPEG"),
        ("n" * 300 + ".gif", b"GIF89a" + bytes(40), "JPEG"),
        ("%0d%0aX: y.jpg", PDF, "JPEG"),
    ],
    ids=named,
)
async def test_what_is_wrong_is_said_and_the_question_stays_open(
    name: str, content: bytes, words: str, asked: Browser, town: Town
) -> None:
    await send(asked, name, content)
    assert asked.status == 200
    assert words in asked.newest
    assert asked.page.xpath(FORM)
    assert rows(town) == []
    await send(asked, "a.jpg", picture())
    assert "录音" in asked.newest


async def test_two_files_at_once_are_none(asked: Browser, town: Town) -> None:
    await asked.post("/say", parts(asked, ("a.jpg", picture()), ("b.jpg", picture("PNG"))))
    assert "一次只能发一个" in asked.newest
    assert rows(town) == []


async def test_a_form_of_a_thousand_files_is_refused(asked: Browser, town: Town) -> None:
    await asked.post("/say", parts(asked, *[("a.txt", b"a")] * 100))
    assert asked.status == 413
    assert rows(town) == []


async def test_a_form_that_is_not_ours_is_refused_before_its_file_is_read(
    asked: Browser, town: Town
) -> None:
    for wrong in ({"csrf": ""}, {"csrf": "x" * 32}):
        await send(asked, "a.jpg", picture(), **wrong)
        assert asked.status == 403
        await asked.open("/")
    late = FormData(quote_fields=False, charset="utf-8", default_to_multipart=True)
    late.add_field("file", io.BytesIO(picture()), filename="a.jpg")
    for entry in asked.page.xpath(FORM)[-1].xpath(".//input[@type='hidden']"):
        late.add_field(entry.get("name"), entry.get("value"))
    await asked.post("/say", late)
    assert asked.status == 403
    assert rows(town) == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "multipart/form-data", 400),
        (b"nothing", "multipart/form-data; boundary=x", 400),
        (b"--x\r\n\r\n\r\n--x--\r\n", "multipart/form-data; boundary=x", 400),
        (
            b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\ncut off',
            "multipart/form-data; boundary=x",
            400,
        ),
        (
            b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\n\xff\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            400,
        ),
        (
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n'
            b"Content-Type: multipart/mixed; boundary=y\r\n\r\n--y--\r\n--x--\r\n",
            "multipart/form-data; boundary=x",
            400,
        ),
        (
            b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n'
            + b"a" * 70_000
            + b"\r\n--x--\r\n",
            "multipart/form-data; boundary=x",
            413,
        ),
        (b"x", "multipart/mixed; boundary=x", 415),
    ],
    ids=named,
)
async def test_a_broken_form_is_a_clear_refusal(
    body: bytes, kind: str, status: int, asked: Browser
) -> None:
    await asked.post("/say", body, **{"Content-Type": kind})
    assert asked.status == status


async def test_no_form_but_that_of_the_chat_has_files(asked: Browser) -> None:
    await asked.post("/out", parts(asked, ("a.jpg", picture())))
    assert asked.status == 415


async def test_a_file_without_end_is_cut_off(asked: Browser, monkeypatch: Any) -> None:
    from bot.web import parts as limits

    monkeypatch.setattr(limits, "DRAINED", 1 << 20)
    await send(asked, "a.jpg", bytes(3 << 20))
    assert asked.status == 413
    assert "10 MB" in asked.text


async def test_what_was_not_saved_asks_for_the_file_again(asked: Browser, town: Town) -> None:
    sent = parts(asked, ("a.jpg", picture()))
    with away(town):
        await asked.post("/say", sent)
        assert asked.status == 503
        assert asked.page.xpath(FORM + "//input[@type='file']")
    await send(asked, "a.jpg", picture())
    assert "录音" in asked.newest
    assert len(rows(town)) == 1


async def test_the_same_form_twice_is_one_file(asked: Browser, town: Town) -> None:
    form = asked.page
    for _ in range(2):
        asked.page = form
        await send(asked, "a.jpg", at_home())
        assert asked.path == "/"
    asked.page = form
    await send(asked, "b.jpg", picture())
    assert asked.status == 409
    assert len(rows(town)) == 1


# --- who may see it ----------------------------------------------------------------------------


async def seen_by(enter: Enter, address: str, *names: str) -> list[str]:
    found = []
    for name in names:
        answer, content = await fetch(await enter(name), address)
        assert answer.status in (200, 404)
        assert (answer.status == 200) == content.startswith(b"RIFF")
        found += [name] * (answer.status == 200)
    return found


EVERYBODY = (
    "王妈妈",
    "李主任",
    "周主任",
    "陈站长",
    "何中心",
    "钱协调",
    "孙经理",
    "吴站长",
    "郑妈妈",
)


async def test_a_draft_is_seen_by_its_owner_and_a_record_by_whom_it_concerns(
    asked: Browser, town: Town, enter: Enter, stranger: Browser
) -> None:
    await send(asked, "a.jpg", picture())
    (row,) = rows(town)
    address = f"/files/{row.id}"
    assert await seen_by(enter, address, *EVERYBODY) == ["王妈妈"]
    assert _views(town) == []
    for words in ("跳过", "跳过", "28 121", "1"):
        await asked.write(words)
    assert "回执" in asked.newest
    assert await seen_by(enter, address, *EVERYBODY) == ["王妈妈", "李主任", "陈站长", "何中心"]
    assert [view.subject for view in _views(town)] == ["child:小满-01"] * 4
    assert _views(town)[0].detail == {"file": row.id}
    assert (await fetch(stranger, address))[0].status == 404
    with town.store.work() as db:
        db.execute(update(t.pairing).values(until=JOINED))
    assert await seen_by(enter, address, "王妈妈", "李主任") == ["李主任"]
    with town.store.work() as db:
        db.execute(update(t.visit).values(withdrawn_at=town.clock.now))
    assert await seen_by(enter, address, *EVERYBODY) == []


async def test_a_draft_that_was_called_off_is_seen_by_nobody(
    asked: Browser, town: Town, enter: Enter
) -> None:
    await send(asked, "a.jpg", picture())
    (row,) = rows(town)
    await asked.press("取消")
    assert await seen_by(enter, f"/files/{row.id}", "王妈妈", "李主任") == []


@pytest.mark.parametrize(
    "path", ["x", "A" * 22, "A" * 23, "..%2f..%2fetc%2fpasswd", "%00", "A" * 22 + ".webp", ""]
)
async def test_what_is_no_file_is_not_found(path: str, mother: Browser) -> None:
    await mother.open(f"/files/{path}")
    assert mother.status == 404


@pytest.mark.parametrize("name", ['a";\r\nX: y', "名" * 80, "a%22b.pdf", "'; filename=x"])
def test_a_name_can_add_nothing_to_a_header(name: str) -> None:
    found = disposition(name, shown=False)
    assert found.isascii()
    assert not set(found) & set("\r\n\0\\")
    assert found.count('"') == 2


def _views(town: Town) -> list[Any]:
    with town.store.work() as db:
        where = t.audit.c.action == "file.viewed"
        return list(db.execute(select(t.audit).where(where).order_by(t.audit.c.id)))
