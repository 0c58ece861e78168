from api.benchmarks import schema
from api.tests.conftest import FakeRecognizer


def test_generated_requests_are_answered_as_described() -> None:
    """A small share of what `python -m api.benchmarks.schema` sends."""
    result = schema.run(1, FakeRecognizer())
    assert result["failures"] == {}
    assert result["cases"] > 80
    assert {"200", "400", "405"} <= result["statuses"].keys()
    assert "500" not in result["statuses"]
