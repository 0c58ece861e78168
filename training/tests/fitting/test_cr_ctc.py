"""Masks cover the share that was asked for, in spans; views are compared as defined."""

import keras
import numpy as np
import pytest

from training.fitting.cr_ctc import SPAN_FRAMES, consistency_loss, masked, two_views


@pytest.mark.parametrize("share", [0.0, 0.2, 0.6])
def test_share_of_frames_is_masked_in_spans(share: float) -> None:
    features = np.ones((64, 200, 3), np.float32)
    kept = np.asarray(masked(features, share, keras.random.SeedGenerator(0)))
    assert (kept[..., 0] == kept[..., 1]).all()
    assert set(np.unique(kept)) <= {0.0, 1.0}
    assert 1 - kept.mean() == pytest.approx(share, abs=0.03)
    inner = kept[:, :, 0] == 0
    edges = np.diff(np.pad(inner, ((0, 0), (1, 1))).astype(int), axis=1)
    for line in edges:
        begins, ends = np.flatnonzero(line == 1), np.flatnonzero(line == -1)
        whole = (begins > 0) & (ends < inner.shape[1])
        assert (ends - begins >= SPAN_FRAMES)[whole].all()


def test_views_differ_and_hold_every_line_twice() -> None:
    features = np.arange(1, 1 + 2 * 40 * 3, dtype=np.float32).reshape(2, 40, 3)
    views = np.asarray(two_views(features, 0.4, keras.random.SeedGenerator(0)))
    first, second = np.split(views, 2)
    assert not np.array_equal(first, second)
    for view in (first, second):
        assert ((view == 0) | (view == features)).all()


def test_consistency_loss_is_the_mean_of_both_divergences() -> None:
    logits = np.random.default_rng(0).normal(size=(4, 5, 3)).astype(np.float32)
    p = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    first, second = np.split(p, 2)
    both = (first * np.log(first / second) + second * np.log(second / first)).sum(axis=(1, 2)) / 2
    assert float(consistency_loss(logits)) == pytest.approx(both.mean(), rel=1e-5)
    assert float(consistency_loss(np.concatenate([logits[:2], logits[:2]]))) == pytest.approx(0, abs=1e-6)
