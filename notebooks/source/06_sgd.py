# %% [markdown] name="title" lang="en"
# # 06 A sum or a mean
#
# After this lesson you can say where a training divides by the batch size, convert a learning rate when the reduction of the loss changes, and name the optimizers and data sizes for which the conversion fails, with the repair for each.
#
# **The question of this lesson.** I replace the mean over a minibatch by the sum. What else must I change?
# %% [markdown] name="title" lang="zh"
# # 06 求和还是取平均
#
# 学完这一课，你能说出训练在哪里除以批量大小（batch size），能在损失的归约（reduction）改变时换算学习率（learning rate），也能指出换算对哪些优化器（optimizer）、哪些数据量失效，以及各自怎样修正。
#
# **本课的问题。** 我把小批量（minibatch）上的平均换成求和。还要改什么？
# %% name="setup" role="setup"
from dataclasses import replace

import torch
from torch import nn

from linreg_course.lessons.compat import d2l
from linreg_course.display import show
from linreg_course.lessons.explore import explore
from linreg_course.lessons.guard import guard
from linreg_course.language import use_language
from linreg_course.lessons.plots import steps
from linreg_course.lessons.predict import predict, reveal
from linreg_course.lessons.training import Setting, run
from linreg_course.start.progress import follow

use_language("en")
follow("06_sgd")
# %% [markdown] name="claim" lang="en"
# The case notebook answers in two sentences. The first: going from the sum to the mean, the gradient shrinks to 1/batch size, so multiply the learning rate by the batch size. The second: modern frameworks such as PyTorch normalise the gradient anyway, so nothing has to change.
#
# For one and the same training both cannot be right. You will measure which one is, and how far it reaches.
# %% [markdown] name="claim" lang="zh"
# 案卷里的笔记本用两句话回答。第一句：从求和换成取平均，梯度（gradient）缩小到原来的1/批量大小，所以学习率要乘以批量大小。第二句：PyTorch这样的现代框架反正会规范化梯度，所以什么都不用改。
#
# 对同一次训练，两句话不可能都对。你将亲自测出哪一句对，以及它在多大范围内成立。
# %% [markdown] name="pieces-words" lang="en"
# ## One step, by hand
#
# Here are the chapter's pieces: data, a data iterator that hands out minibatches, a net with its start values, a loss function and a trainer, that is, an optimizer. The last line takes a single minibatch, ten examples, to look at closely.
# %% [markdown] name="pieces-words" lang="zh"
# ## 亲手走一步
#
# 下面是D2L的这一节用到的各个部件：数据、一次给出一个小批量的数据迭代器（data iterator）、带初始值的网络、损失函数（loss function），以及代码里叫trainer的优化器。最后一行取出一个小批量，共十个样本（example），供我们细看。
# %% name="pieces"
torch.manual_seed(6)
true_w, true_b = torch.tensor([2, -3.4]), 4.2
features, labels = d2l.synthetic_data(true_w, true_b, 1000)
data_iter = d2l.load_array((features, labels), batch_size=10)
net = nn.Sequential(nn.Linear(2, 1))
nn.init.normal_(net[0].weight, 0, 0.01)
nn.init.zeros_(net[0].bias)
loss = nn.MSELoss()
trainer = torch.optim.SGD(net.parameters(), lr=0.03)
X, y = next(iter(data_iter))
X.shape, y.shape
# %% [markdown] name="grad-words" lang="en"
# Each model parameter keeps its gradient in `.grad`. The next cell takes a fresh net and looks there before any `backward()`, after one, after a second one for the same minibatch with nothing changed in between, and after `zero_grad()`.
# %% [markdown] name="grad-words" lang="zh"
# 每个模型参数（model parameter）都把自己的梯度放在`.grad`里。下面的单元格取一个新网络，看四次：还没有`backward()`时；做过一次之后；对同一个小批量再做一次之后，中间什么都没有改；最后是`zero_grad()`之后。
# %% name="grad-accumulates"
torch.manual_seed(6)
fresh = nn.Sequential(nn.Linear(2, 1))
before = fresh[0].weight.grad
loss(fresh(X), y).backward()
once = fresh[0].weight.grad.clone()
loss(fresh(X), y).backward()
twice = fresh[0].weight.grad.clone()
fresh.zero_grad()
print(before, once, twice, fresh[0].weight.grad, sep="\n")
# %% name="grad-accumulates-proof" role="proof"
assert before is None and fresh[0].weight.grad is None
assert torch.allclose(twice, 2 * once)
# %% [markdown] name="grad-explained" lang="en"
# `backward()` *adds* to what `.grad` already holds: the second call doubled it. So `.grad` is the gradient of everything since it was last cleared. Before the first call it is `None`, and `zero_grad()` makes it `None` again.
# %% [markdown] name="grad-explained" lang="zh"
# `backward()`是往`.grad`里*累加*：第二次调用让它翻了一倍。所以`.grad`是上次清空以来所有损失的梯度。第一次调用之前它是`None`，`zero_grad()`又让它变回`None`。
# %% [markdown] name="hand-words" lang="en"
# For this net the derivative can be written down. With the residual $r_i = \hat{y}_i - y_i$, the mean of the $r_i^2$ over $B$ examples has the gradient
#
# $$\mathbf{g} = \frac{1}{B}\sum_{i=1}^{B} 2\,r_i\,\mathbf{x}_i, \qquad \mathbf{w} \leftarrow \mathbf{w} - \eta\,\mathbf{g},$$
#
# and the arrow, with the same for $b$, is the whole of minibatch stochastic gradient descent, SGD. $\eta$ is the learning rate, `lr` in code.
# %% [markdown] name="hand-words" lang="zh"
# 对这个网络，导数可以直接写出来。记残差（residual）为$r_i = \hat{y}_i - y_i$，则$B$个样本上$r_i^2$的平均有如下梯度：
#
# $$\mathbf{g} = \frac{1}{B}\sum_{i=1}^{B} 2\,r_i\,\mathbf{x}_i, \qquad \mathbf{w} \leftarrow \mathbf{w} - \eta\,\mathbf{g},$$
#
# 右边带箭头的式子，加上$b$的同样一步，就是小批量随机梯度下降（minibatch stochastic gradient descent，SGD）的全部。$\eta$是学习率，代码里是`lr`。
# %% name="step-by-hand"
guard(net, trainer)
trainer.zero_grad()
loss(net(X), y).backward()
r = (net(X) - y).detach()
g = (2 * r * X).sum(0, keepdim=True) / len(X)
by_hand = net[0].weight.detach() - 0.03 * g
trainer.step()
difference = (net[0].weight - by_hand).abs().max().item()
print(by_hand, net[0].weight.detach(), difference, sep="\n")
# %% name="step-by-hand-proof" role="proof"
assert torch.allclose(net[0].weight.grad, g, atol=1e-5) and difference < 1e-6
# %% [markdown] name="step-explained" lang="en"
# The two rows agree but for float32 rounding. Note what `trainer.step()` did *not* need: the batch size. It multiplies whatever stands in `.grad` by `lr` and subtracts. The $1/B$ must have come from somewhere else.
# %% [markdown] name="step-explained" lang="zh"
# 两行只差float32的舍入误差。注意`trainer.step()`*没有*用到什么：批量大小。它只把`.grad`里现有的值乘以`lr`，再从参数中减去。那个$1/B$一定来自别处。
# %% [markdown] name="predict-ratio" lang="en"
# ## Who divides?
#
# **Predict.** `reduction` says how a loss joins its terms: `'mean'` or `'sum'`. How many times as large as the mean's gradient is the sum's: for a minibatch of 10; for the last minibatch of 1003 examples; for 3 examples and a net with 4 outputs?
#
# - **A.** 1, 1, 1: the framework normalises gradients.
# - **B.** 10, 10, 3: the data iterator's batch size counts.
# - **C.** 10, 3, 3: the examples in the minibatch count.
# - **D.** 10, 3, 12: something else counts.
# %% [markdown] name="predict-ratio" lang="zh"
# ## 除法是谁做的？
#
# **预测。** `reduction`规定损失函数怎样合并各项：`'mean'`取平均，`'sum'`求和。求和的梯度是取平均的多少倍：10个样本的小批量；1003个样本的最后一个小批量；3个样本、网络有4个输出？
#
# - **A.** 1、1、1：框架会规范化梯度。
# - **B.** 10、10、3：看数据迭代器的批量大小。
# - **C.** 10、3、3：看小批量里的样本数。
# - **D.** 10、3、12：看的是别的东西。
# %% name="guess-ratio"
predict("06-a", "ABCD")
# %% name="ratio"
torch.manual_seed(6)
wide = nn.Linear(2, 4)
ratios = []
for model, X_batch, y_batch in [(net, X, y), (net, X[:3], y[:3]), (wide, X[:3], torch.zeros(3, 4))]:
    gradients = []
    for reduction in ("mean", "sum"):
        model.zero_grad()
        nn.MSELoss(reduction=reduction)(model(X_batch), y_batch).backward()
        gradients.append(next(model.parameters()).grad)
    ratios.append(round((gradients[1] / gradients[0]).mean().item(), 2))
    print(gradients[1] / gradients[0])
