"""Changing the key of what is sealed: batch by batch, each in its own transaction, so that it can stop anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models, transaction

from governance.foundation.sealed import BlindIndexField, SealedField, newest_key, seal, unseal

BATCH = 500


@dataclass(frozen=True)
class Column:
    """One sealed column, with the index column that follows it (None: it is not searched)."""

    model: type[models.Model]
    field: SealedField
    index: BlindIndexField | None


def sealed_columns() -> Iterator[Column]:
    """Every sealed column of the site, in a fixed order."""
    for model in apps.get_models():
        fields = model._meta.concrete_fields
        indexes = {item.source: item for item in fields if isinstance(item, BlindIndexField)}
        for item in fields:
            if isinstance(item, SealedField) and item.model is model:
                yield Column(model, item, indexes.get(item.name))


def waiting(column: Column) -> int:
    """How many values are sealed with an older key."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {_stale(column)}", [f"{newest_key()[0]}.%"])  # noqa: S608  # ours
        return int(cursor.fetchone()[0])


@transaction.atomic
def reseal_batch(column: Column, *, limit: int = BATCH) -> int:
    """Seal up to `limit` values anew and hash them anew; returns how many. 0: nothing is left to do.

    Rows that somebody is writing at the moment are left for a later batch. Raises SealBroken.
    """
    context, table = column.field.context, column.model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "id", "{column.field.column}" FROM {_stale(column)} '  # noqa: S608  # ours
            'ORDER BY "id" LIMIT %s FOR UPDATE SKIP LOCKED',
            [f"{newest_key()[0]}.%", limit],
        )
        plain = [(key, unseal(value, context)) for key, value in cursor.fetchall()]
        if not plain:
            return 0
        digests = [column.index.digest(text) if column.index else "" for _key, text in plain]
        change = f', "{column.index.column}" = n.digest' if column.index else ""
        cursor.execute(
            f'UPDATE "{table}" t SET "{column.field.column}" = n.sealed{change} '  # noqa: S608  # ours
            "FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS n(id, sealed, digest) WHERE t.id = n.id",
            [[key for key, _text in plain], [seal(text, context) for _key, text in plain], digests],
        )
    return len(plain)


def _stale(column: Column) -> str:
    """Names of our own tables and columns; what is compared is a parameter."""
    name = column.field.column
    return f'"{column.model._meta.db_table}" WHERE "{name}" <> \'\' AND "{name}" NOT LIKE %s'
