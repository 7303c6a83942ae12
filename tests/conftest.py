"""What all tests share: the command line as a function, and settings that keep runs alike."""

from __future__ import annotations

import os
import signal
import tempfile
from collections import Counter
from typing import NamedTuple

import hypothesis
import pytest

from experiments import run
from experiments.cli import main
from scenarios.scenario import Distribution

collect_ignore = ["conftest.py"]  # no examples in it; docs/ has a module of its name
if "PYTEST_XDIST_WORKER" not in os.environ:  # pasts are kept as for users, while tests run
    pasts = tempfile.TemporaryDirectory(prefix="crossroads-tests-")
    os.environ["CROSSROADS_CACHE"] = pasts.name
os.environ["MPLBACKEND"] = "agg"  # figures are drawn without a screen

# The same examples every time: a failure is a failure of the change, not of the day. No deadline,
# since the machine may be busy.
hypothesis.settings.register_profile("alike", derandomize=True, deadline=None)
hypothesis.settings.load_profile("alike")

FEW = {
    "test_a_figure_looks_as_it_did_when_a_person_looked_at_it": 4,
    "test_a_figure_that_has_no_room_for_all_scenarios_says_how_many_it_shows": 3,
    "test_a_file_where_a_folder_belongs_is_named_and_left_alone": 2,
    "test_a_folder_of_any_name_gives_the_numbers_that_it_holds": 4,
    "test_a_folder_of_any_name_is_written_and_read_by_all_readers": 2,
    "test_a_hundred_failing_worlds_leave_the_others_as_they_were": 0,
    "test_a_large_run_without_llvmlite_ends_well_with_one_warning": 1,
    "test_a_notebook_runs_from_a_clean_start": 0,
    "test_a_number_that_an_agent_holds_is_part_of_its_program": 0,
    "test_a_question_that_needs_more_says_which_command_adds_it": 0,
    "test_a_reader_that_has_gone_is_told_as_one": 0,
    "test_a_region_that_was_played_holds_what_one_that_stepped_holds": 1,
    "test_a_rule_that_is_defined_again_as_it_was_finds_its_program": 0,
    "test_a_scenario_is_explained_against_the_baseline_unless_asked_since_its_start": 0,
    "test_a_scenario_that_only_starts_late_has_no_channels_to_draw": 0,
    "test_a_scenario_written_out_is_the_same_scenario": 10,
    "test_a_script_needs_no_guard_and_no_file": 0,
    "test_a_title_of_reliance_counts_the_states_that_its_panels_show": 0,
    "test_a_world_under_several_scenarios_is_one_draw_of_chance": 0,
    "test_an_agent_that_fails_late_is_one_line_and_leaves_nothing": 4,
    "test_an_event_that_happens_in_some_worlds_only_is_played": 1,
    "test_an_option_leaves_a_driver_open_in_every_scenario": 0,
    "test_an_output_that_is_full_is_blamed_itself": 3,
    "test_commands_conditions_and_python_understand_two_letters_and_names": 0,
    "test_compiled_code_that_fails_is_stepped_to_say_where": 0,
    "test_directions_are_right_in_words_whichever_is_named_first": 0,
    "test_every_block_of_a_process_has_the_numbers_of_its_own_worlds": 0,
    "test_every_command_says_it_and_takes_the_same_intervals": 0,
    "test_every_figure_takes_titles_as_they_are_and_scenarios_that_begin_late": 1,
    "test_json_stands_alone_where_figures_are_drawn": 0,
    "test_noise_on_drivers_is_played_and_only_what_was_asked_for_is_kept": 1,
    "test_numbers_of_any_type_are_the_same_setting": 2,
    "test_one_panel_of_pure_noise_in_twenty_has_a_bar_beyond_chance": 1,
    "test_output_that_cannot_be_printed_as_it_is_ends_nothing": 1,
    "test_pooled_counts_are_counts_of_worlds": 0,
    "test_scenarios_run_together_are_the_scenarios_run_alone": 1,
    "test_states_and_domains_go_by_name_or_code_in_any_case": 1,
    "test_the_bytes_do_not_depend_on_the_number_of_workers": 1,
    "test_the_command_gives_the_numbers_of_the_page_to_the_bit": 1,
    "test_the_command_that_a_question_gives_makes_the_folder_that_answers_it": 0,
    "test_the_command_that_adds_something_repeats_the_same_worlds": 1,
    "test_the_record_names_the_years_of_what_it_counts": 0,
    "test_the_record_says_which_run_would_meet_it": 0,
    "test_the_table_gives_the_verdicts_that_a_summary_gives": 0,
    "test_what_a_person_wrote_is_text_in_every_cell_of_the_workbook": 2,
    "test_what_is_changed_in_a_running_process_is_played_as_it_is_stepped": 2,
    "test_what_is_no_folder_is_said_to_be_none": 2,
    "test_what_is_not_whole_is_made_anew": 1,
    "test_what_one_scenario_alone_varies_is_drawn_of_that_one": 0,
    "test_what_the_page_does_not_offer_is_refused_and_not_shown": 3,
    "test_years_below_neighbours_are_whole_and_do_not_touch": 3,
}
"""Of tests that try many values alike, how many `make test` runs, and of some long ones none; what
is beyond that is slow."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark as slow what is beyond FEW."""
    met = Counter()
    for item in items:
        name = getattr(item, "originalname", "")
        met[name] += 1
        if met[name] > FEW.get(name, met[name]):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def outcomes(tmp_path_factory):
    """Results of three scenarios, 48 worlds, a year a row, as questions and figures read them."""
    return run(
        "baseline",
        "frozen_ukraine",
        "afghanistan_instability",
        worlds=48,
        record_from="2000-Q1",
        every="year",
        out=tmp_path_factory.mktemp("outcomes") / "three",
        workers=1,
    )


@pytest.fixture(scope="session")
def designed(tmp_path_factory):
    """Results of the baseline at 12 points of two parameters, 4 worlds each, a year a row."""
    return run(
        "baseline",
        settings={
            "attention_cost": Distribution("uniform", 0.3, 0.8),
            "world_offer_effect": Distribution("uniform", 0.6, 1.6),
        },
        points=12,
        replicates=4,
        every="year",
        out=tmp_path_factory.mktemp("designed") / "points",
        workers=1,
    )


@pytest.fixture(scope="session")
def early(tmp_path_factory):
    """Results that end early: taking apart is slow where shapes are checked at every call."""
    return run(
        "baseline",
        "history_calm_afghanistan",
        worlds=3,
        record_from="2000-Q1",
        until="2003-Q4",
        out=tmp_path_factory.mktemp("early") / "two",
        workers=1,
    )


class Answer(NamedTuple):
    """What a command line gave back."""

    code: int
    out: str
    err: str


@pytest.fixture
def crossroads(capfd, monkeypatch):
    """Run a command line in this process: `crossroads("run", "baseline").code`."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")

    def answer(*words):
        capfd.readouterr()
        code = main([str(word) for word in words])
        return Answer(code, *capfd.readouterr())

    return answer


@pytest.fixture
def heard():
    """Ctrl-C is heard: whoever started the tests may ignore the key, and children inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
