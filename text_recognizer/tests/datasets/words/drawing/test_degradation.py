import numpy as np

from text_recognizer.datasets.words.drawing.degradation import degrade

STRIPES = np.tile(np.repeat(np.array([40, 210], np.float32), 8), (32, 8))


def test_images_stay_readable_and_become_different() -> None:
    images = [degrade(STRIPES, np.random.default_rng(seed)) for seed in range(200)]
    assert all(image.shape == STRIPES.shape and image.dtype == np.uint8 for image in images)
    assert len({image.tobytes() for image in images}) > 120
    bright = [image[:, 12::16].mean() - image[:, 4::16].mean() for image in images]
    assert min(bright) > 60
    assert any(np.array_equal(image, STRIPES) for image in images), "some stay as they are"


def test_values_beyond_the_scale_are_cut_off() -> None:
    wild = STRIPES * 3 - 200
    for seed in range(20):
        image = degrade(wild, np.random.default_rng(seed))
        assert image[:, 12::16].mean() > image[:, 4::16].mean() + 60


def test_a_faint_image_does_not_drown_in_noise() -> None:
    faint = (100 + STRIPES / 17).astype(np.float32)
    for seed in range(50):
        image = degrade(faint, np.random.default_rng(seed)).astype(float)
        assert image[:, 12::16].mean() - image[:, 4::16].mean() > 3


def test_the_source_of_randomness_decides() -> None:
    first, second = (degrade(STRIPES, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
