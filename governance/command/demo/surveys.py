"""Surveys among residents of the demo city: satisfaction in every community, the feeling of safety in some."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from django.db import transaction

from assessment.models import SurveyResult
from assessment.surveys import keeping
from assessment.surveys.keeping import Answers
from assessment.surveys.rules import communities
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.command.demo.plan import BASE, JOB, SEED
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from governance.foundation.clock import local
from grids.territory import Place

PART: Final = "surveys"
ASKED: Final = (
    ("satisfaction", "网格化社会治理群众满意度测评", "市统计局", 1.0, 60),
    ("safety", "群众安全感满意度调查", "市委政法委", 0.6, 40),
)
"""Kind, name, who conducted it, the share of communities that answered, about how many people were asked."""


@transaction.atomic
def build_surveys() -> int:
    """Enter once; returns how many communities answered, 0 when it was done already."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    user = User.objects.select_related("unit").get(username="oversight")
    by, rng = Actor(user=user, unit_id=user.unit_id), random.Random(f"{SEED}/surveys")
    for kind, title, organiser, share, size in ASKED:
        survey = keeping.begin(kind, title, organiser, Decimal(99), by=by, at=at)
        day = local(at).date() - timedelta(days=20)
        places = [place for place in communities(by) if rng.random() < share]
        rows = [(number, _answers(place, day, size, rng)) for number, place in enumerate(places, 2)]
        keeping.store(survey.pk, rows, by=by, at=at)
    counted = SurveyResult.objects.count()
    mark_done(JOB, PART, at=at, results=counted)
    return counted


def _answers(place: Place, day: date, size: int, rng: random.Random) -> Answers:
    """Most are satisfied, one in a hundred is not."""
    asked = size + rng.randint(0, 20)
    valid = asked - rng.randint(0, 6)
    not_at_all = sum(rng.random() < 0.008 for _one in range(valid))
    half = min(valid - not_at_all, rng.randint(3, 12))
    return Answers(
        place=place.code,
        surveyed_on=day + timedelta(days=rng.randint(0, 5)),
        sample_size=asked,
        valid=valid,
        satisfied=valid - half - not_at_all,
        basically=half,
        dissatisfied=not_at_all,
    )