reveal("06-a", ratios)
# %% name="ratio-proof" role="proof"
assert 1003 % 10 == 3 and ratios == [10, 3, 12]
# %% [markdown] name="ratio-explained" lang="en"
# **Explain.** D. The mean divides by the number of *elements* of the loss, examples times outputs: 3 times 4 makes 12. With one output, elements and examples are the same number; that is why "divides by the batch size" (C) looks right throughout this chapter.
#
# B mistakes the setting for the data: the ragged last batch has 3 examples and is divided by 3. A fails at the first printed row.
# %% [markdown] name="ratio-explained" lang="zh"
# **解释。** 选D。取平均除以损失的*元素*个数，也就是样本数乘输出数：3乘4得12。只有一个输出时，元素数和样本数相同，所以“除以批量大小”（C）在D2L的这一节里处处显得对。
#
# B把设置当成了数据：不足一批的最后一个小批量（ragged last batch）只有3个样本，除数就是3。A在打印的第一行就不成立。
# %% [markdown] name="chain-words" lang="en"
# In a picture: every example contributes an arrow $2\,r_i\,\mathbf{x}_i$. The sum walks along all of them; the mean has the same direction, but only $1/B$ of the length.
# %% [markdown] name="chain-words" lang="zh"
# 画成图：每个样本贡献一个箭头$2\,r_i\,\mathbf{x}_i$。求和把所有箭头走完；取平均方向相同，长度却只有$1/B$。
# %% name="chain"
show(steps.gradient_chain(X, y, net(X)))
# %% [markdown] name="constant-words" lang="en"
# Does `backward()` know any batch size? Divide the sum by 7, a number that has nothing to do with this minibatch, and by the number of elements.
# %% [markdown] name="constant-words" lang="zh"
# `backward()`知道批量大小吗？把求和的损失除以一个与这个小批量毫无关系的数7，再除以元素个数，看看梯度。
# %% name="constant"
l = nn.MSELoss(reduction="none")(net(X), y)
losses = {"sum": l.sum(), "sum / 7": l.sum() / 7, "sum / 10": l.sum() / l.numel(), "mean": l.mean()}
rows = {}
for name, value in losses.items():
    net.zero_grad()
    value.backward(retain_graph=True)
    rows[name] = net[0].weight.grad
    print(f"{name:8}", rows[name].tolist())
