"""Claims of lesson 15: the reference table, what may be claimed, a study by the rules, its report, the own table."""

import json
import re
from functools import partial
from html.parser import HTMLParser
from itertools import combinations

import numpy as np
import pytest

from helpers.capstone_rules import (
    BASELINE_RATES,
    FRESH,
    TRACKS,
    TUNING_RUNS,
    Oracle,
    RuleBrokenError,
    batches,
    plain_sgd,
    results,
)
from helpers.comparing import paired_interval
from helpers.exercises import own
from helpers.exercises.catalogue import EXERCISES
from helpers.experiments import capstone_kept, capstone_page, capstone_study
from helpers.experiments.capstone import (
    BASELINE,
    BATCHES,
    claim_text,
    measured,
    reference,
    reference_at,
    verdict,
    winners_curse,
)
from helpers.experiments.capstone_board import leaderboard
from helpers.experiments.capstone_page import RUBRIC, path, report
from helpers.experiments.capstone_study import Study

pytestmark = pytest.mark.slow

PLAN = (
    "I try some rates of plain gradient descent and keep the one whose mean validation loss over three seeds is lowest."
)
TEXTS = {
    "name": "Ada",
    "question": "Which rate?",
    "fairness": "As many runs as theirs.",
    "conclusion": "I cannot tell.",
}


def train(oracle, seed, lr=1.0, batch=128):
    weights = oracle.start()
    for indices in batches(batch, np.random.default_rng(seed), oracle.left):
        _, grads = oracle.grad(weights, indices)
        weights = [w - lr * g for w, g in zip(weights, grads, strict=True)]
    return weights


@pytest.fixture
def study():
    return Study(PLAN)


@pytest.fixture
def done(study):
    study.tune(train, [{"lr": 0.3}, {"lr": 1.0}])
    study.final(train, {"lr": 1.0})
    study.ablate(train, {"lr": 1.0}, {"batch": 512}, "large batch")
    return study


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIENT_COURSE_PROGRESS", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("track", TRACKS)
def test_the_table_has_24_entries_each_tuned_as_often_as_a_learner_may(track):
    table = reference(track)
    assert len(table) == 24 and {entry.batch for entry in table.values()} == set(BATCHES)
    for name, entry in table.items():
        assert name == entry.name and entry.choose.size == TUNING_RUNS
        assert entry.lr == entry.rates[entry.choose.mean(axis=1).argmin()]
        assert entry.test.shape == entry.errors.shape == (10,) and np.isfinite(entry.test).all()
        assert entry.choose_fresh.shape == (7, 10)
    assert table[BASELINE].lr == pytest.approx(BASELINE_RATES[track])


@pytest.mark.parametrize("track", TRACKS)
def test_the_recorded_baseline_is_what_its_train_function_reaches_by_the_rules(track):
    losses, errors = results(plain_sgd(track), FRESH, "judge", track)
    assert losses == pytest.approx(reference(track)[BASELINE].test, rel=1e-3)
    assert errors == pytest.approx(reference(track)[BASELINE].errors, abs=0.0021)  # one digit of 500


@pytest.mark.slow
def test_an_entry_measured_anew_is_the_recorded_one():
    row = measured("Adam", "cosine", 512, "clean")
    entry = reference()["Adam cosine 512"]
    assert np.array(row["test"]) == pytest.approx(entry.test, rel=0.02)
    assert np.array(row["choose"])[:, :3] == pytest.approx(entry.choose, rel=0.02)


def test_other_seeds_than_the_recorded_ones_are_trained_now():
    seeds = (100, 101, 200)
    losses, errors = reference_at("Adam constant 512", seeds)
    assert losses[:2] == pytest.approx(reference()["Adam constant 512"].test[:2], rel=0.02)
    assert losses.shape == errors.shape == (3,)
    with pytest.raises(ValueError, match="there is no reference"):
        reference_at("SGD", seeds)
    with pytest.raises(ValueError, match="track must be"):
        reference("noisy")


@pytest.mark.parametrize("batch", BATCHES)
def test_without_wrong_labels_the_constant_rate_of_sgd_beats_the_cosine_in_pairs(batch):
    constant, cosine = (reference()[f"SGD {schedule} {batch}"].test for schedule in ("constant", "cosine"))
    assert verdict(constant, cosine) == "better"


