"""Personal data as it may be shown to anyone who may see the record: masked, never whole."""


def mask_name(name: str) -> str:
    """`张三丰` -> `张**`; one character stays one star, so that the length tells nothing more."""
    return f"{name[0]}{'*' * max(1, len(name) - 1)}" if name else ""


def mask_phone(phone: str) -> str:
    """`13812345678` -> `138****5678`; short numbers keep their last two digits only."""
    if len(phone) < 8:
        return "*" * max(0, len(phone) - 2) + phone[-2:] if phone else ""
    return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"
