"""Writing and verifying the journal. `record` runs in the caller's transaction: no deed without entry."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.foundation.bulk import insert_rows
from governance.foundation.prepared import fresh

Facts = Mapping[str, Any]


def digest(facts: Facts | None) -> str:
    """SHA-256 (hex) of the facts as canonical JSON; empty for no facts."""
    if facts is None:
        return ""
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def entry(
    verb: str,
    *,
    by: Actor,
    obj: models.Model,
    at: datetime,
    before: Facts | None = None,
    after: Facts | None = None,
    details: Facts | None = None,
) -> AuditEntry:
    """The unsaved entry of one deed, for callers that write many in one statement."""
    return fresh(
        AuditEntry,
        at=at,
        actor_id=by.user_id,
        actor_name=by.name[:80],
        role=by.role,
        unit_id=by.unit_id,
        client=by.client,
        address=by.address[:45],
        request_id=by.request_id,
        verb=verb,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        object_label=str(obj)[:120],
        before_digest=digest(before),
        after_digest=digest(after),
        details=dict(details or {}),
    )


def record(
    verb: str,
    *,
    by: Actor,
    obj: models.Model,
    at: datetime,
    before: Facts | None = None,
    after: Facts | None = None,
    details: Facts | None = None,
) -> AuditEntry:
    """Write one deed into the journal, in the transaction of the deed."""
    row = entry(verb, by=by, obj=obj, at=at, before=before, after=after, details=details)
    insert_rows([row])
    return row


def record_many(rows: Sequence[AuditEntry]) -> None:
    """Write many entries with one statement."""
    insert_rows(rows)


@dataclass(frozen=True)
class Finding:
    """One place where the journal does not hold together."""

    kind: str
    chain: int
    position: int
    entry_id: int | None


@dataclass(frozen=True)
class Verdict:
    """What `verify` found: how many entries, the head of each chain and every fault."""

    entries: int
    heads: Mapping[int, tuple[int, str]]
    findings: Sequence[Finding]

    @property
    def is_sound(self) -> bool:
        return not self.findings


def verify(*, limit: int = 100) -> Verdict:
    """Recompute every chain in the database; at most `limit` findings are listed."""
    with connection.cursor() as cursor:
        cursor.execute(_FAULTS, [limit])
        findings = [Finding(*row) for row in cursor.fetchall()]
        cursor.execute(_HEADS)
        heads = {chain: (position, head) for chain, position, head in cursor.fetchall()}
    return Verdict(entries=AuditEntry.objects.count(), heads=heads, findings=findings)


_FAULTS = """
WITH linked AS (
    SELECT l.chain, l.position, l.digest, l.entry_id, e.id,
           lag(l.digest, 1, '') OVER chain_order AS previous,
           lag(l.position, 1, 0::bigint) OVER chain_order AS before,
           audit_digest(lag(l.digest, 1, '') OVER chain_order, e) AS expected
      FROM audit_auditlink l LEFT JOIN audit_auditentry e ON e.id = l.entry_id
    WINDOW chain_order AS (PARTITION BY l.chain ORDER BY l.position)
)
SELECT * FROM (
    SELECT CASE WHEN id IS NULL THEN 'entry_missing'
                WHEN position <> before + 1 THEN 'gap'
                ELSE 'altered' END AS kind, chain::int, position, entry_id
      FROM linked
     WHERE id IS NULL OR position <> before + 1 OR digest IS DISTINCT FROM expected
    UNION ALL
    SELECT 'not_linked', 0, 0, e.id
      FROM audit_auditentry e LEFT JOIN audit_auditlink l ON l.entry_id = e.id
     WHERE l.entry_id IS NULL
) faults ORDER BY chain, position LIMIT %s
"""

_HEADS = (
    "SELECT DISTINCT ON (chain) chain, position, digest FROM audit_auditlink ORDER BY chain, position DESC"
)
