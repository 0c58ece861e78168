import numpy as np
import pytest

from text_recognizer.augmentation.rules import RuleAugmentation, draw_rules
from text_recognizer.errors import ConfigError


def paper(value: int = 230) -> np.ndarray:
    """Return a line (64, 300) of one stroke on paper."""
    image = np.full((64, 300), value, np.uint8)
    image[20:40, 100:108] = 255 - value
    return image


@pytest.mark.parametrize("seed", range(8))
def test_rules_cross_the_whole_line_and_leave_the_writing(seed: int) -> None:
    image = paper()
    ruled = draw_rules(image, np.random.default_rng(seed), RuleAugmentation(dotted_probability=0))
    assert ruled.shape == image.shape
    assert ruled.dtype == np.uint8
    assert (ruled <= image).all()
    assert (ruled[20:40, 100:108] <= image[20:40, 100:108]).all()
    assert (ruled < image).any(axis=0).mean() > 0.95
    assert (ruled < image).mean() < 0.35


def test_light_ink_on_dark_paper_gets_light_rules() -> None:
    image = paper(25)
    assert (draw_rules(image, np.random.default_rng(0)) >= image).all()


def test_width_and_strength_follow_the_parameters() -> None:
    thin = RuleAugmentation(
        width_px=(1, 1), strength=(0.5, 0.5), slope=0, bend_px=0, second_probability=0,
        vertical_probability=0, dotted_probability=0,
    )  # fmt: skip
    ruled = draw_rules(paper(), np.random.default_rng(1), thin)
    assert (ruled[:, 50] < 230).sum() == 1
    assert abs(int(ruled[:, 50].min()) - (230 + 25) // 2) <= 2
    with pytest.raises(ConfigError, match="width_px"):
        RuleAugmentation.from_dict({"width_px": [6, 1]})
