import optuna
import pytest

from text_recognizer.errors import ConfigError
from training.sweeping.space import Space


def test_choices_and_intervals_are_suggested_and_given_back() -> None:
    space = Space.from_json(
        {
            "a": [1, "x", None, [8, 8]], "whole": {"from": 1, "to": 7, "step": 2},
            "rate": {"from": 1e-4, "to": 1e-2, "log": True},
        }
    )  # fmt: skip
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    for _ in range(20):
        trial = study.ask()
        space.suggest(trial)
        values = space.values(trial.params)
        assert values is not None
        assert values["a"] in [1, "x", None, [8, 8]]
        assert values["whole"] in (1, 3, 5, 7)
        assert 1e-4 <= values["rate"] <= 1e-2
    assert space.values({"a": 1}) is None


def test_a_grid_has_every_combination() -> None:
    space = Space.from_json({"a": [1, 2], "b": [[3], {"c": 4}]})
    assert [space.values(parameters) for parameters in space.grid()] == [
        {"a": 1, "b": [3]}, {"a": 1, "b": {"c": 4}}, {"a": 2, "b": [3]}, {"a": 2, "b": {"c": 4}}
    ]  # fmt: skip
    with pytest.raises(ConfigError, match="rate have intervals"):
        list(Space.from_json({"rate": {"from": 0, "to": 1}}).grid())


@pytest.mark.parametrize(
    "search", [{}, [], {"a": []}, {"a": 1}, {"a": {"from": 1}}, {"a": {"from": 1, "to": 1}},
               {"a": {"from": "1", "to": 2}}, {"a": {"from": 1, "to": 2, "steps": 3}}],
)  # fmt: skip
def test_other_forms_are_refused(search: object) -> None:
    with pytest.raises(ConfigError):
        Space.from_json(search)
