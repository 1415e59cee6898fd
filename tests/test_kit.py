"""The instructor's kit: minutes that add up, routes that can be walked, a running order, and what one solved."""

import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.authoring.canonical import canonicalise, read
from helpers.authoring.minutes import Section, load, said, sections, shares
from helpers.authoring.release import chosen, solutions, to_lesson
from helpers.exercises import attesting, store
from helpers.ground import ROOT, CannotGoOnError
from helpers.start import lab
from helpers.start.commands import parse
from helpers.workshop.board import service
from helpers.workshop.kit import agenda
from helpers.workshop.kit.routes import ROUTES

BEYOND = ROOT / "helpers" / "workshop" / "beyond"
WORDS = " ".join(["word"] * 1500)


def lesson():
    """A lesson of 25 minutes: ten to read in its first section, and fifteen in the second, eight of an exercise."""
    return new_notebook(
        cells=[
            new_markdown_cell(f"# A lesson\n\n**Time:** 25 minutes.\n\n{WORDS}", id="title"),
            new_markdown_cell(f"## Second\n\n{WORDS[: len(WORDS) * 7 // 10]}", id="second"),
            new_code_cell("def f():\n    # BEGIN SOLUTION\n    return 1\n    # END SOLUTION", id="one"),
            new_code_cell('check("one", f)', id="one-check"),
            new_code_cell('# hint("one")', id="one-help"),
            new_markdown_cell("## Further: more", id="further"),
            new_markdown_cell(WORDS, id="more"),
        ]
    )


def test_sections_share_the_minutes_of_the_title_by_its_formula():
    assert load(lesson()).minutes == pytest.approx(25, abs=0.2)
    assert sections(lesson()) == [Section("A lesson", 10, 0), Section("Second", 7, 8)]


def test_minutes_that_are_corrected_by_hand_stand_and_the_others_share_what_is_left():
    nb = lesson()
    nb.metadata["course"] = {"minutes": {"second": [6, 12]}}
    assert sections(nb) == [Section("A lesson", 7, 0), Section("Second", 6, 12)]
    assert canonicalise(nb, nb).metadata["course"]["minutes"] == {"second": [6, 12]}  # execute keeps them
    assert "minutes" not in to_lesson(nb).metadata["course"]  # and learners do not get them


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [({"third": [1, 2]}, "name third, which is no cell"), ({"second": [20, 9]}, "are 4 more than the title says")],
)
def test_minutes_that_cannot_be_are_said(minutes, sentence):
    nb = lesson()
    nb.metadata["course"] = {"minutes": minutes}
    with pytest.raises(CannotGoOnError, match=sentence):
        sections(nb)


@pytest.mark.parametrize("path", solutions(ROOT), ids=lambda path: path.stem)
def test_the_minutes_of_the_sections_add_up_to_those_of_the_title(path):
    nb = read(path)
    found = sections(nb)
    assert sum(section.teaching + section.exercises for section in found) == said(nb)
    assert all(section.title and min(section.teaching, section.exercises) >= 0 for section in found)


def test_shares_add_up_whatever_is_rounded():
    assert shares([1, 1, 1], 10) == [3, 4, 3]
    assert shares([0.0, 2.6, 2.6, 0.0], 5) == [0, 2, 3, 0]
    assert shares([0.0], 0) == [0]


def builds_on(path):
    """Return the lessons that one builds on, by its first cells."""
    text = "\n".join(cell.source for cell in read(path).cells[:2])
    found = re.search(r"\*\*Builds on:\*\* (.*)", text)[1]
    return [] if found.startswith("nothing") else re.findall(r"`(\d\d|toolbox)", found)


@pytest.mark.parametrize("name", ROUTES)
def test_each_lesson_of_a_route_comes_after_those_it_builds_on_or_the_route_says_what_stands_in(name):
    route, known = ROUTES[name], set()
    for path in chosen(solutions(ROOT), [number for meeting in route.meetings for number in meeting]):
        missing = set(builds_on(path)) - known
        assert missing <= set(route.left_out), path.stem
        known.add(path.stem[:2])
    assert not known & set(route.left_out)


@pytest.mark.parametrize(
    ("name", "hours"),
    [("half-day", 4), ("full-day", 8), pytest.param("four-weeks", 3, marks=pytest.mark.slow)],
)
def test_a_route_keeps_to_its_time_and_every_line_begins_where_the_last_one_ended(name, hours):
    items = list(agenda.order(solutions(ROOT), ROUTES[name], 9 * 60))
    for meeting in range(1, len(ROUTES[name].meetings) + 1):
        own = [item for item in items if item.meeting == meeting]
        assert own[0].begins == 9 * 60 and own[-1].ends <= (9 + hours) * 60
        assert [item.begins for item in own[1:]] == [item.ends for item in own[:-1]]
    lunches = [item for item in items if item.what == "Lunch"]
    assert len(lunches) == (name == "full-day")


def test_the_running_order_is_printed_with_a_clock_and_written_as_a_page(capsys, tmp_path):
    page = tmp_path / "today.html"
    assert agenda.run(ROOT, parse(["agenda", "05", "06", "--at", "13:30", "--html", str(page)])) == 0
    said = capsys.readouterr().out
    assert re.search(r"\n05_gradient_descent\n  13:30 .* Gradient descent\n", said)
    assert re.search(r"  14:45 +15 min  Break\n06_learning_rate\n  15:00", said) and "  16:15" in said
    written = page.read_text()
    assert '<th scope="row">15:00</th><td>06_learning_rate</td>' in written and "$" not in written
    assert "http" not in written


