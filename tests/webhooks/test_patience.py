"""How long is waited: doubled, bounded, spread; three days hold about two dozen attempts."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ImproperlyConfigured

from governance.settings import webhooks as site
from webhooks.patience import LONGEST, LONGEST_REST, after_failure, rest

HOUR = timedelta(hours=1)


def test_waits_double_and_end_at_six_hours() -> None:
    waits = [after_failure(number, 1.0) for number in range(1, 16)]
    assert waits[:4] == [timedelta(seconds=5 * 2**number) for number in range(4)]
    assert all(later == min(2 * before, LONGEST) for before, later in pairwise(waits))
    assert waits[-1] == after_failure(10_000, 1.0) == LONGEST == 6 * HOUR


def test_chance_takes_away_up_to_a_half() -> None:
    assert after_failure(3, 0.0) == after_failure(3, 1.0) / 2
    assert after_failure(3, 0.5) == timedelta(seconds=15)
    assert after_failure(0, 1.0) == after_failure(1, 1.0), "never less than the first"


@pytest.mark.parametrize(("chance", "least", "most"), [(1.0, 20, 26), (0.0, 28, 40)])
def test_attempts_within_three_days(chance: float, least: int, most: int) -> None:
    total, attempts = timedelta(0), 0
    while total < 72 * HOUR:
        attempts += 1
        total += after_failure(attempts, chance)
    assert least <= attempts <= most


def test_an_endpoint_rests_longer_each_time() -> None:
    rests = [rest(failures, 5, 1.0) for failures in (5, 6, 7)]
    assert rests == [timedelta(seconds=seconds) for seconds in (15, 30, 60)]
    assert rest(4, 5, 1.0) == rests[0]
    assert rest(500, 5, 1.0) == LONGEST_REST == HOUR


def test_a_malformed_network_stops_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_NETWORKS", "10.0.0.0/8, fd00::/8")
    assert [str(network) for network in site.read_networks("WEBHOOK_NETWORKS")] == ["10.0.0.0/8", "fd00::/8"]
    monkeypatch.setenv("WEBHOOK_NETWORKS", "10.0.0.1/8")
    with pytest.raises(ImproperlyConfigured, match="WEBHOOK_NETWORKS"):
        site.read_networks("WEBHOOK_NETWORKS")
