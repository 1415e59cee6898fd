"""What forges, citations and hooks read: one version everywhere, forms that a forge takes, commands that exist."""

import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
import yaml

from helpers.exercises.catalogue import EXERCISES, LESSONS

ROOT = Path(__file__).parents[1]
FORMS = sorted(path for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config")
WORKFLOW = ROOT / ".github/workflows/test.yml"
FOR_PEOPLE = (ROOT / "CHANGELOG.md", ROOT / ".pre-commit-config.yaml", *(ROOT / ".github").rglob("*.*"))
ANSWERED = {"input", "textarea", "dropdown", "checkboxes"}  # what a form can ask; the other type, markdown, only tells

each_form = pytest.mark.parametrize("form", FORMS, ids=lambda path: path.stem)


def read(path):
    return path.read_text(encoding="utf-8")


def project():
    return tomllib.loads(read(ROOT / "pyproject.toml"))["project"]


def citation():
    return yaml.safe_load(read(ROOT / "CITATION.cff"))


def released():
    """Return the versions in the changelog with their dates, newest first."""
    return re.findall(r"^## (\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)$", read(ROOT / "CHANGELOG.md"), re.MULTILINE)


def moved():
    """Yield the rows of the newest version's table of moved modules: where they were, and where they are."""
    newest = read(ROOT / "CHANGELOG.md").split("\n## ")[2]
    for old, new in re.findall(r"^\| (`.*) \| (.*) \|$", newest, re.MULTILINE):
        before, after = re.findall("`([^`]+)`", old), re.findall("`([^`]+)`", new)
        if new.endswith("same names"):
            after = [after[0] + place.removeprefix("grading/") for place in before]
        yield before, after


def exists(place):
    """Return whether a name under helpers/ is a file, a folder that ends in a slash, or a module."""
    path = ROOT / "helpers" / place
    return path.is_dir() if place.endswith("/") else path.is_file() or path.with_suffix(".py").is_file()


@cache
def commands():
    """Return the commands that `python start.py --help` lists."""
    asked = subprocess.run([sys.executable, ROOT / "start.py", "--help"], capture_output=True, text=True, check=True)
    return set(re.findall(r"^ {2,4}([a-z]+) +\S", asked.stdout, re.MULTILINE))


def test_the_version_is_one_in_the_package_the_citation_the_changelog_and_every_footer():
    version = project()["version"]
    assert (citation()["version"], released()[0][0]) == (version, version)
    notebooks = [path for folder in ("lessons", "solutions") for path in (ROOT / folder).glob("*.ipynb")]
    assert [path.name for path in notebooks if f"*, version {version}. Text CC-BY-4.0" not in read(path)] == []


def test_the_date_of_the_citation_is_that_of_the_newest_version():
    assert citation()["date-released"] == released()[0][1]


def test_versions_in_the_changelog_come_newest_first_below_what_is_unreleased():
    versions = [tuple(map(int, version.split("."))) for version, _ in released()]
    assert versions == sorted(versions, reverse=True)
    headings = re.findall("^## (.*)$", read(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert headings == ["Unreleased", *(f"{version} - {date}" for version, date in released())]


def test_the_citation_has_what_its_format_requires_and_the_licences_of_the_package():
    cited = citation()
    assert {"cff-version", "message", "title", "authors"} <= set(cited) and cited["cff-version"] == "1.2.0"
    assert " AND ".join(cited["license"]) == project()["license"]


def test_every_module_that_moved_is_where_the_changelog_says_and_nowhere_else():
    for before, after in moved():
        assert [place for place in after if not exists(place)] == []
        assert [place for place in before if exists(place)] == []


@each_form
def test_a_form_has_the_keys_that_a_forge_requires(form):
    told = yaml.safe_load(read(form))
    assert {"name", "description", "body"} <= set(told) <= {"name", "description", "body", "title", "labels"}
    assert all(question["type"] in ANSWERED and question["attributes"]["label"] for question in told["body"])
    assert any(question.get("validations", {}).get("required") for question in told["body"])


@each_form
def test_questions_of_a_form_have_ids_and_labels_of_their_own(form):
    body = yaml.safe_load(read(form))["body"]
    assert len({question["id"] for question in body}) == len(body)
    assert len({question["attributes"]["label"] for question in body}) == len(body)


def test_names_of_forms_are_their_own():
    assert len({yaml.safe_load(read(form))["name"] for form in FORMS}) == len(FORMS) == 4


@each_form
def test_examples_in_a_form_name_an_exercise_and_a_lesson_that_exist(form):
    known = {"exercise": EXERCISES, "lesson": [lesson.name for lesson in LESSONS]}
    for question in yaml.safe_load(read(form))["body"]:
        if question["id"] in known:
            assert question["attributes"]["placeholder"] in known[question["id"]]


@pytest.mark.parametrize("path", FOR_PEOPLE, ids=lambda path: path.name)
def test_commands_that_a_file_names_exist(path):
    named = set(re.findall(r"python start\.py ([a-z]+)", read(path)))
    assert named <= commands()


def test_the_workflow_runs_both_commands_of_the_readme_on_three_systems_and_the_oldest_python():
    jobs = yaml.safe_load(read(WORKFLOW))["jobs"]
    job = jobs["two-commands"]
    runs = [step["run"] for step in job["steps"] if "run" in step]
    assert runs == ["python start.py test", "python start.py doctor"]
    matrix = job["strategy"]["matrix"]
    assert [system.partition("-")[0] for system in matrix["os"]] == ["ubuntu", "macos", "windows"]
    assert f">={matrix['python'][0]}" == project()["requires-python"]
    assert jobs["everything"]["steps"][-1]["run"] == "bash .ci/run"


def test_the_workflow_names_the_torch_that_is_pinned():
    assert re.findall(r"torch (\d+\.\d+\.\d+)", read(WORKFLOW)) == [
        text.removeprefix("torch==") for text in project()["dependencies"] if text.startswith("torch==")
    ]


def test_the_workflow_of_the_site_publishes_what_the_command_makes():
    jobs = yaml.safe_load(read(WORKFLOW.with_name("site.yml")))["jobs"]
    (command,) = (step["run"] for step in jobs["build"]["steps"] if "run" in step)
    *_, uploaded = jobs["build"]["steps"]
    assert command == f"python start.py site --out {uploaded['with']['path']}"
    assert jobs["publish"]["needs"] == "build"


def test_hooks_download_nothing_and_run_packages_that_the_course_installs():
    (repository,) = yaml.safe_load(read(ROOT / ".pre-commit-config.yaml"))["repos"]
    assert repository["repo"] == "local"
    installed = {re.split("[<>=]", text)[0] for text in project()["dependencies"]}
    for hook in repository["hooks"]:
        assert hook["language"] == "system"
        assert hook["args"][0].removesuffix("_lib") in installed
