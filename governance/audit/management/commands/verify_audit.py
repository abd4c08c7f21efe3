"""Check that nobody has altered, removed or slipped in a journal entry."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.audit.journal import verify


class Command(BaseCommand):
    help = "Recompute the hash chains of the journal; exit status 1 when they do not hold."

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify()
        for chain, (position, head) in sorted(verdict.heads.items()):
            self.stdout.write(f"chain {chain}: {position} entries, head {head[:16]}")
        for finding in verdict.findings:
            self.stdout.write(
                f"{finding.kind}: chain {finding.chain}, position {finding.position}, entry {finding.entry_id}"
            )
        if not verdict.is_sound:
            raise CommandError(f"The journal does not hold: {len(verdict.findings)} findings.")
        self.stdout.write(f"The journal holds: {verdict.entries} entries.")
