"""Invented names and numbers for demo towns. Nobody real is meant: names are drawn character by character."""

from __future__ import annotations

from random import Random

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN_FIRST = "志建国文明晓海春秋冬雨雪子思嘉佳俊浩宇天一若亦书长立永正德彦景承启云清静安宁和月秀丽美玉慧敏"
GIVEN_SECOND = "华明强军平波涛峰林松柏岩川辉光亮杰伟宏远航飞鸣帆舟凡然轩晨阳旭琪瑶琳怡萍兰芳英娟霞燕晴妍桐满"
COMMON_SURNAMES = 24
"""The first so many surnames are drawn more often, as in life."""


class Names:
    """Draws names and telephone numbers, never the same twice within a town."""

    def __init__(self, random: Random, phone_block: int) -> None:
        self._random, self._taken = random, set[str]()
        self._next_number = phone_block * 10_000

    def person(self, surname: str | None = None) -> str:
        """A family name and a given name; `surname` keeps a household together."""
        while True:
            name = (surname or self._surname()) + self._given()
            if name not in self._taken:
                self._taken.add(name)
                return name

    def phone(self) -> str:
        """Eleven digits in the 154 range, which no operator has been given."""
        self._next_number += 1
        return f"154{self._next_number:08d}"

    def _surname(self) -> str:
        pool = SURNAMES[:COMMON_SURNAMES] if self._random.random() < 0.6 else SURNAMES
        return self._random.choice(pool)

    def _given(self) -> str:
        second = self._random.choice(GIVEN_SECOND)
        return second if self._random.random() < 0.12 else self._random.choice(GIVEN_FIRST) + second
