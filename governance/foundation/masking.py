"""Personal data as it may be shown to anyone who may see the record: masked, never whole."""

import re

HOUSE_NUMBER = re.compile(
    r"[0-9０-９A-Za-z一二三四五六七八九十]+(?=\s*(?:号|栋|幢|座|单元|室|楼|层|弄|户))|\d+"
)


def mask_name(name: str) -> str:
    """`张三丰` -> `张**`; one character stays one star, so that the length tells nothing more."""
    return f"{name[0]}{'*' * max(1, len(name) - 1)}" if name else ""


def mask_phone(phone: str) -> str:
    """`13812345678` -> `138****5678`; short numbers keep their last two digits only."""
    if len(phone) < 8:
        return "*" * max(0, len(phone) - 2) + phone[-2:] if phone else ""
    return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"


def mask_mail(address: str) -> str:
    """`zhang.san@example.org` -> `z***@example.org`: who has it knows it again, nobody else can write to it."""
    name, sign, host = address.partition("@")
    return f"{name[:1]}***{sign}{host}" if sign else "*" * len(address)


def mask_identity(number: str) -> str:
    """`110101199003077758` -> `110***********7758`: the province and the end; the date of birth is hidden."""
    if len(number) < 10:
        return "*" * len(number)
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


def mask_address(address: str) -> str:
    """`文津街道3号楼2单元502室` -> `文津街道*号楼*单元*室`: the street stays, the numbers of the house go."""
    return HOUSE_NUMBER.sub("*", address)
