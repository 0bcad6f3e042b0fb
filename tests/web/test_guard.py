"""What is refused at the door, and what goes out with every answer."""

from __future__ import annotations

import asyncio
import base64
from hashlib import sha256
from importlib.resources import files

import pytest
from aiohttp import web

from bot.web.house import WebHouse
from bot.web.server import make_app
from tests.town import Town
from tests.web.browser import Browser
from tests.web.conftest import Enter, link_of, received

ROUTES = (
    ("GET", "/"),
    ("GET", "/in/x"),
    ("POST", "/in/x"),
    ("POST", "/say"),
    ("POST", "/out"),
    ("GET", "/events"),
    ("GET", "/health"),
    ("GET", "/static/x.css"),
    ("GET", "/nowhere"),
    ("DELETE", "/"),
    ("PUT", "/say"),
)
METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
WRONG = ("", "x", "' or 1=1", "小榆", "A" * 32, "A" * 4000)
FOREIGN = (
    "null",
    "http://evil.example",
    "https://127.0.0.1",
    "http://127.0.0.1",
    "http://127.0.0.1:1",
    "http://localhost",
    "file://",
    "",
)


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_every_answer_carries_the_headers(stranger: Browser, method: str, path: str) -> None:
    answer = await stranger.client.request(method, path)
    sent = answer.headers
    assert "default-src 'none'" in sent["Content-Security-Policy"]
    assert "unsafe" not in sent["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in sent["Content-Security-Policy"]
    assert sent["X-Content-Type-Options"] == "nosniff"
    assert sent["Referrer-Policy"] == "no-referrer"
    assert sent["Cross-Origin-Opener-Policy"] == "same-origin"
    assert sent["Cross-Origin-Resource-Policy"] == "same-origin"
    assert sent["Cache-Control"] == "no-store"
    assert "Server" not in sent


def static(page: Browser) -> set[str]:
    """The addresses of the files that a page asks for."""
    found = page.page.xpath("//link/@href | //script/@src | //img/@src")
    return {each for each in found if each.startswith("/static/")}


async def test_static_files_are_kept_for_ever_under_their_content(mother: Browser) -> None:
    found = static(mother)
    assert len(found) == 6
    for address in found:
        answer = await mother.client.get(address)
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert b"://" not in (await answer.read()).replace(b"http://www.w3.org/2000/svg", b"")


async def test_what_is_not_ours_is_what_its_makers_published() -> None:
    """The digests of the npm package htmx.org 4.0.1."""
    folder = files("bot.web") / "static" / "vendor"
    kept = {each.name: sha256(each.read_bytes()).hexdigest() for each in folder.iterdir()}
    assert kept == {
        "htmx-4.0.1.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
        "hx-sse-4.0.1.min.js": "18ef2761356ec1fe0bb6d92612315b37517a7c1e9856b661c5ae81fef239d103",
        "LICENSE": "d3d2456f76414f2456104660ebd65aff1c04cd7966b942bdabd63f3cdb316a38",
    }


async def test_static_files_come_packed_to_who_can_open_them(mother: Browser) -> None:
    total = 0
    for address in static(mother):
        packed = await mother.client.get(address, headers={"Accept-Encoding": "gzip"})
        plain = await mother.client.get(address, headers={"Accept-Encoding": "identity"})
        assert await packed.read() == await plain.read()
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain.headers
        total += int(packed.headers["Content-Length"])
    assert total < 40 * 1024


@pytest.mark.parametrize(
    "name",
    ["chat.css", "../server.py", "..%2fserver.py", "%2e%2e%2fpages.py", "chat.css%00.js", "con"],
)
async def test_only_listed_names_are_static(stranger: Browser, name: str) -> None:
    await stranger.open(f"/static/{name}")
    assert stranger.status == 404


@pytest.mark.parametrize("path", ["/wp-admin", "/in", "/in/a/b", "/.git/config", "/say/1"])
async def test_an_unknown_address_is_a_plain_page(stranger: Browser, path: str) -> None:
    await stranger.open(path)
    assert stranger.status == 404
    assert "没有这一页" in stranger.text


@pytest.mark.parametrize("path", ["/", "/say", "/out", "/events", "/health"])
async def test_wrong_methods_are_refused(stranger: Browser, path: str) -> None:
    for method in METHODS:
        answer = await stranger.client.request(method, path)
        assert answer.status == 405
        assert answer.headers["Allow"]


async def test_a_page_never_changes_anything_when_it_is_only_read(
    mother: Browser, town: Town
) -> None:
    key = mother.field("key")
    await mother.open(f"/say?cb=走访&key={key}&csrf={mother.field('csrf')}")
    assert mother.status == 405
    assert received(town) == 0


@pytest.mark.parametrize("csrf", WRONG)
async def test_a_wrong_token_is_refused(mother: Browser, town: Town, csrf: str) -> None:
    for path, fields in (mother.written("走访"), mother.filled("退出")):
        wrong = [(name, csrf if name == "csrf" else value) for name, value in fields]
        await mother.post(path, wrong)
        assert mother.status == 403
        await mother.open("/")
    assert "王妈妈" in mother.text
    assert received(town) == 0


async def test_a_missing_token_is_refused(mother: Browser, town: Town) -> None:
    path, fields = mother.written("走访")
    await mother.post(path, [each for each in fields if each[0] != "csrf"])
    assert mother.status == 403
    assert received(town) == 0


async def test_the_token_of_another_or_of_an_old_session_is_refused(
    mother: Browser, enter: Enter, town: Town
) -> None:
    other = await enter("李主任")
    old = mother.field("csrf")
    await mother.open(f"/in/{link_of(town, '王妈妈')}")
    await mother.press("登录")
    for csrf in (other.field("csrf"), old):
        path, fields = mother.written("走访")
        wrong = [(name, csrf if name == "csrf" else value) for name, value in fields]
        await mother.post(path, wrong)
        assert mother.status == 403
        await mother.open("/")


@pytest.mark.parametrize("origin", FOREIGN)
async def test_a_foreign_or_null_origin_is_refused(
    mother: Browser, town: Town, origin: str
) -> None:
    for path, fields in (mother.written("走访"), mother.filled("退出")):
        await mother.post(path, fields, Origin=origin)
        assert mother.status == 403
        await mother.open("/")
    assert received(town) == 0


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "", "SAME-ORIGIN"])
async def test_a_form_that_stood_elsewhere_is_refused(mother: Browser, site: str) -> None:
    path, fields = mother.written("走访")
    await mother.post(path, fields, **{"Sec-Fetch-Site": site})
    assert mother.status == 403