@pytest.mark.parametrize("batch", [8, 32, 128])
def test_with_wrong_labels_the_cosine_of_sgd_beats_the_constant_rate(batch):
    constant, cosine = (
        reference("wrong labels")[f"SGD {schedule} {batch}"].test for schedule in ("constant", "cosine")
    )
    assert verdict(cosine, constant) == "better"


def test_the_lowest_loss_with_wrong_labels_is_not_the_lowest_error():
    entries = reference("wrong labels")
    by_loss = min(entries.values(), key=lambda entry: entry.test.mean())
    by_error = min(entries.values(), key=lambda entry: entry.errors.mean())
    assert by_loss.name != by_error.name
    assert paired_interval(by_loss.errors, by_error.errors).low > 0
    assert paired_interval(by_loss.test, by_error.test).high < 0


def test_no_usual_run_with_small_batches_can_be_called_better_than_the_baseline():
    best = min(reference().values(), key=lambda entry: entry.test.mean())
    assert best.name == "Adam cosine 8" and verdict(best.test, reference()[BASELINE].test) == "cannot tell"


def test_the_curse_grows_with_the_settings_that_are_tried():
    found = winners_curse()
    assert len(found.settings) == 168 == len(found.shown)
    assert (np.diff(found.shown) <= 1e-12).all()
    assert found.shown[0] == pytest.approx(found.losses.mean()) and found.worth[0] == pytest.approx(found.values.mean())
    assert found.shown[-1] == found.losses[0] and found.worth[-1] == found.values[0]
    assert found.worth[-1] > 2 * found.shown[-1] and found.worth[-1] > found.worth.min()


def test_the_curse_is_the_mean_over_all_draws():
    found = winners_curse("wrong labels", (1,))
    draws = list(combinations(range(168), 2))
    assert found.worth[1] == pytest.approx(np.mean([found.values[min(draw)] for draw in draws]))
    assert found.shown[1] == pytest.approx(np.mean([found.losses[min(draw)] for draw in draws]))
    with pytest.raises(ValueError, match="seeds must be some of"):
        winners_curse("clean", (100,))


def test_a_verdict_is_where_the_interval_lies():
    other, rng = np.linspace(0.06, 0.07, 10), np.random.default_rng(0)
    noise = rng.normal(0, 0.001, 10)
    assert verdict(other - 0.01 + noise, other) == "better"
    assert verdict(other + 0.01 + noise, other) == "worse"
    assert verdict(other + noise - noise.mean(), other) == "cannot tell"


def test_a_claim_that_its_interval_does_not_carry_is_refused_in_one_sentence():
    other = np.linspace(0.06, 0.07, 10)
    mine = other + np.resize([0.001, -0.001], 10)
    assert "not to be told apart" in claim_text(mine, other)
    assert claim_text(mine, other, claimed="cannot tell") == claim_text(mine, other)
    with pytest.raises(
        RuleBrokenError, match=r"You claim 'better'.*from -0.0008 to \+0.0008, which says 'cannot tell'"
    ):
        claim_text(mine, other, claimed="better")
    with pytest.raises(ValueError, match="a claim is one of"):
        claim_text(mine, other, claimed="best")
    with pytest.raises(ValueError, match="2 of your 10 runs diverged"):
        claim_text(np.where(np.arange(10) < 2, np.inf, mine), other)


def test_a_plan_comes_first():
    for plan in ("", "I try SGD.", None, "word " * 19):
        with pytest.raises(RuleBrokenError, match="Write the plan first, in 20 words"):
            Study(plan)
    with pytest.raises(ValueError, match="track must be"):
        Study(PLAN, "noisy")


def test_tuning_chooses_by_three_seeds_and_costs_three_runs_a_setting(study):
    found = study.tune(train, [{"lr": 0.1}, {"lr": 1.0}])
    assert found.losses.shape == (2, 3) and found.best == {"lr": 1.0} and study.runs_left == 15
    expected = results(train, (0, 1, 2), "choose")[0]  # its default rate is 1
    assert found.losses[1] == pytest.approx(expected)
    assert found.table().splitlines()[2].startswith("lr = 1 ") and found.table().endswith("best")
    assert found.table().count("best") == 1


