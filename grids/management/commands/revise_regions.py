"""Prepares a revision of regions from a JSON plan, or does a verb on one, in somebody's name; the same rules hold."""

import json
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.foundation.clock import now
from governance.foundation.errors import Problem
from grids import regions
from grids.models import RegionRevision
from grids.regions.deciding import DECISIONS

MOST_BYTES = 4 * 1024 * 1024


class Command(BaseCommand):
    help = (
        "Merge, split, rename or move regions. With --plan FILE a draft is prepared: "
        '{"title", "reason", "effective_on", "sources": [codes], "results": [{"code", "name", "parent", '
        '"takes_over", "pieces": [codes]}]}. With --number NUMBER --do VERB a verb is done on a revision.'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as", dest="username", required=True, metavar="USER", help="in whose name")
        parser.add_argument("--plan", type=Path, metavar="FILE", help="a JSON plan to prepare a draft from")
        parser.add_argument("--number", default="", help="the number of a revision")
        parser.add_argument("--do", default="", choices=["", *DECISIONS], help="what to do with it")
        parser.add_argument("--opinion", default="", help="an opinion, or the reason for a refusal")

    def handle(
        self,
        *args: Any,
        username: str,
        plan: Path | None,
        number: str,
        do: str,
        opinion: str,
        **options: Any,
    ) -> None:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"nobody signs in as {username}")
        actor = Actor(user=user, unit_id=user.unit_id, client="import")
        if (plan is None) == (not (number and do)):
            raise CommandError("give either --plan FILE, or --number NUMBER with --do VERB")
        try:
            revision = self._prepared(plan, actor) if plan is not None else _done(number, do, opinion, actor)
        except Problem as problem:
            raise CommandError(_told(problem)) from problem
        self._tell(revision)

    def _prepared(self, plan: Path, actor: Actor) -> RegionRevision:
        document = _read(plan)
        draft = regions.parse_draft(document)
        at = now()
        with transaction.atomic():
            return _drafted(document, draft, actor, at)

    def _tell(self, revision: RegionRevision) -> None:
        self.stdout.write(f"{revision.number}: {revision.state}, effective {revision.effective_on or '-'}")
        for finding in (revision.report or {}).get("findings", []):
            told = regions.in_words(finding)
            self.stdout.write(f"  {told['severity']}: {told['title']}: {told['message']}")


def _drafted(document: dict[str, Any], draft: regions.Draft, actor: Actor, at: datetime) -> RegionRevision:
    """Prepared and filled, or nothing at all."""
    sources = [str(code) for code in document.get("sources") or []]
    revision = regions.prepare(
        sources, way=regions.Way.RENAME, title=draft.title, reason=draft.reason, by=actor, at=at
    )
    regions.edit(revision.pk, draft, by=actor, at=at, version=revision.version)
    return RegionRevision.objects.get(pk=revision.pk)


def _done(number: str, do: str, opinion: str, actor: Actor) -> RegionRevision:
    revision = RegionRevision.objects.visible_to(actor).filter(number=number).first()
    if revision is None:
        raise CommandError(f"no revision {number} that this person may see")
    return regions.perform(do, revision.pk, by=actor, at=now(), data={"opinion": opinion})


def _read(plan: Path) -> dict[str, Any]:
    if not plan.is_file():
        raise CommandError(f"no file {plan}")
    if plan.stat().st_size > MOST_BYTES:
        raise CommandError("the plan is larger than 4 MB")
    try:
        document = json.loads(plan.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise CommandError(f"not JSON: {error}") from error
    if not isinstance(document, dict):
        raise CommandError("a plan is a JSON object")
    return document


def _told(problem: Problem) -> str:
    fields = getattr(problem, "fields", None) or {}
    words = [f"{name}: {text}" for name, texts in fields.items() for text in texts]
    return "; ".join(words) or str(problem.detail)