# %% name="constant-proof" role="proof"
assert torch.allclose(rows["sum"] / rows["sum / 7"], torch.tensor(7.0))
assert torch.allclose(rows["sum / 10"], rows["mean"])
# %% [markdown] name="constant-explained" lang="en"
# It does not. A constant factor of the loss goes into the gradient as it is, 7 as well as 10. So no framework "normalises the gradient" here: the *loss* divides, in `reduction='mean'`, and `'mean'` happens to be the default. (`retain_graph` only lets one forward propagation serve four backpropagations.)
#
# The second sentence of the case notebook looked right because the default hid the division. Write `'sum'` and nothing divides.
# %% [markdown] name="constant-explained" lang="zh"
# 不知道。损失的常数因子原样进入梯度，7如此，10也如此。所以这里没有框架在“规范化梯度”：做除法的是*损失函数*的`reduction='mean'`，而`'mean'`恰好是默认值。（`retain_graph`只是让一次前向传播（forward propagation）供四次反向传播（backpropagation）使用。）
#
# 案卷笔记本的第二句话看上去对，是因为默认值把除法藏了起来。写成`'sum'`，就没有谁来做除法了。
# %% [markdown] name="check-mean" lang="en" role="quiz"
# **Quick check.** A net with 5 outputs, a minibatch of 20 examples, `nn.MSELoss()`. By what is the sum of squares divided?
#
# - [ ] by 20
#   That is the number of examples. The mean is taken over the loss's elements, and each example has five of them.
# - [ ] by 5
#   That would be a mean over the outputs of one example, summed over the examples; torch has no reduction of this kind for this loss.
# - [ ] by the number of parameters
#   The parameters do not enter: the reduction sees only the elements of the loss, before any derivative is taken.
# - [x] by 100
#   The mean goes over all elements, examples times outputs.
# %% [markdown] name="check-mean" lang="zh" role="quiz"
# **小测。** 网络有5个输出，小批量有20个样本，损失是`nn.MSELoss()`。平方和被除以多少？
#
# - [ ] 除以20
#   那是样本数。平均是对损失的元素取的，每个样本有五个元素。
# - [ ] 除以5
#   那是先在一个样本的输出上取平均，再对样本求和；对这个损失，torch没有这样的归约。
# - [ ] 除以参数的个数
#   参数不参与：归约只看得到损失的元素，这时还没有求导。
# - [x] 除以100
#   平均取遍所有元素，个数是样本数乘输出数。
# %% [markdown] name="predict-keep" lang="en"
# ## Nothing changed but the reduction
#
# `run(Setting(...))` trains a fresh net as the chapter does (lr 0.03, three epochs) and records every step; `w_error` is the distance of its last weights from the true ones.
#
# **Predict.** I write `reduction="sum"` and keep lr 0.03. Averaged over 10 seeds, `w_error` becomes
#
# - **A.** the same, up to a few percent.
# - **B.** two to six times as large.
# - **C.** ten times as large or more.
# - **D.** infinite: the training diverges, each step farther off.
# %% [markdown] name="predict-keep" lang="zh"
# ## 只改归约，别的不动
#
# `run(Setting(...))`按D2L这一节的做法训练一个新网络（lr为0.03，三个迭代周期（epoch）），并记录每一步；`w_error`是最后的权重（weight）到真实权重的距离。
#
# **预测。** 我写上`reduction="sum"`，lr仍是0.03。对10个种子取平均，`w_error`会
#
# - **A.** 不变，最多差百分之几。
# - **B.** 变成两倍到六倍。
# - **C.** 变成十倍或更多。
# - **D.** 变成无穷大：训练发散（diverge），一步比一步离得更远。
# %% name="guess-keep"
predict("06-b", "ABCD")
# %% name="keep-lr"
with_mean = [run(Setting(seed=seed, lr=0.03)).w_error for seed in range(10)]
with_sum = [run(Setting(seed=seed, lr=0.03, reduction="sum")).w_error for seed in range(10)]
times = sum(with_sum) / sum(with_mean)
print(f"mean {sum(with_mean) / 10:.5f}")
print(f"sum  {sum(with_sum) / 10:.5f}")
reveal("06-b", f"{times:.1f}")
# %% name="keep-lr-proof" role="proof"
assert 2 < times < 6 and max(with_sum) < 0.01
# %% [markdown] name="keep-explained" lang="en"
# **Explain.** B. From the same place every step is now ten times as long. The path still reaches the true weights, but there each minibatch pulls it a little to one side, and longer steps scatter it more widely, though not ten times (C).
#
# The trap: the training *seems* to work. The case notebook's trainer line has lr 0.03, with a comment that this is for `reduction='sum'`; nothing raised, so it stayed. How far is it from diverging?
# %% [markdown] name="keep-explained" lang="zh"
# **解释。** 选B。从同一个位置出发，现在每一步都是原来的十倍长。路径仍能到达真实权重，但在那里每个小批量都把它往一边拉一点，步子越长，散得越开，不过没有散到十倍（C）。
#
# 陷阱就在这里：训练*看起来*没问题。案卷笔记本里创建优化器的那一行写着lr为0.03，注释说它配`reduction='sum'`；没有报错，注释就留了下来。这离发散还有多远？
# %% name="edge"
at_edge = {}
for reduction in ("mean", "sum"):
    at_edge[reduction] = [run(Setting(seed=seed, lr=0.1, reduction=reduction)).w_error for seed in range(10)]
    print(f"{reduction:4} lr 0.1: {min(at_edge[reduction]):.1e} .. {max(at_edge[reduction]):.1e}")
