from training.fine_tuning.report import Report


def test_it_says_what_was_gained_what_it_cost_and_how_to_use_it() -> None:
    report = Report(
        "mine", ["mine", "mine_int8"], 10, "\u00e9", "beam", 0.2, 0.1, "9 lines of IAM", 0.05, 0.052
    )
    said = report.describe().splitlines()
    assert said[0] == "CER on 10 lines not learned from: 20.0 % before, 10.0 % after"
    assert said[1] == "CER on 9 lines of IAM: 5.0 % before, 5.2 % after"
    assert "extended by '\u00e9'" in said[2]
    assert said[-1].endswith("recognize --weights mine_int8 IMAGE")
