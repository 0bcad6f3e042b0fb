"""Invented names: places from plants and waters, adults by surname, plant and role.

No real place of the county, no real person: children are trees and seedlings, and every
adult's name ends with the role.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from domain.age import Band

PLANTS = {
    "榆": "Elm",
    "樟": "Camphor",
    "桐": "Paulownia",
    "枫": "Maple",
    "柏": "Cypress",
    "槐": "Locust",
    "杉": "Fir",
    "桂": "Osmanthus",
    "桑": "Mulberry",
    "竹": "Bamboo",
    "荷": "Lotus",
    "菱": "Caltrop",
    "苇": "Reed",
    "蒲": "Cattail",
    "葵": "Sunflower",
    "兰": "Orchid",
    "菊": "Aster",
    "杏": "Apricot",
    "梨": "Pear",
    "枣": "Jujube",
    "柿": "Persimmon",
    "栗": "Chestnut",
    "茶": "Tea",
    "禾": "Grain",
}
WATERS = {
    "溪": "Brook",
    "泉": "Spring",
    "潭": "Pool",
    "涧": "Rill",
    "汀": "Bank",
    "渚": "Eyot",
    "泽": "Marsh",
    "滩": "Shoal",
    "澜": "Wave",
    "沚": "Sandbar",
}
STATION = ("洲", "Isle")
SURNAMES = "王李张刘陈杨黄赵吴周徐孙胡朱高林何郭马罗"
SEEDLINGS = "榆樟桂枫松柏槐桐杉柳枣梨杏桃柿橘柚竹荷菊兰梅蒲苇葵禾苗茶桑栗榉楠枇椿蕨薇"
TERMS = (
    "立春雨水惊蛰春分清明谷雨立夏小满芒种夏至小暑大暑"
    "立秋处暑白露秋分寒露霜降立冬小雪大雪冬至小寒大寒"
)
CARERS = ("奶奶", "爷爷", "外婆", "外公", "姑姑", "妈妈", "爸爸", "舅舅")
STRENGTHS: dict[Band, tuple[str, ...]] = {
    "0-2": ("爱笑", "爱听儿歌", "认得家里人", "爱模仿大人", "胃口好", "睡得香"),
    "3-5": ("爱画画", "会唱儿歌", "爱听故事", "会自己穿衣", "爱搭积木", "爱护小动物", "跑得快"),
    "6-17": (
        *("爱画画", "会照顾弟弟妹妹", "跑得快", "爱看书", "会种菜", "唱歌好听", "爱动脑筋"),
        *("会做家务", "乐于助人", "爱踢球", "会下棋", "写字工整", "爱护小动物", "会讲故事"),
    ),
}


def places(rng: Random, count: int) -> list[tuple[str, str]]:
    """Names of villages in both languages, none twice; ValueError when there are too few."""
    found = [(p + w, f"{PLANTS[p]} {WATERS[w]}") for p in PLANTS for w in WATERS]
    if count > len(found):
        raise ValueError(f"{count} villages, but only {len(found)} names")
    return rng.sample(found, count)


def towns(rng: Random, count: int) -> list[tuple[str, str]]:
    """Names of townships in both languages."""
    water, english = STATION
    return [(plant + water, f"{PLANTS[plant]} {english}") for plant in rng.sample([*PLANTS], count)]


def adults(rng: Random, role: str) -> Iterator[str]:
    """Adults' names of one role, none twice: 李榆主任, 王兰妈妈."""
    found = [surname + plant + role for surname in SURNAMES for plant in PLANTS]
    rng.shuffle(found)
    return iter(found)


def codes(count: int) -> list[str]:
    """Children's code names, by the solar terms in turn: 立春-01, 雨水-01, …"""
    terms = [TERMS[place : place + 2] for place in range(0, len(TERMS), 2)]
    return [f"{terms[i % len(terms)]}-{i // len(terms) + 1:02d}" for i in range(count)]
