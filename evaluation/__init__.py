"""Scores of the shipped ONNX models, taken through the predictors; nothing here imports Keras."""
