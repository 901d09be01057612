# %% [markdown] name="title" lang="en"
# # 05 The loss
#
# After this lesson you can compute a loss by hand and with torch, read from its slope how hard one example pulls
# at a fit, tell apart the formulas that are called Huber, and choose their threshold.
#
# **The question:** what does one wild label cost?
# %% [markdown] name="title" lang="zh"
# # 05 损失
#
# 学完这一课，你能手算损失，也能用torch求损失；能从损失的斜率看出一个样本（example）对拟合的拉力有多大；能分清几个都叫Huber的公式，并为它们选择阈值（threshold）。
#
# **本课的问题。** 一个离谱的标签（label），代价有多大？
# %% name="setup" role="setup"
import ast
import warnings
from dataclasses import replace
from functools import partial

import torch
from torch import nn

from linreg_course.lessons.compat import d2l
from linreg_course.lessons.data import add_outliers
from linreg_course.display import show
from linreg_course.lessons.explore import explore
from linreg_course.lessons.guard import guard
from linreg_course.language import use_language
from linreg_course.lessons.plots import losses
from linreg_course.lessons.predict import predict, reveal
from linreg_course.lessons.training import Setting, run
from linreg_course.start.progress import follow

use_language("en")
follow("05_loss")
# %% [markdown] name="cost-text" lang="en"
# A loss function turns predictions and labels into one number: what the training makes small. For regression
# it looks at the residuals only, here $r = \hat y - y$, and each residual has a cost:
#
# | | cost of one residual |
# |---|---|
# | mse | $r^2$ |
# | mae | $\lvert r\rvert$ |
# | huber | $\lvert r\rvert - \delta/2$ where $\lvert r\rvert > \delta$, otherwise $r^2/(2\delta)$ |
#
# $\delta$ is Huber's threshold, `delta` in code. The book (D2L) prints it as $\sigma$; here `sigma` is the noise alone.
# %% [markdown] name="cost-text" lang="zh"
# 损失函数（loss function）把预测和标签变成一个数，训练就是要把它变小。对回归来说，它只看残差（residual），这里取$r = \hat y - y$，每个残差都有一个代价：
#
# | | 一个残差的代价 |
# |---|---|
# | mse | $r^2$ |
# | mae | $\lvert r\rvert$ |
# | huber | $\lvert r\rvert > \delta$时为$\lvert r\rvert - \delta/2$，否则为$r^2/(2\delta)$ |
#
# $\delta$是Huber的阈值，代码里是`delta`。书（D2L）里把它印成$\sigma$；在这里，`sigma`只表示噪声（noise）。
# %% [markdown] name="predict-cost" lang="en"
# **Predict.** `delta` is 1. How many times the cost of a residual of 1 does a residual of 100 cost, with mse, mae, huber?
#
# - **A.** 10000, 100, 199
# - **B.** 100, 100, 100
# - **C.** 10000, 100, 100
# %% [markdown] name="predict-cost" lang="zh"
# **预测。** `delta`为1。按mse、mae、huber计算，一个等于100的残差，代价分别是等于1的残差的多少倍？
#
# - **A.** 10000、100、199
# - **B.** 100、100、100
# - **C.** 10000、100、100
# %% name="ask-cost"
predict("05-a", "ABC")
# %% name="cost"
r, delta = torch.tensor([1.0, 100.0]), 1.0
cost = {
    "mse": r**2,
    "mae": r.abs(),
    "huber": torch.where(r.abs() > delta, r.abs() - delta / 2, r**2 / (2 * delta)),
}
for name, (near, far) in cost.items():
    print(f"{name:5} {near:8.1f} {far:8.1f}")
ratios = tuple(round((far / near).item()) for near, far in cost.values())
reveal("05-a", ratios)
# %% name="cost-proof" role="proof"
assert ratios == (10000, 100, 199)
# %% [markdown] name="cost-explained" lang="en"
# **Explain.** A. Squaring squares the ratio too, which B forgets. Far out Huber grows like mae, and yet its ratio is not that of
# mae: near 0 it is *cheaper*, and the residual of 1 costs half of what mae asks. C looks right because both are straight lines far
# out; but a ratio depends on both ends.
# %% [markdown] name="cost-explained" lang="zh"
# **解释。** 选A。平方把倍数也平方了，B忘了这一点。Huber在远处与mae一样增长，但倍数不是mae的倍数：在0附近它*更便宜*，等于1的残差只要mae的一半代价。C看上去对，因为两者在远处都是直线；但倍数取决于两头。
# %% [markdown] name="by-hand-text" lang="en"
# **Three by hand, three from torch.** torch has all three: mean squared error, mean absolute error and
# Huber. Each takes prediction and label and returns the mean of the costs. Look at the first line: does `nn.MSELoss` contain
# the factor one half that many textbooks write?
# %% [markdown] name="by-hand-text" lang="zh"
# **手算三个，torch三个。** 这三个torch都有：均方误差（mean squared error）、平均绝对误差（mean absolute error）和Huber。它们都接收预测和标签，返回代价的均值。看第一行：许多教科书里写的二分之一，`nn.MSELoss`里有吗？
# %% name="by-hand"
torch.manual_seed(0)
y_hat, y_some = 3 * torch.randn(8, 1), 3 * torch.randn(8, 1)
r = y_hat - y_some
by_hand = {
    "mse": (r**2).mean(),
    "mae": r.abs().mean(),
    "huber": torch.where(r.abs() > delta, r.abs() - delta / 2, r**2 / (2 * delta)).mean(),
}
by_torch = {"mse": nn.MSELoss(), "mae": nn.L1Loss(), "huber": nn.HuberLoss()}
for name, loss in by_torch.items():
    print(f"{name:5} {by_hand[name]:.4f} {loss(y_hat, y_some):.4f}")