# %% name="edge-proof" role="proof"
assert max(at_edge["mean"]) < 0.02
assert not any(error < 1000 for error in at_edge["sum"])
# %% [markdown] name="edge-explained" lang="en"
# At lr 0.1 the mean still trains with every seed. The sum is lost with every one of the 10: even the smallest of its errors is beyond 1000. "Nothing has to change" is a matter of luck with the learning rate.
# %% [markdown] name="edge-explained" lang="zh"
# lr为0.1时，取平均对每个种子都还能训练。求和在10个种子上全部失败：其中最小的误差也超过1000。“什么都不用改”只是学习率碰巧合适。
# %% [markdown] name="convert-words" lang="en"
# ## The conversion, and how exact it is
#
# One step is $\eta\,\mathbf{g}$. If the sum's $\mathbf{g}$ is ten times as long, a tenth of $\eta$ makes the same step: 0.003 for the sum in place of 0.03 for the mean. The same steps from the same start with the same minibatches must give the same training.
#
# To see small differences, compare in float64, after the last step.
# %% [markdown] name="convert-words" lang="zh"
# ## 换算，以及它有多准
#
# 一步是$\eta\,\mathbf{g}$。求和的$\mathbf{g}$是十倍长，那么$\eta$取十分之一，步子就一样：取平均用0.03，求和就用0.003。起点相同、小批量相同、步子相同，训练也必定相同。
#
# 为了看清微小的差，用float64，在最后一步之后比较。
# %% name="same-run"
mean = Setting(reduction="mean", lr=0.03, dtype=torch.float64)
total = Setting(reduction="sum", lr=0.003, dtype=torch.float64)
gaps = []
for seed in range(3):
    one, other = run(replace(mean, seed=seed)), run(replace(total, seed=seed))
    gaps.append((one.path[-1] - other.path[-1]).abs().max().item())
    print(f"seed {seed}: w error {one.w_error:.6f}, {other.w_error:.6f}, difference {gaps[-1]:.1e}")
print(f"loss {one.losses[-1]:.6f}, {other.losses[-1]:.6f}")
# %% name="same-run-proof" role="proof"
assert max(gaps) < 1e-12
assert abs(other.losses[-1] / one.losses[-1] - 1000) < 0.001
# %% name="two-paths"
show(steps.two_paths(one, other, ("mean, lr 0.03", "sum, lr 0.003")))
# %% [markdown] name="same-explained" lang="en"
# The last column holds rounding at most. So the first sentence of the case notebook is right here, and the comment in its trainer line is wrong: what belongs to the sum is 0.003.
#
# Look at the losses of the last seed, too: the sum's is larger by the factor 1000, the number of examples, though both nets are the same. A printed loss says nothing without its reduction.
# %% [markdown] name="same-explained" lang="zh"
# 最后一列至多是舍入误差。所以案卷笔记本的第一句话在这里是对的，而创建优化器那一行的注释是错的：配求和的是0.003。
#
# 再看最后一个种子的两个损失：求和的大1000倍，正是样本数，尽管两个网络一样。不说明归约，打印出来的损失什么也说明不了。
# %% [markdown] name="relatives" lang="en"
# ## Does it hold for every optimizer?
#
# Three relatives of SGD, each with the gradient $\mathbf{g}$ of a step:
#
# | optimizer | step |
# |---|---|
# | momentum | $\mathbf{v} \leftarrow \beta\,\mathbf{v} + \mathbf{g}$, $\mathbf{w} \leftarrow \mathbf{w} - \eta\,\mathbf{v}$ |
# | weight decay | $\mathbf{w} \leftarrow \mathbf{w} - \eta\,(\mathbf{g} + \lambda\,\mathbf{w})$, $\lambda = 0.01$ |
# | Adam | $\mathbf{w} \leftarrow \mathbf{w} - \eta\,\mathbf{m} / (\sqrt{\mathbf{s}} + \epsilon)$ |
#
# $\beta$, below 1, lets old gradients fade. In Adam $\mathbf{m}$ is a running mean of $\mathbf{g}$, $\mathbf{s}$ one of its squares, and $\epsilon$ is tiny.
# %% [markdown] name="relatives" lang="zh"
# ## 对每个优化器都成立吗？
#
# SGD有三个近亲，其中$\mathbf{g}$都是这一步的梯度：
#
# | 优化器 | 一步 |
# |---|---|
# | 动量法（momentum） | $\mathbf{v} \leftarrow \beta\,\mathbf{v} + \mathbf{g}$，$\mathbf{w} \leftarrow \mathbf{w} - \eta\,\mathbf{v}$ |
# | 权重衰减（weight decay） | $\mathbf{w} \leftarrow \mathbf{w} - \eta\,(\mathbf{g} + \lambda\,\mathbf{w})$，$\lambda = 0.01$ |
# | Adam | $\mathbf{w} \leftarrow \mathbf{w} - \eta\,\mathbf{m} / (\sqrt{\mathbf{s}} + \epsilon)$ |
#
# $\beta$小于1，让旧的梯度渐渐淡出。Adam中，$\mathbf{m}$是$\mathbf{g}$的滑动平均，$\mathbf{s}$是其平方的滑动平均，$\epsilon$极小。
# %% [markdown] name="predict-four" lang="en"
# **Predict.** With n = 1000: for which is "sum, a tenth of the lr" the same training as "mean"?
#
# - **A.** SGD, momentum, weight decay, Adam: a gradient is a gradient.
# - **B.** SGD, momentum, weight decay.
# - **C.** SGD, momentum.
# - **D.** SGD.
# %% [markdown] name="predict-four" lang="zh"
# **预测。** n = 1000时，对哪些来说，“求和、lr取十分之一”与“取平均”是同一次训练？
#
# - **A.** SGD、动量法、权重衰减、Adam：梯度就是梯度。
# - **B.** SGD、动量法、权重衰减。
# - **C.** SGD、动量法。
# - **D.** SGD。
# %% name="guess-four"
predict("06-c", "ABCD")
# %% name="four-optimizers"
pairs, gaps = {}, {}
for optimizer in ("sgd", "momentum", "weight decay", "adam"):
    gaps[optimizer] = []
    for seed in range(2):
        one, other = (run(replace(s, optimizer=optimizer, seed=seed)) for s in (mean, total))
        gaps[optimizer].append((one.path[-1] - other.path[-1]).abs().max().item())
    pairs[optimizer] = one, other
    print(f"{optimizer:12} {min(gaps[optimizer]):.1e} .. {max(gaps[optimizer]):.1e}")
