"""What policy notices let follow a revision of grids, beside the places that follow by themselves."""

from datetime import date

from incidents.handover.standing import Ground
from publicity.models import NoticeTarget


def follow(ground: Ground, day: date) -> int:
    """A notice for a grid that was split goes to every grid that took a part of it; returns how many came so."""
    new = {grid.pk: grid for grid in (*ground.effect.begun, *ground.effect.continued)}
    parts: dict[str, list[NoticeTarget]] = {}
    codes = {grid.pk: grid.code for grid in (*ground.effect.ended, *ground.effect.continued)}
    for row in ground.effect.successions:
        grid = new.get(row.new_id)
        if grid is not None and row.old_id in codes:
            target = NoticeTarget(region_path=grid.path, code=grid.code)
            parts.setdefault(codes[row.old_id], []).append(target)
    present = NoticeTarget.objects.filter(NoticeTarget.still_hangs(day), code__in=parts)
    wanted = [
        NoticeTarget(notice_id=notice_id, region_path=part.region_path, code=part.code)
        for notice_id, code in present.values_list("notice_id", "code")
        for part in parts[code]
    ]
    before = NoticeTarget.objects.count() if wanted else 0
    NoticeTarget.objects.bulk_create(wanted, ignore_conflicts=True)
    return NoticeTarget.objects.count() - before if wanted else 0