@pytest.mark.parametrize("line", ["agenda 05 --at 25:00", "agenda 05 --at noon", "agenda"])
def test_a_running_order_that_cannot_be_made_is_refused(line, capsys):
    with pytest.raises(SystemExit):
        parse(line.split())
    assert re.search("write the time like 9:30|arguments are required: WHAT", capsys.readouterr().err)


def test_a_route_stands_alone_and_an_unknown_lesson_is_named():
    with pytest.raises(CannotGoOnError, match="half-day is a route and stands alone"):
        agenda.route_of(ROOT, ["05", "half-day"])
    with pytest.raises(CannotGoOnError, match="there is no lesson 99"):
        agenda.route_of(ROOT, ["99"])


def test_what_was_solved_is_a_page_that_says_that_nobody_examined_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GRADIENT_COURSE_PROGRESS", str(tmp_path / "progress"))
    store.record("exercises", "gradient-step", attempted=True, solved=True)
    store.record("exercises", "adam-step", attempted=True)
    store.record("exercises", "no-longer-asked", solved=True)
    attesting.attest("Ada <L>", tmp_path)
    written = (tmp_path / attesting.NAME).read_text()
    assert "<strong>1 of " in written and "<td>gradient-step</td>" in written and "adam-step" not in written
    assert attesting.PLAIN in written and "self-attested" in attesting.PLAIN and "Ada &lt;L&gt;" in written
    assert str(tmp_path / attesting.NAME) in capsys.readouterr().out
    assert "0 of" in attesting.page("", set(), date(2026, 12, 1)) and "01 December 2026" in attesting.page(
        "", set(), date(2026, 12, 1)
    )


def test_the_projector_has_the_users_own_settings_and_larger_type(tmp_path, monkeypatch):
    own, themes = tmp_path / "own", "@jupyterlab/apputils-extension/themes.jupyterlab-settings"
    (own / themes).parent.mkdir(parents=True)
    (own / themes).write_text('{"theme": "JupyterLab Dark"}', encoding="utf-8")
    monkeypatch.setenv("JUPYTERLAB_SETTINGS_DIR", str(own))
    folder = lab.enlarged(tmp_path / "large")
    told = json.loads((folder / themes).read_text(encoding="utf-8"))
    assert told == {"theme": "JupyterLab Dark", "overrides": lab.LARGE}
    assert json.loads((own / themes).read_text(encoding="utf-8")) == {"theme": "JupyterLab Dark"}


# Beyond one machine: written and read here, never run


def test_what_is_for_clusters_and_clouds_can_be_read():
    values = yaml.safe_load((BEYOND / "z2jh-values.yaml").read_text())
    manifests = list(yaml.safe_load_all((BEYOND / "z2jh-board.yaml").read_text()))
    assert [each["kind"] for each in manifests] == ["PersistentVolumeClaim", "Deployment", "Service"]
    container = manifests[1]["spec"]["template"]["spec"]["containers"][0]
    assert container["image"] == "{name}:{tag}".format(**values["singleuser"]["image"])
    told = {each["name"] for each in container["env"]}
    assert {service.FOLDER, service.SEATS, "JUPYTERHUB_API_TOKEN", "JUPYTERHUB_SERVICE_URL"} <= told
    assert service.ACCESS in values["hub"]["config"]["Spawner"]["server_token_scopes"]
    assert values["hub"]["loadRoles"]["board-instructor"]["scopes"] == service.roles()[1]["scopes"]
    labels = manifests[1]["spec"]["template"]["metadata"]["labels"]
    (way,) = values["singleuser"]["networkPolicy"]["egress"]
    assert way["to"][0]["podSelector"]["matchLabels"].items() <= labels.items()


def test_the_container_for_editors_can_be_read_and_names_a_command_and_a_python_that_are_the_courses():
    told = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    words = told["postCreateCommand"].split()
    assert words[:2] == ["python", "start.py"] and parse(words[2:]).command == "agenda"
    settings = told["customizations"]["vscode"]["settings"]
    assert settings["python.defaultInterpreterPath"].endswith("/.venv/bin/python")


@pytest.mark.skipif(os.name == "nt", reason="there is no bash")
@pytest.mark.parametrize("path", [ROOT / ".binder" / "postBuild", BEYOND / "tljh.sh"], ids=lambda path: path.name)
def test_shell_scripts_have_no_fault_of_syntax_and_name_files_that_are_there(path):
    subprocess.run(["bash", "-n", path], check=True)
    named = re.findall(r"helpers/[\w/.-]+\.\w+", path.read_text())
    assert named and all((ROOT / name).is_file() for name in named)


@pytest.mark.parametrize("name", ["colab.py", "tljh_board.py"])
def test_python_for_elsewhere_compiles(name):
    compile((BEYOND / name).read_text(), name, "exec")


def test_the_hub_of_tljh_is_told_of_the_board_without_numpy(tmp_path):
    text = (BEYOND / "tljh_board.py").read_text()
    text = text.replace("/opt/gradient-course", str(ROOT)).replace("/opt/tljh/state/board", str(tmp_path / "board"))
    program = (
        "import sys; from types import SimpleNamespace as N\n"
        "c = N(JupyterHub=N(services=[], load_roles=[]), Spawner=N(environment={}))\n"
        f"exec(compile({text!r}, 'board.py', 'exec'), {{'get_config': lambda: c}})\n"
        "assert 'numpy' not in sys.modules and c.JupyterHub.services[0]['name'] == 'board' and c.Spawner.environment\n"
    )
    subprocess.run([sys.executable, "-I", "-c", program], check=True, cwd=tmp_path)
    assert Path(tmp_path / "board" / "seen").is_dir()
