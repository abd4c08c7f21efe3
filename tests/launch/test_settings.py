"""Settings: connection URLs, browser protection, the timetable."""

import re
from urllib.parse import urlsplit

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from governance.celery import app
from governance.settings.database import read_database_url
from governance.settings.schedule import BEAT_SCHEDULE


def test_database_over_tcp():
    found = read_database_url(urlsplit("postgresql://u%40:p%2F@db.example:6432/name?sslmode=require"))
    wanted = {"NAME": "name", "USER": "u@", "PASSWORD": "p/", "HOST": "db.example", "PORT": "6432"}
    assert {key: found[key] for key in wanted} == wanted
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_database_over_a_unix_socket():
    found = read_database_url(urlsplit("postgresql://governance@/governance?host=/run/a-folder"))
    assert (found["HOST"], found["PORT"], found["USER"]) == ("/run/a-folder", "", "governance")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u@host/",
        "postgresql://u@host/a/b",
        "postgresql://u@host/name?host=/run",
        "postgresql://u@host/name?colour=red",
        "postgresql://u@host/name?sslmode",
    ],
)
def test_malformed_database_url(url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        read_database_url(urlsplit(url))


def test_every_timetable_entry_names_a_registered_task():
    app.loader.import_default_modules()
    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} <= set(app.tasks)


def test_every_timetable_entry_drops_runs_that_come_too_late():
    for name, entry in BEAT_SCHEDULE.items():
        assert entry["options"]["expires"] > 0, name
        assert isinstance(entry["schedule"], crontab) or entry["schedule"].total_seconds() >= 1


def test_lock_out_after_five_failures_in_a_quarter_of_an_hour():
    assert settings.AXES_FAILURE_LIMIT == 5
    assert settings.AXES_COOLOFF_TIME.total_seconds() == 15 * 60
    assert settings.AXES_LOCKOUT_PARAMETERS == [["username", "ip_address"]]


@pytest.mark.django_db
def test_protective_headers(client):
    headers = client.get("/healthz/").headers
    policy = headers["Content-Security-Policy"]
    scripts = re.search(r"script-src ([^;]*)", policy)
    assert "default-src 'none'" in policy
    assert "unsafe" not in scripts[1]
    assert "style-src 'self'" in [rule.strip() for rule in policy.split(";")]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "geolocation=(self)" in headers["Permissions-Policy"]


@pytest.mark.django_db
def test_ready_says_what_answers(client):
    assert client.get("/readyz/").json() == {"status": "ready", "database": "up", "redis": "up"}


@pytest.mark.django_db
def test_ready_without_redis(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz/")
    assert (answer.status_code, answer.json()["redis"]) == (200, "down")


@pytest.mark.django_db
def test_schema_is_openapi_3_1(client):
    answer = client.get("/api/schema/?format=json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")