reveal("06-c", ", ".join(name for name in gaps if max(gaps[name]) < 1e-12))
# %% name="four-optimizers-proof" role="proof"
assert max(gaps["sgd"]) < 1e-12 and max(gaps["momentum"]) < 1e-12
assert 0.015 < min(gaps["weight decay"]) and max(gaps["weight decay"]) < 0.025 and min(gaps["adam"]) > 3
# %% [markdown] name="four-explained" lang="en"
# **Explain.** C. In momentum $\mathbf{v}$ is a weighted sum of gradients: ten times each $\mathbf{g}$ gives ten times $\mathbf{v}$, and a tenth of $\eta$ undoes it.
#
# In weight decay $\lambda\,\mathbf{w}$ comes from the optimizer, not from the loss; no reduction has touched it, and a tenth of $\eta$ makes it a tenth. Hence the repair: with the sum, take $\lambda$ times the batch size. Adam follows.
# %% [markdown] name="four-explained" lang="zh"
# **解释。** 选C。动量法里的$\mathbf{v}$是各个梯度的加权和：每个$\mathbf{g}$大十倍，$\mathbf{v}$就大十倍，$\eta$取十分之一正好抵消。
#
# 权重衰减里，$\lambda\,\mathbf{w}$来自优化器，不来自损失函数，归约碰不到它；$\eta$取十分之一，它也就只剩十分之一。修正办法由此而来：求和时，$\lambda$乘以批量大小。Adam随后再看。
# %% name="decay-repaired"
gaps = []
for seed in range(2):
    one = run(replace(mean, optimizer="weight decay", weight_decay=0.01, seed=seed))
    other = run(replace(total, optimizer="weight decay", weight_decay=0.1, seed=seed))
    gaps.append((one.path[-1] - other.path[-1]).abs().max().item())
print([f"{gap:.1e}" for gap in gaps])
# %% name="decay-repaired-proof" role="proof"
assert max(gaps) < 1e-12
# %% [markdown] name="adam-words" lang="en"
# Adam divides a mean of the gradient by the root of a mean of its squares. Ten times the gradient makes both ten times as large, and the factor cancels before $\eta$ is reached. So the repair is to leave lr alone. Compare, first with the same lr, then with a tenth; the last number of each line is the longest way any parameter went.
# %% [markdown] name="adam-words" lang="zh"
# Adam把梯度的滑动平均除以梯度平方的滑动平均的平方根。梯度大十倍，两者都大十倍，因子在乘$\eta$之前就消掉了。所以修正办法是不动lr。比较一下，先用相同的lr，再用十分之一；每行最后一个数是参数走过的最远距离。
# %% name="adam-repaired"
gaps = {}
for lr in (0.03, 0.003):
    one = run(replace(mean, optimizer="adam"))
    other = run(replace(total, optimizer="adam", lr=lr))
    gaps[lr] = (one.path[-1] - other.path[-1]).abs().max().item()
    way = (other.path[-1] - other.path[0]).abs().max().item()
    print(f"sum, lr {lr}: difference {gaps[lr]:.1e}, way {way:.2f}")
# %% name="adam-repaired-proof" role="proof"
assert gaps[0.03] < 1e-7 and 3 < gaps[0.003] < 3.6
assert way < 1
# %% [markdown] name="adam-explained" lang="en"
# With the same lr the two agree but for the trace that $\epsilon$ leaves: it does not grow with the gradient. With a tenth, every step is a tenth as long, and after three epochs no parameter has gone as far as 1. For Adam, then, "nothing has to change" *is* right, but for a reason that lies in Adam, not in the framework.
# %% [markdown] name="adam-explained" lang="zh"
# lr相同时，两者只差$\epsilon$留下的痕迹：它不随梯度变大。lr取十分之一时，每一步只有十分之一长，三个迭代周期之后没有一个参数移动的距离达到1。所以对Adam来说，“什么都不用改”*确实*对，但原因在Adam，不在框架。
# %% [markdown] name="check-adam" lang="en" role="quiz"
# **Quick check.** You multiply the loss by 100 and touch nothing else. Which optimizer takes almost the same steps as before, and why?
#
# - [x] Adam, because it divides by the gradient's own size
#   Numerator and denominator grow alike; only the tiny constant in the denominator does not.
# - [ ] SGD, because lr limits the step
#   lr is a factor, not a limit: the step grows with the gradient, a hundredfold.
# - [ ] momentum, because it averages over steps
#   A running sum of larger gradients is larger by the same factor.
# - [ ] SGD with weight decay, because the decay holds the weights back
#   The decay stays as it was while the gradient grows; compared with the gradient it becomes weaker, and the step larger.
# %% [markdown] name="check-adam" lang="zh" role="quiz"
# **小测。** 你把损失乘以100，别的都不动。哪个优化器走的步子几乎和原来一样，为什么？
#
# - [x] Adam，因为它除以梯度自身的大小
#   分子分母同样变大，只有分母里那个极小的常数不变。
# - [ ] SGD，因为lr限制了步长
#   lr是因子，不是上限：步子随梯度一起变大，变成一百倍。
# - [ ] 动量法，因为它对各步取平均
#   更大的梯度，累加起来也按同样的倍数变大。
# - [ ] 带权重衰减的SGD，因为衰减把权重往回拉
#   梯度变大而衰减不变；与梯度相比它变弱了，步子更大。
# %% [markdown] name="ragged-words" lang="en"
# ## The last minibatch
#
# Back to plain SGD. With n = 1000 every minibatch has 10 examples, and "times the batch size" is one number. With n = 1003 the last has 3, with n = 1001 it has 1. First compare the two *steps* for minibatches of these sizes, mean with 0.03 over sum with 0.003.
# %% [markdown] name="ragged-words" lang="zh"
# ## 最后一个小批量
#
# 回到普通的SGD。n = 1000时，每个小批量都是10个样本，“乘以批量大小”是同一个数。n = 1003时最后一个只有3个样本，n = 1001时只有1个。先对这几种大小的小批量比较*一步*的长度：用“取平均、0.03”的步长除以“求和、0.003”的步长。
# %% name="ragged-step"
ragged = {}
for size in (10, 3, 1):
    moves = []
    for reduction, lr in (("mean", 0.03), ("sum", 0.003)):
        net.zero_grad()
        nn.MSELoss(reduction=reduction)(net(X[:size]), y[:size]).backward()
        moves.append(lr * net[0].weight.grad)
    ragged[size] = (moves[0] / moves[1]).mean().item()
    print(f"{size} examples: {ragged[size]:.3f}")
