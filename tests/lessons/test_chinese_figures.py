"""Every figure of the lessons in Chinese: each character has a glyph, and the data are those of the English one."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont
from matplotlib.text import Text as Drawn

from linreg_course.display import Picture, drawn, to_png
from linreg_course.language import use_language
from linreg_course.lessons.case_file import PRINTED
from linreg_course.lessons.data import TRUE_B, TRUE_W, seeded_sample
from linreg_course.lessons.explore import small_multiples
from linreg_course.lessons.plots import batches, curves, fits, losses, scatter, starts, steps
from linreg_course.lessons.plots.labels import FONT
from linreg_course.lessons.training import Setting, run

HAN = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]\w{3,}", re.ASCII)
CODE = re.compile(r"\w+ = [\w.-]+|\$[^$]*\$")
# Names that a learner meets in code.
KEPT = {
    "y_hat",
    "delta",
    "sigma",
    "sqrt",
    "num_epochs",
    "init_std",
    "formula",
    "huber",
    "shuffle",
    "HuberLoss",
    "SmoothL1Loss",
}


def pictures() -> Iterator[Picture]:
    """Yield every figure once, with small data."""
    torch.manual_seed(0)
    X, y = seeded_sample(0, 100)
    r, printed = torch.linspace(-3, 3, 61), torch.tensor(PRINTED)
    short = run(Setting(num_epochs=1))
    ids = [torch.randperm(1003) for _ in range(2)]
    yield batches.raster(ids, ids)
    yield batches.training({"off": [1.0, 0.5], "on": [1.0, 0.1]}, y, {"off": y, "on": y / 2})
    yield small_multiples(
        batches.draw_passes, [{"batch_size": 100, "is_train": True, "drop_last": drop} for drop in (True, False)]
    )
    yield fits.pair_table(y[:3], y[:3, 0])
    yield fits.two_fits(y, y, y / 2)
    yield small_multiples(fits.draw_prediction, [{"w1": 2.0, "w2": -3.4, "b": 4.2}])
    curves_of = {"mse": r**2, "l1": r.abs(), "huber": r.abs().clamp(max=2), "hl": r.abs() / 2}
    yield losses.costs_and_pulls(r, curves_of, curves_of)
    yield losses.left_for_b(y.abs() + 4, y > 5, {"mse": 5.0, "huber": 4.2})
    yield losses.shift_against_delta({0.1: 0.01, 1.0: 0.1}, 0.05, 5.0)
    yield losses.distance_to_truth({"mse": short.path})
    shifts = {0.1: 0.005, 1.0: 0.05}
    for loss in losses.HUBERS:
        figure = Figure(layout="constrained")
        yield Picture(figure, losses.draw_delta(figure, delta=1.0, loss=loss, shifts=shifts))
    yield scatter.gradient_sizes(printed, torch.stack([printed, printed * 2]))
    yield scatter.thin_slices(X, y, TRUE_W.flatten(), TRUE_B, 0.3)
    yield scatter.residual_histogram(y, 0.01)
    yield small_multiples(scatter.draw_recovery, [{"sigma": 0.01, "n": 50}])
    yield steps.gradient_chain(X[:5], y[:5], torch.zeros(5, 1))
    yield steps.two_paths(short, short, ("a", "b"))
    yield steps.differences({"a": (short, short)})
    yield small_multiples(
        steps.draw_training,
        [{"reduction": "sum", "batch_size": 10, "lr": float(lr), "optimizer": "sgd"} for lr in (0.003, 3)],
    )
    gradients = {Setting(loss="huber", earlier_runs=runs): [printed] for runs in (0, 2)}
    yield curves.case_figure(gradients, printed)
    yield curves.error_map(torch.tensor([[0.1, torch.inf]]), [0.03], [1, 3])
    yield curves.error_against_n([10, 100], [0.1, 0.01], [0.01, 0.001])
    yield small_multiples(curves.draw_earlier_runs, [{"earlier_runs": 1, "loss": "huber"}])
    yield small_multiples(curves.draw_error, [{"lr": 0.03, "num_epochs": 1, "n": 100}])
    yield small_multiples(starts.draw_start, [{"init_std": 1}])
    yield starts.hidden_units({"0": [1.0, 0.5]}, {"0": torch.zeros(3, 2)})
    yield starts.histograms({"a": r})
    yield starts.activation_curves({"a": [1.0, 0.5]})
    yield small_multiples(starts.draw_deep, [{"init": "xavier", "activation": "tanh"}])


def words(figure: Figure) -> list[str]:
    """Return what is written in a figure."""
    return [text.get_text() for text in figure.findobj(Drawn) if text.get_text()]


def test_each_figure_is_drawn_in_chinese_without_a_missing_glyph_and_shows_the_same_data(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("WARNING", logger="matplotlib")  # in a formula, a missing glyph is logged
    use_language("en")
    english = list(pictures())
    use_language("zh")
    for one, other in zip(english, pictures(), strict=True):
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # matplotlib warns of a glyph that it does not have
            to_png(one.figure)
            to_png(other.figure)
        assert drawn(one.figure) == drawn(other.figure), one.words.en
        assert not HAN.search(" ".join(words(one.figure)))
        left = {word for text in words(other.figure) for word in ENGLISH.findall(CODE.sub("", text))}
        assert left <= KEPT, other.words.zh
    assert caplog.messages == []


def test_the_font_has_every_character_of_the_lessons_code_and_is_small() -> None:
    from tools.font import characters

    own, latin = TTFont(FONT).getBestCmap(), TTFont(findfont("DejaVu Sans")).getBestCmap()
    assert {sign for sign in characters() if ord(sign) not in own and ord(sign) not in latin} == set()
    assert FONT.stat().st_size < 300_000
    assert "SIL OPEN FONT LICENSE" in Path(FONT).with_name("NotoSansSC-LICENSE.txt").read_text(encoding="utf-8")
