"""Questions that a file or a place answers, and numbers that may mean two options."""

from __future__ import annotations

from typing import Any

import pytest

from dialogue.ask import Choice, Line, Many, Media, Number, Pick, Place, Question, Review
from dialogue.fill import fill
from dialogue.media import Sent, in_bytes
from dialogue.replay import Done, Draft, Said, Tapped, Typed, Waiting, advance
from dialogue.say import put
from dialogue.show import show_question
from dialogue.when import Day
from domain.trouble import Unreadable
from tests.dialogue.chat import FRAME, Chat
from tests.forms.kit import survey
from tests.parcels import with_files

ID = "A" * 22
PHOTO = Sent(f"{ID}.webp", "小榆.webp", 12_345, "image")
VOICE = Sent(f"{ID}.m4a", "v.m4a", 99, "audio")
PAPER = Sent(f"{ID}.pdf", "p.pdf", 3_400_000, "file")


def note(outcome: Any, lang: str = "en") -> str:
    assert isinstance(outcome, Waiting), outcome
    return put(outcome.note, lang)


@pytest.fixture
def chat() -> Chat:
    return Chat(with_files()).say("met")


def test_files_and_a_place_are_answers_of_a_form(chat: Chat) -> None:
    assert chat.name == "photo"
    chat.say(PHOTO, VOICE, PAPER, "28.6567, 121.4253")
    shown = show_question(chat.outcome, chat.draft, "zh", str)
    lines = {line["label"]: (line["answer"], line.get("file")) for line in shown["lines"]}
    assert lines["照片"] == ("小榆.webp（12 KB）", PHOTO.file)
    assert lines["文件"] == ("p.pdf（3.2 MB）", PAPER.file)
    assert lines["在哪里"] == ("28.66, 121.43", None)
    chat.say("1")
    assert chat.answers == {
        "mode": "meet",
        "photo": PHOTO.file,
        "voice": VOICE.file,
        "paper": PAPER.file,
        "spot": "28.66 121.43 0 0",
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("sent", [VOICE, PAPER, Sent("x.bin", "x", 0, "")])
def test_another_kind_of_file_is_asked_again_and_told_what_is_taken(
    chat: Chat, sent: Sent, lang: str
) -> None:
    chat.say(sent)
    assert chat.name == "photo"
    assert "JPEG" in note(chat.outcome, lang)
    assert "contact" not in chat.draft.answers


def test_a_fault_is_told_in_its_own_words(chat: Chat) -> None:
    chat.say(Sent("x.bin", "x", 0, "", "file.large"))
    assert "10 MB" in note(chat.outcome)
    chat.say(Sent("x.bin", "x", 0, "", "file.heavy"))
    assert "40 megapixels" in note(chat.outcome)
    assert "4000 万像素" in note(chat.outcome, "zh")


def test_words_for_a_file_are_told_how_and_that_one_may_skip(chat: Chat) -> None:
    chat.say("she was happy")
    assert "a photo" in note(chat.outcome)
    assert "skip" not in note(chat.outcome)
    chat.say(PHOTO, "la la la")
    assert "跳过" in note(chat.outcome, "zh")
    assert chat.say("skip").name == "paper"


@pytest.mark.parametrize(
    ("channel", "how"),
    [("web", "press “Send”"), ("terminal", "Type @"), ("telegram", "in the web chat")],
)
def test_each_channel_says_how_a_file_is_sent(chat: Chat, channel: str, how: str) -> None:
    shown = show_question(chat.outcome, chat.draft, "en", str, channel)
    assert how in shown["text"]
    assert "10 MB" in shown["text"]
    assert (shown["kind"], shown["takes"]) == ("media", "image")


def test_a_file_for_any_other_question_is_not_taken() -> None:
    chat = Chat(with_files()).say(PHOTO)
    assert chat.name == "mode"
    assert "No file was asked for" in note(chat.outcome)
    day = Day("q", "?", today=FRAME.today)
    others: list[Question[Any]] = [Choice("q", "?"), Number("q", "?"), day, Review("q", "?")]
    for question in others:
        with pytest.raises(Unreadable):
            question.sent(PHOTO)


def test_a_file_can_be_changed_and_gone_back_over(chat: Chat) -> None:
    chat.say(PHOTO, "back")
    assert chat.name == "photo"
    other = Sent("B" * 22 + ".webp", "b.webp", 1, "image")
    chat.say(other, "skip", "skip", "skip", Tapped((2,)))  # 修改 the photo
    assert chat.name == "photo"
    chat.say(PHOTO, "1")
    assert chat.answers["photo"] == PHOTO.file


def test_a_form_may_judge_the_name_of_a_file() -> None:
    rows = ("type | name | label | constraint", "file | f | F | ends-with(., '.pdf')")
    chat = Chat(survey(*rows)).say(Sent(f"{ID}.txt", "a.txt", 1, "file"))
    assert chat.name == "f"
    assert chat.say(PAPER, "1").answers == {"f": PAPER.file}


def test_last_times_photo_is_never_offered_again() -> None:
    rows = (
        "type | name | label",
        "begin_group | g | G",
        "image | p | P",
        "text | a | A",
        "text | b | B",
        "end_group | |",
    )
    chat = Chat(survey(*rows), last={"g/p": f"{ID}.webp", "g/a": "x", "g/b": "y"})
    assert ".webp" not in chat.shown
    assert chat.say("1").name == "g/p"


async def ask_twice() -> Any:
    found = await fill(with_files(), "x", FRAME)
    return found.answers


def test_words_kept_by_an_older_version_are_asked_anew() -> None:
    draft = Draft(answers={"contact/x/mode": "meet", "contact/x/photo": "she smiled"})
    outcome = advance(ask_twice, draft)
    assert isinstance(outcome, Waiting)
    assert outcome.question.key == "contact/x/photo"


def test_a_media_question_outside_a_form_gives_the_stored_name() -> None:
    async def talk() -> Any:
        return await Media("m", "Photo?", takes="image", optional=True)

    draft = Draft()
    advance(talk, draft)
    outcome = advance(talk, draft, PHOTO)
    assert isinstance(outcome, Done)
    assert outcome.result == PHOTO.file
    question = Media("m", "Photo?", takes="image")
    assert question.take({"why": "skipped"}) == ""
    assert put(question.echo({"why": "skipped"}), "zh") == "未填写"
    assert put(question.echo(draft.answers["m"]), "en") == "小榆.webp (12 KB)"


@pytest.mark.parametrize(("size", "words"), [(0, "0 B"), (1023, "1023 B"), (1 << 20, "1.0 MB")])
def test_sizes_are_said_in_round_figures(size: int, words: str) -> None:
    assert in_bytes(size) == words


# --- a place -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("28.6567 121.4253", "28.66 121.43 0 0"),
        ("28.6567, 121.4253", "28.66 121.43 0 0"),
        ("28.6567，121.4253", "28.66 121.43 0 0"),
        ("２８．６５ １２１．４２", "28.65 121.42 0 0"),
        ("28.65°、121.42°", "28.65 121.42 0 0"),
        ("28 121", "28.00 121.00 0 0"),
        (" -0.001 , +0.002 ", "0.00 0.00 0 0"),
        ("-90 180", "-90.00 180.00 0 0"),
        ("28.6567 121.4253。", "28.66 121.43 0 0"),
    ],
)
def test_a_place_is_typed_as_one_likes_and_kept_coarse(typed: str, kept: str) -> None:
    place = Place("p", "Where?")
    assert place.typed(typed) == kept
    assert put(place.echo(kept), "zh") == ", ".join(kept.split()[:2])
    assert place.take({"why": "skipped"}) == ""


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("", "read.place"),
        ("28.65", "read.place"),
        ("28.65 121.42 5", "read.place"),
        ("28°39'24\" 121°25'", "read.place"),
        ("at home", "read.place"),
        ("1e1 2e1", "read.place"),
        ("nan nan", "read.place"),
        ("121.42 28.65", "read.place_range"),
        ("90.001 0", "read.place_range"),
        ("0 180.5", "read.place_range"),
    ],
)
def test_what_is_no_place_is_asked_again(typed: str, key: str) -> None:
    with pytest.raises(Unreadable) as unclear:
        Place("p", "Where?").typed(typed)
    assert unclear.value.key == key


