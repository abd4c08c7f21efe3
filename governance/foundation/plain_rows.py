"""Rows of a list as the ORM makes them, without its walk over all fields of the model for each of them.

`QuerySet.only` of fifteen fields of a model with a hundred costs more than reading the row itself.
"""

from collections.abc import Callable, Hashable, Iterator
from functools import cache
from typing import Any

from django.db import connections
from django.db.models import Model
from django.db.models.query import BaseIterable, ModelIterable
from django.db.models.sql.compiler import SQLCompiler

from governance.foundation.prepared import row_of


class PlainIterable(BaseIterable):  # type: ignore[type-arg]  # of whatever model the query set is
    """For `rows._iterable_class`: objects of one table; anything joined or annotated is left to the ORM."""

    def __iter__(self) -> Iterator[Any]:
        """One object for each row, with what was left out deferred."""
        query = self.queryset.query
        if query.select_related or query.annotations:
            yield from ModelIterable(self.queryset, self.chunked_fetch, self.chunk_size)
            return
        compiler = PlainCompiler(query, connections[self.queryset.db], self.queryset.db)
        results: Any = compiler.execute_sql(chunked_fetch=self.chunked_fetch, chunk_size=self.chunk_size)
        names = [column.target.attname for column, _sql, _alias in compiler.select]
        for values in compiler.results_iter(results):
            yield row_of(self.queryset.model, zip(names, values, strict=True))


class PlainCompiler(SQLCompiler):
    """The ORM's compiler, which writes the columns and the order of one kind of list once instead of every time."""

    def get_select(self, with_col_aliases: bool = False) -> Any:
        """The columns: of one model they depend on nothing but what is left out."""
        if with_col_aliases or self.query.select:
            return super().get_select(with_col_aliases)
        names, is_deferred = self.query.deferred_loading
        return _kept(("columns", self.query.model, frozenset(names), is_deferred), super().get_select)

    def get_order_by(self) -> Any:
        """The order: by columns of the table itself it is the same for every list."""
        order = self.query.order_by
        if not order or not _own_orders(self.query.model).issuperset(order) or self.query.extra_order_by:
            return super().get_order_by()
        key = ("order", self.query.model, order, self.query.standard_ordering)
        return _kept(key, super().get_order_by)


@cache
def _own_orders(model: type[Model]) -> frozenset[str]:
    """The table's own columns, upwards and downwards; a relation may be ordered as its model says."""
    names = [field.attname for field in model._meta.concrete_fields if not field.is_relation]
    return frozenset(f"{sign}{name}" for name in names for sign in ("", "-"))


def _kept(key: Hashable, make: Callable[[], Any]) -> Any:
    if key not in _KEPT:
        _KEPT[key] = make()
    return _KEPT[key]


_KEPT: dict[Hashable, Any] = {}
"""As many as there are kinds of lists in the code."""
