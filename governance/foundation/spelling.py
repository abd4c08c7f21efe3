"""Chinese names as they are typed on a Latin keyboard, for search.

The dictionaries take some fifty megabytes, so they are read when a name is first spelled; what is stored beside a
name (`Spelled`) costs those who only search nothing.
"""

from typing import Any

from django.db import models


def pinyin_of(name: str) -> str:
    """Full pinyin and initials: `松鹤社区` -> `songheshequ shsq`; at most 200 characters."""
    from pypinyin import Style, lazy_pinyin

    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
    return f"{''.join(lazy_pinyin(name))} {initials}".lower()[:200]


class Spelled(models.CharField):  # type: ignore[type-arg]  # the stubs want the types of values
    """The spelling of another field, kept whenever a row is written (also many at once)."""

    def __init__(self, *args: Any, of: str = "name", **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **{"max_length": 200, "blank": True, "editable": False} | kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """With the field that is spelled."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The spelling of what is written now."""
        setattr(model_instance, self.attname, pinyin_of(getattr(model_instance, self.of)))
        return super().pre_save(model_instance, add)
