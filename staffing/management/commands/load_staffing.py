"""Loads the dictionaries of the people of the grids and, when named, a ready-made staffing template."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.foundation.clock import local, now
from governance.foundation.errors import Problem
from grids.models import Grid
from staffing.loading import load_dictionaries, load_template
from staffing.presets import TEMPLATES


class Command(BaseCommand):
    help = "Load dictionaries and a template: load_staffing --template leader_worker_team --from 2026-01-01"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--template", choices=sorted(TEMPLATES), default="")
        parser.add_argument("--kind", choices=Grid.Kind.values, default="", help="kind of grid; none: all")
        parser.add_argument("--from", dest="since", type=date.fromisoformat, default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        at = now()
        since = options["since"] or local(at).date()
        words = load_dictionaries(since=since)
        self.stdout.write(f"{words} dictionary words added")
        if not options["template"]:
            return
        try:
            row = load_template(options["template"], since=since, at=at, grid_kind=options["kind"])
        except Problem as problem:
            raise CommandError(str(problem.detail)) from problem
        self.stdout.write(f"{row.name} in force from {row.valid_from}")