def test_what_was_run_already_costs_nothing_again_and_a_changed_program_does(study):
    study.tune(train, [{"lr": 1.0}])
    study.tune(train, [{"lr": 1.0}, {"lr": 1.0}])
    assert study.runs_left == 18 and len(study.tuned.settings) == 1
    found = study.tune(partial(train, batch=512), [{"lr": 1.0}])
    assert study.runs_left == 15 and len(study.tuned.settings) == 2
    assert found.first == 0 and found.best == {"lr": 1.0} and found.names == ["lr = 1", "lr = 1 (program 2)"]
    assert [line.endswith("best") for line in found.table().splitlines()] == [False, True, False]


def test_the_22nd_run_is_refused_before_it_is_shown(study):
    rates = [{"lr": 0.1 * k, "batch": 512} for k in range(1, 9)]
    with pytest.raises(RuleBrokenError, match="8 more settings would take 24 tuning runs, and 21 are left of 21"):
        study.tune(train, rates)
    assert study.runs_left == 21 and study.tuned is None
    study.tune(train, rates[:7])
    assert study.runs_left == 0
    with pytest.raises(RuleBrokenError, match="1 more setting would take 3 tuning runs, and 0 are left"):
        study.tune(train, rates[7:])
    with pytest.raises(RuleBrokenError, match="0 are left"):
        study.tune(partial(train, lr=2.0), [{"batch": 512, "lr": 0.1}, {"batch": 512}])
    assert study.tune(train, rates[:7]).losses.shape == (7, 3)


def test_settings_of_another_kind_get_a_sentence(study):
    for settings in ([], {"lr": 1.0}, [0.1, 0.3], None, [{1: 2}]):
        with pytest.raises(RuleBrokenError, match="Settings are a list of dicts"):
            study.tune(train, settings)
    with pytest.raises(RuleBrokenError, match=r"raised TypeError.*'rate'"):
        study.tune(train, [{"rate": 1.0}])
    assert study.runs_left == 21


def test_a_setting_that_diverges_counts_and_is_never_the_best(study):
    found = study.tune(train, [{"lr": np.inf, "batch": 512}])
    assert found.best is None and np.isinf(found.losses).all() and study.runs_left == 18
    assert study.tune(train, [{"lr": 1.0, "batch": 512}]).best == {"lr": 1.0, "batch": 512}


def test_the_result_is_measured_on_the_fresh_seeds_and_freezes_the_study(done):
    losses, errors = results(train, FRESH, "judge")
    assert done.result.test == pytest.approx(losses) and done.result.errors == pytest.approx(errors)
    assert done.final(train).test == pytest.approx(losses)  # the same again
    assert re.fullmatch(r"yours, 10 seeds: mean test loss 0\.\d{4}, \d\.\d\d % read wrong", repr(done.result))
    assert repr(done.tuned) == done.tuned.table() and repr(done.result.runs[0]) == "Run(seed=100, spent=11904)"
    with pytest.raises(RuleBrokenError, match="judged another choice already"):
        done.final(train, {"lr": 0.3})
    with pytest.raises(RuleBrokenError, match="begin a new Study"):
        done.tune(train, [{"lr": 3.0}])


@pytest.mark.parametrize(
    ("seeds", "sentence"),
    [
        (range(100, 109), "needs 10 seeds or more, and these are 9"),
        (range(2, 12), "Seed 2 was used for tuning"),
        ([100] * 10, "different whole numbers"),
        ([*range(100, 109), 1.5], "different whole numbers"),
        (range(-5, 5), "different whole numbers"),
        (range(100, 131), "at most 30 seeds, and these are 31"),
    ],
)
def test_other_seeds_for_a_report_get_a_sentence(study, seeds, sentence):
    with pytest.raises(RuleBrokenError, match=sentence):
        study.final(train, seeds=seeds)
    assert study.result is None


