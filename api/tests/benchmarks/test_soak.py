from api.benchmarks import soak


def test_growth_is_that_of_the_worst_worker() -> None:
    samples = [
        {"pids": [1, 2], "mb": [100.0, 50.0], "files": [20, 20]},
        {"pids": [1, 2], "mb": [150.0, 50.0], "files": [30, 20]},
        {"pids": [1, 2], "mb": [101.0, 55.0], "files": [20, 21]},
    ]
    assert soak._growth(samples) == {"growth": 0.1, "more_files": 1, "replaced": False}
    samples[2]["pids"] = [1, 3]
    assert soak._growth(samples)["replaced"]


def test_requests_of_the_soak_are_of_three_kinds_and_the_same_each_time() -> None:
    requests = list(soak.requests(20))
    assert requests == list(soak.requests(20))
    assert sum(b"mode=line" in request for request in requests) == 16
    assert len(set(requests)) > 15
