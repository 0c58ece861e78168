from text_recognizer.datasets import FsdlHandwritingLinesDataset


def test_the_former_module_name_holds_the_data_set() -> None:
    from text_recognizer.datasets import fsdl_handwriting_lines_dataset

    assert fsdl_handwriting_lines_dataset.FsdlHandwritingLinesDataset is FsdlHandwritingLinesDataset
