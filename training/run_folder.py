"""Where the folders of runs lie and what two of their files are called; known without Keras."""

import hashlib
import json
import time
from pathlib import Path

from training.config import ExperimentConfig

CONFIG, METRICS = "config.json", "metrics.json"
RUNS = Path(__file__).parent / "runs"


def default_run_dir(config: ExperimentConfig, resume: bool, runs: Path = RUNS) -> Path:
    """Return the newest folder of this very experiment if `resume`, else a new one."""
    digest = hashlib.sha256(json.dumps(config.to_dict(), sort_keys=True).encode()).hexdigest()[:8]
    prefix = f"{config.name}_{digest}_"
    earlier = sorted(path for path in runs.glob(prefix + "*") if (path / CONFIG).is_file())
    if resume and earlier:
        return earlier[-1]
    return runs / (prefix + time.strftime("%Y%m%d-%H%M%S"))
