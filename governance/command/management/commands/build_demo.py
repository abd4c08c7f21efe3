"""Builds the demo city, in stages that can be killed and repeated at any moment."""

import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.command.demo.analysis import build_analysis
from governance.command.demo.bell import put_in_order
from governance.command.demo.bulletins import build_bulletins
from governance.command.demo.burden import build_burden
from governance.command.demo.changes import build_changes
from governance.command.demo.consultation import build_consultation
from governance.command.demo.disputes import build_disputes
from governance.command.demo.exports import build_exports
from governance.command.demo.fieldwork import build_fieldwork
from governance.command.demo.followup import build_followup
from governance.command.demo.founding import build_base
from governance.command.demo.goals import build_goals
from governance.command.demo.history import build_history
from governance.command.demo.indicators import build_indicators
from governance.command.demo.key_reports import build_key_reports
from governance.command.demo.linking import build_links
from governance.command.demo.open311 import build_open311
from governance.command.demo.opinions import build_opinions
from governance.command.demo.plan import TICKETS
from governance.command.demo.police_link import build_police_link
from governance.command.demo.presence import build_presence
from governance.command.demo.revisions import build_revisions
from governance.command.demo.supervision import build_supervision
from governance.command.demo.surveys import build_surveys
from governance.command.demo.walls import build_walls
from governance.command.demo.webhooks import build_webhooks
from governance.foundation.clock import now
from governance.foundation.errors import Conflict

STAGES = ("all", "base", "history")
STAGES_AFTER: tuple[tuple[Callable[[], int], str], ...] = (
    (build_revisions, "Revisions of grids: %d"),
    (build_followup, "Messages and calls: %d"),
    (build_supervision, "Supervision: %d tasks"),
    (build_consultation, "Whistles, consultations, meetings: %d"),
    (build_links, "Linked tickets: %d"),
    (build_changes, "A change of many tickets: %d"),
    (build_opinions, "Online opinion: %d"),
    (build_open311, "Requests over Open311: %d"),
    (build_police_link, "110 link: %d matters"),
    (build_disputes, "Mediation: %d cases"),
    (build_fieldwork, "Hazards and mobile grid workers: %d"),
    (build_key_reports, "Key reports: %d"),
    (build_webhooks, "Webhooks: %d messages"),
    (build_exports, "Files in and out: %d"),
    (build_burden, "Burden counter: %d months"),
    (build_surveys, "Surveys: %d communities"),
    (build_presence, "Active users: %d days of other platforms"),
    (build_indicators, "Indicators: %d occasions counted"),
    (build_goals, "Goal panel: %d figures"),
    (build_walls, "Wall: %d scenes"),
    (build_analysis, "Analysis: %d early warnings"),
    (build_bulletins, "Bulletins: %d"),
    (put_in_order, "Bells in order of time: %d notices"),
)
"""What is written once the tickets are there, each once, and what is said of it."""


class Command(BaseCommand):
    help = "Build the fictional demo city: territory, people, ninety days of tickets, then revisions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stage", choices=STAGES, default="all")
        parser.add_argument("--tickets", type=int, default=TICKETS, help="about how many")
        parser.add_argument(
            "--skip-if-built", action="store_true", help="no error in a database with another territory"
        )

    def handle(self, *args: Any, stage: str, tickets: int, skip_if_built: bool, **options: Any) -> None:
        if tickets < 0:
            raise CommandError("--tickets cannot be negative")
        if stage != "history":
            self._base(skip_if_built)
        if stage != "base":
            self._history(tickets)

    def _base(self, skip_if_built: bool) -> None:
        began = time.monotonic()
        try:
            if build_base(at=now()):
                self.stdout.write(f"Territory, people and accounts: {time.monotonic() - began:.1f} s")
        except Conflict as conflict:
            if not skip_if_built:
                raise CommandError(str(conflict)) from conflict
            self.stdout.write(f"No demo city: {conflict}")
            raise SystemExit(0) from None

    def _history(self, tickets: int) -> None:
        began = time.monotonic()
        written = build_history(tickets, self.stdout.write)
        if written:
            self.stdout.write(f"History: {written} tickets in {time.monotonic() - began:.1f} s")
        for build, words in STAGES_AFTER:
            began = time.monotonic()
            if count := build():
                self.stdout.write(f"{words % count} in {time.monotonic() - began:.1f} s")
