"""What the papers of a suspension show: why, since when, whom it was told, and how it went on. Read from its steps."""

from datetime import datetime, timedelta
from typing import Final

from mediation.documents.facts import Reader, day, instant
from mediation.models import CasePause, CaseStep, Party

GONE, OVER = "中止的原因已经消除", "中止的期限已满"
TICK: Final = timedelta(microseconds=1)


def steps_of(pause: CasePause) -> tuple[CaseStep | None, CaseStep | None]:
    """The step that began it, and the one by which mediation went on; None for what did not happen."""
    rows = CaseStep.objects.filter(case=pause.case_id)
    began = rows.filter(verb="suspend", at=pause.started_at).order_by("-pk").first()
    if began is None or pause.ended_at is None:
        return began, None
    after = rows.filter(verb__in=("suspend", "resume"), pk__gt=began.pk).order_by("pk").first()
    return began, after if after is not None and after.verb == "resume" else None


def facts_of_pause(pause: CasePause, parties: list[Party], reader: Reader) -> dict[str, str]:
    """Every fact of a suspension, and of the resumption where there was one."""
    began, after = steps_of(pause)
    told = began.data.get("told", ()) if began is not None else ()
    found = {
        "pause_ground": str(pause.get_ground_display()),
        "paused_at": instant(pause.started_at),
        "paused_on": day(pause.started_at),
        "pause_until": day(pause.until),
        "pause_words": reader.text(began.words, parties) if began is not None else "",
        "pause_told": "、".join(reader.name(party) for party in parties if party.number in told),
    }
    if after is None or pause.ended_at is None:
        return found
    due = after.data.get("due_at")
    return found | {
        "resumed_on": day(pause.ended_at),
        "resume_reason": OVER if pause.ended_at == pause.until else GONE,
        "resume_words": reader.text(after.words, parties),
        "pause_length": length(pause.ended_at - pause.started_at),
        "case_until": day(datetime.fromisoformat(due) - TICK) if due else "",
    }


def length(span: timedelta) -> str:
    """`3日5小时`; minutes where it was less than an hour."""
    hours = span.seconds // 3600
    words = (f"{span.days}日" if span.days else "") + (f"{hours}小时" if hours else "")
    return words or f"{span.seconds // 60}分钟"