# %% name="by-hand-proof" role="proof"
assert all(torch.isclose(by_hand[name], by_torch[name](y_hat, y_some)) for name in by_torch)
# %% [markdown] name="by-hand-explained" lang="en"
# It does not: `nn.MSELoss` is the plain mean of the squares. A learning rate that was tuned for the halved loss
# means something else here; *Further* measures it. Huber's formula does have the half. Near 0, then, mse is 2 times Huber with
# `delta` 1. Keep that in mind: it comes back at the end.
# %% [markdown] name="by-hand-explained" lang="zh"
# 没有：`nn.MSELoss`就是平方的均值。为减半的损失调好的学习率（learning rate），在这里含义不同；*延伸*部分会测出差别。Huber的公式里则有二分之一。因此在0附近，mse是`delta`为1的Huber的2倍。记住这一点，本课最后还会遇到它。
# %% [markdown] name="reduction-text" lang="en"
# **From costs to one number.** How the costs become one number is the loss's `reduction`: their mean, their sum, or, with
# `"none"`, not at all. Then you see every cost by itself, which tells *which* example is expensive.
# %% [markdown] name="reduction-text" lang="zh"
# **从各个代价到一个数。** 各个代价怎样变成一个数，由损失的归约（`reduction`）决定：取平均、求和，或者写`"none"`，不归约。不归约时能看到每一个代价，于是知道*哪个*样本的代价高。
# %% name="reduction"
each = nn.MSELoss(reduction="none")(y_hat, y_some)
print(each.flatten())
print("argmax", each.argmax().item())
for reduction in ("mean", "sum"):
    print(reduction, nn.MSELoss(reduction=reduction)(y_hat, y_some))
# %% name="reduction-proof" role="proof"
assert torch.isclose(each.sum(), nn.MSELoss(reduction="sum")(y_hat, y_some))
assert torch.isclose(each.mean(), nn.MSELoss()(y_hat, y_some))
# %% [markdown] name="pull-text" lang="en"
# **What training feels.** The optimizer never uses the cost. It uses the gradient, and each example
# enters it with the *slope* of its cost. We call that slope its **pull**: how hard it tugs the prediction its way.
#
# Automatic differentiation finds the pulls: `torch.autograd.grad` hands back the derivatives that `backward` would
# write into `.grad`. Each residual occurs in one cost only, so the gradient of the sum lists all slopes. A fourth loss joins here, log-cosh:
# $\log\cosh r$ with $\cosh r = (e^r + e^{-r})/2$.
# %% [markdown] name="pull-text" lang="zh"
# **训练真正用到的是什么。** 优化器（optimizer）从不使用代价，它用的是梯度（gradient），而每个样本都以自己代价的*斜率*进入梯度。我们把这个斜率叫作样本的**拉力**：它把预测往自己那边拽得有多用力。
#
# 拉力用自动微分（automatic differentiation）来求：`backward`会写进`.grad`的那些导数，`torch.autograd.grad`直接交给你。每个残差只出现在一个代价里，所以对总和求梯度，得到的就是所有的斜率。这里再加上第四个损失log-cosh，即$\log\cosh r$，其中$\cosh r = (e^r + e^{-r})/2$。
# %% name="pulls"
r = torch.linspace(-6, 6, 241, requires_grad=True)
costs = {
    "mse": r**2,
    "mae": r.abs(),
    "huber": torch.where(r.abs() > delta, r.abs() - delta / 2, r**2 / (2 * delta)),
    "log-cosh": torch.log(torch.cosh(r)),
}
pulls = {name: torch.autograd.grad(c.sum(), r)[0] for name, c in costs.items()}
show(losses.costs_and_pulls(r.detach(), {name: c.detach() for name, c in costs.items()}, pulls))
# %% name="pulls-proof" role="proof"
assert pulls["mse"].max() == 12 and all(pulls[name].max() <= 1 for name in ("mae", "huber", "log-cosh"))
# %% [markdown] name="pull-explained" lang="en"
# Compare the right panel. With mse, whoever is far away pulls hardest, without limit. With mae everyone pulls with 1, near
# or far, so no pull tells whether a label is almost reached. Huber and log-cosh pull gently when near and with 1 at most when
# far. The slope of log-cosh is $\tanh r$: Huber's, with the corners rounded off.
# %% [markdown] name="pull-explained" lang="zh"
# 看右边一幅。用mse时，谁离得远，谁的拉力就最大，没有上限。用mae时，无论远近，拉力都是1，所以从拉力看不出预测是否已接近标签。Huber和log-cosh在近处拉得轻，在远处最多为1。log-cosh的斜率是$\tanh r$：就是磨圆了拐角的Huber斜率。
# %% [markdown] name="outliers-text" lang="en"
# **Wild labels.** Now the opening question. One label in twenty is an outlier: too large by 20 to 100, and always too
# large, as when a decimal point was forgotten. The rest have noise of 0.01. The true bias is 4.2.
# %% [markdown] name="outliers-text" lang="zh"
# **离谱的标签。** 回到开头的问题。每二十个标签中有一个是异常值（outlier）：偏大20到100，而且总是偏大，就像有人漏写了小数点。其余标签的噪声为0.01。偏置（bias）的真实值是4.2。
# %% name="outliers"
torch.manual_seed(0)
true_w, true_b, share = torch.tensor([2, -3.4]), 4.2, 0.05
X, y = d2l.synthetic_data(true_w, true_b, 1000)
y_out = add_outliers(y, share, 100, torch.Generator().manual_seed(0))
moved = y_out != y
displaced = (y_out - y)[moved]
print(moved.sum().item(), "of", len(y))
print(f"y_out - y: min {displaced.min():.1f}, max {displaced.max():.1f}")
# %% name="outliers-proof" role="proof"
assert 0.009 < (y - X @ true_w.reshape(2, 1) - true_b).std() < 0.011
assert moved.sum() == share * len(y) and 20 <= displaced.min() and displaced.max() <= 100
# %% [markdown] name="predict-bias" lang="en"
# **Predict.** Nineteen labels in twenty lie where they should. A linear net is fitted with mse. Where is its `b`?
#
# - **A.** 4.2, to within 0.05: the majority wins
# - **B.** about 4.5
# - **C.** about 7
# %% [markdown] name="predict-bias" lang="zh"
# **预测。** 每二十个标签中有十九个在该在的地方。用mse拟合一个线性网络，得到的`b`是多少？
#
# - **A.** 4.2，相差不超过0.05：多数说了算
# - **B.** 大约4.5
# - **C.** 大约7
# %% name="ask-bias"
predict("05-b", "ABC")
# %% [markdown] name="fit-text" lang="en"
# Only the *minimum* matters now, not the way to it. So the loop that you know from the earlier lessons takes all examples in
# each step, with a large learning rate. It runs four times: mse and Huber, on these outliers (`near`) and on the same ones moved
# ten times as far away (`far`).
# %% [markdown] name="fit-text" lang="zh"
# 现在只关心*最小值*在哪里，不关心怎样走到。所以前几课里见过的那个循环，这次每一步都用全部样本，学习率也取得很大。它运行四次：mse和Huber各两次，一次用这些异常值（`near`），一次把同样的异常值移到十倍远（`far`）。
# %% name="fit"
y_far, fits = y + 10 * (y_out - y), {}
for name, loss, lr in (("mse", nn.MSELoss(), 0.5), ("huber", nn.HuberLoss(), 1)):
    for place, labels in (("near", y_out), ("far", y_far)):
        torch.manual_seed(0)
        net = nn.Sequential(nn.Linear(2, 1))
        trainer = torch.optim.SGD(net.parameters(), lr=lr)
        guard(net, trainer)
        for step in range(100):
            trainer.zero_grad()
            loss(net(X), labels).backward()
            trainer.step()
        fits[name, place] = net[0].bias.item()
