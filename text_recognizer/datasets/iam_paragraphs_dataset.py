"""`IamParagraphsDataset` under the module name of 2019: to import, and to run as a command."""

from text_recognizer.datasets.iam.paragraphs_dataset import IamParagraphsDataset as IamParagraphsDataset
from text_recognizer.datasets.inspection import run_as_script

run_as_script(__name__, "IamParagraphsDataset")
