"""Believable Chinese names and clearly fictional phone numbers; the same generator gives the same people."""

import random
from typing import Final

SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程"
    "苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
)
COMMON: Final = 24  # the first so many surnames stand for half of all people
GIVEN_MEN: Final = "伟强磊军勇杰涛超明刚平辉鹏华飞波斌亮建国志文浩宇峰林海龙晨阳旭东宏俊家永庆立德海"
GIVEN_WOMEN: Final = "芳娟敏静丽艳娜秀兰霞玲婷雪梅琳燕红慧莉洁云萍欣怡佳颖倩蕾月英琴凤春晓晴瑶萱"
GIVEN_BOTH: Final = "文子晓佳思雨嘉欣怡然一诺博雅清宁安乐和平新春生"


def person_name(rng: random.Random) -> str:
    """A surname with a given name of one or (mostly) two characters."""
    surname = rng.choice(SURNAMES[:COMMON]) if rng.random() < 0.55 else rng.choice(SURNAMES[COMMON:])
    pool = GIVEN_MEN if rng.random() < 0.5 else GIVEN_WOMEN
    if rng.random() < 0.22:
        return surname + rng.choice(pool)
    first = rng.choice(pool if rng.random() < 0.6 else GIVEN_BOTH)
    second = rng.choice([character for character in pool if character != first])
    return surname + first + second


def staff_phone(serial: int) -> str:
    """A number in a range that no operator has given out: 199 0000 xxxx."""
    return f"1990000{serial:04d}"


def citizen_phone(rng: random.Random) -> str:
    """The same for citizens: 199 0001 xxxx to 199 0009 xxxx."""
    return f"199000{rng.randint(1, 9)}{rng.randint(0, 9999):04d}"
