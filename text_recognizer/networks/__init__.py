"""Networks: functions (input_shape, output_shape, **sizes) -> keras.Model that emits logits.

```python
from text_recognizer.networks import NETWORKS

network = NETWORKS["mlp"]((28, 28, 1), (62,), layer_size=32)
print(network.output_shape)  # (None, 62)
```
"""

from collections.abc import Callable

import keras

from text_recognizer.networks.character_resnet import character_resnet
from text_recognizer.networks.crnn_mobilenet_v3 import crnn_mobilenet_v3
from text_recognizer.networks.crnn_resnet34_vd import crnn_resnet34_vd
from text_recognizer.networks.crnn_resnet_bilstm import crnn_resnet_bilstm
from text_recognizer.networks.crnn_vgg import crnn_vgg
from text_recognizer.networks.fcn import fcn
from text_recognizer.networks.lenet import lenet
from text_recognizer.networks.line_cnn_all_conv import line_cnn_all_conv
from text_recognizer.networks.line_conv_ctc import line_conv_ctc
from text_recognizer.networks.line_lstm_ctc import line_lstm_ctc
from text_recognizer.networks.mlp import mlp
from text_recognizer.networks.unet import unet

__all__ = [
    "NETWORKS",
    "character_resnet",
    "crnn_mobilenet_v3",
    "crnn_resnet34_vd",
    "crnn_resnet_bilstm",
    "crnn_vgg",
    "fcn",
    "lenet",
    "line_cnn_all_conv",
    "line_conv_ctc",
    "line_lstm_ctc",
    "mlp",
    "unet",
]

NETWORKS: dict[str, Callable[..., keras.Model]] = {
    "character_resnet": character_resnet,
    "crnn_mobilenet_v3": crnn_mobilenet_v3,
    "crnn_resnet34_vd": crnn_resnet34_vd,
    "crnn_resnet_bilstm": crnn_resnet_bilstm,
    "crnn_vgg": crnn_vgg,
    "fcn": fcn,
    "lenet": lenet,
    "line_cnn_all_conv": line_cnn_all_conv,
    "line_conv_ctc": line_conv_ctc,
    "line_lstm_ctc": line_lstm_ctc,
    "mlp": mlp,
    "unet": unet,
}