@pytest.mark.parametrize(("lang", "words"), [("zh", "大概的位置"), ("en", "rough place")])
def test_the_hint_of_a_place_says_that_it_is_coarse(chat: Chat, lang: str, words: str) -> None:
    chat.say(PHOTO, "skip", "skip")
    assert chat.name == "spot"
    assert words in show_question(chat.outcome, chat.draft, lang, str)["text"]


# --- numbers that may mean two options ------------------------------------------------------------

MINUTES = [Pick(v, {"zh": f"{v} 分钟", "en": f"{v} minutes"}) for v in ("5", "10", "20", "30")]
HOURS = [
    Pick("60", {"zh": "1 小时", "en": "an hour"}),
    Pick("120", {"zh": "2 小时以上", "en": "two hours or more"}),
]
CODED = [Pick(f"c{n}", f"{n}") for n in ("1", "3", "5", "7", "9")]
ORDINAL = [Pick(str(n), f"{5 * n} days") for n in range(1, 7)]
SCALE = [Pick(w, f"{n} {w}") for n, w in enumerate(("never", "seldom", "often"))]


def answer(picks: list[Pick], *said: Said, kind: Any = Choice) -> Any:
    async def talk() -> Any:
        return await kind("q", "Which?", picks=picks)

    draft = Draft()
    outcome = advance(talk, draft)
    for each in said:
        outcome = advance(talk, draft, each)
    return outcome