# %% name="fit-result"
reveal("05-b", round(fits["mse", "near"], 2))
for (name, place), b in fits.items():
    print(f"{name:5} {place:4}  b {b:8.4f}  b - true_b {b - true_b:8.4f}")
print(f"near: mean of y_out - y {(y_out - y).mean():.4f}")
rest = y_out - X @ true_w.reshape(2, 1)
show(losses.left_for_b(rest, moved, {"mse": fits["mse", "near"], "huber": fits["huber", "near"]}))
# %% name="fit-result-proof" role="proof"
assert 2.6 < fits["mse", "near"] - true_b < 3.3 and 26 < fits["mse", "far"] - true_b < 33
assert 0.05 < fits["huber", "near"] - true_b < 0.056
assert abs(fits["huber", "far"] - fits["huber", "near"]) < 1e-4
assert (rest - fits["mse", "near"]).abs().min() > 2
# %% [markdown] name="fit-explained" lang="en"
# **Explain.** C. At the minimum of mse the pulls, and so the residuals, sum to 0: the average displacement, the last number printed,
# goes into `b`, up to a little that goes into `w`. B underrates it. The `b` of mse meets *no* label. A looked right, but mse does
# not count votes, it weighs them. For Huber the printed `b` is the same whether the wild labels lie far or ten times as far. Such
# a loss is called robust.
# %% [markdown] name="fit-explained" lang="zh"
# **解释。** 选C。在mse的最小值处，各个拉力加起来为0，残差也是如此：标签的平均偏移量，即打印的最后一个数，都进了`b`，只有一点点进了`w`。B低估了它。mse的`b`碰不到*任何*标签。A看上去对，但mse不是数票，而是称重。对Huber来说，离谱的标签离得远，还是再远十倍，打印出的`b`都一样。这样的损失叫作稳健（robust）的损失。
# %% [markdown] name="balance-text" lang="en"
# **And yet Huber is off too.** At its minimum the pulls balance. A share $q$ of the examples is far away and pulls upward
# with the full slope $1$; all others lie below the fit by the shift $s$ and pull back with $s/\delta$, the slope of
# the parabola:
#
# $$(1-q)\,\frac{s}{\delta} = q, \qquad s = \frac{q}{1-q}\,\delta.$$
#
# The cell puts in one outlier in twenty and $\delta = 1$, and prints what was measured beside it.
# %% [markdown] name="balance-text" lang="zh"
# **但Huber也偏了。** 在它的最小值处，各个拉力互相平衡。占比为$q$的样本离得远，以最大斜率$1$向上拉；其余的样本都比拟合低一个偏移量$s$，以抛物线的斜率$s/\delta$往回拉：
#
# $$(1-q)\,\frac{s}{\delta} = q, \qquad s = \frac{q}{1-q}\,\delta.$$
#
# 下面的单元格代入每二十个中一个异常值和$\delta = 1$，并把测得的数打印在旁边。
# %% name="balance"
predicted = share / (1 - share) * delta
measured = fits["huber", "near"] - true_b
print(f"{predicted:.4f} {measured:.4f}")
# %% name="balance-proof" role="proof"
assert abs(predicted - measured) < 0.002
# %% [markdown] name="check-pull" lang="en" role="quiz"
# **Quick check.** One wild label is moved twice as far away. By how much more does it pull at a Huber fit?
#
# - [x] not at all more: it already pulls with the full slope
#   Beyond the threshold the slope is constant, so distance no longer counts.
# - [ ] twice as much
#   That is mse, whose slope grows with the residual.
# - [ ] it does not pull, Huber ignores outliers
#   It pulls with the full slope. That is limited, but not 0: hence the shift that you measured.
# %% [markdown] name="check-pull" lang="zh" role="quiz"
# **小测。** 一个离谱的标签被移到两倍远。它对Huber拟合的拉力增加多少？
#
# - [x] 一点也不增加：它的拉力已经达到最大斜率
#   超出阈值后斜率不变，距离不再起作用。
# - [ ] 拉力变成两倍
#   那是mse，它的斜率随残差增长。
# - [ ] 它没有拉力，Huber忽略异常值
#   它以最大斜率拉着。这个拉力有限，但不是0：所以才有你测到的偏移。
# %% [markdown] name="huber-text" lang="en"
# ## Huber is not Huber
#
# So a smaller threshold means a smaller shift. Before you turn that knob: which formula does it belong to? The one at the
# top of this lesson is the book's. torch offers `nn.HuberLoss(delta=…)` and also `nn.SmoothL1Loss(beta=…)`.
# %% [markdown] name="huber-text" lang="zh"
# ## 此Huber非彼Huber
#
# 可见阈值越小，偏移越小。拧这个旋钮之前先问一句：它属于哪个公式？本课开头的公式是书里的。torch提供`nn.HuberLoss(delta=…)`，也提供`nn.SmoothL1Loss(beta=…)`。
# %% [markdown] name="predict-huber" lang="en"
# **Predict.** At the default the book's formula and `nn.HuberLoss` agreed above. What is `nn.HuberLoss(delta=2)` divided by
# the formula with $\delta = 2$, on the same residuals?
#
# - **A.** 1, it is the formula
# - **B.** 2
# - **C.** it depends on the residuals
# %% [markdown] name="predict-huber" lang="zh"
# **预测。** 在默认值下，书里的公式与`nn.HuberLoss`在前面是一致的。对同样的残差，`nn.HuberLoss(delta=2)`除以$\delta = 2$时的公式，等于多少？
#
# - **A.** 1，它就是这个公式
# - **B.** 2
# - **C.** 取决于残差
# %% name="ask-huber"
predict("05-c", "ABC")
# %% name="huber-ratio"
torch.manual_seed(0)
r = 3 * torch.randn(1000)
zeros, ratio = torch.zeros_like(r), {}
print("delta  HuberLoss / formula  SmoothL1Loss / formula")
for delta in (0.1, 0.5, 1.0, 2.0, 5.0):
    formula = torch.where(r.abs() > delta, r.abs() - delta / 2, r**2 / (2 * delta))
    ratio[delta] = nn.HuberLoss(delta=delta, reduction="none")(r, zeros) / formula
    smooth = nn.SmoothL1Loss(beta=delta, reduction="none")(r, zeros) / formula
    print(f"{delta:5}   {ratio[delta].min():.4f} .. {ratio[delta].max():.4f}       {smooth.min():.4f} .. {smooth.max():.4f}")
