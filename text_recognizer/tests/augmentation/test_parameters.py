from dataclasses import dataclass
from typing import Any

import pytest

from text_recognizer.augmentation.characters import CharacterAugmentation
from text_recognizer.augmentation.lines import LineAugmentation
from text_recognizer.augmentation.paragraphs import PageAugmentation
from text_recognizer.augmentation.parameters import Augmentation, within
from text_recognizer.errors import ConfigError


@dataclass(frozen=True)
class Toy(Augmentation):
    shear: float = within(0.5, 0, 2)
    scale: tuple[float, float] = within((0.7, 1.3), 0.25, 4)
    spans: tuple[int, int] = within((1, 3), 0, 9)


def test_what_json_does_not_name_has_its_default() -> None:
    assert Toy.from_dict({"scale": [1, 1.5]}) == Toy(0.5, (1, 1.5), (1, 3))
    assert Toy.from_dict({}) == Toy()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"sheer": 1}, "Toy has no parameter 'sheer'; it has shear, scale, spans"),
        ({"shear": "1"}, "shear is '1'; expected a number from 0 to 2"),
        ({"shear": None}, "shear is None"),
        ({"shear": True}, "shear is True"),
        ({"shear": float("nan")}, "shear is nan"),
        ({"shear": -0.1}, "shear is -0.1"),
        ({"shear": 2.1}, "shear is 2.1"),
        ({"scale": 1}, "scale is 1; expected two numbers, ascending, from 0.25 to 4"),
        ({"scale": [1]}, r"scale is \[1\]"),
        ({"scale": [1, None]}, r"scale is \[1, None\]"),
        ({"scale": [1.2, 1.1]}, r"scale is \[1.2, 1.1\]"),
        ({"scale": [0.2, 1]}, r"scale is \[0.2, 1\]"),
        ({"scale": [1, 5]}, r"scale is \[1, 5\]"),
        ({"spans": [1, 2.5]}, r"spans is \[1, 2.5\]; expected two whole numbers"),
    ],
)
def test_what_cannot_be_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Toy.from_dict(values)


@pytest.mark.parametrize("kind", [CharacterAugmentation, LineAugmentation, PageAugmentation])
def test_defaults_are_allowed_and_described(kind: type[Augmentation]) -> None:
    described = (kind.__doc__ or "").split("Attributes:")[1]
    assert all(f"{name}:" in described for name in vars(kind()))