def result(outcome: Any) -> Any:
    assert isinstance(outcome, Done), outcome
    return outcome.result


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", "「5」是「5 分钟」，还是第 5 项「1 小时」？请点按钮；打字请写 #1 或 #5。"),
        (
            "en",
            "Does “5” mean “5 minutes”, or option 5, “an hour”? Please press a button; "
            "to type it, write #1 or #5.",
        ),
    ],
)
def test_a_number_that_two_options_bear_is_asked_again(lang: str, words: str) -> None:
    for said in ("5", "５", "5."):
        assert note(answer([*MINUTES, *HOURS], Typed(said)), lang) == words


@pytest.mark.parametrize(
    ("picks", "said", "value"),
    [
        ([*MINUTES, *HOURS], "1", "5"),  # the first; 1 小时 is worth 60 and no other "1"
        ([*MINUTES, *HOURS], "2", "10"),
        ([*MINUTES, *HOURS], "#5", "60"),
        ([*MINUTES, *HOURS], "#1", "5"),
        ([*MINUTES, *HOURS], "5 分钟", "5"),
        ([*MINUTES, *HOURS], "1 小时", "60"),
        ([*MINUTES, *HOURS], "20", "20"),
        (CODED, "1", "c1"),
        (CODED, "2", "c3"),
        (CODED, "#3", "c5"),
        (CODED, "9", "c9"),
        (ORDINAL, "1", "1"),
        (ORDINAL, "30", "6"),
        (SCALE, "3", "often"),
        ([Pick("a", "3.5 kg"), Pick("b", "x"), Pick("c", "y")], "3", "c"),
        ([Pick("a", "2 dogs"), Pick("b", "2 cats")], "2", "b"),  # two bear it: the place it is
    ],
)
def test_a_number_with_one_meaning_is_an_answer(picks: list[Pick], said: str, value: str) -> None:
    assert result(answer(picks, Typed(said))) == value


@pytest.mark.parametrize(
    ("picks", "said"), [(CODED, "3"), (CODED, "5"), (ORDINAL, "5"), (SCALE, "1"), (SCALE, "2")]
)
def test_numbers_in_labels_are_seen_whatever_the_values(picks: list[Pick], said: str) -> None:
    assert "#" in note(answer(picks, Typed(said)))


def test_a_tap_is_never_unclear() -> None:
    assert result(answer([*MINUTES, *HOURS], Tapped((4,)))) == "60"


def test_several_numbers_are_read_in_the_same_way() -> None:
    assert result(answer(MINUTES, Typed("1,3"), kind=Many)) == ("5", "20")
    assert result(answer([*MINUTES, *HOURS], Typed("#1 #5"), kind=Many)) == ("5", "60")
    assert "#5" in note(answer([*MINUTES, *HOURS], Typed("1 5"), kind=Many))
    assert result(answer(MINUTES, Typed("5 分钟、20 分钟"), kind=Many)) == ("5", "20")


def test_a_number_for_a_number_question_is_the_number() -> None:
    async def talk() -> Any:
        return await Number("q", "How many?", picks=[*MINUTES, *HOURS])

    draft = Draft()
    advance(talk, draft)
    assert result(advance(talk, draft, Typed("5"))) == 5.0


def test_days_and_reviews_are_chosen_by_place_alone() -> None:
    async def talk() -> Any:
        lines = [Line("a", "2 dogs", "x"), Line("b", "1 cat", "y")]
        return await Review("q", "Right?", lines=lines, submit="3 send")

    draft = Draft()
    advance(talk, draft)
    assert result(advance(talk, draft, Typed("1"))) is True


@pytest.mark.parametrize(("lang", "said", "value"), [("en", "1", "a"), ("en", "2", "b")])
def test_only_the_words_that_she_saw_can_bear_a_number(lang: str, said: str, value: str) -> None:
    picks = [Pick("a", {"zh": "2 天", "en": "two days"}), Pick("b", {"zh": "别的", "en": "other"})]

    async def talk() -> Any:
        return await Choice("q", "Which?", picks=picks)

    draft = Draft()
    outcome = advance(talk, draft)
    assert isinstance(outcome, Waiting)
    shown = show_question(outcome, draft, lang, str)
    draft.asked.labels = [button["label"] for button in shown["buttons"]]
    assert result(advance(talk, draft, Typed(said))) == value
    draft = Draft()
    outcome = advance(talk, draft)
    assert isinstance(outcome, Waiting)
    draft.asked.labels = ["2 天", "别的"]
    again = advance(talk, draft, Typed("2"))
    assert "「2」是「2 天」，还是第 2 项「别的」" in note(again, "zh")
