"""GPUs: found, held for a run, watched."""
