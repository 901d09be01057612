"""The figures of lesson 02 show what was given to them, and their words say the same numbers."""

from __future__ import annotations

import pytest
import torch
from matplotlib.figure import Figure

from linreg_course.lessons.plots import batches

N = batches.NUM_EXAMPLES


def _grey_points(axes):
    return torch.as_tensor(axes.lines[0].get_ydata())


def _width(patch):  # axvspan gives a Polygon in older matplotlib, a Rectangle in newer
    return patch.get_path().transformed(patch.get_patch_transform()).get_extents().width


def test_a_raster_draws_the_ids_in_the_order_of_delivery():
    off = [torch.arange(20), torch.arange(20)]
    on = [torch.arange(20).flip(0), torch.arange(20).roll(7)]
    axes = batches.raster(off, on).figure.axes
    assert all(torch.equal(_grey_points(a), ids) for a, ids in zip(axes, [*off, *on], strict=True))


def test_a_raster_counts_the_places_on_which_two_epochs_agree():
    swapped = torch.arange(20)
    swapped[[3, 4]] = swapped[[4, 3]]
    words = batches.raster([torch.arange(20)] * 2, [torch.arange(20), swapped]).words
    assert "20 of 20" in words.en
    assert "18 of 20" in words.en
    assert "20个位置中有20个" in words.zh
    assert "20个位置中有18个" in words.zh


@pytest.mark.parametrize("batch_size", [1, 10, 59, 64, 128])
def test_the_control_cuts_a_pass_as_division_with_remainder_does(batch_size):
    full, rest = divmod(N, batch_size)
    figure = Figure()
    words = batches.draw_passes(figure, batch_size=batch_size, is_train=True, drop_last=False)
    tail = f" + {rest}" if rest else ""
    assert figure.axes[0].get_title() == f"epoch 1: {full} × {batch_size}{tail}"
    assert f"epoch: {full + bool(rest)}, the last of size {rest or batch_size};" in words.en
    assert f"小批量：{full + bool(rest)}个，最后一个的大小是{rest or batch_size}；" in words.zh
    widths = [_width(patch) for patch in figure.axes[0].patches]
    assert widths == pytest.approx([rest] if rest else [])


def test_drop_last_leaves_the_remainder_out_of_the_figure_and_says_so():
    figure = Figure()
    words = batches.draw_passes(figure, batch_size=64, is_train=False, drop_last=True)
    assert torch.equal(_grey_points(figure.axes[0]), torch.arange(N - N % 64))
    assert figure.axes[0].get_title().endswith(f"dropped {N % 64}")
    assert f"{N - N % 64} of {N}" in words.en
    assert f"{N - N % 64}个，共{N}个" in words.zh


def test_every_shuffled_epoch_of_the_control_is_another_order_of_all_examples():
    figure = Figure()
    batches.draw_passes(figure, batch_size=10, is_train=True, drop_last=False)
    first, second = (_grey_points(axes) for axes in figure.axes)
    assert torch.equal(first.sort().values, torch.arange(N))
    assert torch.equal(second.sort().values, torch.arange(N))
    assert not torch.equal(first, second)


def test_the_training_figure_shows_losses_and_residuals_and_says_how_large_they_are():
    y = torch.linspace(-1, 1, 300).reshape(-1, 1)
    residuals = {"off": torch.where(y < 0, 0.5, 0.25), "on": torch.zeros(300, 1)}
    picture = batches.training({"off": [4.0, 0.25], "on": [4.0, 0.01]}, y, residuals)
    left, right = picture.figure.axes
    assert [list(line.get_ydata()) for line in left.lines] == [[4.0, 0.25], [4.0, 0.01]]
    assert torch.equal(torch.as_tensor(right.lines[0].get_ydata()), residuals["off"].flatten())
    for words in (picture.words.en, picture.words.zh):
        assert all(number in words for number in ("0.25", "0.01", "0.5", "100"))


def test_an_example_that_was_not_delivered_has_no_mark():
    figure = Figure()
    batches.draw_passes(figure, batch_size=128, is_train=False, drop_last=True)
    marked = [line.get_ydata()[0] for line in figure.axes[0].lines[1:]]
    assert list(marked) == [0, 250, 500, 750]