# %% name="ragged-step-proof" role="proof"
assert all(abs(ragged[size] - 10 / size) < 0.001 for size in ragged)
# %% name="ragged-runs"
ragged_gaps = {1003: [], 1001: []}
for n, gaps in ragged_gaps.items():
    for seed in range(3):
        one, other = run(replace(mean, n=n, seed=seed)), run(replace(total, n=n, seed=seed))
        gaps.append((one.path[-1] - other.path[-1]).abs().max().item())
    pairs[f"sgd, n = {n}"] = one, other
    print(f"n = {n}: {min(gaps):.1e} .. {max(gaps):.1e}")
# %% name="ragged-runs-proof" role="proof"
assert all(1e-5 < min(found) and max(found) < 3e-3 for found in ragged_gaps.values())
# %% name="differences"
show(steps.differences({name: pairs[name] for name in ("sgd", "momentum", "sgd, n = 1003", "weight decay", "adam")}))
# %% [markdown] name="ragged-explained" lang="en"
# Follow the line of n = 1003. It lies at rounding until the ragged last batch, then leaps: there the mean's step is $10/3$ times the sum's. During the next epoch both trainings are drawn to the same minimum and the gap closes again, until the next leap.
#
# That is why nobody notices. Yet with n = 1001, one single example takes a step ten times as long at the end of each epoch, right before you read off the weights.
# %% [markdown] name="ragged-explained" lang="zh"
# 看n = 1003那条线。在不足一批的最后一个小批量之前，它停在舍入误差上，然后跳起：在那里，取平均的一步是求和的$10/3$倍。在下一个迭代周期里，两次训练都被拉向同一个最小值，差距又合拢，直到下一次跳起。
#
# 所以没有人注意到。可是n = 1001时，每个迭代周期末尾都有单独一个样本走了十倍长的一步，而你紧接着就去读权重。
# %% [markdown] name="ragged-repair" lang="en"
# The factor is the size of *this* minibatch, so the repair is a rate for each step; you find it under *Further*. The other way out is to have no ragged batch: `drop_last` in lesson [02](02_dataloader.ipynb), at the price of the dropped examples.
# %% [markdown] name="ragged-repair" lang="zh"
# 因子是*这一个*小批量的大小，所以修正办法是每一步用自己的学习率，做法在*延伸*里。另一条出路是不要那个不足一批的小批量：用第[02](02_dataloader.ipynb)课的`drop_last`，代价是丢掉几个样本。
# %% [markdown] name="control-words" lang="en"
# ## Try it
#
# Each picture is a whole training: left the path of the weights, right the distance from the true ones. With the sum, set lr to 0.01 and raise the batch size: where does the training diverge? Does the mean at the same lr ever do so? Then give Adam the mean and the sum, and see whether lr has to move.
# %% [markdown] name="control-words" lang="zh"
# ## 试一试
#
# 每幅图是一次完整的训练：左边是权重走过的路径，右边是到真实权重的距离。选求和，把lr设为0.01，再逐步加大批量大小：到哪里训练会发散？换成取平均，同样的lr会不会发散？再让Adam先配取平均、后配求和，看看lr要不要动。
# %% name="control"
explore(
    steps.draw_training,
    fallback=[
        {"reduction": "mean", "batch_size": 10, "lr": 0.03, "optimizer": "sgd"},
        {"reduction": "sum", "batch_size": 10, "lr": 0.003, "optimizer": "sgd"},
        {"reduction": "sum", "batch_size": 10, "lr": 0.03, "optimizer": "sgd"},
        {"reduction": "sum", "batch_size": 10, "lr": 0.1, "optimizer": "sgd"},
    ],
    reduction=["mean", "sum"], batch_size=[2, 5, 10, 20, 50, 100], lr=[0.001, 0.003, 0.01, 0.03, 0.1, 0.3],
    optimizer=["sgd", "momentum", "weight decay", "adam"],
)
# %% name="control-proof" role="proof"
ended = {(reduction, size): run(Setting(reduction=reduction, batch_size=size, lr=0.01)).w_error
         for reduction in ("mean", "sum") for size in (50, 100)}
