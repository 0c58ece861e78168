"""`FsdlHandwritingLinesDataset` under its former module name: to import, and to run as a command."""

from text_recognizer.datasets.fsdl import lines_dataset
from text_recognizer.datasets.inspection import run_as_script

FsdlHandwritingLinesDataset = lines_dataset.FsdlHandwritingLinesDataset

run_as_script(__name__, "FsdlHandwritingLinesDataset")
