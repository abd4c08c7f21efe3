"""The files of the phone's shell: what the service worker keeps, and where a site without libraries finds them."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from fieldwork import shell_files


@pytest.mark.django_db
def test_the_map_and_its_worker_are_kept_below_m() -> None:
    client = Client()
    text = client.get("/m/sw.js").content.decode()
    shell = json.loads(text.partition("const SHELL = ")[2].partition(";\n")[0])
    assert "/m/map-worker.mjs" in shell["map"], "a worker elsewhere is none of the service worker's business"
    worker = client.get("/m/map-worker.mjs")
    address = json.loads(worker.content.decode().removeprefix("import ").rstrip(";\n"))
    assert worker["Content-Type"].startswith("text/javascript")
    assert address in shell["map"]
    assert address.endswith("maplibre-gl-worker.mjs")
    assert "drawn/frame" in " ".join(shell["files"])


def test_what_only_was_collected_is_read_from_there(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "library.css").write_bytes(b"a{}")
    assert shell_files.content("vendor/library.css") == b"a{}"
    with pytest.raises(FileNotFoundError):
        shell_files.content("vendor/nothing.css")
    assert shell_files.content("fieldwork/js/words.mjs").startswith(b"//")