reveal("05-c", round(ratio[2.0].mean().item(), 3))
# %% name="huber-ratio-proof" role="proof"
for threshold in ratio:
    formula = torch.where(r.abs() > threshold, r.abs() - threshold / 2, r**2 / (2 * threshold))
    smooth = nn.SmoothL1Loss(beta=threshold, reduction="none")(r, zeros)
    assert (ratio[threshold] / threshold - 1).abs().max() < 1e-4 and (smooth / formula - 1).abs().max() < 1e-4
# %% [markdown] name="huber-explained" lang="en"
# **Explain.** B. The formula is `nn.SmoothL1Loss(beta=delta)`. `nn.HuberLoss(delta=delta)` is that times `delta`, for every one of
# the thousand residuals, so it is not C either: smallest and largest ratio in a line are equal.
#
# | | $\lvert r\rvert \le \delta$ | beyond | largest slope |
# |---|---|---|---|
# | formula, `nn.SmoothL1Loss` | $r^2/(2\delta)$ | $\lvert r\rvert - \delta/2$ | $1$ |
# | `nn.HuberLoss` | $r^2/2$ | $\delta\,(\lvert r\rvert - \delta/2)$ | $\delta$ |
#
# A looks right because everybody tries the default first, where the factor is 1.
# %% [markdown] name="huber-explained" lang="zh"
# **解释。** 选B。公式就是`nn.SmoothL1Loss(beta=delta)`。`nn.HuberLoss(delta=delta)`是它的`delta`倍，一千个残差个个如此，所以也不是C：每一行里最小和最大的比值都相等。
#
# | | $\lvert r\rvert \le \delta$ | 超出之后 | 最大斜率 |
# |---|---|---|---|
# | 公式、`nn.SmoothL1Loss` | $r^2/(2\delta)$ | $\lvert r\rvert - \delta/2$ | $1$ |
# | `nn.HuberLoss` | $r^2/2$ | $\delta\,(\lvert r\rvert - \delta/2)$ | $\delta$ |
#
# A看上去对，因为大家总是先试默认值，而那里的倍数是1。
# %% [markdown] name="default-text" lang="en"
# **The default hides the factor.** Both classes have a default threshold and let you choose another. But torch does not know
# the book's name for it.
# %% [markdown] name="default-text" lang="zh"
# **默认值掩盖了倍数。** 两个类的阈值都有默认值，也都可以自己选。不过，书里给阈值起的名字，torch并不认识。
# %% name="default"
print(nn.HuberLoss().delta, nn.SmoothL1Loss().beta)
for criterion in (nn.HuberLoss, nn.SmoothL1Loss):
    try:
        criterion(sigma=2)
    except TypeError as error:
        print(type(error).__name__, error)
# %% name="default-proof" role="proof"
assert nn.HuberLoss().delta == nn.SmoothL1Loss().beta == 1.0
assert nn.HuberLoss(delta=0.3).delta == 0.3 and nn.SmoothL1Loss(beta=0.3).beta == 0.3
for criterion in (nn.HuberLoss, nn.SmoothL1Loss):
    try:
        accepted = criterion(sigma=2)
    except TypeError:
        accepted = None
    assert accepted is None
# %% [markdown] name="same-text" lang="en"
# **What a factor does.** A constant factor moves no minimum: the fit is the same. But every gradient gets the factor, so the
# learning rate has to make up for it. `nn.HuberLoss` with `lr` and `nn.SmoothL1Loss` with `delta` times `lr` should take the
# same steps. The cell compares their `b` after every step.
# %% [markdown] name="same-text" lang="zh"
# **一个倍数有什么作用。** 乘上一个常数，最小值的位置不动：拟合结果相同。但每个梯度也都乘上了它，所以要由学习率来补偿。`nn.HuberLoss`用`lr`，`nn.SmoothL1Loss`用`delta`乘`lr`，两者走的每一步应当相同。下面的单元格每走一步就比较两者的`b`。
# %% name="same-steps"
delta, lr, path = 0.5, 1.0, {}
for loss, rate in ((nn.HuberLoss(delta=delta), lr), (nn.SmoothL1Loss(beta=delta), delta * lr)):
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 1))
    trainer = torch.optim.SGD(net.parameters(), lr=rate)
    guard(net, trainer)
    path[loss] = []
    for step in range(60):
        trainer.zero_grad()
        loss(net(X), y_out).backward()
        trainer.step()
        path[loss].append(net[0].bias.item())
difference = max(abs(one - other) for one, other in zip(*path.values(), strict=True))
print(f"largest difference of b {difference:.1e}")
# %% name="same-steps-proof" role="proof"
assert difference < 1e-4
# %% [markdown] name="check-agree" lang="en" role="quiz"
# **Quick check.** Where do the book's formula and `nn.HuberLoss` give the same value?
#
# - [ ] where both are parabolas, that is for small residuals
#   The parabolas differ too: $r^2/(2\delta)$ against $r^2/2$.
# - [ ] far out, where both are straight lines
#   The lines have slopes $1$ and $\delta$, so they move apart.
# - [x] at `delta=1`, for every residual
#   There the factor is 1. A test that uses the default alone cannot see the difference; any other `delta` and one residual other than 0 can.
# %% [markdown] name="check-agree" lang="zh" role="quiz"
# **小测。** 书里的公式与`nn.HuberLoss`在哪里给出相同的值？
#
# - [ ] 两者都是抛物线的地方，也就是残差小的时候
#   抛物线也不同：一个是$r^2/(2\delta)$，一个是$r^2/2$。
# - [ ] 远处，两者都是直线的地方
#   两条直线的斜率分别是$1$和$\delta$，所以越离越远。
# - [x] 在`delta=1`处，对每个残差都如此
#   这时倍数是1。只用默认值的测试看不出区别；换一个`delta`，再取一个不为0的残差，就能看出来。
# %% [markdown] name="delta-text" lang="en"
# ## Choosing delta
#
# Back to the shift. The balance says that it is proportional to `delta`. The cell tries eight thresholds with the same loop and
# prints `b` minus its true value twice: on the way, after 100 steps, and at the end, after 500.
# %% [markdown] name="delta-text" lang="zh"
# ## 选择delta
#
# 回到偏移。平衡式说它与`delta`成正比。下面的单元格用同样的循环试八个阈值，把`b`减去真实值的差打印两次：一次在途中，100步之后；一次在终点，500步之后。
# %% name="deltas"
shifts, halfway = {}, {}
for delta in (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5):
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 1))
    loss, trainer = nn.HuberLoss(delta=delta), torch.optim.SGD(net.parameters(), lr=1)
    guard(net, trainer)
    for step in range(500):
        trainer.zero_grad()
        loss(net(X), y_out).backward()
        trainer.step()
        if step == 99:
            halfway[delta] = net[0].bias.item() - true_b
    shifts[delta] = net[0].bias.item() - true_b
    print(f"delta {delta:4}  b - true_b: step 100 {halfway[delta]:7.4f}, step 500 {shifts[delta]:7.4f}")
