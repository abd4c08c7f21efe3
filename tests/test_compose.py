"""docker-compose.yml: every service's command and environment is one that the code accepts."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from celery.bin.base import CLIContext
from celery.bin.celery import celery
from django.core.management import get_commands
from granian.cli import cli as granian

from governance import serving
from governance.celery import app

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ["setup", "web", "worker", "beat"]
VARIABLE = re.compile(r"\$\{(\w+)(?::[-?][^}]*)?\}")


def known_variables():
    """The names that settings read."""
    sources = (ROOT / "governance" / "settings").glob("*.py")
    return {name for path in sources for name in re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', path.read_text())}


def words(command):
    return shlex.split(command) if isinstance(command, str) else list(command)


def parse(command, arguments, **context):
    """Parse with the program's own parser; raises on an unknown option or value."""
    return command.make_context(command.name, list(arguments), **context)


def test_the_services_are_all_there():
    assert set(SERVICES) == {"postgres", "redis", *OURS}


@pytest.mark.parametrize("name", OURS)
def test_environment_is_what_settings_read(name):
    environment = SERVICES[name]["environment"]
    assert set(environment) <= known_variables()
    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL"} <= set(environment)


@pytest.mark.parametrize("name", OURS)
def test_secrets_have_no_default(name):
    for key in ("SECRET_KEY", "DATABASE_URL"):
        assert ":?" in SERVICES[name]["environment"][key]


def test_settings_accept_the_environment(monkeypatch):
    import os
    import subprocess
    import sys

    values = {"SECRET_KEY": "s", "POSTGRES_PASSWORD": "p", "ALLOWED_HOSTS": "governance.example"}
    given = {
        key: VARIABLE.sub(lambda match: values.get(match[1], ""), str(value))
        for key, value in SERVICES["web"]["environment"].items()
    }
    code = "import django; django.setup(); from django.conf import settings; print(settings.DATABASES)"
    env = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "governance.settings.site", **given}
    made = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "'HOST': 'postgres'" in made.stdout


def test_web_command():
    program, *arguments = words(SERVICES["web"]["command"])
    assert (program, arguments[:2]) == ("python", ["-m", "governance.serving"])
    context = parse(granian, [*serving.COMMAND, *arguments[2:]])
    assert context.params["app"] == "governance.asgi:application"
    assert context.params["interface"].value == "asginl"
    assert context.params["port"] == 8000


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_celery_command(name):
    program, application, verb, *options = words(SERVICES[name]["command"])
    assert (program, application, verb) == ("celery", "--app=governance", name)
    parse(celery.commands[name], options, obj=CLIContext(app=app, no_color=True, workdir=None))


def test_setup_command():
    assert words(SERVICES["setup"]["command"])[:2] == ["python", "manage.py"]
    assert words(SERVICES["setup"]["command"])[2] in get_commands()


def test_image_command_is_the_web_service():
    command = re.search(r"^CMD (\[.*?\])", (ROOT / "Dockerfile").read_text(), re.M | re.S)[1].replace(
        "\\\n", ""
    )
    program, *arguments = yaml.safe_load(command)
    assert (program, arguments[:2]) == ("python", ["-m", "governance.serving"])
    parse(granian, [*serving.COMMAND, *arguments[2:]])


@pytest.mark.parametrize("name", [*OURS, "postgres", "redis"])
def test_every_lasting_service_has_a_health_check(name):
    assert name == "setup" or "healthcheck" in SERVICES[name]


def test_image_does_not_run_as_root():
    assert re.search(r"^USER governance$", (ROOT / "Dockerfile").read_text(), re.M)


def test_database_locale_knows_chinese():
    assert "--locale=C.UTF-8" in SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]


def test_named_volumes_are_declared():
    used = {
        volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])
    }
    assert used == set(COMPOSE["volumes"])
