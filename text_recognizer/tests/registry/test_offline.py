import pytest

from text_recognizer.registry.offline import offline


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("On", True), ("0", False), ("", False)])
def test_the_variable_forbids_the_network(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: bool
) -> None:
    monkeypatch.setenv("TEXT_RECOGNIZER_OFFLINE", value)
    assert offline() is expected
