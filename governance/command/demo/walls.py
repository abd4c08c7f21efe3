"""The wall of the demo city: its scenes, a screen in the command hall that opens it without anybody signing in, and the
figures that everybody may see.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.audit import journal
from governance.command.demo.plan import BASE, JOB
from governance.command.models import Progress, WallLink, done_parts, mark_done, one_at_a_time
from governance.command.public_board.setting import LEAST, USUAL, offered, set_up
from governance.command.walls import scenes
from governance.command.walls.links import hashed
from grids.models import Region

PART: Final = "walls"
TOKEN: Final = "demo-wall-of-the-command-hall"  # noqa: S105  # a demo has no secrets
"""Known, as the passwords of the demo accounts are: `/wall/k/demo-wall-of-the-command-hall/`."""


@transaction.atomic
def build_walls() -> int:
    """How many scenes there are then; 0 when it was done already."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    user = User.objects.get(username="leader")
    by = Actor(user=user, unit_id=user.unit_id)
    made = scenes.set_up(by=by, at=at)
    link = WallLink.objects.create(
        name="市社会治理指挥中心大厅",
        region=Region.objects.get(level="city"),
        token_hash=hashed(TOKEN),
        hint=TOKEN[-4:],
        made_by=user,
        made_at=at,
        expires_at=at + timedelta(days=366),
    )
    journal.record("wall.link.made", by=by, obj=link, at=at, details={"name": link.name})
    _open_the_figures(at)
    mark_done(JOB, PART, at=at, scenes=made)
    return made


def _open_the_figures(at: datetime) -> None:
    """Some figures of the city are public, as the oversight officer has decided."""
    user = User.objects.filter(username="oversight").first()
    if user is not None:
        by = Actor(user=user, unit_id=user.unit_id)
        codes = [row.code for row in offered(at) if row.code in USUAL]
        set_up(is_open=True, codes=codes, least=LEAST, has_classes=True, reason="政务公开要点", by=by, at=at)