def test_a_run_that_does_not_repeat_itself_is_no_result(study):
    drawn = np.random.default_rng(0)

    def restless(oracle, seed):
        return [w + drawn.normal(size=w.shape) for w in oracle.start()]

    with pytest.raises(RuleBrokenError, match="Two runs of one seed end in different weights"):
        study.final(restless)


def test_a_result_is_of_her_program_alone_however_slow_it_is(study, monkeypatch):
    monkeypatch.setattr(own, "SECONDS", 0.0)
    hers = own.Yours(EXERCISES["your-run"], train)
    hers(Oracle(0), 0)  # elsewhere the course's own goes on from here
    assert hers._working is not hers._own
    assert study.final(hers).test == pytest.approx(results(train, FRESH, "judge")[0]) and hers.calls == 12
    with pytest.raises(RuleBrokenError, match=r"Your train raised ZeroDivisionError .* in line \d+ of"):
        Study(PLAN).final(own.Yours(EXERCISES["your-run"], lambda oracle, seed: 1 / 0))


def test_the_last_digits_make_no_other_run(study):
    drawn = np.random.default_rng(0)

    def shaky(oracle, seed, batch=512):
        return [w + 1e-12 * drawn.normal(size=w.shape) for w in train(oracle, seed, batch=batch)]

    study.tune(shaky, [{"batch": 512}])
    study.tune(shaky, [{"batch": 512}])
    assert study.runs_left == 18
    study.final(shaky)
    study.final(shaky)
    with pytest.raises(RuleBrokenError, match="it changes nothing"):
        study.ablate(shaky, {}, {"batch": 512})


def test_an_ablation_changes_something_and_comes_after_the_result(study):
    with pytest.raises(RuleBrokenError, match="run final first"):
        study.ablate(train, {}, {"lr": 0.3})
    study.final(train)
    with pytest.raises(RuleBrokenError, match="it changes nothing"):
        study.ablate(train, {}, {"lr": 1.0})
    study.ablate(train, {"lr": 1.0}, {"batch": 512}, "large batch")
    study.ablate(train, {}, {"batch": 512}, "large batch")
    study.ablate(partial(train, lr=1.0), {}, {"lr": 0.3})
    assert [one.name for one in study.ablations] == ["large batch (batch = 512)", "lr = 0.3"]
    assert [one.setting for one in study.ablations] == [{"batch": 512}, {"lr": 0.3}]


def test_an_ablation_that_changes_more_than_one_choice_is_refused(study):
    study.final(train)
    with pytest.raises(RuleBrokenError, match=r"changes one choice, and these are 3: lr, batch, falling\."):
        study.ablate(train, {}, {"lr": 0.3, "batch": 512, "falling": False})
    with pytest.raises(RuleBrokenError, match="changes one choice: name it, and its new value"):
        study.ablate(train, {}, {})
    with pytest.raises(RuleBrokenError, match="Settings are a list of dicts"):
        study.ablate(train, {}, "a smaller rate")
    sentence = "Your train with lr = 0.3 does not end where your result does: more would be changed than batch."
    with pytest.raises(RuleBrokenError, match=sentence):
        study.ablate(train, {"lr": 0.3}, {"batch": 512})
    with pytest.raises(RuleBrokenError, match="does not end where your result does"):
        study.ablate(plain_sgd(), {}, {"batch": 512})
    assert study.ablations == []


def test_a_table_with_runs_that_diverged_keeps_its_columns_apart(study):
    found = study.tune(train, [{"lr": lr, "batch": 512} for lr in (1.0, 300.0, 1e30, np.inf)])
    rows = [line[36:].split() for line in found.table().splitlines()[1:]]
    assert [len(row) for row in rows] == [5, 4, 4, 4] and rows[3] == ["diverged"] * 4
    study.final(train, {"lr": np.inf, "batch": 512})
    assert repr(study.result).startswith("yours, 10 seeds: 10 diverged, ")


def test_sentences_call_a_function_by_its_own_name(study):
    def attempt(oracle, seed, lr):
        print("begun")
        raise ValueError("no")

    with pytest.raises(RuleBrokenError, match=r"Your attempt raised ValueError \(no\)"):
        study.tune(attempt, [{"lr": 1.0}])
    with pytest.raises(RuleBrokenError, match="Your run raised ZeroDivisionError"):
        study.final(lambda oracle, seed: 1 / 0)