# %% name="shift-figure"
show(losses.shift_against_delta(shifts, share, fits["mse", "near"] - true_b))
# %% name="shift-figure-proof" role="proof"
assert all(abs(shifts[d] - share / (1 - share) * d) < 0.001 + 0.01 * d for d in shifts)
assert shifts[0.02] < 0.003 and 0.004 < shifts[0.1] < 0.007
assert max(halfway[0.02], halfway[0.05]) < -0.5 and abs(halfway[1] - shifts[1]) < 1e-4
assert shifts[0.02] < 0.01 and 0.03 < shifts[1] < 0.07
# %% [markdown] name="delta-explained" lang="en"
# The dots follow the line; only at the lowest ones the noise in the data shows. So `delta` sets what outliers may cost. With a
# `delta` of the order of the noise, 0.01, `b` is off by less than the noise; with the default it is off by several times the noise.
# Too small is not free either: `nn.HuberLoss` pulls with `delta` at most, and after 100 steps the two smallest have not arrived.
# %% [markdown] name="delta-explained" lang="zh"
# 这些点都沿着线走，只在最低的几个点上看得出数据里的噪声。所以`delta`定下了异常值能让你付出多少代价。`delta`与噪声0.01同一量级时，`b`的误差小于噪声；取默认值时，误差是噪声的好几倍。太小也不是没有代价：`nn.HuberLoss`的拉力最多为`delta`，最小的两个走了100步还没有到。
# %% [markdown] name="control-text" lang="en"
# **Try it.** The thick line is the loss of your choice, the dashed one the formula. Move `delta` and compare: which of the three
# pictures depends on `loss`, and which on `delta` alone?
# %% [markdown] name="control-text" lang="zh"
# **试一试。** 粗线是你选的损失，虚线是公式。移动`delta`并比较：三幅图中，哪些取决于`loss`，哪些只取决于`delta`？
# %% name="control"
explore(
    partial(losses.draw_delta, shifts=shifts),
    fallback=[
        {"delta": 0.5, "loss": "HuberLoss"},
        {"delta": 1, "loss": "HuberLoss"},
        {"delta": 2, "loss": "HuberLoss"},
        {"delta": 2, "loss": "SmoothL1Loss"},
    ],
    delta=[0.1, 0.2, 0.5, 1, 2, 5],
    loss=["HuberLoss", "SmoothL1Loss", "formula"],
)
# %% [markdown] name="control-explained" lang="en"
# Cost and gradient depend on both. The fit depends on `delta` alone: a factor moves no minimum. At `delta` 1 all three losses
# give the same line. Beyond the ends of the range you meet old friends, and the cell checks them: `nn.HuberLoss` with a huge `delta`
# is half of mse, and `nn.SmoothL1Loss` with 0 is mae.
# %% [markdown] name="control-explained" lang="zh"
# 代价和梯度与两者都有关。拟合结果只取决于`delta`：乘上一个常数，最小值的位置不动。`delta`为1时，三种损失画出的是同一条线。越过范围的两端，会碰到两位老相识，下面的单元格来验证：`delta`极大的`nn.HuberLoss`是mse的一半，取0的`nn.SmoothL1Loss`就是mae。
# %% name="ends"
half_mse, mae = nn.MSELoss()(r, zeros) / 2, nn.L1Loss()(r, zeros)
huge, none = nn.HuberLoss(delta=1000)(r, zeros), nn.SmoothL1Loss(beta=0)(r, zeros)
print(f"{huge:.4f} {half_mse:.4f}")
print(f"{none:.4f} {mae:.4f}")
# %% name="ends-proof" role="proof"
assert torch.isclose(huge, half_mse) and torch.isclose(none, mae)
# %% [markdown] name="swap-text" lang="en"
# ## Swapping the loss
#
# The case notebook put Huber in the place of mse and left the learning rate at 0.03. Does that work? No outliers now, and
# minibatches as in the chapter, three epochs, five seeds. The last column is the loss *each training itself* reports.
# %% [markdown] name="swap-text" lang="zh"
# ## 换一个损失
#
# 案卷里的笔记本用Huber换下了mse，学习率仍是0.03。这样行吗？现在没有异常值，像原来那一章一样使用小批量（minibatch），三个迭代周期（epoch），五个种子。最后一列是*每次训练自己*报告的损失。
# %% name="swap"
settings = {
    "mse, lr 0.03": Setting(),
    "huber, lr 0.03": Setting(loss="huber"),
    "huber, lr 0.06": Setting(loss="huber", lr=0.06),
}
runs = {name: [run(replace(s, seed=seed)) for seed in range(5)] for name, s in settings.items()}
w_error = {name: torch.tensor([one.w_error for one in group]) for name, group in runs.items()}
own = {name: torch.tensor([one.losses[-1] for one in group]) for name, group in runs.items()}
for name in runs:
    print(f"{name:14}  w error {w_error[name].min():.5f} .. {w_error[name].max():.5f}  loss {own[name].mean():.1e}")
