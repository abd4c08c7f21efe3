"""Where things lie: one checkout has one `var/` with its data, sockets, logs and stamps."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# A unix socket's path may have 107 bytes; the server appends a name such as `/.s.PGSQL.5432`.
LONGEST_SOCKET_FOLDER = 85


class LaunchError(Exception):
    """Something the person at the keyboard can put right; the message says how."""


@dataclass(frozen=True)
class Places:
    """The folders of one set of servers: the demo's in `var/`, others in a folder below it."""

    home: Path

    @property
    def logs(self) -> Path:
        return self.home / "log"

    @property
    def run(self) -> Path:
        """Locks, stamps and the beat's timetable."""
        return self.home / "run"

    @property
    def postgres(self) -> Path:
        return self.home / "postgres"

    @property
    def valkey(self) -> Path:
        return self.home / "valkey"

    @property
    def token(self) -> str:
        """Short and unlike any other checkout's: names socket folders and marks processes."""
        return hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]

    def create(self) -> None:
        """Make the folders; the home may be entered by the server's user, not listed."""
        for folder in (self.home, self.logs, self.run, self.valkey):
            folder.mkdir(parents=True, exist_ok=True)

    def sockets(self, name: str, owner: int) -> Path:
        """A private folder (0700, owned by `owner`) for one server's socket, short enough for the kernel."""
        wanted = self.run / name
        if len(os.fsencode(wanted)) > LONGEST_SOCKET_FOLDER or not is_reachable(wanted.parent, owner):
            wanted = Path("/tmp") / f"governance-{self.token}-{name}"  # noqa: S108  # ownership checked below
        return private_folder(wanted, owner)


def private_folder(folder: Path, owner: int) -> Path:
    """Make or check a 0700 folder of `owner`. Raises LaunchError when it is a link or somebody else's."""
    try:
        folder.mkdir(mode=0o700, parents=True)
        if os.getuid() == 0:
            os.chown(folder, owner, -1)
    except FileExistsError:
        pass
    found = folder.lstat()
    if os.getuid() == 0 and stat.S_ISDIR(found.st_mode) and found.st_uid in (0, owner):
        os.chown(folder, owner, -1)
        found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
        raise LaunchError(f"{folder} is not a folder of user {owner}. Remove it and start again.")
    folder.chmod(0o700)
    return folder


def is_reachable(folder: Path, user: int) -> bool:
    """Whether `user` may pass through every folder down to `folder`. Our own user always may."""
    if user == os.getuid():
        return True
    for part in (folder, *folder.parents):
        found = part.stat()
        bit = stat.S_IXUSR if found.st_uid == user else stat.S_IXOTH
        if not found.st_mode & bit:
            return False
    return True


def demo_places() -> Places:
    """The demo's own folders: `var/`, or the folder that VAR_DIR names."""
    return Places(Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve())
