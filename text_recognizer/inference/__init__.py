"""Shipped models: found, verified, and run with ONNX Runtime."""
