"""`EmnistLinesDataset` under the module name of 2019: to import, and to run as a command."""

from text_recognizer.datasets.emnist.lines_dataset import EmnistLinesDataset as EmnistLinesDataset
from text_recognizer.datasets.inspection import run_as_script

run_as_script(__name__, "EmnistLinesDataset")
