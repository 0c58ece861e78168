import pytest

from text_recognizer.networks.mlp import mlp


@pytest.mark.parametrize(("layers", "size"), [(1, 8), (3, 4)])
def test_it_has_as_many_hidden_layers_as_asked_for(layers: int, size: int) -> None:
    network = mlp((28, 28, 1), (62,), layer_size=size, num_layers=layers)
    hidden = 784 * size + size + (layers - 1) * (size * size + size)
    assert network.count_params() == hidden + size * 62 + 62
