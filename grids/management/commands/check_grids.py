"""Checks the grids of today, community by community, and keeps what it finds for the coverage page."""

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.foundation.clock import now
from grids.checks import in_words
from grids.coverage import Checked, check_city, keep, run_check
from grids.models import Region


class Command(BaseCommand):
    help = (
        "Check that the grids cover every community: inside, in one piece, no gap, no overlap, every address."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--region", default="", metavar="CODE", help="only inside this region (12 digits)"
        )
        parser.add_argument("--json", type=Path, metavar="FILE", help="write every finding with its piece")

    def handle(self, *args: Any, region: str, json: Path | None, **options: Any) -> None:
        at, began = now(), time.monotonic()
        found: list[Checked] = []
        if region:
            found += check_city(at=at, path=path_of(region), progress=self._progress)
            keep(found, at=at)
        elif not run_check(
            at=at, clock=now, by_name="check_grids", progress=self._progress, seen=found.append
        ):
            raise CommandError("another process is checking the city; ask again when it is done")
        self._tell(found, time.monotonic() - began)
        if json is not None:
            json.write_text(document(found), encoding="utf-8")
            self.stdout.write(f"Written: {json}")

    def _progress(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done}/{total}", ending="")
        elif done == total or done % 200 == 0:
            self.stderr.write(f"{done}/{total} communities")

    def _tell(self, found: list[Checked], seconds: float) -> None:
        if sys.stderr.isatty():
            self.stderr.write("")
        grids = sum(item.grid_count for item in found)
        errors = sum(len(item.report.errors) for item in found)
        warnings = sum(len(item.report.warnings) for item in found)
        for item in found:
            if item.report.errors:
                first = in_words(item.report.errors[0].stored())["message"]
                self.stdout.write(f"{item.community.code} {item.community.name}: {first}")
        self.stdout.write(
            f"{len(found)} communities, {grids} grids: {errors} errors, {warnings} warnings in {seconds:.1f} s"
        )


def path_of(code: str) -> str:
    """The path of the region with that code; empty for everything. Raises CommandError."""
    if not code:
        return ""
    region = Region.objects.filter(code=code, valid_to=None).first()
    if region is None:
        raise CommandError(f"no region in force has the code {code}")
    return region.path


def document(found: list[Checked]) -> str:
    """Every finding as a feature with its piece."""
    features = [
        {
            "type": "Feature",
            "properties": {
                "community": item.community.code,
                **{key: value for key, value in in_words(finding.stored()).items() if key != "geometry"},
            },
            "geometry": finding.stored()["geometry"],
        }
        for item in found
        for finding in item.report.findings
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
