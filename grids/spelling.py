"""Chinese names as they are typed on a Latin keyboard, for search."""

from pypinyin import Style, lazy_pinyin


def pinyin_of(name: str) -> str:
    """Full pinyin and initials: `松鹤社区` -> `songheshequ shsq`; at most 200 characters."""
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
    return f"{''.join(lazy_pinyin(name))} {initials}".lower()[:200]