# %% name="swap-figure"
show(losses.distance_to_truth({name: group[0].path for name, group in runs.items()}))
# %% name="swap-figure-proof" role="proof"
slow, fast = w_error["huber, lr 0.03"], w_error["huber, lr 0.06"]
paths = [runs[name][0].path[-20:] for name in ("mse, lr 0.03", "huber, lr 0.06")]
assert w_error["mse, lr 0.03"].max() < 0.003 and fast.max() < 0.003
assert 0.015 < slow.min() and slow.max() < 0.1
assert torch.allclose(*paths, atol=1e-4)
assert 0.45 < (own["huber, lr 0.06"] / own["mse, lr 0.03"]).mean() < 0.55
# %% [markdown] name="swap-explained" lang="en"
# At 0.03 Huber runs, but it has not arrived. Far away it pulls with 1 at most where mse pulls with $2r$: its line in the figure
# stays nearly level at first. Near the solution its slope is $r$ instead of $2r$. Twice the learning rate makes up for the latter
# exactly: in the end the two lines take the same steps. More epochs would do as well, as [07](07_training.ipynb) shows.
# %% [markdown] name="swap-explained" lang="zh"
# 学习率为0.03时，Huber能运行，但没有走到。在远处，mse的拉力是$2r$，Huber最多为1：图中它的线起初几乎是平的。在解附近，它的斜率是$r$，不是$2r$。学习率加倍恰好补上后一点：到最后，两条线的每一步都相同。多训练几个迭代周期也行，[07](07_training.ipynb)会演示。
# %% [markdown] name="own-numbers" lang="en"
# Now compare the loss column of the first row and the last. The fits are equally good, but Huber reports *half*: a smaller number from
# another loss is no better fit.
# %% [markdown] name="own-numbers" lang="zh"
# 再比较第一行和最后一行的损失一列。两者拟合得一样好，但Huber报告的只有*一半*：换一个损失得到的更小的数，并不是更好的拟合。
# %% [markdown] name="summary" lang="en"
# ## What the cells showed
#
# - What one wild label costs is decided by the slope of the loss, not by its value: without limit for mse, limited for Huber.
# - With Huber `delta` sets the price: one outlier in twenty shifts `b` by about a nineteenth of it.
# - A name is not a formula. `nn.HuberLoss` is `delta` times the book's Huber, equal at 1 only. The factor moves no
#   minimum, but it scales every step.
# - Another loss needs another learning rate, and its numbers cannot be compared with the old ones.
#
# Next: [06](06_sgd.ipynb), what else must change when the mean becomes a sum?
#
# You can now do the assignment [huber](huber.ipynb) and, with the section *For the assignments* here and in [04](04_init.ipynb), [loss-and-init](loss-and-init.ipynb).
# %% [markdown] name="summary" lang="zh"
# ## 这些单元格说明了什么
#
# - 一个离谱的标签代价有多大，取决于损失的斜率，而不是损失的值：mse没有上限，Huber有。
# - 用Huber时，代价由`delta`定：每二十个中有一个异常值，`b`的偏移约为它的十九分之一。
# - 名称不等于公式。`nn.HuberLoss`是书里Huber的`delta`倍，只在1处相等。这个倍数不移动最小值，却缩放每一步。
# - 换了损失，就要换学习率，它的数值也不能与原来的相比。
#
# 下一课：[06](06_sgd.ipynb)，把平均换成总和，还必须改什么？
#
# 现在可以做作业[huber](huber.ipynb)；学过本课和[04](04_init.ipynb)里的“作业要用到的内容”之后，还可以做[loss-and-init](loss-and-init.ipynb)。
# %% [markdown] name="positional-text" lang="en"
# ## For the assignments
#
# **A word in the wrong place.** `reduction` is not the first parameter of every loss. Which reduction do you get when you pass
# the word without its name?
# %% [markdown] name="positional-text" lang="zh"
# ## 作业要用到的内容
#
# **放错位置的词。** `reduction`并不是每个损失的第一个参数。传这个词而不写参数名，得到的是哪种归约？
# %% name="positional"
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    mse, huber = nn.MSELoss("sum"), nn.HuberLoss("sum")
print("MSELoss", mse.reduction)
print("HuberLoss", huber.reduction)
print([str(w.message) for w in caught])
# %% name="positional-proof" role="proof"
assert mse.reduction == "mean" and huber.reduction == "sum"
# %% [markdown] name="positional-explained" lang="en"
# `nn.MSELoss("sum")` is a *mean*: its first parameter is an old switch, `size_average`, and any word that is not empty turns it
# on. The warning does not say that your word was misread. In `nn.HuberLoss`, which is younger, the first parameter is the reduction. Always
# write `reduction=`.
# %% [markdown] name="positional-explained" lang="zh"
# `nn.MSELoss("sum")`是*取平均*：它的第一个参数是旧的开关`size_average`，任何非空的词都会把它打开。警告并没有说你的词被误读了。较新的`nn.HuberLoss`，第一个参数就是归约。永远写上`reduction=`。
# %% [markdown] name="cosh-text" lang="en"
# **Does a framework have every loss in the list?** The case notebook lists log-cosh, too.
# Far out $e^{-r}$ is next to nothing, so the loss is nearly $r$ minus $\log 2$. The cell searches torch for the
# name, then computes the formula as it is printed at three residuals.
# %% [markdown] name="cosh-text" lang="zh"
# **清单里的损失，框架全都有吗？** 案卷里的笔记本还列了log-cosh。在远处$e^{-r}$几乎为零，所以损失差不多就是$r$减去$\log 2$。下面的单元格在torch里找这个名字，再照公式原样计算三个残差。
# %% name="no-log-cosh"
found = [name for place in (nn, nn.functional) for name in dir(place) if "cosh" in name.lower()]
print(found)
log_cosh = torch.log(torch.cosh(torch.tensor([1.0, 80.0, 90.0])))
print(log_cosh)
# %% name="no-log-cosh-proof" role="proof"
assert found == [] and log_cosh[1].isfinite() and log_cosh[2].isinf()
# %% [markdown] name="cosh-explained" lang="en"
# torch has no log-cosh. And a printed formula is not yet a program: at 80 it works, at 90 the answer should be a little below 90, but
# $\cosh 90$ is larger than any float32. That is an overflow. A list of names tells neither what a framework has nor
# what works; a line of code tells both. A form that holds comes next.
# %% [markdown] name="cosh-explained" lang="zh"
# torch没有log-cosh。而且印出来的公式还不是程序：在80处没有问题；在90处，答案应当略小于90，但$\cosh 90$比任何float32都大。这就是上溢（overflow）。一份名称清单既不能告诉你框架里有什么，也不能告诉你什么能用；一行代码两样都能告诉你。可靠的写法在下面。
# %% [markdown] name="stable-text" lang="en"
# **log-cosh that holds.** From $\cosh r = \tfrac12 e^{r}\,(1 + e^{-2r})$ follows
# $\log\cosh r = r + \log(1 + e^{-2r}) - \log 2$, and the middle term is torch's `softplus`, which takes care of large
# arguments itself. That is numerical stability. Compare values and slopes:
# %% [markdown] name="stable-text" lang="zh"
# **可靠的log-cosh。** 由$\cosh r = \tfrac12 e^{r}\,(1 + e^{-2r})$得$\log\cosh r = r + \log(1 + e^{-2r}) - \log 2$，中间一项就是torch的`softplus`，它自己会处理很大的自变量。这就是数值稳定性（numerical stability）。比较值和斜率：
# %% name="stable"
r = torch.tensor([-200.0, -1.0, 0.0, 1.0, 90.0], requires_grad=True)
log_2 = torch.log(torch.tensor(2.0))
stable = r + nn.functional.softplus(-2 * r) - log_2
printed = torch.log(torch.cosh(r))
slope = torch.autograd.grad(stable.sum(), r)[0]
slope_printed = torch.autograd.grad(printed.sum(), r)[0]
print(stable.detach(), slope)
print(printed.detach(), slope_printed)
# %% name="stable-proof" role="proof"
assert torch.allclose(stable[1:4], printed[1:4], atol=1e-6) and torch.allclose(slope, torch.tanh(r))
assert stable.isfinite().all() and slope_printed[0].isnan()
# %% [markdown] name="classes-text" lang="en"
# **Losses for classes.** They exist in torch, on a condition that no list of names mentions: *what the first argument must be*.
# A net that chooses among classes ends in scores, the logits; `softmax` turns them into probabilities. Cross-entropy is minus the log of the probability of the right class.
# %% [markdown] name="classes-text" lang="zh"
# **用于分类的损失。** torch里有，但有一个条件，名称清单不会提到：*第一个参数必须是什么*。在类别中作选择的网络，输出的是分数，即未规范化的预测（logit）；`softmax`把它们变成概率。交叉熵（cross-entropy）是正确类别的概率取对数再取负。
# %% name="cross-entropy"
logits, labels = 10 * torch.eye(3), torch.arange(3)
probabilities = logits.softmax(dim=1)
by_hand = -probabilities[labels, labels].log().mean()
once = nn.CrossEntropyLoss()(logits, labels)
twice = nn.CrossEntropyLoss()(probabilities, labels)
print(f"by hand {by_hand:.4f}, logits {once:.4f}, probabilities {twice:.4f}")
# %% name="cross-entropy-proof" role="proof"
assert torch.isclose(by_hand, once, atol=1e-6) and once < 1e-3 and 0.55 < twice < 0.56
# %% [markdown] name="cross-entropy-explained" lang="en"
# All three examples are predicted right and almost with certainty, so the loss should be nearly 0. `nn.CrossEntropyLoss` contains the softmax;
# whoever applies it before applies it twice. No error, no warning: however good the net gets, the loss stays at about the last number.
# %% [markdown] name="cross-entropy-explained" lang="zh"
# 三个样本都预测正确，而且几乎确定，所以损失应当接近0。`nn.CrossEntropyLoss`里面已经有softmax；事先再用一次，就用了两次。没有报错，没有警告：网络再好，损失也停在最后那个数附近。
# %% [markdown] name="bce-text" lang="en"
# For two classes (yes or no) torch has *two* functions: `nn.BCELoss` takes probabilities, `nn.BCEWithLogitsLoss` takes
# logits. Each gets both here.
# %% [markdown] name="bce-text" lang="zh"
# 对两个类别（是或否），torch有*两个*函数：`nn.BCELoss`接收概率，`nn.BCEWithLogitsLoss`接收未规范化的预测。这里给它们各自两种输入。
# %% name="bce"
logits, labels = torch.tensor([3.0, -2.0, 0.5]), torch.tensor([1.0, 0.0, 1.0])
for criterion in (nn.BCELoss(), nn.BCEWithLogitsLoss()):
    for name, given in (("probabilities", logits.sigmoid()), ("logits", logits)):
        try:
            print(f"{type(criterion).__name__:17} {name:13} {criterion(given, labels):.4f}")
        except RuntimeError as error:
            print(f"{type(criterion).__name__:17} {name:13} {type(error).__name__}")
