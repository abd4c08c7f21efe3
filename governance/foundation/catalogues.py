"""Translations of all apps as one book instead of a shelf of thirty that is searched for every word.

Django means to merge catalogues with the same plural rule, but compares a code object with a function, so none is
ever merged.
"""

from typing import Any

from django.conf import settings
from django.utils.translation import trans_real


def join_catalogues() -> None:
    """Merge neighbours with the same plural rule, in every language; what came first goes on winning."""
    for language, _name in settings.LANGUAGES:
        shelf: Any = trans_real.translation(language)._catalog  # type: ignore[attr-defined]  # not in the stubs
        books, plurals = list(shelf._catalogs), list(shelf._plurals)
        shelf._catalogs, shelf._plurals = books[:1], plurals[:1]
        for book, plural in zip(books[1:], plurals[1:], strict=True):
            if plural.__code__ == shelf._plurals[-1].__code__:
                shelf._catalogs[-1] = {**book, **shelf._catalogs[-1]}
            else:
                shelf._catalogs.append(book)
                shelf._plurals.append(plural)
