"""Rows of a list as the ORM makes them, without its walk over all fields of the model for each of them.

`QuerySet.only` of fifteen fields of a model with a hundred costs more than reading the row itself.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models.query import BaseIterable, ModelIterable

from governance.foundation.prepared import row_of


class PlainIterable(BaseIterable):  # type: ignore[type-arg]  # of whatever model the query set is
    """For `rows._iterable_class`: objects of one table; anything joined or annotated is left to the ORM."""

    def __iter__(self) -> Iterator[Any]:
        """One object for each row, with what was left out deferred."""
        query = self.queryset.query
        if query.select_related or query.annotations:
            yield from ModelIterable(self.queryset, self.chunked_fetch, self.chunk_size)
            return
        compiler = query.get_compiler(using=self.queryset.db)
        results = compiler.execute_sql(chunked_fetch=self.chunked_fetch, chunk_size=self.chunk_size)
        names = [column.target.attname for column, _sql, _alias in compiler.select]
        for values in compiler.results_iter(results):
            yield row_of(self.queryset.model, zip(names, values, strict=True))