# %% name="bce-proof" role="proof"
right = nn.BCELoss()(logits.sigmoid(), labels)
assert torch.isclose(right, nn.BCEWithLogitsLoss()(logits, labels))
assert nn.BCEWithLogitsLoss()(logits.sigmoid(), labels) > 2 * right
# %% [markdown] name="bce-explained" lang="en"
# The two right pairs agree. Of the two wrong ones only one raises, because a logit can lie outside 0 to 1; the other returns a
# plausible number. A probability is always a possible logit.
# %% [markdown] name="bce-explained" lang="zh"
# 两个正确的组合结果一致。两个错误的组合中只有一个报错，因为未规范化的预测可以落在0到1之外；另一个返回一个看似合理的数。概率总是可以被当作未规范化的预测。
# %% [markdown] name="check-logits" lang="en" role="quiz"
# **Quick check.** Which of these wants logits?
#
# - [ ] `nn.BCELoss`
#   It wants probabilities and raises for anything outside 0 to 1.
# - [x] `nn.CrossEntropyLoss`
#   The softmax is inside.
# - [ ] `nn.HuberLoss`
#   A regression loss: prediction and label are quantities in the same unit.
# %% [markdown] name="check-logits" lang="zh" role="quiz"
# **小测。** 下面哪一个要的是未规范化的预测？
#
# - [ ] `nn.BCELoss`
#   它要的是概率，0到1之外的值会报错。
# - [x] `nn.CrossEntropyLoss`
#   softmax已经在里面。
# - [ ] `nn.HuberLoss`
#   这是回归的损失：预测和标签是同一单位的量。
# %% [markdown] name="kl-text" lang="en"
# **Comparing distributions.** KL divergence measures how far the prediction $p$ is from the target distribution $t$: per row
# $\sum_k t_k\,(\log t_k - \log p_k)$. It is 0 for equal distributions and otherwise positive. `nn.KLDivLoss` takes $\log p$
# first. Here six rows of four classes, and the sum by hand to compare with:
# %% [markdown] name="kl-text" lang="zh"
# **比较分布。** KL散度（KL divergence）衡量预测$p$与目标分布$t$相距多远：每一行为$\sum_k t_k\,(\log t_k - \log p_k)$。两个分布相同时为0，否则为正。`nn.KLDivLoss`的第一个参数是$\log p$。这里有六行、四个类别，并手算总和作对照：
# %% name="kl"
torch.manual_seed(0)
log_p, target = torch.randn(6, 4).log_softmax(dim=1), torch.randn(6, 4).softmax(dim=1)
by_hand = (target * (target.log() - log_p)).sum(dim=1).mean()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    by_default = nn.KLDivLoss()(log_p, target)
batchmean = nn.KLDivLoss(reduction="batchmean")(log_p, target)
not_logs = nn.KLDivLoss(reduction="batchmean")(log_p.exp(), target)
print(f"by hand {by_hand:.4f}, batchmean {batchmean:.4f}, mean {by_default:.4f}")
print(f"without log {not_logs:.4f}")
# %% name="kl-proof" role="proof"
assert torch.isclose(by_hand, batchmean) and torch.isclose(4 * by_default, batchmean)
assert 0.502 < batchmean < 0.503 and 0.125 < by_default < 0.126 and not_logs < 0
# %% [markdown] name="kl-explained" lang="en"
# The default `mean` divides by the *elements*, so it is smaller than the divergence by the number of classes; `batchmean` is
# the formula. (torch warns of this; the cell has caught it.) Probabilities in the place of log-probabilities raise
# nothing: that the result is negative is the only sign.
# %% [markdown] name="kl-explained" lang="zh"
# 默认的`mean`除以*元素*个数，所以比散度小，倍数是类别数；`batchmean`才是公式。（torch会就此发出警告，单元格把它截住了。）把概率放在对数概率的位置上，不会报错：唯一的迹象是结果为负。
# %% [markdown] name="strings-text" lang="en"
# ## Further
#
# **Which loss was it?** In the case notebook's cell the losses that were tried before stand in triple quotes, as if that were a
# comment. Is it one? `ast` shows which statements Python finds in such a cell.
# %% [markdown] name="strings-text" lang="zh"
# ## 延伸
#
# **当时用的是哪个损失？** 在案卷笔记本的那个单元格里，之前试过的损失放在三引号里，好像那是注释。是吗？`ast`会显示Python在这样的单元格里找到哪些语句。
# %% name="strings"
cell = '"""loss = nn.MSELoss()"""\nloss = nn.HuberLoss(delta=2)\n# loss = nn.L1Loss()'
kinds = [type(statement).__name__ for statement in ast.parse(cell).body]
print(kinds)
names = {"nn": nn}
exec(cell, names)
loss = names["loss"]
print(loss, "|", type(loss).__name__, loss.delta, loss.reduction)
# %% name="strings-proof" role="proof"
assert kinds == ["Expr", "Assign"] and isinstance(loss, nn.HuberLoss)
# %% [markdown] name="strings-explained" lang="en"
# It is no comment: the quoted line is a statement, an expression whose value, a string, is thrown away. Only the line with
# `#` is gone. For `loss` it makes no difference, so the habit seems harmless. But three losses in one cell under one name
# leave no trace of which one made the output below. Print the loss beside its results, and its settings too: torch's own
# `HuberLoss()` hides them.
# %% [markdown] name="strings-explained" lang="zh"
# 不是注释：引号里的那行是一条语句，一个表达式，它的值是一个字符串，随即被丢掉。只有带`#`的那行真正消失了。对`loss`没有影响，所以这个习惯看似无害。但三个损失挤在一个单元格里、共用一个名字，就看不出下面的输出是哪一个产生的。把损失和结果一起打印出来，连同它的设置：torch自己显示的`HuberLoss()`把设置隐藏了。
# %% [markdown] name="half-text" lang="en"
# **The missing half.** The chapter that builds everything from scratch uses $r^2/2$; d2l keeps it as `squared_loss`. The same
# 0.03 is then worth half as much. Same seed, so the same start and the same minibatches:
# %% [markdown] name="half-text" lang="zh"
# **缺了的一半。** 从零开始实现的那一章用的是$r^2/2$；d2l把它保存为`squared_loss`。于是同样的0.03只顶一半用。种子相同，所以起点和小批量都相同：
# %% name="half"
half_fits = {}
for name, lr in (("squared_loss", 0.03), ("MSELoss", 0.015)):
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 1))
    trainer = torch.optim.SGD(net.parameters(), lr=lr)
    guard(net, trainer)
    for epoch in range(3):
        for X_batch, y_batch in d2l.load_array((X, y), 10):
            y_hat = net(X_batch)
            l = d2l.squared_loss(y_hat, y_batch).mean() if name == "squared_loss" else nn.MSELoss()(y_hat, y_batch)
            trainer.zero_grad()
            l.backward()
            trainer.step()
    half_fits[name] = net[0].weight.detach()
    print(f"{name:12} lr {lr:5}  w {half_fits[name].tolist()}")
