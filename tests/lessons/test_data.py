"""The course's own data: what it is made of, that a seed fixes it, and outliers that are where they should be."""

from __future__ import annotations

import pytest
import torch

from linreg_course.lessons.data import add_outliers, seeded_sample


def least_squares(X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return w1, w2, b of the closed form in float64."""
    ones = torch.ones(len(X), 1, dtype=torch.float64)
    return torch.linalg.lstsq(torch.cat([X.double(), ones], 1), y.double()).solution.flatten()


def test_shapes_and_dtypes_are_those_of_the_chapter() -> None:
    X, y = seeded_sample(0, n=7)
    assert (X.shape, y.shape) == ((7, 2), (7, 1))
    assert (X.dtype, y.dtype) == (torch.float32, torch.float32)


def test_without_noise_the_closed_form_finds_weights_and_bias() -> None:
    # X and y are float32: the solution is good to some roundings of numbers near 10.
    expected = torch.tensor([2.0, -3.4, 4.2], dtype=torch.float64)
    torch.testing.assert_close(least_squares(*seeded_sample(1, sigma=0.0)), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("sigma", [0.01, 0.5])
def test_with_noise_it_finds_them_to_five_standard_errors_and_leaves_the_noise(sigma: float) -> None:
    n = 200_000
    X, y = seeded_sample(2, n, sigma)
    solution = least_squares(X, y)
    residuals = y.double().flatten() - X.double() @ solution[:2] - solution[2]
    expected = torch.tensor([2.0, -3.4, 4.2], dtype=torch.float64)
    # The standard error is sigma / sqrt(n) for features of variance 1; that of a std is sigma / sqrt(2 n).
    torch.testing.assert_close(solution, expected, rtol=0, atol=5 * sigma / n**0.5)
    assert abs(residuals.std().item() - sigma) < 5 * sigma / (2 * n) ** 0.5


def test_features_are_standard_normal_and_not_correlated() -> None:
    n = 20000
    X, _ = seeded_sample(3, n)
    # Five standard errors: 1 / sqrt(n) for means and covariances, sqrt(2 / n) for variances.
    torch.testing.assert_close(X.mean(0), torch.zeros(2), rtol=0, atol=5 / n**0.5)
    torch.testing.assert_close(X.T.cov(), torch.eye(2), rtol=0, atol=5 * (2 / n) ** 0.5)
    # Half of a normal distribution lies within 0.6745 of its mean.
    assert abs((X.abs() < 0.6745).float().mean().item() - 0.5) < 5 * 0.5 / (2 * n) ** 0.5


def test_a_seed_fixes_the_data_and_another_gives_others() -> None:
    (X, y), (X_again, y_again), (X_other, _) = seeded_sample(4), seeded_sample(4), seeded_sample(5)
    assert torch.equal(X, X_again)
    assert torch.equal(y, y_again)
    assert not torch.equal(X, X_other)


def test_the_noise_is_scaled_and_the_features_stay() -> None:
    (X, clean), (X_noisy, noisy), (_, noisier) = (seeded_sample(6, sigma=sigma) for sigma in (0.0, 1.0, 2.0))
    assert torch.equal(X, X_noisy)
    # Rounding of labels up to about 20.
    torch.testing.assert_close(noisier - clean, 2 * (noisy - clean), rtol=0, atol=1e-5)


def test_torchs_global_generator_is_left_alone() -> None:
    before = torch.get_rng_state()
    _, y = seeded_sample(7)
    add_outliers(y, 0.5, 1.0, torch.Generator().manual_seed(0))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("values", [{"n": 0}, {"n": -1}, {"sigma": -0.01}])
def test_a_sample_that_cannot_be_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"needs n >= 1 and sigma >= 0"):
        seeded_sample(0, **values)


@pytest.mark.parametrize(("fraction", "count"), [(0.0, 0), (0.1, 20), (0.333, 67), (1.0, 200)])
@pytest.mark.parametrize("size", [15.0, -15.0])
def test_the_stated_share_of_rows_moves_by_a_fifth_of_the_size_up_to_all_of_it(
    fraction: float, count: int, size: float
) -> None:
    y = torch.zeros(200, 1)
    shares = (add_outliers(y, fraction, size, torch.Generator().manual_seed(1)) / size).flatten()
    moved = shares[shares != 0]
    assert len(moved) == count
    assert ((moved >= 0.2) & (moved <= 1)).all()


def test_displacements_are_uniform_over_their_range() -> None:
    n = 20000
    shares = add_outliers(torch.zeros(n, 1), 1.0, 1.0, torch.Generator().manual_seed(2)).flatten()
    # A uniform distribution on (0.2, 1) has mean 0.6 and std 0.8 / sqrt(12).
    assert abs(shares.mean().item() - 0.6) < 5 * 0.8 / (12 * n) ** 0.5
    assert abs((shares < 0.4).float().mean().item() - 0.25) < 5 * 0.5 / n**0.5


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_labels_are_untouched_and_the_result_keeps_their_shape_and_dtype(dtype: torch.dtype) -> None:
    y = torch.arange(50, dtype=dtype).reshape(-1, 1)
    moved = add_outliers(y, 0.4, 9.0, torch.Generator().manual_seed(3))
    assert torch.equal(y, torch.arange(50, dtype=dtype).reshape(-1, 1))
    assert (moved.shape, moved.dtype) == (y.shape, dtype)
    assert (moved != y).sum() == 20


def test_the_same_generator_state_moves_the_same_rows_alike() -> None:
    y = torch.zeros(50, 1)
    one, again = (add_outliers(y, 0.4, 9.0, torch.Generator().manual_seed(4)) for _ in range(2))
    other = add_outliers(y, 0.4, 9.0, torch.Generator().manual_seed(5))
    assert torch.equal(one, again)
    assert not torch.equal(one != 0, other != 0)


@pytest.mark.parametrize("fraction", [-0.1, 1.1, float("nan")])
def test_a_share_outside_0_to_1_is_refused(fraction: float) -> None:
    with pytest.raises(ValueError, match="fraction must lie between 0 and 1"):
        add_outliers(torch.zeros(5, 1), fraction, 1.0, torch.Generator())


@pytest.mark.parametrize("shape", [(5,), (5, 2), (1, 5, 1), ()])
def test_labels_that_are_no_column_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"y must have shape \(n, 1\)"):
        add_outliers(torch.zeros(shape), 0.1, 1.0, torch.Generator())
