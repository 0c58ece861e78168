"""The data sets that an experiment can name.

Not in `__init__`, so that `python -m text_recognizer.datasets.X` imports X once only.
"""

from text_recognizer.datasets.dataset import Dataset
from text_recognizer.datasets.emnist.dataset import EmnistDataset
from text_recognizer.datasets.emnist.lines_dataset import EmnistLinesDataset
from text_recognizer.datasets.fsdl.lines_dataset import FsdlHandwritingLinesDataset
from text_recognizer.datasets.fsdl.paragraphs_dataset import FsdlHandwritingParagraphsDataset
from text_recognizer.datasets.iam.lines_dataset import IamLinesDataset
from text_recognizer.datasets.iam.paragraphs_dataset import IamParagraphsDataset
from text_recognizer.datasets.iam_online.lines_dataset import IamOnlineLinesDataset
from text_recognizer.datasets.synthetic.lines_dataset import SyntheticLinesDataset

DATASETS: dict[str, type[Dataset]] = {
    "EmnistDataset": EmnistDataset,
    "EmnistLinesDataset": EmnistLinesDataset,
    "FsdlHandwritingLinesDataset": FsdlHandwritingLinesDataset,
    "FsdlHandwritingParagraphsDataset": FsdlHandwritingParagraphsDataset,
    "IamLinesDataset": IamLinesDataset,
    "IamOnlineLinesDataset": IamOnlineLinesDataset,
    "IamParagraphsDataset": IamParagraphsDataset,
    "SyntheticLinesDataset": SyntheticLinesDataset,
}
