"""One beat sends; a second one stands by and takes over when the first is gone."""

import pytest
from django.db import connections

from governance.beat import RETRY_SECONDS, SingleScheduler
from governance.celery import app
from tests.faults.processes import wait_for


@pytest.fixture
def schedulers(tmp_path, transactional_db):
    connections["default"].ensure_connection()
    made = [SingleScheduler(app=app, schedule_filename=str(tmp_path / f"{n}" / "t"), lazy=True) for n in "ab"]
    for scheduler in made:
        (tmp_path / scheduler.schedule_filename).parent.mkdir()
    yield made
    for scheduler in made:
        scheduler._release()


def test_second_beat_waits_for_the_first(schedulers):
    first, second = schedulers
    wait_for(first._holds_lock)  # the server may still be about to free it for a test before this one
    assert not second._holds_lock()
    assert second.tick() == RETRY_SECONDS
    first._lock.close()
    wait_for(second._holds_lock)  # the server hears of it a moment later


def test_lost_connection_loses_the_lock(schedulers):
    first, second = schedulers
    wait_for(first._holds_lock)
    first._lock.close()
    wait_for(second._holds_lock)  # the server hears of it a moment later
    assert not first._holds_lock()