assert ended["sum", 50] < 0.003 and ended["sum", 100] > 10 and 1 < ended["mean", 50] < ended["mean", 100] < 4
adam = [run(Setting(reduction=reduction, lr=0.03, optimizer="adam")) for reduction in ("mean", "sum")]
assert abs(adam[0].w_error - adam[1].w_error) < 1e-5
# %% [markdown] name="control-answer" lang="en"
# **What you see.** With the sum at lr 0.01 the training still arrives at a batch size of 50, and diverges at 100: there batch size times lr reaches 1. The mean at this lr never diverges; with large minibatches it does not arrive either, for they are few, and so are the steps. Adam takes the same path with the mean and with the sum, at the same lr.
# %% [markdown] name="control-answer" lang="zh"
# **你看到的。** 求和、lr为0.01时，批量大小到50还能走到，到100就发散：这时批量大小乘以lr达到1。取平均时，同样的lr从不发散；但小批量很大时也走不到，因为小批量少，步数也就少。Adam无论取平均还是求和，用同样的lr走的是同一条路径。
# %% [markdown] name="showed" lang="en"
# ## What the cells showed
#
# - The loss divides, in its reduction, by the number of its elements; `backward()` and `trainer.step()` know no batch size.
# - Mean to sum: lr divided by the batch size; sum to mean: lr times it. Exact for SGD and momentum with equal minibatches.
# - Ragged last batch: a rate per step. Weight decay: scale the decay as well. Adam: leave lr alone.
# - "Frameworks normalise the gradient" describes one default, of the loss.
#
# Next: [07](07_training.ipynb), how long, how fast, on how much data? The case is solved there.
#
# You can now do the assignment [lr-vs-reduction](lr-vs-reduction.ipynb).
# %% [markdown] name="showed" lang="zh"
# ## 这些单元格说明了什么
#
# - 做除法的是损失函数的归约，除数是损失的元素个数；`backward()`和`trainer.step()`都不知道批量大小。
# - 从取平均到求和：lr除以批量大小；从求和到取平均：lr乘以批量大小。对SGD和动量法，小批量一样大时，换算是精确的。
# - 有不足一批的最后一个小批量：每一步用自己的学习率。权重衰减：衰减也要缩放。Adam：不动lr。
# - “框架会规范化梯度”说的只是一个默认值，而且是损失函数的默认值。
#
# 下一课：[07](07_training.ipynb)，训练多久、步子多大、用多少数据？案子也在那里告破。
#
# 现在可以做作业[lr-vs-reduction](lr-vs-reduction.ipynb)。
# %% [markdown] name="rate-words" lang="en"
# ## Further
#
# **A rate for each step.** Two nets, equal at the start, see the same minibatches, the last of them ragged. The sum keeps lr 0.003; before every step the mean's trainer is given 0.003 times the number of labels that have just arrived.
# %% [markdown] name="rate-words" lang="zh"
# ## 延伸
#
# **每一步用自己的学习率。** 两个网络起点相同，看到的小批量也相同，最后一个不足一批。求和一直用0.003；取平均的那个网络，每一步之前都把优化器的学习率设为0.003乘以刚拿到的标签（label）个数。
# %% name="two-nets"
torch.manual_seed(6)
ragged = [part.double() for part in d2l.synthetic_data(true_w, true_b, 1003)]
ragged_iter = d2l.load_array(ragged, batch_size=10)
net_sum, net_mean = nn.Linear(2, 1, dtype=torch.float64), nn.Linear(2, 1, dtype=torch.float64)
net_mean.load_state_dict(net_sum.state_dict())
trainer_sum = torch.optim.SGD(net_sum.parameters(), lr=0.003)
trainer_mean = torch.optim.SGD(net_mean.parameters(), lr=0.03)
torch.equal(net_sum.weight, net_mean.weight)
# %% name="rate-per-step"
guard(net_sum, trainer_sum)
guard(net_mean, trainer_mean)
for epoch in range(3):
    for X_batch, y_batch in ragged_iter:
        trainer_mean.param_groups[0]["lr"] = 0.003 * len(y_batch)
        for model, optimizer, reduction in ((net_sum, trainer_sum, "sum"), (net_mean, trainer_mean, "mean")):
            optimizer.zero_grad()
            nn.MSELoss(reduction=reduction)(model(X_batch), y_batch).backward()
            optimizer.step()
# %% name="rate-gap"
gap = (net_sum.weight - net_mean.weight).abs().max().item()
print(f"last minibatch {len(y_batch)}, difference {gap:.1e}")
# %% name="rate-gap-proof" role="proof"
assert len(y_batch) == 3 and gap < 1e-12
# %% [markdown] name="rate-explained" lang="en"
# At most rounding is left. No single lr can do this: the factor changes within one epoch.
# %% [markdown] name="rate-explained" lang="zh"
# 剩下的至多是舍入误差。只用一个lr做不到这一点：在同一个迭代周期里，因子会变。
# %% [markdown] name="check-rate" lang="en" role="quiz"
# **Quick check.** Mean and sum trainings differ. In which case does a rate per step, chosen by the minibatch's size, repair it?
#
# - [ ] SGD with weight decay, 256 examples, batch size 32
#   All minibatches are equal, so a rate per step changes nothing. The decay has to be scaled.
# - [ ] Adam, 256 examples, batch size 32
#   Adam needs no other rate at all; giving it one makes the difference.
# - [x] SGD, 257 examples, batch size 32
#   The last minibatch has one example; its own factor makes its step right as well.
# - [ ] SGD, 256 examples, batch size 32, converted in the wrong direction
#   Then every step is wrong by the same factor, and one number, the right one, repairs it.
# %% [markdown] name="check-rate" lang="zh" role="quiz"
# **小测。** 取平均和求和的训练不一致。哪种情况下，按小批量大小为每一步选学习率能够修正？
#
# - [ ] 带权重衰减的SGD，256个样本，批量大小32
#   所有小批量一样大，每步选学习率改变不了什么。要缩放的是衰减。
# - [ ] Adam，256个样本，批量大小32
#   Adam根本不需要另一个学习率；给了它，才有差别。
# - [x] SGD，257个样本，批量大小32
#   最后一个小批量只有一个样本；用它自己的因子，这一步也就对了。
# - [ ] SGD，256个样本，批量大小32，换算方向弄反了
#   那样每一步都错同一个倍数，用一个正确的数就能修正。
# %% [markdown] name="further-batch" lang="en"
# **Another batch size.** So far the batch size stood still. Now it goes from 1 to 100, in the last row without a change of lr. Mean reduction, one seed.
# %% [markdown] name="further-batch" lang="zh"
# **换一个批量大小。** 到目前为止批量大小没有变过。现在让它从1变到100，最后一行lr不跟着变。归约是取平均，只用一个种子。
# %% name="batch-and-lr"
errors = {}
for batch_size, lr in ((1, 0.003), (10, 0.03), (100, 0.3), (100, 0.03)):
    result = run(Setting(batch_size=batch_size, lr=lr))
    errors[batch_size, lr] = result.w_error
    taken = len(result.path) - 1
    print(f"batch size {batch_size:3}, lr {lr:5}, {taken:4} steps: w error {result.w_error:.4f}")
