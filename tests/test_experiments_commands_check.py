"""`crossroads check` takes what the other commands on scenarios take."""

from __future__ import annotations


def test_check_takes_names_as_run_does(crossroads, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text("title: Mine\nextends: frozen_ukraine\n")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "theirs.yaml").write_text("titel: Theirs\n")
    assert crossroads("check", "mine", "frozen_ukraine") == (0, "", "")
    code, _, err = crossroads("check", "theirs", "--scenarios", "own")
    assert code == 2
    assert "own/theirs.yaml:1: unknown key 'titel'; did you mean 'title'?" in err
    (line,) = crossroads("check", "frozen_ukrane").err.splitlines()
    assert line.endswith("no scenario 'frozen_ukrane'; did you mean 'frozen_ukraine'?")


def test_run_tells_every_wrong_outcome_of_an_experiment_as_check_does(crossroads, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("title: M\nscenarios: [baseline]\noutcomes:\n  - leeder\n  - share:XXX\n")
    refused = crossroads("run", file, "--out", tmp_path / "out", "--workers", 1)
    assert refused == crossroads("check", file)
    assert refused.code == 2
    assert [line.split(": ")[0] for line in refused.err.splitlines()] == [f"{file}:4", f"{file}:5"]
    assert not (tmp_path / "out").exists()
