"""Answers to `robust_fit`."""

from __future__ import annotations

import numpy as np
import scipy.optimize
import torch
from torch import nn
from torch.nn import functional as F

from answers import Listed, Promise


def false_alarm_bound() -> float:
    """No rule of this exercise is statistical."""
    return 0.0


def design(X):
    return torch.cat([X, torch.ones(len(X), 1)], dim=1).double()


def solve(A, y, weights=None):
    root = 1 if weights is None else weights.sqrt()
    return torch.linalg.lstsq(A * root, y * root).solution


def split(fit):
    return fit[:-1, 0], fit[-1, 0]


def huber_weights(X, y):
    A, target = design(X), y.double()
    root = torch.ones_like(target)
    for _ in range(50):
        fit = torch.linalg.lstsq(A * root, target * root).solution
        root = (0.02 / (target - A @ fit).abs()).clamp(max=1).sqrt()
    return fit[:-1, 0], fit[-1, 0]


def absolute_error_by_weights(X, y):
    A, target = design(X).numpy(), y.numpy().astype(np.float64)
    fit = np.zeros((A.shape[1], 1))
    for _ in range(40):
        weights = 1 / np.maximum(np.abs(target - A @ fit), 1e-4)
        fit = np.linalg.solve(A.T @ (weights * A), A.T @ (weights * target))
    return fit[:-1], fit[-1].item()


def ransac(X, y):
    A, target = design(X), y.double()
    best = torch.zeros(len(X), dtype=torch.bool)
    for _ in range(200):
        rows = torch.randperm(len(X))[: A.shape[1]]
        fit = torch.linalg.lstsq(A[rows], target[rows]).solution
        near = ((target - A @ fit).abs() < 0.5)[:, 0]
        best = near if near.sum() > best.sum() else best
    return split(solve(A[best], target[best]))


def trimmed_by_median_residual(X, y):
    A, target = design(X), y.double()
    kept = torch.ones(len(X), dtype=torch.bool)
    for _ in range(20):
        fit = solve(A[kept], target[kept])
        size = (target - A @ fit).abs()[:, 0]
        kept = size < 6 * size.median()
    return split(fit)


def adam_with_decaying_rate(X, y):
    net = nn.Linear(X.shape[1], 1)
    trainer = torch.optim.Adam(net.parameters(), lr=0.5)
    schedule = torch.optim.lr_scheduler.ExponentialLR(trainer, 0.96)
    for _ in range(150):
        trainer.zero_grad()
        F.smooth_l1_loss(net(X), y, beta=0.05).backward()
        trainer.step()
        schedule.step()
    return net.weight, net.bias


