"""Many pages on a cluster of Ray: `python -m text_recognizer.ray SOURCE OUTPUT --actors N` (extra `ray`)."""

from text_recognizer.ray.pages import Counts, recognize_pages

__all__ = ["Counts", "recognize_pages"]
