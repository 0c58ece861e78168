"""Runs a model.onnx; the only importer of ONNX Runtime."""

import os
from pathlib import Path

import numpy as np

# The wheels of ONNX Runtime record their use and write a device id to the user's cache, unless this is set
# before the import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

from text_recognizer.arrays import Batch, Floats
from text_recognizer.errors import ArtifactError

MAX_THREADS = 4  # one line or page is too little work for more


class Session:
    """A loaded model with one input and one output; safe to share between threads.

    ```python
    import numpy as np

    from text_recognizer.inference import artifacts
    from text_recognizer.inference.session import Session

    artifact = artifacts.find("CharacterModel_EmnistDataset_lenet", "character")
    logits = Session(artifact.path).run(np.zeros((1, 28, 28, 1), np.float32))
    print(logits.shape)  # (1, 62)
    ```
    """

    def __init__(self, path: Path, threads: int | None = None) -> None:
        """Load the model.

        Args:
            path: The model.onnx.
            threads: Threads of one `run`; default: the cores this process may use, at most `MAX_THREADS`.

        Raises:
            ArtifactError: If ONNX Runtime cannot load the file, or it has other than one input and output.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or default_threads()
        options.inter_op_num_threads = 1
        options.log_severity_level = 3  # only errors; the graph optimizer's warnings would fill the log
        # Threads that spin while they wait take cores from other workers (measured: half the throughput).
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.enable_mem_pattern = False  # keeps a plan per input shape, and widths of lines hardly repeat
        # An arena would keep the memory of the largest input for ever (measured: as fast without).
        options.enable_cpu_mem_arena = False
        self._path = path
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime's exceptions share no base of their own
            raise ArtifactError(
                f"Expected an ONNX model in {path}; received: {error}. Export it again."
            ) from error
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        if len(inputs) != 1 or len(outputs) != 1:
            raise ArtifactError(
                f"Expected one input and one output in {path}; received {len(inputs)} and {len(outputs)}. "
                "Export it again."
            )
        self._input, self._output = inputs[0].name, outputs[0].name

    def run(self, x: Batch) -> Floats:
        """Return the output (N, ...) of the model for a batch (N, H, W, 1).

        Raises:
            ArtifactError: If the model does not take an input of that shape.
        """
        try:
            (y,) = self._session.run([self._output], {self._input: np.ascontiguousarray(x, dtype=np.float32)})
        except Exception as error:
            raise ArtifactError(
                f"Expected a model that takes float32 {x.shape}; received {self._path}: {error}. "
                "Export it again."
            ) from error
        return np.asarray(y, dtype=np.float32)


def default_threads() -> int:
    """Return the number of cores this process may use, at most `MAX_THREADS`."""
    # macOS has no sched_getaffinity.
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MAX_THREADS)
