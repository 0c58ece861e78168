"""`FsdlHandwritingDataset` under the module name of 2019: to import, and to run as a command."""

from text_recognizer.datasets.fsdl.dataset import FsdlHandwritingDataset as FsdlHandwritingDataset
from text_recognizer.datasets.inspection import run_as_script

run_as_script(__name__, "FsdlHandwritingDataset")
