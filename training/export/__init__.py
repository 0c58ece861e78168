"""A run's best epoch -> verified ONNX and weights, installed as one; int8."""