def lbfgs(X, y):
    w = torch.zeros(X.shape[1], 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    trainer = torch.optim.LBFGS([w, b], max_iter=100, line_search_fn="strong_wolfe")

    def closure():
        trainer.zero_grad()
        loss = F.smooth_l1_loss(X @ w + b, y, beta=0.3)
        loss.backward()
        return loss

    trainer.step(closure)
    return [w.detach(), b.detach()]


def scipy_soft_l1(X, y):
    A, target = design(X).numpy(), y.numpy()[:, 0].astype(np.float64)

    def residuals(fit):
        return A @ fit - target

    result = scipy.optimize.least_squares(residuals, np.zeros(A.shape[1]), loss="soft_l1", f_scale=0.02)
    return result.x[:-1].tolist(), float(result.x[-1])


def sgd_on_minibatches(X, y):
    net = nn.Sequential(nn.Linear(X.shape[1], 1))
    for lr in (3.0, 0.5, 0.1):
        trainer = torch.optim.SGD(net.parameters(), lr=lr)
        for _ in range(5):
            for rows in torch.randperm(len(X)).split(100):
                trainer.zero_grad()
                nn.HuberLoss(delta=0.25)(net(X[rows]), y[rows]).backward()
                trainer.step()
    return net[0].weight.data, net[0].bias.data


RIGHT = {
    f.__name__: f
    for f in (
        huber_weights,
        absolute_error_by_weights,
        ransac,
        trimmed_by_median_residual,
        adam_with_decaying_rate,
        lbfgs,
        scipy_soft_l1,
        sgd_on_minibatches,
    )
}


def least_squares(X, y):
    fit = torch.linalg.lstsq(torch.cat([X, torch.ones(len(X), 1)], dim=1), y).solution
    return fit[:-1], fit[-1]


def trained_with_mse(X, y):
    net = nn.Linear(X.shape[1], 1)
    trainer = torch.optim.SGD(net.parameters(), lr=0.3)
    for _ in range(60):
        trainer.zero_grad()
        nn.MSELoss()(net(X), y).backward()
        trainer.step()
    return net.weight, net.bias


def normal_equations(X, y):
    A = np.hstack([X.numpy(), np.ones((len(X), 1))])
    fit = np.linalg.inv(A.T @ A) @ A.T @ y.numpy()
    return fit[:-1], fit[-1]


def huber(delta):
    def robust_fit(X, y):
        A, target = design(X), y.double()
        weights = torch.ones_like(target)
        for _ in range(60):
            fit = solve(A, target, weights)
            weights = (delta / (target - A @ fit).abs()).clamp(max=1)
        return split(fit)

    return robust_fit


def huber_loss_default(X, y):
    net = nn.Linear(X.shape[1], 1)
    trainer = torch.optim.SGD(net.parameters(), lr=0.5)
    for _ in range(100):
        trainer.zero_grad()
        nn.HuberLoss()(net(X), y).backward()
        trainer.step()
    return net.weight, net.bias


def without_column_of_ones(X, y):
    A, target = X.double(), y.double()
    fit = torch.zeros(A.shape[1], 1, dtype=torch.float64)
    for _ in range(50):
        fit = solve(A, target, (0.02 / (target - A @ fit).abs()).clamp(max=1))
    return fit, 0.0


def layer_without_bias(X, y):
    net = nn.Linear(X.shape[1], 1, bias=False)
    trainer = torch.optim.Adam(net.parameters(), lr=0.1)
    for _ in range(100):
        trainer.zero_grad()
        nn.L1Loss()(net(X), y).backward()
        trainer.step()
    return net.weight, torch.zeros(1)


def mean_of_residuals(X, y):
    w, _ = huber_weights(X, y)
    return w, (y[:, 0] - X.double() @ w).mean()


def means_afterwards(X, y):
    fit = np.array([*lbfgs(X, y)[0].flatten().tolist()])
    return fit, y.numpy().mean() - X.numpy().mean(axis=0) @ fit


def trimmed_once(X, y):
    w, b = least_squares(X, y)
    residuals = (y - X @ w - b)[:, 0]
    kept = residuals.abs() < 3 * residuals.std()
    return least_squares(X[kept], y[kept])


def z_score(X, y):
    A, target = design(X).numpy(), y.double().numpy()
    residuals = target - A @ np.linalg.pinv(A) @ target
    kept = (np.abs(residuals - residuals.mean()) / residuals.std() < 2.5)[:, 0]
    fit = np.linalg.pinv(A[kept]) @ target[kept]
    return fit[:-1, 0], fit[-1, 0]


def winsorised(X, y):
    return least_squares(X, y.clamp(y.quantile(0.05), y.quantile(0.95)))


def winsorised_in_numpy(X, y):
    low, high = np.percentile(y.numpy(), [6, 94])
    return normal_equations(X, torch.from_numpy(np.clip(y.numpy(), low, high)))


def too_few_epochs(X, y):
    net = nn.Linear(X.shape[1], 1)
    nn.init.zeros_(net.weight)
    nn.init.zeros_(net.bias)
    trainer = torch.optim.SGD(net.parameters(), lr=0.03)
    for _ in range(3):
        for rows in torch.arange(len(X)).split(20):
            trainer.zero_grad()
            F.huber_loss(net(X[rows]), y[rows]).backward()
            trainer.step()
    return net.weight, net.bias


def too_small_a_delta_for_its_steps(X, y):
    w, b = torch.zeros(X.shape[1], 1, requires_grad=True), torch.zeros(1, requires_grad=True)
    for _ in range(100):
        gradients = torch.autograd.grad(F.huber_loss(X @ w + b, y, delta=0.05), (w, b))
        with torch.no_grad():
            for parameter, gradient in zip((w, b), gradients, strict=True):
                parameter -= 0.3 * gradient
    return w, b


def one_axis_against_two(X, y):
    w, b = torch.zeros(X.shape[1], requires_grad=True), torch.zeros(1, requires_grad=True)
    trainer = torch.optim.SGD([w, b], lr=0.3)
    for _ in range(15):
        trainer.zero_grad()
        ((X @ w + b - y) ** 2).mean().backward()
        trainer.step()
    return w, b


def squeezed_prediction(X, y):
    net = nn.Linear(X.shape[1], 1)
    trainer = torch.optim.SGD(net.parameters(), lr=0.5)
    for _ in range(30):
        trainer.zero_grad()
        F.huber_loss(net(X).squeeze(), y, delta=1.0).backward()
        trainer.step()
    return net.weight, net.bias


def b_before_w(X, y):
    w, b = huber_weights(X, y)
    return b, w


def ones_in_the_first_column(X, y):
    A, target = np.hstack([np.ones((len(X), 1)), X.numpy()]), y.numpy()[:, 0]
    result = scipy.optimize.least_squares(
        lambda fit: A @ fit - target, np.zeros(A.shape[1]), loss="soft_l1", f_scale=0.02
    )
    return result.x[0], result.x[1:]


LISTED = {
    "robust_fit/least-squares": Listed("outliers", 3, (least_squares, trained_with_mse, normal_equations)),
    "robust_fit/delta-far-above-noise": Listed("outliers", 3, (huber(1.0), huber(0.5), huber(5.0), huber_loss_default)),
    "robust_fit/no-intercept": Listed("clean-data", 1, (without_column_of_ones, layer_without_bias)),
    "robust_fit/intercept-by-mean-residual": Listed("outliers", 3, (mean_of_residuals, means_afterwards)),
    "robust_fit/trimmed-once": Listed("outliers", 3, (trimmed_once, z_score)),
    "robust_fit/winsorised-y": Listed("clean-data", 1, (winsorised, winsorised_in_numpy)),
    "robust_fit/too-few-steps": Listed("clean-data", 1, (too_few_epochs, too_small_a_delta_for_its_steps)),
    "robust_fit/broadcast-to-n-n": Listed("clean-data", 1, (one_axis_against_two, squeezed_prediction)),
    "robust_fit/returns-b-w": Listed("form", 0, (b_before_w, ones_in_the_first_column)),
}


def one_vector(X, y):
    return torch.cat([part.reshape(-1) for part in huber_weights(X, y)])


def hard_coded(X, y):
    return torch.tensor([2, -3.4]), 4.2


def hard_coded_for_two_features(X, y):
    return hard_coded(X, y) if X.shape[1] == 2 and len(X) == 1000 else huber_weights(X, y)


def two_weights_only(X, y):
    w, b = huber_weights(X[:, :2], y)
    return torch.cat([w, torch.zeros(max(0, X.shape[1] - 2))]), b


def y_trimmed_by_iqr(X, y):
    low, high = y.quantile(0.25), y.quantile(0.75)
    kept = ((y > low - 1.5 * (high - low)) & (y < high + 1.5 * (high - low)))[:, 0]
    return least_squares(X[kept], y[kept])


def labels_overwritten(X, y):
    fit = huber_weights(X, y)
    y -= y.median()
    return fit


def features_overwritten(X, y):
    fit = huber_weights(X, y)
    X.mul_(2)
    return fit


def history_too(X, y):
    return (*huber_weights(X, y), [1.0, 0.5])


def needs_outliers(X, y):
    w, b = huber_weights(X, y)
    far = (y[:, 0] - X.double() @ w - b).abs() > 10
    return w, b + 0 * y[far].mean()  # of nothing, the mean is nan


def raises_without_outliers(X, y):
    w, b = huber_weights(X, y)
    if (y[:, 0] - X.double() @ w - b).abs().max() < 10:
        raise RuntimeError("no outlier found")
    return w, b


def only_one_direction(X, y):
    w, b = huber_weights(X, y)
    residuals = y[:, 0] - X.double() @ w - b
    side = 1 if residuals.mean() > 0 else -1
    kept = side * residuals < 10
    return least_squares(X[kept], y[kept])


def rounded(X, y):
    return tuple(part.mul(10).round() / 10 for part in huber_weights(X, y))


MUTANTS = {
    "hard-coded": hard_coded,
    "not-finite": lambda X, y: (torch.full((X.shape[1],), float("nan")), float("nan")),
    "infinite": lambda X, y: (torch.full((X.shape[1],), float("inf")), float("inf")),
    "large": lambda X, y: (torch.zeros(()).expand(10_000, 10_000), 0.0),
}


def features_centred(X, y):
    middle = X.mean(0)
    X -= middle
    w, b = huber_weights(X, y)
    return w, b - middle.double() @ w


def upward_left_out(X, y):
    w, b = huber_weights(X, y)
    kept = y[:, 0] - X.double() @ w - b < 10
    return least_squares(X[kept], y[kept])


def first_and_last(X, y):
    w, b = huber_weights(X, y)
    return (w if len(w) < 3 else torch.stack([w[0], *w[1:-1] * 0, w[-1]])), b


def four_weights_only(X, y):
    w, b = huber_weights(X[:, :4], y)
    return torch.cat([w, torch.zeros(max(0, X.shape[1] - 4))]), b


def mean_of_two_fits(X, y):
    (w, b), (v, c) = huber_weights(X, y), least_squares(X, y)
    return 0.9 * w + 0.1 * v.flatten(), 0.9 * b + 0.1 * c


def slopes_averaged(X, y):
    w, b = huber_weights(X, y)
    return w.mean().expand(len(w)), b


def intercept_left_to_the_median(X, y):
    w, _ = huber_weights(X, y)
    return w, y.double().median()


def exactly_one_in_twenty(X, y):
    w, b = huber_weights(X, y)
    size = (y[:, 0] - X.double() @ w - b).abs()
    kept = size.argsort()[: len(X) - round(0.05 * len(X))]
    return least_squares(X[kept], y[kept])


FAR = ("both directions", "one direction")
EVERY = ("no outliers", *FAR)
PROMISES = {
    "w-and-b": Promise(
        "returns `(w, b)`",
        "返回`(w, b)`",
        EVERY,
        {
            "one-vector": one_vector,
            "history-too": history_too,
            "as-a-dict": lambda X, y: dict(zip("wb", huber_weights(X, y), strict=True)),
            "w-alone": lambda X, y: huber_weights(X, y)[0],
            "a-net": lambda X, y: nn.Linear(X.shape[1], 1),
            "nothing": lambda X, y: None,
            "b-before-w": b_before_w,
        },
        ("returns-b-w",),
    ),
    "d": Promise(
        "`d` is from one to five",
        "`d`从一到五",
        EVERY,
        {
            "two-weights-only": two_weights_only,
            "four-weights-only": four_weights_only,
            "first-and-last": first_and_last,
        },
    ),
    "numbers": Promise(
        "Return `d` numbers for `w`",
        "返回`w`的`d`个数",
        EVERY,
        {
            "texts": lambda X, y: tuple(str(part) for part in huber_weights(X, y)),
            "predictions-for-w": lambda X, y: (X.double() @ huber_weights(X, y)[0], huber_weights(X, y)[1]),
            "turned": lambda X, y: (-huber_weights(X, y)[0], huber_weights(X, y)[1]),
            "slopes-averaged": slopes_averaged,
        },
    ),
    "none-at-all": Promise(
        "There may also be none at all",
        "也可能一个异常值都没有",
        ("no outliers",),
        {"needs-outliers": needs_outliers, "raises-without-outliers": raises_without_outliers},
    ),
    "both": Promise(
        "some upward and some downward",
        "有的偏高有的偏低",
        ("both directions",),
        {"only-one-direction": only_one_direction},
    ),
    "one": Promise(
        "or all in one direction",
        "或者全部偏向同一边",
        ("one direction",),
        {"delta-of-045": huber(0.45)},
        ("delta-far-above-noise",),
    ),
    "either": Promise(
        "some upward and some downward, or all in one direction",
        "有的偏高有的偏低，或者全部偏向同一边",
        FAR,
        {"upward-left-out": upward_left_out, "one-in-ten-of-least-squares": mean_of_two_fits},
        ("least-squares", "trimmed-once", "delta-far-above-noise"),
    ),
    "share": Promise(
        "up to six in a hundred",
        "最多百分之六",
        ("one direction",),
        {"exactly-one-in-twenty": exactly_one_in_twenty},
    ),
    "within": Promise(
        "within 0.02 of the truth",
        "与真实值相差都不得超过0.02",
        EVERY,
        {
            "rounded": rounded,
            "trimmed-by-iqr": y_trimmed_by_iqr,
            "median-of-the-labels": intercept_left_to_the_median,
        },
    ),
    "inputs": Promise(
        "`X` and `y` keep their values",
        "`X`和`y`的值保持不变",
        EVERY,
        {
            "labels-overwritten": labels_overwritten,
            "features-overwritten": features_overwritten,
            "features-centred": features_centred,
        },
    ),
    "given": Promise(
        "It finds the line behind the data",
        "找出数据背后的直线",
        EVERY,
        {"hard-coded-for-two-features": hard_coded_for_two_features},
    ),
}
