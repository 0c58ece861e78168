import pytest

from api.app import create_app
from api.benchmarks.baseline import baseline
from api.config import ApiConfig
from api.tests.conftest import FakeRecognizer
from api.tests.live import serving_app


@pytest.mark.slow
def test_it_counts_requests_that_do_nothing() -> None:
    app = create_app(ApiConfig(), FakeRecognizer())
    app.logger.disabled = True
    try:
        with serving_app(app) as address:
            result = baseline(int(address.rpartition(":")[2]), clients=2, seconds=0.2)
    finally:
        app.logger.disabled = False
    assert result["per_second"] > 0
    assert result["ms"]["p50"] > 0
