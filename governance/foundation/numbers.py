"""Business numbers: a prefix, the local date and a six-digit serial that never blocks a writer.

The serial comes from a database sequence (1..999999, cycling), so numbers have gaps after a roll-back
but two writers never wait for each other; a day may hold 999,999 numbers of one prefix.
"""

from datetime import datetime

from django.db import connection

from governance.foundation.clock import local

SEQUENCES = {
    "WG": "ticket_serial",
    "TZ": "revision_serial",
    "QT": "region_revision_serial",
    "ZR": "access_serial",
    "XF": "power_serial",
    "CS": "call_serial",
    "HS": "consultation_serial",
    "HY": "meeting_serial",
    "DB": "supervision_serial",
    "SS": "appeal_serial",
    "PS": "instruction_serial",
    "JC": "inspection_serial",
    "TB": "bulletin_serial",
    "YJ": "recurrence_serial",
    "ZC": "policy_serial",
    "YQ": "opinion_serial",
    "ZS": "knowledge_serial",
    "WD": "question_serial",
    "JQ": "police_serial",
    "DC": "export_serial",
    "DR": "import_serial",
    "YH": "hazard_serial",
    "FX": "flight_serial",
    "TJ": "mediation_serial",
    "YW": "warning_serial",
    "ZX": "project_serial",
    "JB": "period_bulletin_serial",
    "JX": "key_report_serial",
    "ZZ": "accountability_serial",
}


def next_numbers(prefix: str, at: datetime, count: int = 1) -> list[str]:
    """`count` new numbers of that prefix for the local day of `at`, e.g. `WG20261122000042`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [SEQUENCES[prefix], count])
        rows = cursor.fetchall()
    return [compose(prefix, at, row[0]) for row in rows]


def compose(prefix: str, at: datetime, serial: int) -> str:
    """The number of that serial on the local day of `at`."""
    return f"{day_prefix(prefix, at)}{serial:06d}"


def day_prefix(prefix: str, at: datetime) -> str:
    """What all numbers of the local day of `at` begin with: `WG20261122`."""
    return f"{prefix}{local(at):%Y%m%d}"