async def test_a_foreign_page_cannot_sign_anybody_in(stranger: Browser, town: Town) -> None:
    await stranger.open(f"/in/{link_of(town, '王妈妈')}")
    path, fields = stranger.filled("登录")
    await stranger.post(path, fields, Origin="http://evil.example")
    assert stranger.status == 403
    await stranger.post(path, fields)
    assert stranger.path == "/"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x--"),
        ("application/json", b"{}"),
        ("text/plain", b"text=x"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"text=+AGE-"),
        ("application/x-www-form-urlencoded; charset=nonsense", b"text=x"),
        ("application/x-www-form-urlencoded", b"\xff\xfe\x00"),
        ("", b"x"),
    ],
)
async def test_other_bodies_are_refused_politely(mother: Browser, kind: str, body: bytes) -> None:
    await mother.post("/say", body, **{"Content-Type": kind})
    assert 400 <= mother.status < 500
    assert "没有保存" in mother.text


async def test_a_flood_of_text_is_refused_politely(mother: Browser, town: Town) -> None:
    await mother.write("x" * 70_000)
    assert mother.status == 413
    assert "2000" in mother.text
    assert received(town) == 0


@pytest.mark.parametrize("key", ["", "short", "a" * 65, "空" * 10, "a b c d e f", "../../../x"])
async def test_a_key_that_is_not_ours_is_refused(mother: Browser, key: str) -> None:
    path, fields = mother.written("走访")
    odd = [(name, key if name == "key" else value) for name, value in fields]
    await mother.post(path, odd)
    assert mother.status == 400


async def test_an_error_shows_a_receipt_and_no_trace(
    mother: Browser, house: WebHouse, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(work: object) -> object:
        raise ZeroDivisionError("小榆 王妈妈")

    object.__setattr__(house.intake, "read", broken)
    await mother.open("/")
    assert mother.status == 500
    assert "W-" in mother.text
    assert "Traceback" not in mother.source
    assert "ZeroDivisionError" not in mother.source
    logged = capsys.readouterr().out
    assert "ZeroDivisionError" in logged
    assert mother.text.partition("W-")[2][:8] in logged
    assert "小榆" not in logged


BROKEN = (
    b"GARBAGE\r\n\r\n",
    b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"POST /say HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"POST /say HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nCookie: yumiao=p.secret\x01\r\n\r\n",
)


@pytest.mark.parametrize("sent", BROKEN)
async def test_broken_http_learns_no_version_and_leaves_no_secret_in_the_log(
    house: WebHouse, caplog: pytest.LogCaptureFixture, sent: bytes
) -> None:
    runner = web.AppRunner(make_app(house), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(sent)
    async with asyncio.timeout(5):
        answer = (await reader.readuntil(b"\r\n\r\n")).decode()
    writer.close()
    await writer.wait_closed()
    await runner.cleanup()
    assert " 400 " in answer
    assert "aiohttp" not in answer
    assert "Python" not in answer
    assert "secret" not in caplog.text
    assert "Traceback" not in caplog.text


async def test_health_says_that_the_database_answers(stranger: Browser) -> None:
    answer = await stranger.client.get("/health")
    assert answer.status == 200
    assert await answer.json() == {"database": True}


async def test_no_page_names_anybody_in_its_title_or_address(mother: Browser) -> None:
    await mother.write("走访")
    await mother.press("小榆")
    assert mother.page.xpath("//title")[0].text == "育苗"
    assert mother.path == "/"
    assert not mother.page.xpath("//meta[contains(@property,'og:')]")
    assert "http" not in "".join(mother.page.xpath("//@href | //@src | //@action"))


def test_tokens_look_like_chance() -> None:
    from bot.web.guard import csrf_of
    from storage.crypto import Keys

    made = {csrf_of(Keys(b"k" * 32), f"p.{number}") for number in range(100)}
    assert len(made) == 100
    assert all(len(base64.urlsafe_b64decode(each)) == 24 for each in made)
