"""The embedded server: locale, killed servers, long and private paths."""

import os
import signal

import psycopg
import pytest

from launch.places import LaunchError, Places, is_reachable, private_folder
from launch.postgres import DURABLE, Cluster, server_user
from launch.processes import end_leftovers, is_alive, works_in


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.GB18030")
    tmp_path.chmod(0o755)
    for parent in (tmp_path.parent, tmp_path.parent.parent):
        parent.chmod(0o755)
    places = Places(tmp_path / "home")
    places.create()
    cluster = Cluster(places, {**DURABLE, "shared_buffers": "16MB"})
    cluster.create()
    cluster.start()
    yield cluster
    cluster.stop()


def ask(cluster, statement):
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


def test_killed_server_starts_again_with_its_data(cluster):
    ask(cluster, "CREATE EXTENSION pg_trgm")
    assert ask(cluster, "SELECT show_trgm('占道经营')")
    assert ask(cluster, "SELECT datctype FROM pg_database WHERE datname = current_database()") == "C.UTF-8"
    ask(cluster, "CREATE TABLE kept AS SELECT 7 AS n; CHECKPOINT")
    dead = cluster.process
    dead.kill()
    # Not reaped: the dead server's number still exists, as with a launcher that was killed too.
    end_leftovers(cluster.places.token, cluster.data, cluster.places.valkey)
    cluster.start()
    assert ask(cluster, "SELECT n FROM kept") == 7
    assert dead.wait() == -signal.SIGKILL


def test_orphan_is_ended_cleanly(cluster):
    pid = cluster.process.pid
    assert works_in(pid, cluster.data)
    assert end_leftovers("no mark", cluster.data, cluster.places.valkey) >= 1
    cluster.process.wait()
    assert not is_alive(pid)
    assert not (cluster.data / "postmaster.pid").exists()


def test_start_says_why_it_failed(cluster):
    cluster.stop()
    cluster.settings = {"shared_buffers": "no number"}
    with pytest.raises(LaunchError, match="invalid value for parameter"):
        cluster.start()


def test_interrupted_creation_is_made_again(cluster):
    cluster.stop()
    cluster.data.rename(cluster.data.with_name("postgres.new"))
    cluster.create()
    cluster.start()
    assert ask(cluster, "SELECT 1") == 1


def test_socket_folder_of_a_deep_checkout_is_short(tmp_path):
    places = Places(tmp_path / ("deep/" * 25))
    places.create()
    folder = places.sockets("test", os.getuid())
    try:
        assert len(os.fsencode(folder)) < 90
        assert folder.stat().st_mode & 0o777 == 0o700
    finally:
        folder.rmdir()


def test_socket_folder_is_never_a_link(tmp_path):
    target = tmp_path / "elsewhere"
    target.mkdir()
    link = tmp_path / "link"
    link.symlink_to(target)
    with pytest.raises(LaunchError, match="is not a folder of user"):
        private_folder(link, os.getuid())


def test_two_checkouts_have_different_names(tmp_path):
    assert Places(tmp_path / "a").token != Places(tmp_path / "b").token


@pytest.mark.skipif(os.getuid() != 0, reason="only root runs the server as another user")
def test_private_parent_is_out_of_reach(tmp_path):
    closed = tmp_path / "closed"
    (closed / "site").mkdir(parents=True)
    closed.chmod(0o700)
    assert not is_reachable(closed / "site", server_user()[0])
    assert is_reachable(closed / "site", 0)
