"""One run: batches, what Keras trains, checkpoints, schedule."""
