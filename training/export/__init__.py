"""A run's best epoch -> verified ONNX network and weights in one step; int8; restoring what is not kept."""