# %% name="half-proof" role="proof"
assert torch.allclose(*half_fits.values(), atol=1e-5)
# %% [markdown] name="own-text" lang="en"
# **A loss of your own.** Nothing in the loop asks for a class: any function of predictions and labels will do if it returns a
# single number with a graph. This one makes it nine times as expensive to predict too low as too high, so it asks another
# question: *below which line do nine labels in ten lie?* (The data here have noise with `sigma` 1.)
# %% [markdown] name="own-text" lang="zh"
# **自己的损失。** 循环里没有哪一行要求它是类：只要返回一个带计算图的数，预测和标签的任何函数都可以。下面这个损失使预测偏低的代价是偏高的九倍，于是它问的是另一个问题：*十个标签中有九个在哪条线之下？*（这里的数据噪声`sigma`为1。）
# %% name="own-loss"
torch.manual_seed(0)

def loss(y_hat, y):
    return torch.maximum(0.9 * (y - y_hat), 0.1 * (y_hat - y)).mean()

y_noisy = X @ true_w.reshape(2, 1) + true_b + torch.randn(len(X), 1)
net = nn.Sequential(nn.Linear(2, 1))
trainer = torch.optim.SGD(net.parameters(), lr=0.3)
guard(net, trainer)
for step in range(500):
    trainer.zero_grad()
    loss(net(X), y_noisy).backward()
    trainer.step()
below = (y_noisy < net(X)).float().mean().item()
print(f"below {below:.3f}, b {net[0].bias.item():.2f}")
# %% name="own-loss-proof" role="proof"
assert 0.88 < below < 0.92 and loss(net(X), y_noisy).ndim == 0
# %% [markdown] name="own-explained" lang="en"
# To choose a loss is to choose what you want to know: mse aims at the mean, mae at the middle, this one at the edge that nine in
# ten stay under. A loss that forgets to become one number is refused:
# %% [markdown] name="own-explained" lang="zh"
# 选择损失，就是选择你想知道什么：mse瞄准均值，mae瞄准中间，这一个瞄准十个中有九个达不到的那条界线。忘了变成一个数的损失会被拒绝：
# %% name="not-scalar"
try:
    (net(X) - y_noisy).abs().backward()
except RuntimeError as error:
    print(type(error).__name__, error)
# %% name="not-scalar-proof" role="proof"
failure = None
try:
    (net(X) - y_noisy).abs().backward()
except RuntimeError as error:
    failure = error
assert "scalar" in str(failure)
