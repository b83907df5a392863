"""The experiment as a script in the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from gd_studio.desktop.code import CodeView
from gd_studio.desktop.code.highlighter import colours_of
from gd_studio.desktop.code.view import INTERVAL
from gd_studio.desktop.look.theme import DARK, LIGHT
from gd_studio.files import load_example
from gd_studio.script import ScriptError, write_script
from tests.desktop.test_theme import contrast
from tests.helpers.experiments import circle_perceptron, linear_regression


@pytest.fixture
def view(qtbot):
    view = CodeView()
    qtbot.addWidget(view)
    view.resize(500, 300)
    view.show()
    return view


def colours(view, line):
    """The colour of each coloured stretch of a line, by its text."""
    block = view.text.document().findBlockByNumber(line)
    return {
        block.text()[f.start : f.start + f.length]: f.format.foreground().color().name()
        for f in block.layout().formats()
    }


def line_of(view, words):
    return next(i for i, line in enumerate(view.script.split("\n")) if words in line)


def test_the_script_of_the_experiment_is_shown(view):
    experiment = linear_regression()
    view.set_experiment(experiment)
    assert view.text.toPlainText() == view.script == write_script(experiment)
    assert view.text.isReadOnly()
    assert view.run == experiment
    assert not view.run_box.isVisible()


def test_many_changes_within_a_moment_are_written_once(view, qtbot, monkeypatch):
    written = []

    def write(experiment, run):
        written.append(experiment.seed)
        return write_script(experiment, run)

    monkeypatch.setattr("gd_studio.desktop.code.view.write_script", write)
    for seed in range(30):
        view.set_experiment(linear_regression(seed=seed))
    assert written == [0]
    qtbot.waitUntil(lambda: "manual_seed(29)" in view.text.toPlainText(), timeout=10 * INTERVAL)
    assert written == [0, 29]


def test_the_newest_script_is_there_for_whoever_asks(view):
    for seed in (1, 2, 3):
        view.set_experiment(linear_regression(seed=seed))
    assert "manual_seed(3)" in view.script
    assert view.text.toPlainText() == view.script


def test_nothing_is_written_while_the_view_is_hidden(view, monkeypatch):
    view.hide()
    calls = []
    monkeypatch.setattr(
        "gd_studio.desktop.code.view.write_script", lambda *_: calls.append(1) or "x = 1\n"
    )
    view.set_experiment(linear_regression())
    assert calls == []
    view.show()
    assert calls == [1]
    assert view.text.toPlainText() == "x = 1\n"


def test_the_view_stays_where_it_was_scrolled_to(view):
    view.set_experiment(linear_regression(notes="word " * 200))
    bar = view.text.verticalScrollBar()
    bar.setValue(7)
    view.set_experiment(linear_regression(notes="word " * 200, seed=3))
    assert "manual_seed(3)" in view.script
    assert bar.value() == 7


def test_one_of_several_runs_is_chosen(view, qtbot):
    experiment = load_example("learning-rates")
    view.set_experiment(experiment)
    names = [name for name, _ in experiment.runs()]
    assert view.run_box.isVisible()
    assert [view.run_box.itemText(i) for i in range(view.run_box.count())] == names
    assert view.script == write_script(experiment.runs()[0][1], names[0])
    view.run_box.setFocus()
    qtbot.keyClick(view.run_box, Qt.Key.Key_Down)
    assert view.run == experiment.runs()[1][1]
    assert view.text.toPlainText() == write_script(experiment.runs()[1][1], names[1])
    view.set_experiment(experiment.replace(notes="changed"))
    assert view.script == write_script(experiment.replace(notes="changed").runs()[1][1], names[1])


def test_the_script_is_copied(view, qtbot):
    view.set_experiment(circle_perceptron())
    qtbot.mouseClick(view.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == view.script


def test_the_script_is_wanted_in_a_file(view, qtbot):
    view.set_experiment(circle_perceptron())
    with qtbot.waitSignal(view.save_wanted, timeout=1000):
        qtbot.mouseClick(view.save_button, Qt.MouseButton.LeftButton)


def test_what_cannot_be_exported_is_said_in_place_of_the_code(view, monkeypatch):
    def refuse(*_):
        raise ScriptError("This is too much.")

    with monkeypatch.context() as patch:
        patch.setattr("gd_studio.desktop.code.view.write_script", refuse)
        view.set_experiment(linear_regression())
    assert view.sentence.isVisible()
    assert view.sentence.text() == "This is too much."
    assert not view.text.isVisible()
    assert view.script == ""
    assert not view.save_button.isEnabled()
    view.set_experiment(linear_regression(seed=1))
    assert "manual_seed(1)" in view.script
    assert view.text.isVisible()
    assert view.save_button.isEnabled()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_python_has_the_colours_of_the_theme(view, theme):
    view.set_experiment(load_example("batch-variants"))
    view.set_theme(theme)
    of = colours_of(theme)
    assert colours(view, 0) == {view.script.split("\n")[0]: of["text"]}
    assert colours(view, 2) == {view.script.split("\n")[2]: of["text"]}
    loop = colours(view, line_of(view, "for epoch in range"))
    assert loop["for"] == loop["in"] == of["keyword"]
    assert loop["1"] == of["number"]
    threads = colours(view, line_of(view, "set_num_threads"))
    comment = next(text for text in threads if text.startswith("#"))
    assert threads[comment] == of["comment"]
    assert "for" not in threads
    assert "import" in colours(view, line_of(view, "import sys"))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_colour_is_readable(theme):
    assert all(contrast(colour, theme.base) >= 4.5 for colour in colours_of(theme).values())
