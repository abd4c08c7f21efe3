"""What beat starts and how often: the one place to read it. Every task is named and safe to run twice."""

from datetime import timedelta
from typing import Any, NotRequired, TypedDict

from celery.schedules import crontab


class Entry(TypedDict):
    """One line of the timetable. `options.expires` (seconds) drops a run that no worker took in time."""

    task: str
    schedule: timedelta | crontab
    kwargs: NotRequired[dict[str, Any]]
    options: NotRequired[dict[str, Any]]


BEAT_SCHEDULE: dict[str, Entry] = {
    "raise alarms that are due": {
        "task": "incidents.sweep_alarms",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "add what has changed to the sums of open tickets": {
        "task": "incidents.fold_open",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "deliver what a lost nudge left in the outbox": {
        "task": "incidents.deliver_steps",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "count what the steps changed": {
        "task": "assessment.roll_up",
        "schedule": timedelta(seconds=1),
        "options": {"expires": 1},
    },
    "freeze the figures of months": {
        "task": "assessment.freeze_months",
        "schedule": crontab(minute="10"),
        "options": {"expires": 3600},
    },
    "count figures again and compare": {
        "task": "assessment.recount",
        "schedule": crontab(hour="3", minute="40"),
        "options": {"expires": 3600},
    },
    "analyse the day before": {
        "task": "analysis.analyse_days",
        "schedule": crontab(hour="0-6", minute="20"),
        "options": {"expires": 3600},
    },
    "draft the bulletins that are due": {
        "task": "bulletins.draft_due",
        "schedule": crontab(minute="35"),
        "options": {"expires": 3600},
    },
    "archive closed tickets": {
        "task": "incidents.archive_closed",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "work off changes of many tickets": {
        "task": "incidents.continue_bulk",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 2},
    },
    "remove unused uploads": {
        "task": "incidents.purge_uploads",
        "schedule": crontab(minute="17"),
        "options": {"expires": 3600},
    },
    "take away old notices": {
        "task": "incidents.purge_notices",
        "schedule": crontab(hour="2", minute="30"),
        "options": {"expires": 3600},
    },
    "send notices by other channels": {
        "task": "incidents.send_messages",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 20},
    },
    "look through uploads where a scanner is set up": {
        "task": "incidents.scan_uploads",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "put grid revisions into force": {
        "task": "incidents.apply_revisions",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "take people into policy notices and let them go": {
        "task": "publicity.settle_notices",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 300},
    },
    "raise alarms of mediation": {
        "task": "mediation.sweep",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "draft key reports that tickets and red disputes call for": {
        "task": "key_reports.follow_causes",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "raise alarms of key reports": {
        "task": "key_reports.sweep",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "forget what is past its time in mediation": {
        "task": "mediation.forget",
        "schedule": crontab(hour="3", minute="25"),
        "options": {"expires": 3600},
    },
    "tell readers of policy notices": {
        "task": "publicity.tell_readers",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "tell of limits of online opinion that have passed": {
        "task": "opinions.sweep_limits",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "tell of questions that are late and of entries to be reviewed": {
        "task": "knowledge.sweep",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "forget who has asked what": {
        "task": "knowledge.forget",
        "schedule": crontab(hour="3", minute="35"),
        "options": {"expires": 3600},
    },
    "end limits of matters between 110 and the centre": {
        "task": "police_link.sweep_limits",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "write exports that wait": {
        "task": "exports.run_due",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "take in rows of imports": {
        "task": "exports.take_rows",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 2},
    },
    "remove old exports, publish open data": {
        "task": "exports.tidy",
        "schedule": crontab(minute="40"),
        "options": {"expires": 3600},
    },
    "count what is issued to the base": {
        "task": "command.count_burden",
        "schedule": crontab(minute="55"),
        "options": {"expires": 3600},
    },
    "count months of the burden that nobody has counted": {
        "task": "command.fill_burden",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "tell of tickets that followed filters find": {
        "task": "command.tell_followers",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "count the figures of the goal panel": {
        "task": "command.take_goals",
        "schedule": crontab(hour="1", minute="10"),
        "options": {"expires": 7200},
    },
    "plan the patrols and visits of the day": {
        "task": "fieldwork.plan_day",
        "schedule": crontab(minute="25", hour="0,5,9,13"),
        "options": {"expires": 3600},
    },
    "miss patrols and visits whose period is over": {
        "task": "fieldwork.miss_overdue",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 300},
    },
    "give patrols of teams to who has joined": {
        "task": "fieldwork.follow_teams",
        "schedule": crontab(minute="2-59/5"),
        "options": {"expires": 300},
    },
    "draw patrols and visits to review": {
        "task": "fieldwork.draw_sample",
        "schedule": crontab(hour="0", minute="50"),
        "options": {"expires": 3600},
    },
    "put down what the month before is counted by": {
        "task": "fieldwork.close_month",
        "schedule": crontab(hour="1", minute="25", day_of_month="1-10"),
        "options": {"expires": 7200},
    },
    "settle reports of workers that nobody has reviewed": {
        "task": "fieldwork.settle_reports",
        "schedule": crontab(minute="35"),
        "options": {"expires": 3600},
    },
    "forget old tracks of patrols": {
        "task": "fieldwork.forget_tracks",
        "schedule": crontab(hour="3", minute="50"),
        "options": {"expires": 3600},
    },
    "apply appointments that begin or end": {
        "task": "accounts.apply_appointments",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 300},
    },
    "remove sessions that ended": {
        "task": "accounts.clear_sessions",
        "schedule": crontab(hour="3", minute="40"),
        "options": {"expires": 3600},
    },
    "check how the grids cover the city": {
        "task": "grids.check_city",
        "schedule": crontab(hour="1", minute="30"),
        "options": {"expires": 3600},
    },
    "forget residents who moved out long ago": {
        "task": "registers.anonymise_moved_out",
        "schedule": crontab(hour="3", minute="20"),
        "options": {"expires": 3600},
    },
    "forget what the exchange keeps no longer": {
        "task": "exchange.tidy",
        "schedule": crontab(minute="45"),
        "options": {"expires": 3600},
    },
    "verify the journal": {
        "task": "audit.verify_journal",
        "schedule": crontab(hour="4", minute="10"),
        "options": {"expires": 3600},
    },
    "begin and end what may reach the base": {
        "task": "mandates.follow_dates",
        "schedule": crontab(minute="5"),
        "options": {"expires": 3600},
    },
    "read what steps tell citizens and whom to call": {
        "task": "followup.read_steps",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "send messages to citizens": {
        "task": "followup.send_messages",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "put abandoned calls back into the queue": {
        "task": "followup.release_calls",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "open calls that are missing and forget old tries": {
        "task": "followup.tidy",
        "schedule": crontab(minute="35"),
        "options": {"expires": 3600},
    },
    "make posts of people who left the service vacant": {
        "task": "staffing.end_posts_of_inactive",
        "schedule": crontab(minute="25"),
        "options": {"expires": 3600},
    },
    "count the holes of the duty rosters": {
        "task": "staffing.count_holes",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "spell the names of people in posts": {
        "task": "staffing.complete_profiles",
        "schedule": crontab(hour="2", minute="50"),
        "options": {"expires": 3600},
    },
    "look whether next year's calendar is confirmed": {
        "task": "foundation.check_calendars",
        "schedule": crontab(hour="8", minute="0"),
        "options": {"expires": 3600},
    },
    "raise alarms of whistles, consultations and action items": {
        "task": "consultation.sweep",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "convene, close and cancel consultations": {
        "task": "consultation.follow",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "plan the next recurring meetings": {
        "task": "consultation.plan_meetings",
        "schedule": crontab(minute="35"),
        "options": {"expires": 3600},
    },
    "raise alarms of supervision": {
        "task": "supervision.sweep_alarms",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "beget supervision where tickets give cause": {
        "task": "supervision.follow_tickets",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    "watch for what comes again and again": {
        "task": "supervision.watch_recurrence",
        "schedule": timedelta(minutes=2),
        "options": {"expires": 120},
    },
    "beget regular supervision and the next rounds of inspections": {
        "task": "supervision.follow_days",
        "schedule": crontab(minute="12"),
        "options": {"expires": 3600},
    },
    "forget from where mobile grid workers have joined": {
        "task": "fieldwork.forget_guest_addresses",
        "schedule": crontab(minute="40"),
        "options": {"expires": 3600},
    },
    "watch the limits of hazards": {
        "task": "fieldwork.watch_hazards",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "tell other systems what has happened": {
        "task": "webhooks.deliver",
        "schedule": timedelta(seconds=1),
        "options": {"expires": 5},
    },
    "give up and forget old webhook messages": {
        "task": "webhooks.tidy",
        "schedule": crontab(minute="50"),
        "options": {"expires": 3600},
    },
}