def test_a_new_study_is_counted_and_one_that_is_run_again_is_not(folder, capsys):
    rates = [{"lr": 0.1 * k, "batch": 512} for k in range(1, 4)]

    def said():
        leaderboard()
        text = capsys.readouterr().out
        return re.findall("Behind it: (.*) begun on this track, with (.*) tuning runs in all", text)

    assert said() == [("0 studies", "0")]
    for _ in range(2):  # as when the notebook is run again
        one = Study(PLAN)
        one.tune(train, rates[:2])
        one.final(train, {"lr": 0.2, "batch": 512})
        assert said() == [("1 study", "6")]
    one.result = None
    one.tune(train, rates[2:])  # the same one goes on
    Study(PLAN + " ")
    assert said() == [("1 study", "9")]
    Study(PLAN).tune(partial(train, lr=1.0), [{"batch": 512}])  # the same plan, another program
    Study(PLAN + " Anew.").tune(train, rates[:1])
    Study(PLAN, "wrong labels").tune(train, rates[:1])
    assert said() == [("3 studies", "12")]


def test_the_report_says_how_many_studies_were_begun(folder, done):
    report(done, **TEXTS)
    assert "So far on this computer: 1 study begun on this track, with 6 tuning runs in all." in path().read_text()
    Study(PLAN + " Anew.").tune(train, [{"batch": 512}])
    report(done, **TEXTS)
    assert "2 studies begun on this track, with 9 tuning runs in all." in path().read_text()


def test_studies_are_counted_where_nothing_can_be_written(folder, monkeypatch):
    def full(file, text):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(capstone_kept, "write_whole", full)
    monkeypatch.setattr(capstone_kept, "_unsaved", [])
    for more in ("", " Anew.", " Anew."):
        Study(PLAN + more).tune(train, [{"batch": 512}])
    assert capstone_kept.begun("clean") == (2, 1)


@pytest.mark.parametrize("damage", ["{", '{"version": 1, "entries": [{"plan": "a", "track": "clean", "shown": [1]}]}'])
def test_a_damaged_list_of_studies_is_set_aside(study, folder, capsys, damage):
    (folder / "capstone_studies.json").write_text(damage, encoding="utf-8")
    study.tune(train, [{"batch": 512}])
    assert "capstone_studies.json is damaged; it is kept as capstone_studies-set-aside-1" in capsys.readouterr().out
    assert capstone_kept.begun("clean") == (1, 1)


def test_a_loop_that_never_ends_is_ended(study, monkeypatch):
    monkeypatch.setattr(capstone_study, "SECONDS", 0.2)

    def endless(oracle, seed):
        while True:
            pass

    with pytest.raises(RuleBrokenError, match=r"took more than 0.2 seconds at seed 0"):
        study.tune(endless, [{}])
    assert study.tune(train, [{"batch": 512}]).best


def test_a_talkative_train_function_is_cut_short(study, capsys):
    def talks(oracle, seed):
        for step in range(400):
            print("step", step)
        return oracle.start()

    study.tune(talks, [{}])
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == ["step 0", "step 1"] and len(said) == 11
    assert said[-1] == "Your talks printed 1,200 lines in 3 runs; these are the first 10."


