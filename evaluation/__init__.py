"""Scores the shipped ONNX models through the predictors; nothing here imports Keras."""