# %% name="batch-and-lr-proof" role="proof"
assert max(errors[1, 0.003], errors[10, 0.03], errors[100, 0.3]) < 0.002
assert errors[100, 0.03] > 0.3
# %% [markdown] name="batch-explained" lang="en"
# A batch size of 100 makes a tenth of the steps of 10; at the same lr it has not arrived after three epochs. In the first three rows lr over batch size is always 0.003: one *example* contributes the same. With the sum, these rows share a single lr. Neither reduction is the right one: when the batch size changes, the mean keeps the size of a step, the sum the share of an example.
# %% [markdown] name="batch-explained" lang="zh"
# 批量大小为100时，步数只有批量大小为10时的十分之一；lr不变，三个迭代周期之后还没走到。前三行里lr除以批量大小总是0.003：一个*样本*的贡献不变。换成求和，这三行用的就是同一个lr。两种归约没有谁对谁错：批量大小改变时，取平均保持一步的大小，求和保持一个样本的影响。
# %% [markdown] name="further-edge" lang="en"
# **Where is the edge?** If only w1 is wrong, by $d$, a minibatch's summed loss is about $d^2 \sum x_1^2$, a parabola. Its derivative is $c\,d$ with $c = 2\sum x_1^2$, so a step makes $d$ into $(1 - \eta\,c)\,d$. Where the factor's size exceeds 1, the error grows.
# %% [markdown] name="further-edge" lang="zh"
# **边缘在哪里？** 如果只有w1错了$d$，一个小批量的求和损失约为$d^2 \sum x_1^2$，是一条抛物线。它的导数是$c\,d$，其中$c = 2\sum x_1^2$，所以走一步把$d$变成$(1 - \eta\,c)\,d$。因子的绝对值超过1，误差就变大。
# %% name="edge-factor"
c = torch.stack([2 * X_batch[:, 0].square().sum() for X_batch, y_batch in data_iter])
shares = {}
for lr in (0.003, 0.03, 0.1):
    factor = 1 - lr * c
    shares[lr] = (factor.abs() > 1).double().mean().item()
    print(f"lr {lr:5}: mean factor {factor.mean():.2f}, share of minibatches beyond 1: {shares[lr]:.2f}")
# %% name="edge-factor-proof" role="proof"
assert shares[0.003] == 0 and shares[0.03] < 0.05 and 0.25 < shares[0.1] < 0.65
# %% [markdown] name="edge-factor-explained" lang="en"
# For the sum, lr 0.003 shortens the error gently and 0.03 by more than half. At 0.1 the mean factor is near $-1$: a step jumps to the other side, about as far away, and many minibatches throw it farther out. With w2 and b wrong as well it is worse: at this lr, the runs above were lost with every seed.
# %% [markdown] name="edge-factor-explained" lang="zh"
# 对求和来说，lr为0.003时误差缓缓缩小，0.03时缩小一半以上。到了0.1，平均因子接近$-1$：一步跳到另一边，几乎一样远，许多小批量还把它甩得更远。w2和b也错的时候更糟：前面用这个lr训练时，每个种子都失败了。
# %% [markdown] name="further-accumulate" lang="en"
# **A use for adding up.** `backward()` adds to `.grad`, and so a large minibatch can be taken in parts: one `backward()` for each half, then a single step. This is gradient accumulation. Which reduction makes the halves equal to the whole?
# %% [markdown] name="further-accumulate" lang="zh"
# **累加的用处。** `backward()`往`.grad`里累加，所以一个大的小批量可以分几部分来算：每一半做一次`backward()`，然后只走一步。这叫梯度累积（gradient accumulation）。哪种归约能让两半等于整体？
# %% name="accumulate"
ratios = {}
for reduction in ("mean", "sum"):
    joined = nn.MSELoss(reduction=reduction)
    net.zero_grad()
    joined(net(X), y).backward()
    whole = net[0].weight.grad
    net.zero_grad()
    joined(net(X[:5]), y[:5]).backward()
    joined(net(X[5:]), y[5:]).backward()
    ratios[reduction] = round((net[0].weight.grad / whole).mean().item(), 3)
print(ratios)
# %% name="accumulate-proof" role="proof"
assert ratios == {"mean": 2, "sum": 1}
# %% [markdown] name="accumulate-explained" lang="en"
# The sum does: a sum of sums is the sum. Two means add up to twice the mean, which is once more a learning rate larger than the one you wrote. With the mean, divide each part's loss by the number of parts; that is exact if the parts are equal.
# %% [markdown] name="accumulate-explained" lang="zh"
# 求和可以：和的和还是和。两个平均加起来是平均的两倍，这又等于学习率比你写的大。取平均时，要把每一部分的损失除以部分的个数；各部分一样大时，这样做是精确的。
