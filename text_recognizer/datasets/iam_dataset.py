"""`IamDataset` under the module name of 2019: to import, and to run as a command."""

from text_recognizer.datasets.iam.dataset import IamDataset as IamDataset
from text_recognizer.datasets.inspection import run_as_script

run_as_script(__name__, "IamDataset")
