"""A whole conversation without JavaScript, by the forms of the pages alone."""

from __future__ import annotations

from tests.web.browser import Browser


async def test_a_tea_afternoon_is_arranged_without_javascript(mother: Browser) -> None:
    page = mother
    assert page.path == "/"
    assert "王妈妈" in page.text
    await page.write("走访")
    assert "请谁来喝茶?" in page.newest
    assert page.labels[:3] == ["小榆", "小樟", "小松"]
    await page.press("小樟")
    assert "吃什么?" in page.newest
    await page.press("选好了", tick=("枣糕", "米糕"))
    assert "几杯茶?" in page.newest
    await page.press("发送", text="三")  # the bar, last on the page
    assert "哪一天?" in page.newest
    await page.press(page.labels[0])
    assert "写一句邀请的话" in page.newest
    await page.write("来喝茶 🍵\n下午三点")
    assert "请再看一遍" in page.newest
    assert "枣糕" not in page.newest  # values as the talk gave them
    assert "date、rice" in page.newest
    await page.press("发出邀请")
    assert "邀请好了" in page.newest
    assert "来喝茶" in page.newest


async def test_the_answers_own_field_takes_a_number_and_an_iso_day(mother: Browser) -> None:
    page = mother
    for step in ("走访", "1", "2"):
        await page.write(step)
    number = page.page.xpath("//form[@class='entry']//input[@name='text']")[0]
    assert number.get("inputmode") == "decimal"
    await page.post("/say", _entry(page, "4"))
    day = page.page.xpath("//form[@class='entry']//input[@name='text']")[0]
    assert day.get("type") == "date"
    await page.post("/say", _entry(page, "2026-11-20"))
    assert "写一句邀请的话" in page.newest


async def test_times_and_moments_have_fields_of_their_kind(mother: Browser) -> None:
    page = await mother.write("积分")
    assert page.page.xpath("//form[@class='entry']//input[@type='time']")
    await page.post("/say", _entry(page, "14:05"))
    assert page.page.xpath("//form[@class='entry']//input[@type='datetime-local']")
    await page.post("/say", _entry(page, "2026-11-20T09:30"))
    assert page.labels[:2] == ["是", "否"]
    await page.press("是")
    assert "14:05 2026-11-20T09:30 True" in page.newest


async def test_an_answer_can_be_changed_from_the_review(mother: Browser) -> None:
    page = mother
    for step in ("走访", "1", "2", "3", "今天", "来吧"):
        await page.write(step)
    assert page.page.xpath("//dl//dt")[0].text == "客人"
    assert page.submit == "发出邀请"
    assert page.labels[0] == "修改：客人"
    await page.press(page.labels[0])
    assert "请谁来喝茶?" in page.newest
    await page.press("小松")
    assert "小松" in page.newest
    assert "请再看一遍" in page.newest


async def test_controls_lead_back_and_out(mother: Browser) -> None:
    page = mother
    await page.write("走访")
    await page.press("小榆")
    await page.press("返回")
    assert "请谁来喝茶?" in page.newest
    await page.press("取消")
    assert "已取消" in page.newest


async def test_only_the_newest_question_has_buttons(mother: Browser) -> None:
    page = mother
    await page.write("走访")
    await page.press("小榆")
    assert "请谁来喝茶?" in page.text
    assert "小松" not in page.labels


async def test_the_menu_shows_the_ways_of_her_roles(mother: Browser) -> None:
    menu = [button.get("value") for button in mother.page.xpath("//details//button[@name='cb']")]
    assert menu == ["走访", "积分", "孩子", "排行"]
    page = await mother.press(mother.page.xpath("//details//button[@name='cb']")[0].text_content())
    assert "请谁来喝茶?" in page.newest


async def test_large_print_is_one_press_away(mother: Browser) -> None:
    page = await mother.press("大字")
    assert page.page.get("class") == "large"
    await page.press("标准字")
    assert page.page.get("class") is None


def _entry(page: Browser, text: str) -> list[tuple[str, str]]:
    form = page.page.xpath("//form[@class='entry']")[0]
    hidden = [(e.get("name"), e.get("value")) for e in form.xpath(".//input[@type='hidden']")]
    return [*hidden, ("text", text)]