class Tags(HTMLParser):
    """Collects the tags of a page, with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.seen = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> & \" ' $\\frac{ \x00\x1b[2J\u202e\ud800 </pre></p>"


def test_the_report_has_text_tables_two_pictures_and_the_marks(done, folder, capsys):
    report(done, **TEXTS)
    text = (folder / "capstone_report.html").read_text(encoding="utf-8")
    for there in (
        "Ada",
        PLAN,
        "Which rate?",
        "I cannot tell.",
        "lr = 1 (best)",
        "ablation: large batch (batch = 512)",
        BASELINE,
        "Track: clean.",
    ):
        assert there in text
    assert "def train(oracle, seed, lr=1.0, batch=128):" in text
    assert f"{done.result.test.mean():.4f}" in text and "6 of 21 tuning runs" in text
    pictures = [attributes for tag, attributes in Tags(text).seen if tag == "img"]
    assert len(pictures) == 2
    assert all(one["src"].startswith("data:image/png;base64,") and len(one["alt"]) > 40 for one in pictures)
    assert sum(most for _, most in RUBRIC) == 20 and all(what in text for what, _ in RUBRIC)
    assert len(text) < 250_000 and "@media print" in text
    assert "beside my_descent.py" in capsys.readouterr().out


def test_the_report_is_inert_whatever_its_texts_are(study, folder):
    study.plan = PLAN + HOSTILE
    study.tune(lambda oracle, seed, x: oracle.start(), [{"x": HOSTILE}])
    study.final(train, {"batch": 512}, name=HOSTILE)
    study.ablate(train, {"batch": 512}, {"lr": 0.5}, name=HOSTILE)
    report(study, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    text = path().read_text(encoding="utf-8")
    seen = Tags(text).seen
    assert not {tag for tag, _ in seen} & {"script", "iframe", "object", "embed", "form", "link", "base", "svg", "a"}
    assert not [name for _, attributes in seen for name in attributes if name.startswith("on") or name == "style"]
    assert {attributes["src"][:22] for tag, attributes in seen if tag == "img"} == {"data:image/png;base64,"}
    policy = next(a["content"] for tag, a in seen if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy and "img-src data:" in policy and "unsafe" not in policy
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e]", text) and "&lt;script&gt;" in text


def test_the_notebook_shows_what_the_page_shows(done, folder, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(bundle))
    report(done, **TEXTS)
    inside = path().read_text(encoding="utf-8").partition("<body>\n")[2].rpartition("\n</body>")[0]
    levels = re.sub(r"(</?h)([12])>", lambda tag: f"{tag[1]}{int(tag[2]) + 2}>", inside)
    assert shown[0]["text/html"] == f"<div>{levels}</div>"


def test_a_report_without_a_result_or_with_an_empty_text_or_a_bold_claim_is_refused(study, done, folder):
    with pytest.raises(RuleBrokenError, match="run final of your study first"):
        report(Study(PLAN), **TEXTS)
    for what in TEXTS:
        with pytest.raises(RuleBrokenError, match=f"{what.capitalize()} is empty"):
            report(done, **TEXTS | {what: " "})
    with pytest.raises(RuleBrokenError, match="30,000 letters"):
        report(done, **TEXTS | {"conclusion": "x" * 30_000})
    with pytest.raises(RuleBrokenError, match=r"You claim 'better'.*which says 'worse'"):
        report(done, **TEXTS, claimed="better")
    assert not (folder / "capstone_report.html").exists()
    report(done, **TEXTS, claimed="worse")
    assert (folder / "capstone_report.html").exists()


def test_the_first_picture_says_what_was_planned_and_the_others_are_for_orientation(done):
    (fig, alt), _ = capstone_page.pictures(done, done.result)
    assert fig.axes[0].get_title(loc="left") == f"Yours is worse than {BASELINE}"
    assert "yours is worse than SGD constant 32, the baseline. For orientation, the 11 other usual runs" in alt
    counts = [int(count) for count in re.search(r"better than (\d+), worse than (\d+), .* from (\d+)", alt).groups()]
    assert sum(counts) == 11


def test_a_result_that_diverged_is_reported_without_a_claim(study, folder):
    study.final(train, {"lr": np.inf, "batch": 512})
    with pytest.raises(RuleBrokenError, match="10 of 10 runs diverged: no interval carries a claim"):
        report(study, **TEXTS, claimed="worse")
    report(study, **TEXTS)
    text = path().read_text(encoding="utf-8")
    assert "10 of 10 runs diverged: there is no mean, and no claim." in text and "Nothing was tuned." in text
    with pytest.raises(RuleBrokenError, match="there is no mean for the table"):
        leaderboard(study, "mine")


def test_a_result_that_asked_for_nothing_has_a_report(study, folder):
    study.final(lambda oracle, seed: oracle.start())
    report(study, **TEXTS)
    assert "no run has asked" in path().read_text(encoding="utf-8")


def test_a_report_that_cannot_be_written_is_shown_all_the_same(done, folder, monkeypatch, capsys):
    def full(file, text):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(capstone_page, "write_whole", full)
    report(done, **TEXTS)
    assert "cannot be written (No space left on device)" in capsys.readouterr().out


def test_own_entries_stay_and_are_ranked_among_the_baseline_and_the_best(done, folder, capsys):
    leaderboard(done, "  my \n first ")
    leaderboard(done, "my first")
    lines = capsys.readouterr().out.splitlines()[5:]
    assert lines[0].startswith("Track: clean  ") and len(lines) == 5
    assert [line[:20].strip() for line in lines[1:4]] == ["(Adam cosine 8)", "(SGD constant 32)", "my first"]
    assert lines[3].endswith("worse")
    kept = json.loads((folder / "capstone_leaderboard.json").read_text(encoding="utf-8"))
    assert [entry["name"] for entry in kept["entries"]] == ["my first"]
    leaderboard()
    assert "my first" in capsys.readouterr().out


def test_an_entry_has_a_name_a_result_and_the_common_seeds(done, folder):
    with pytest.raises(RuleBrokenError, match="Give the entry a name"):
        leaderboard(done, " ")
    with pytest.raises(RuleBrokenError, match="run final of your study first"):
        leaderboard(Study(PLAN), "mine")
    other = Study(PLAN)
    other.final(train, {"batch": 512}, seeds=range(200, 210))
    with pytest.raises(RuleBrokenError, match="compares the seeds 100 to 109"):
        leaderboard(other, "mine")


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        "[]",
        '{"version": 1}',
        '{"version": 2, "entries": []}',
        '{"version": 1, "entries": [{"name": "a", "track": "clean", "test": [1, 2], "error": 0}]}',
        '{"version": 1, "entries": [{"name": "a", "track": "clean", "test": [NaN,1,1,1,1,1,1,1,1,1], "error": 0}]}',
        '{"version": 1, "entries": [{"name": 3, "track": "x", "test": null, "error": "b"}]}',
        '{"version": 1, "entries": [7]}',
        "[" * 100_000,
        "\ufeff{}",
    ],
)
def test_a_damaged_table_is_set_aside_and_a_new_one_begins(done, folder, capsys, damage):
    file = folder / "capstone_leaderboard.json"
    file.write_text(damage, encoding="utf-8")
    leaderboard(done, "mine")
    said = capsys.readouterr().out
    assert "capstone_leaderboard.json is damaged; it is kept as capstone_leaderboard-set-aside-1.json" in said
    assert (folder / "capstone_leaderboard-set-aside-1.json").read_text(encoding="utf-8") == damage
    assert len(json.loads(file.read_text(encoding="utf-8"))["entries"]) == 1


def test_a_table_that_is_no_text_is_set_aside_too(done, folder, capsys):
    (folder / "capstone_leaderboard.json").write_bytes(b"\xff\xfe\x00")
    leaderboard(done, "mine")
    assert "is damaged" in capsys.readouterr().out


def test_a_table_that_cannot_be_kept_is_printed_all_the_same(done, folder, monkeypatch, capsys):
    def full(file, text):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(capstone_kept, "write_whole", full)
    leaderboard(done, "mine")
    said = capsys.readouterr().out
    assert "cannot be kept" in said and "mine" in said


def test_the_courses_own_run_stands_in_and_fixes_nothing(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("GRADIENT_COURSE_PROGRESS", str(tmp_path))
    study = Study("plan " * 20)
    stood_in = study.final(capstone_study.STAND_IN)
    assert stood_in.name == "the course's run" and "stood in" in capstone_page._source(capstone_study.STAND_IN)
    leaderboard(study, "not mine")
    said = capsys.readouterr().out
    assert "no entry of yours" in said and "not mine" not in said
    stood_in = study.ablate(train, {}, {"batch": 512})
    assert stood_in.setting == {"batch": 512} and study.ablations == []
    assert "No ablation: the course's own run stood in" in capsys.readouterr().out
    assert capstone_kept.begun("clean") == (0, 0)
    own = study.final(plain_sgd())
    assert own.name == "yours" and study.result is own
    with pytest.raises(RuleBrokenError, match="judged another choice already"):
        study.final(plain_sgd(batch=128))
