"""The simulation agrees with what is known in closed form."""

import math

import numpy as np
import pytest

from api.benchmarks.queueing import Pod, main, pods_needed


def closed_form(pod: Pod, rate: float) -> float:
    """Return the share that M/M/c/K refuses: the probability that all places are taken (Erlang)."""
    load, c, places = rate * pod.service_s, pod.workers, pod.places
    weights = [load**n / math.factorial(n) for n in range(c + 1)]
    weights += [weights[c] * (load / c) ** (n - c) for n in range(c + 1, places + 1)]
    return weights[-1] / sum(weights)


@pytest.mark.parametrize("rate", [15.0, 25.0])
def test_as_many_are_refused_as_the_closed_form_says(rate: float) -> None:
    pod = Pod(workers=2, queue_size=1, service_s=0.1)
    outcome = pod.simulate(rate, 20_000, lambda rng, n: rng.exponential(pod.service_s, n).tolist())
    assert outcome.refused_share == pytest.approx(closed_form(pod, rate), abs=0.015)


def test_an_idle_pod_takes_the_time_of_the_service() -> None:
    pod = Pod(service_s=0.1, variation=0.5)
    times = np.array(pod._log_normal(np.random.default_rng(0), 20_000))
    assert times.mean() == pytest.approx(0.1, rel=0.02)
    assert times.std() == pytest.approx(0.05, rel=0.05)
    outcome = pod.simulate(0.1, 2000)
    assert outcome.refused_share == 0
    assert outcome.p50_s == pytest.approx(np.median(times), rel=0.05)


@pytest.mark.slow
def test_pods_are_as_few_as_the_limits_allow() -> None:
    pod = Pod(service_s=0.1)
    count = pods_needed(pod, 100, p99_s=0.5, refused_share=0.01)
    assert count >= 100 / pod.capacity
    assert pod.simulate(100 / count).p99_s <= 0.5
    assert pod.simulate(100 / (count - 1)).p99_s > 0.5


@pytest.mark.slow
def test_the_table_has_a_row_for_each_rate(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["10", "--service-ms", "10"]) == 0
    assert capsys.readouterr().out.splitlines()[2].startswith("| 10 | 1 | 5% |")
