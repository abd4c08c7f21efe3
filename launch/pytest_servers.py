"""A pytest plugin: each test run has its own PostgreSQL and Valkey, with data that nobody keeps.

The addresses are in the environment before Django reads its settings; the servers start with the session, in
the controlling process only. DATABASE_URL and REDIS_URL, when set, are used instead. Processes that share the tests
have a database of their own on either server: the one of PostgreSQL comes from pytest-django, that of Redis from here.
"""

import fcntl
import os
import shutil
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pytest

from launch.places import ROOT, Places
from launch.postgres import FORGETFUL, Cluster
from launch.processes import end_leftovers, is_alive
from launch.servers import Servers

HOME = ROOT / "var" / "test"
TEMPLATE = Places(HOME / "template")

os.environ.setdefault("SECRET_KEY", "only-for-tests")


def plan() -> Servers | None:
    """This run's servers, not started yet; None when everything is external or a parent process has them."""
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return None
    servers = Servers(Places(HOME / str(os.getpid())), FORGETFUL, keep=False)
    os.environ.update({key: servers.environment()[key] for key in ("DATABASE_URL", "REDIS_URL")})
    return servers


def own_redis(url: str, worker: str) -> str:
    """The address of the Redis database of one of several test processes (`gw0`, …); the controlling one keeps `url`.

    In a common one, each of them would read, and empty, the cache of the others.
    """
    number = worker.removeprefix("gw")
    if not number.isdigit():
        return url
    parts, database = urlsplit(url), str(int(number) + 1)
    if parts.scheme != "unix":
        return urlunsplit(parts._replace(path=f"/{database}"))
    query = urlencode(dict(parse_qsl(parts.query)) | {"db": database})
    return f"unix://{parts.netloc}{parts.path}?{query}"


def remove_stale() -> None:
    """End and remove what killed runs left."""
    for folder in HOME.glob("[0-9]*"):
        if int(folder.name) != os.getpid() and not is_alive(int(folder.name)):
            places = Places(folder)
            end_leftovers(places.token, places.postgres, places.valkey)
            shutil.rmtree(folder, ignore_errors=True)


def copy_template(cluster: Cluster) -> None:
    """Make the cluster by copying one that was made once: a second saved in every run."""
    TEMPLATE.create()
    with (TEMPLATE.run / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        template = Cluster(TEMPLATE, FORGETFUL)
        template.create()
        shutil.copytree(template.data, cluster.data, symlinks=True)
    cluster.data.chmod(0o700)
    if cluster.user is not None:
        for folder, folders, files in os.walk(cluster.data):
            for name in (".", *folders, *files):
                os.chown(os.path.join(folder, name), *cluster.user)


_servers = plan()
os.environ["REDIS_URL"] = own_redis(os.environ["REDIS_URL"], os.environ.get("PYTEST_XDIST_WORKER", ""))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the servers before workers and tests."""
    if _servers is None or session.config.option.collectonly:
        return
    remove_stale()
    if _servers.cluster is not None and not _servers.cluster.data.exists():
        copy_template(_servers.cluster)
    _servers.start()


def pytest_unconfigure() -> None:
    """Stop the servers and remove their data."""
    if _servers is not None:
        _servers.stop()
        shutil.rmtree(_servers.places.home, ignore_errors=True)
