"""How long something takes by itself, on a machine that does other things as well."""

import time
from collections.abc import Callable


def processor_seconds(deed: Callable[[], object], *, turns: int = 3) -> float:
    """The processor time of this process that the deed takes, the least of some turns.

    Other processes do not count. What the database does for the deed does not either: its statements are counted
    elsewhere.
    """
    found = []
    for _turn in range(turns):
        began = time.process_time()
        deed()
        found.append(time.process_time() - began)
    return min(found)
