# %% [markdown] name="title" lang="en"
# # 07 Training
#
# After this lesson you can write the training loop, say what each of its lines touches, and tell from
# the size of a gradient whether a net was trained before.
#
# First the case from [01](01_data.ipynb) is closed: *why is the first printed gradient 0.003?* Then the
# lesson's own question: how long, how fast, and on how much data should a net be trained?

# %% [markdown] name="title" lang="zh"
# # 07 训练
#
# 学完本课，你能写出训练循环，说清每一行改动了什么，并能从梯度（gradient）的大小看出一个网络之前是否训练过。
#
# 先了结[01](01_data.ipynb)里的案子：*为什么打印出的第一个梯度是0.003*？然后是本课自己的问题：训练多久、多快、用多少数据？

# %% name="setup" role="setup"
from dataclasses import replace

import torch
from torch import nn

from linreg_course.lessons.case_file import COUNTS, PRINTED
from linreg_course.lessons.compat import d2l
from linreg_course.lessons.data import TRUE_W, add_outliers, seeded_sample
from linreg_course.display import Picture, show
from linreg_course.lessons.explore import explore
from linreg_course.lessons.guard import guard
from linreg_course.language import use_language
from linreg_course.lessons.plots import curves
from linreg_course.lessons.predict import predict, reveal
from linreg_course.lessons.training import Setting, run
from linreg_course.start.progress import follow

use_language("en")
follow("07_training")

# %% [markdown] name="parts-intro" lang="en"
# ## The loop, line by line
#
# The lessons so far have made all the parts. Data and data iterator hold the examples; the net holds
# weight and bias; the loss function holds nothing but its settings; the trainer, or
# optimizer, holds references to the net's parameters.

# %% [markdown] name="parts-intro" lang="zh"
# ## 逐行看训练循环
#
# 前面各课已经做好了所有部件。数据和数据迭代器（data iterator）保存样本（example）；网络保存权重（weight）和偏置（bias）；损失函数（loss function）除了自己的设置什么也不保存；优化器（optimizer，代码里叫trainer）保存的是对网络参数的引用。

# %% name="parts"
true_w, true_b, sigma = torch.tensor([2, -3.4]), 4.2, 0.01
lr, batch_size, num_examples = 0.03, 10, 1000
torch.manual_seed(0)
X, y = d2l.synthetic_data(true_w, true_b, num_examples)
data_iter = d2l.load_array((X, y), batch_size)
net = nn.Sequential(nn.Linear(2, 1))
nn.init.normal_(net[0].weight, 0, 0.01)
nn.init.zeros_(net[0].bias)
loss = nn.MSELoss()
trainer = torch.optim.SGD(net.parameters(), lr=lr)
net
# %% name="parts-proof" role="proof"
assert trainer.param_groups[0]["params"][0] is net[0].weight

# %% [markdown] name="turn-intro" lang="en"
# One turn of the loop takes one minibatch through five lines:
#
# | line | reads | writes |
# |---|---|---|
# | `y_hat = net(X_batch)` | parameters | `y_hat` |
# | `l = loss(y_hat, y_batch)` | `y_hat`, `y_batch` | `l` |
# | `trainer.zero_grad()` | | `.grad`: cleared |
# | `l.backward()` | `l` | `.grad`: added to |
# | `trainer.step()` | `.grad` | parameters |
#
# Only the last line moves the net: by `-lr` times what stands in `.grad`. The cell prints both.

# %% [markdown] name="turn-intro" lang="zh"
# 循环的一步让一个小批量（minibatch）经过五行：
#
# | 代码行 | 读 | 写 |
# |---|---|---|
# | `y_hat = net(X_batch)` | 参数 | `y_hat` |
# | `l = loss(y_hat, y_batch)` | `y_hat`、`y_batch` | `l` |
# | `trainer.zero_grad()` | | `.grad`：清空 |
# | `l.backward()` | `l` | `.grad`：加上去 |
# | `trainer.step()` | `.grad` | 参数 |
#
# 只有最后一行改变网络：改变量是`-lr`乘以`.grad`里的值。单元格把两者都打印出来。

# %% name="one-turn"
X_batch, y_batch = next(iter(data_iter))
before = net[0].weight.detach().clone()
y_hat = net(X_batch)
l = loss(y_hat, y_batch)
trainer.zero_grad()
l.backward()
unmoved = torch.equal(net[0].weight, before)
trainer.step()
moved = net[0].weight.detach() - before
print(unmoved, moved, -lr * net[0].weight.grad)
# %% name="one-turn-proof" role="proof"
assert unmoved
assert torch.allclose(moved, -lr * net[0].weight.grad, atol=1e-6)

# %% [markdown] name="loop-intro" lang="en"
# The whole training: an epoch is one pass over the data; after each, the loss on *all* the data goes
# into a list, without a computational graph, because nobody will differentiate it.
#
# The net is built and initialised *in this cell*. Remember that; it will matter.

# %% [markdown] name="loop-intro" lang="zh"
# 完整的训练：一个迭代周期（epoch）就是把数据过一遍；每过一遍，把*全部*数据上的损失放进列表，这时不建计算图（computational graph），因为没有人要对它求导。
#
# 网络是*在这个单元格里*创建并初始化的。记住这一点，后面会用到。

# %% name="loop"
torch.manual_seed(2)
net = nn.Sequential(nn.Linear(2, 1))
nn.init.normal_(net[0].weight, 0, 0.01)
nn.init.zeros_(net[0].bias)
trainer = torch.optim.SGD(net.parameters(), lr=lr)
guard(net, trainer)
num_epochs, losses = 3, []
for epoch in range(num_epochs):
    for X_batch, y_batch in data_iter:
        l = loss(net(X_batch), y_batch)
        trainer.zero_grad()
        l.backward()
        trainer.step()
    with torch.no_grad():
        losses.append(loss(net(X), y).item())
    print(f"epoch {epoch + 1}, loss {losses[-1]:f}")

# %% name="loss-curve"
epochs = list(range(1, num_epochs + 1))
d2l.plot(epochs, [losses, [sigma**2] * num_epochs], "epoch", "loss",
         yscale="log", ylim=[5e-5, 5e-4], fmts=("o-", "m--"), legend=["loss", "sigma^2"], figsize=(5, 3))
d2l.plt.gca().set_xticks(epochs)
show(Picture(d2l.plt.gcf(), curves.loss_words(losses, sigma)))
# %% name="loss-curve-proof" role="proof"
assert 0.8 * sigma**2 < losses[-1] < 1.2 * sigma**2

# %% [markdown] name="loss-curve-explained" lang="en"
# The loss cannot fall to 0: even the true parameters leave the noise in each label, and the mean of its
# square is about `sigma**2`. A flat curve at this height means *done*, not *stuck*.
#
# Whether the parameters are right is another question. The estimation error answers it, and
# `reshape` keeps it a vector: the weight has shape `(1, 2)`, `true_w` has `(2,)`.

# %% [markdown] name="loss-curve-explained" lang="zh"
# 损失降不到0：即使是真实参数，每个标签（label）里也还有噪声（noise），它的平方的均值大约就是`sigma**2`。曲线在这个高度变平，意思是*训练好了*，不是*卡住了*。
#
# 参数对不对是另一个问题，由估计误差（estimation error）回答。`reshape`让它保持为向量：权重的形状（shape）是`(1, 2)`，`true_w`是`(2,)`。

# %% name="estimation-error"
w, b = net[0].weight.detach(), net[0].bias.detach()
print(true_w - w.reshape(true_w.shape), true_b - b)
print((true_w - w).shape, (true_w - w.reshape(true_w.shape)).shape)
w_error = (true_w - w.reshape(true_w.shape)).norm().item()
w_error
# %% name="estimation-error-proof" role="proof"
assert (true_w - w).shape == (1, 2) and w_error < 0.003

# %% [markdown] name="zero-grad-intro" lang="en"
# ## Where may `zero_grad` stand?
#
# The chapter's order is clear, backpropagation, step. The next cell trains three times, with the same start and the
# same minibatches: gradients cleared before `backward`, cleared after `step`, and never cleared.

# %% [markdown] name="zero-grad-intro" lang="zh"
# ## `zero_grad`可以放在哪里？
#
# 书中这一节的顺序是清空、反向传播（backpropagation）、更新。下一个单元格用同样的起点和同样的小批量训练三次：在`backward`之前清空、在`step`之后清空、从不清空。

# %% name="zero-grad"
error = {}
for clear in ("before", "after", "never"):
    torch.manual_seed(2)
    net_c = nn.Sequential(nn.Linear(2, 1))
    trainer_c = torch.optim.SGD(net_c.parameters(), lr=lr)
    guard(net_c, trainer_c)
    for X_batch, y_batch in [batch for epoch in range(num_epochs) for batch in data_iter]:
        if clear == "before":
            trainer_c.zero_grad()
        loss(net_c(X_batch), y_batch).backward()
        trainer_c.step()
        if clear == "after":
            trainer_c.zero_grad()
    error[clear] = (true_w - net_c[0].weight.detach().reshape(2)).norm().item()
error
# %% name="zero-grad-proof" role="proof"
assert error["before"] == error["after"] < 0.003 and 0.5 < error["never"] < 100

# %% [markdown] name="zero-grad-explained" lang="en"
# Before or after makes no difference: what counts is that `.grad` is empty when `backward` adds to it. Without
# clearing, every step uses the sum of all gradients so far. The sum remembers old pushes long after the net has
# passed the goal, so the net swings around it.

# %% [markdown] name="zero-grad-explained" lang="zh"
# 在前在后没有区别：要紧的是`backward`往`.grad`里加的时候，里面是空的。从不清空时，每一步用的都是到目前为止所有梯度之和。网络早已越过目标，这个和还记着旧的推力，于是网络围着目标来回摆动。

# %% [markdown] name="case-evidence" lang="en"
# ## The case
#
# The evidence once more. The case notebook printed its gradients while training; its loss cell shows Huber. The execution
# counts tell when each cell ran *last*: a number that is missing belongs to a run that was later repeated, or
# to a cell that was deleted.
#
# One number sums up many gradients: the root mean square (RMS), the square root of the mean of the squares.

# %% [markdown] name="case-evidence" lang="zh"
# ## 案子
#
# 再看一遍证据。案卷里的笔记本一边训练一边打印梯度；它的损失单元格里写的是Huber。编号说明各个单元格*最后一次*运行的先后：缺掉的号码，属于后来又重跑过的单元格，或者已被删掉的单元格。
#
# 用一个数概括许多梯度：均方根（RMS），即平方的均值再开平方。

# %% name="evidence"
printed = torch.tensor(PRINTED)
case_rms = printed.square().mean().sqrt().item()
missing = [k for k in range(COUNTS["start values"], COUNTS["training"]) if k not in COUNTS.values()]
print(COUNTS)
print(missing)
case_rms
# %% name="evidence-proof" role="proof"
assert printed.shape == (21, 3) and printed.numel() == 63
assert 0.0030 < case_rms < 0.0031

# %% [markdown] name="predict-case" lang="en"
# **Predict.** The case's loss and learning rate, Huber and 0.03. The training cell is run on a new net; then
# run again, and again, with a new trainer each time but the *same* net. About how large is the RMS of the first 63 numbers that
# the first, the second and the third run print?
#
# - **A.** 0.55, 0.03, 0.003
# - **B.** 0.55, 0.28, 0.14
# - **C.** 0.55, 0.55, 0.55

# %% [markdown] name="predict-case" lang="zh"
# **预测。** 损失和学习率（learning rate）与案卷相同：Huber和0.03。训练单元格先在新网络上运行一次；然后再运行一次，又一次，每次都新建优化器，但网络还是*同一个*。第一、第二、第三次运行打印的前63个数，均方根大约各是多少？
#
# - **A.** 0.55、0.03、0.003
# - **B.** 0.55、0.28、0.14
# - **C.** 0.55、0.55、0.55

# %% name="predict-case-choice"
predict("07-a", "ABC")

# %% name="earlier-runs"
histories = [Setting(loss="huber", lr=0.03, earlier_runs=k) for k in (0, 1, 2)]
histories.append(Setting(loss="huber", earlier_runs=1, earlier_loss="mse"))
histories.append(Setting(loss="mse", earlier_runs=1))
gradients = {}
for history in histories:
    gradients[history] = [run(replace(history, seed=seed)).gradients[:21] for seed in (0, 1)]
rms = torch.tensor([[g.square().mean().sqrt() for g in of_seeds] for of_seeds in gradients.values()])
fresh, one, two, one_mse, live_mse = rms.mean(dim=1).tolist()
reveal("07-a", f"{fresh:.2f}, {one:.3f}, {two:.4f}")
# %% name="earlier-runs-proof" role="proof"
assert 0.5 < rms[0].min() and rms[0].max() < 0.62
assert 0.015 < rms[1].min() and rms[1].max() < 0.05
assert 0.0024 < rms[2].min() and rms[2].max() < 0.0048

# %% [markdown] name="earlier-runs-explained" lang="en"
# **Explain.** A. A cell looks like a beginning, and the trainer in it *is* new; that makes C plausible. But the net lives in
# the kernel, not in the cell: the second run starts where the first one stopped. B halves at each run; the printed
# numbers fall far faster.
#
# The gradient is small because there is little left to learn. Is it 0, then, for a net with nothing left to learn?

# %% [markdown] name="earlier-runs-explained" lang="zh"
# **解释。** 选A。单元格看上去像一个开头，里面的优化器也确实*是*新的，所以C显得有道理。但网络存放在内核里，不在单元格里：第二次运行从第一次停下的地方开始。B每次减半，打印出来的数降得快得多。
#
# 梯度小，是因为没剩下多少可学的。那么，一个再没有什么可学的网络，梯度是0吗？

# %% [markdown] name="floor-intro" lang="en"
# ### The noise floor
#
# At the true parameters the residual of an example is its noise, with standard deviation $\sigma$.
# Near 0 the slope of Huber is the residual itself, that of MSE twice the residual.
# Times a feature, whose size is about 1, this is the example's gradient.

# %% [markdown] name="floor-intro" lang="zh"
# ### 噪声下限
#
# 在真实参数处，一个样本的残差（residual）就是它的噪声，标准差（standard deviation）为$\sigma$。在0附近，Huber（取默认阈值，threshold）的斜率就是残差本身，MSE的斜率是残差的两倍。斜率再乘以大小约为1的特征（feature），就是这个样本的梯度。

# %% [markdown] name="floor-formula" lang="en"
# A minibatch's gradient is the mean of $B$ of these. In a mean, independent noise partly cancels: its size is that of one
# example divided by $\sqrt{B}$,
#
# $$\text{Huber: } \frac{\sigma}{\sqrt{B}}, \qquad \text{MSE: } \frac{2\sigma}{\sqrt{B}}.$$
#
# The next cell puts the true parameters into a net and measures.

# %% [markdown] name="floor-formula" lang="zh"
# 小批量的梯度是$B$个这样的梯度的均值。取平均时，独立的噪声会抵消一部分，剩下的大小等于单个样本梯度的大小除以$\sqrt{B}$：
#
# $$\text{Huber: } \frac{\sigma}{\sqrt{B}}, \qquad \text{MSE: } \frac{2\sigma}{\sqrt{B}}.$$
#
# 下一个单元格把真实参数写进网络，然后测量。

# %% name="noise-floor"
net_true = nn.Sequential(nn.Linear(2, 1))
with torch.no_grad():
    net_true[0].weight.copy_(true_w.reshape(1, 2))
    net_true[0].bias.fill_(true_b)
over_floor = {}
for name, criterion, factor in (("huber", nn.HuberLoss(), 1), ("mse", nn.MSELoss(), 2)):
    rows = [torch.autograd.grad(criterion(net_true(X_batch), y_batch), net_true[0].weight)[0]
            for X_batch, y_batch in data_iter]
    measured, floor = torch.cat(rows).square().mean().sqrt().item(), factor * sigma / batch_size**0.5
    print(f"{name}: measured {measured:.5f}, {factor} sigma / sqrt(B) {floor:.5f}, case {case_rms:.5f}")
    over_floor[name] = measured / floor
# %% name="noise-floor-proof" role="proof"
assert all(0.85 < ratio < 1.15 for ratio in over_floor.values())
assert abs(case_rms / 0.00316 - 1) < 0.1 and abs(case_rms / 0.00632 - 1) > 0.5

# %% [markdown] name="floor-explained" lang="en"
# So even with the true parameters a minibatch's gradient is not 0: it is noise, and the case's number has the size that it has for
# Huber. The figure sets the case beside nets whose past is known.

# %% [markdown] name="floor-explained" lang="zh"
# 可见，即使参数是真实值，小批量的梯度也不是0：它就是噪声，而案卷里的数正好是Huber那一种的大小。下图把案卷放到几个经历已知的网络旁边。

# %% name="case-figure"
show(curves.case_figure(gradients, printed))
print(f"case {case_rms:.4f}; huber, huber {two:.4f}; mse {one_mse:.4f}; mse, live mse {live_mse:.4f}")
# %% name="case-figure-proof" role="proof"
assert 0.0025 < rms[3].min() and rms[3].max() < 0.0038
assert 0.0050 < rms[4].min() and rms[4].max() < 0.0080

# %% [markdown] name="verdict" lang="en"
# ### Verdict
#
# - The printed gradients are not those of a first training. The net had been trained between In[24] and In[39]; the
#   trainer was made again in In[34], the net was not.
# - The live loss was Huber: the case lies on Huber's floor, half as high as that of MSE.

# %% [markdown] name="verdict" lang="zh"
# ### 结论
#
# - 打印出来的不是首次训练的梯度。网络在In[24]和In[39]之间训练过；优化器在In[34]重新创建了，网络没有。
# - 当时生效的损失是Huber：案卷落在Huber的下限上，它只有MSE下限的一半高。

# %% [markdown] name="verdict-open" lang="en"
# What stays open is the net's past: at least two Huber runs, or one run that learns faster, such as MSE. The RMS does not tell
# these apart, and the missing counts, whose number the next cell prints, leave room for both. But the loss cell was last run at In[25], so an MSE run would
# need code that is no longer shown.

# %% [markdown] name="verdict-open" lang="zh"
# 还不能确定的是网络此前的经历：至少两次Huber训练，或者一次学得更快的训练，例如MSE。均方根分不出这两种情况，缺掉的计数（下一个单元格打印它们的个数）也容得下这两种可能。但损失单元格最后一次运行是In[25]，所以MSE训练需要有一段现在已看不到的代码。

# %% name="verdict-counts"
len(missing)
# %% name="verdict-counts-proof" role="proof"
assert (COUNTS["start values"], COUNTS["loss"], COUNTS["trainer"], COUNTS["training"]) == (24, 25, 34, 39)
assert COUNTS["net"] < COUNTS["start values"] < missing[0] and len(missing) > 2

# %% [markdown] name="control-intro" lang="en"
# Move the control: how many earlier runs does it take until the line lies among the diamonds? And where does it settle
# when the live loss is MSE?

# %% [markdown] name="control-intro" lang="zh"
# 移动滑块：此前要训练几次，曲线才会落到菱形标记中间？当前的损失换成MSE，它又停在哪里？

# %% name="control"
explore(
    curves.draw_earlier_runs,
    fallback=[{"earlier_runs": k, "loss": "huber"} for k in (0, 1, 2, 3)],
    earlier_runs=[0, 1, 2, 3, 4],
    loss=["huber", "mse"],
)
# %% name="control-proof" role="proof"
settled = {(loss_name, k): run(Setting(loss=loss_name, earlier_runs=k, num_epochs=3)).gradients[:21].square().mean().sqrt().item()
           for loss_name, k in (("huber", 1), ("huber", 2), ("mse", 1))}
assert settled["huber", 1] > 5 * case_rms > settled["huber", 2] and 1.5 < settled["mse", 1] / settled["huber", 2] < 3
# %% [markdown] name="control-answer" lang="en"
# **What you see.** With Huber it takes 2 earlier runs; more change nothing. With MSE 1 is enough, but the line settles twice as high, on the floor of MSE.
# %% [markdown] name="control-answer" lang="zh"
# **你看到的。** 用Huber，此前要训练2次；再多也没有变化。用MSE，1次就够了，但曲线停在两倍高的地方，也就是MSE的下限上。

# %% [markdown] name="check-one-cell" lang="en" role="quiz"
# **Quick check.** Which one cell, run right before the training cell, would have settled the case?
#
# - [ ] `print(trainer)`
#   It shows the learning rate and the kind of optimizer. A trainer that was made anew looks the same beside a trained net.
# - [ ] `print(len(data_iter))`
#   The data were the same in every run; they hold no trace of the net's past.
# - [ ] more printed gradients
#   At the floor they go on as they began. Without the floor in mind, small numbers look like a gentle loss or easy data.
# - [x] `loss(net(X), y)`
#   The loss before the first step depends on the net alone: large for a new net, of the order of the noise variance for a trained one.

# %% [markdown] name="check-one-cell" lang="zh" role="quiz"
# **小测。** 在训练单元格之前运行哪一个单元格，就能了结此案？
#
# - [ ] `print(trainer)`
#   它显示学习率和优化器的种类。新建的优化器放在训练过的网络旁边，看上去一模一样。
# - [ ] `print(len(data_iter))`
#   每次运行的数据都相同，其中没有网络经历的痕迹。
# - [ ] 打印更多的梯度
#   在下限处，后面的数和开头的一样。不知道有这个下限，小的数看上去就像是损失函数平缓，或者数据简单。
# - [x] `loss(net(X), y)`
#   第一步之前的损失只取决于网络：新网络的损失很大，训练过的网络，损失则与噪声的方差（variance）同一量级。

# %% name="one-cell"
huber, net_new = nn.HuberLoss(), nn.Sequential(nn.Linear(2, 1))
nn.init.normal_(net_new[0].weight, 0, 0.01)
nn.init.zeros_(net_new[0].bias)
with torch.no_grad():
    first_loss = {"new": huber(net_new(X), y).item(), "trained": huber(net(X), y).item()}
first_loss
# %% name="one-cell-proof" role="proof"
assert first_loss["new"] > 1 and first_loss["trained"] < sigma**2

# %% [markdown] name="remedy-intro" lang="en"
# ### Remedy
#
# Two habits keep this from happening. Build and initialise the net in the training cell, as this lesson does. And let the
# machine look: `guard(net, trainer)` at the top of a training cell says so if the net was trained since its
# initialization.
#
# The next cell repeats the case on purpose: a new trainer, the net from above, already trained.

# %% [markdown] name="remedy-intro" lang="zh"
# ### 补救
#
# 两个习惯可以防止这种事。在训练单元格里创建并初始化网络，就像本课这样。再让机器看一眼：训练单元格开头的`guard(net, trainer)`会在网络自初始化（initialization）以来训练过的时候说出来。
#
# 下一个单元格故意重演此案：新的优化器，上面那个已经训练过的网络。

# %% name="remedy"
trainer = torch.optim.SGD(net.parameters(), lr=lr)
guard(net, trainer)
torch.manual_seed(2)
rows = []
for X_batch, y_batch in data_iter:
    trainer.zero_grad()
    huber(net(X_batch), y_batch).backward()
    rows.append(torch.cat([p.grad.flatten() for p in net.parameters()]))
    trainer.step()
rerun_rms = torch.stack(rows)[:21].square().mean().sqrt().item()
rerun_rms
# %% name="remedy-proof" role="proof"
assert 0.0024 < rerun_rms < 0.0042

# %% [markdown] name="case-closed" lang="en"
# `guard` spoke: it names the cell that made the net, and trained it. And the number has the size of the case's. Case closed: the gradient was 0.003 because the net
# was already trained and what remained was noise.

# %% [markdown] name="case-closed" lang="zh"
# `guard`发话了：它指出网络是在哪个单元格里创建、又在哪里训练的。而这个数和案卷里的一样大小。结案：梯度是0.003，因为网络已经训练过，剩下的只是噪声。

# %% [markdown] name="predict-rate" lang="en"
# ## How long, how fast?
#
# **Predict.** MSE, 1000 examples, batch size 10, and ten epochs, many more than so far. Which learning rate ends
# with the smallest w error?
#
# - **A.** 0.001
# - **B.** 0.01
# - **C.** 0.1
# - **D.** 0.3

# %% [markdown] name="predict-rate" lang="zh"
# ## 多久，多快？
#
# **预测。** MSE，1000个样本，批量大小（batch size）10，十个迭代周期，比前面长得多。哪个学习率最后的w误差最小？
#
# - **A.** 0.001
# - **B.** 0.01
# - **C.** 0.1
# - **D.** 0.3

# %% name="predict-rate-choice"
predict("07-b", "ABCD")

# %% name="rate-map"
lrs, epochs, steps = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0), (1, 3, 10), num_examples // batch_size
ends = [k * steps for k in epochs]
errors, tails = torch.zeros(len(lrs), len(epochs)), {}
for row, rate in enumerate(lrs):
    distance = (run(Setting(lr=rate, num_epochs=10)).path[:, :2] - TRUE_W).norm(dim=1)
    errors[row] = distance[ends]
    last_three_epochs = distance[7 * steps:]
    tails[rate] = last_three_epochs.square().mean().sqrt().item()
show(curves.error_map(errors, lrs, epochs))
reveal("07-b", min((0.3, 0.1, 0.01, 0.001), key=lambda rate: errors[lrs.index(rate), 2]))
# %% name="rate-map-proof" role="proof"
assert 0.5 < errors[4, 2] / errors[4, 0] < 2
assert errors[2, 2] < errors[4, 2] < errors[5, 2] < errors[0, 2] and not (errors[6, 1:] < 10).any()

# %% [markdown] name="rate-explained" lang="en"
# **Explain.** B. Read the map by rows. A small rate has not arrived: more epochs help, but ten are not enough for A. A large rate (C, D)
# arrived in the first epoch, and from then on the error only goes up and down: every minibatch pulls towards its own noise, and each step follows
# that pull by $\eta$ times its size ($\eta$ is `lr`). At the largest rate of the map each step overshoots by more than it
# corrects: the training diverges.

# %% [markdown] name="rate-explained" lang="zh"
# **解释。** 选B。按行读这张图。小的学习率还没有走到：增加迭代周期有用，但对A来说十个也不够。大的学习率（C、D）在第一个迭代周期就到了，之后误差只是忽上忽下：每个小批量都往自己的噪声那边拉，每一步跟着走这个拉力的$\eta$倍（$\eta$即`lr`）。图中学习率最大时，每一步冲过头的比纠正的还多：训练发散（diverge）。

# %% [markdown] name="rate-floor-intro" lang="en"
# A rate that arrives and does not diverge leaves the weights wandering about the solution, at a distance of about
#
# $$\sigma \sqrt{2\eta / B}.$$
#
# This is the floor of training at a constant rate. We do not derive the formula; the cell tests it on the last three epochs of the same runs. It was derived for small rates: look at the
# largest of the three.

# %% [markdown] name="rate-floor-intro" lang="zh"
# 学习率大到能走到、又没有大到发散时，权重就在解的周围游走，距离大约是
#
# $$\sigma \sqrt{2\eta / B}.$$
#
# 这就是学习率不变时训练的下限。公式这里不推导，单元格用同样这些训练的最后三个迭代周期来检验它。这个公式是对小的学习率推导的：请看三个学习率中最大的那个。

# %% name="rate-floor"
floors = {rate: sigma * (2 * rate / batch_size) ** 0.5 for rate in (0.03, 0.1, 0.3)}
for rate, floor in floors.items():
    print(f"lr {rate}: measured {tails[rate]:.5f}, sigma sqrt(2 lr / B) {floor:.5f}")
# %% name="rate-floor-proof" role="proof"
assert all(0.7 < tails[rate] / floor < 1.7 for rate, floor in floors.items())

# %% [markdown] name="check-epochs" lang="en" role="quiz"
# **Quick check.** At `lr = 0.1` the w error after ten epochs is about what it was after one. What lowers it?
#
# - [ ] a hundred epochs
#   The net arrived in the first. The steps that follow move it about, not nearer.
# - [x] a smaller `lr` for the last epochs
#   The large rate arrives quickly, the small one has the lower floor. Rate schedules do just this.
# - [ ] weights that start nearer to the truth
#   The floor does not depend on the start; the start only decides how many steps it takes to get there.

# %% [markdown] name="check-epochs" lang="zh" role="quiz"
# **小测。** `lr = 0.1`时，十个迭代周期之后w的误差和一个之后差不多。怎样能降低它？
#
# - [ ] 一百个迭代周期
#   网络在第一个里就到了。之后的更新让它来回移动，并不更近。
# - [x] 最后几个迭代周期用更小的`lr`
#   大的学习率到得快，小的下限低。学习率调度做的正是这件事。
# - [ ] 权重从离真实值更近的地方开始
#   下限与起点无关；起点只决定走到那里要多少步。

# %% [markdown] name="predict-data" lang="en"
# ## How much data?
#
# **Predict.** The rate is 0.03 again, the training three epochs long, and `n` grows from 30 to 10000, each time about three
# times as much. How does the w error of the trained net fall?
#
# - **A.** steadily, like $1/n$
# - **B.** steadily, like $1/\sqrt{n}$
# - **C.** steeply, and then not at all

# %% [markdown] name="predict-data" lang="zh"
# ## 多少数据？
#
# **预测。** 学习率又是0.03，训练三个迭代周期，`n`从30增加到10000，每次约为上一次的三倍。训练好的网络，w的误差怎样下降？
#
# - **A.** 一直下降，像$1/n$
# - **B.** 一直下降，像$1/\sqrt{n}$
# - **C.** 先陡降，然后完全不降

# %% name="predict-data-choice"
predict("07-c", "ABC")

# %% name="data-sgd"
sizes = [30, 100, 300, 1000, 3000, 10000]
counts = [min(5, 10000 // n) for n in sizes]
sgd = [sum(run(Setting(seed=seed, n=n)).w_error for seed in range(k)) / k for n, k in zip(sizes, counts)]
for n, e in zip(sizes, sgd):
    print(f"n {n}: {n * num_epochs // batch_size} steps, w error {e:.2g}")
reveal("07-c", f"{sgd[0]:.2g} → {sgd[3]:.2g} → {sgd[5]:.2g}")
# %% name="data-sgd-proof" role="proof"
steep, flat = sgd[0] / sgd[3], sgd[3] / sgd[5]
assert steep > 1000 and sgd[2] > 5 * sgd[5] and 0.4 < flat < 2.5

# %% [markdown] name="data-explained" lang="en"
# **Explain.** C. The printed lines show what else grew with `n`: the number of steps. Up to 300 examples the net has not arrived, so more data
# acts as more training. From 1000 on it has, and the floor is set by `lr`, not by `n`.
#
# "More data, smaller error" is not wrong; it is a law about the best fit, and training stops short of it. The least-squares
# solution is that fit; the next cell computes it for the same sizes.

# %% [markdown] name="data-explained" lang="zh"
# **解释。** 选C。打印的各行显示还有什么随`n`增长：更新的步数。到300个样本为止，网络还没有走到，更多的数据起的是更多训练的作用。从1000起它到了，而下限由`lr`决定，不由`n`决定。
#
# “数据越多误差越小”并没有错；它是关于最佳拟合的规律，而训练到不了那里。最小二乘解（least-squares solution）才是最佳拟合，下一个单元格对同样的这些数据量计算它。

# %% name="data-exact"
exact = []
for n in sizes:
    off = []
    for seed in range(40):
        X_n, y_n = seeded_sample(seed, n)
        columns = torch.cat([X_n, torch.ones(n, 1)], dim=1).double()
        solution = torch.linalg.lstsq(columns, y_n.double()).solution
        off.append((solution[:2, 0] - TRUE_W).norm().item())
    exact.append(sum(off) / len(off))
show(curves.error_against_n(sizes, sgd, exact))
log_n, log_error = torch.tensor(sizes).log().reshape(-1, 1), torch.tensor(exact).log().reshape(-1, 1)
straight_line = torch.linalg.lstsq(torch.cat([log_n, torch.ones_like(log_n)], dim=1), log_error).solution
slope = straight_line[0].item()
round(slope, 3)
# %% name="data-exact-proof" role="proof"
assert abs(slope + 0.5) < 0.06 and exact[5] < sgd[5] / 2

# %% [markdown] name="slope-explained" lang="en"
# On two logarithmic axes a power law is a straight line and its exponent is the slope. The printed slope is that
# of $1/\sqrt{n}$: a hundred times the data, a tenth of the error. SGD has as much data and stays on its floor.

# %% [markdown] name="slope-explained" lang="zh"
# 两轴都取对数时，幂律是一条直线，指数就是斜率。打印出的斜率正是$1/\sqrt{n}$的斜率：数据一百倍，误差十分之一。SGD有同样多的数据，却停在自己的下限上。

# %% [markdown] name="check-log" lang="en" role="quiz"
# **Quick check.** Why is each `n` about three times the one before?
#
# - [x] because equal ratios of `n` give equal steps of the logarithm of the error
#   Under a power law each factor in `n` costs the same factor in the error, so every run tells equally much.
# - [ ] because large `n` takes long
#   True, but then one would leave them out. The question is what the spacing shows.
# - [ ] because the error is smaller on a logarithmic axis
#   An axis changes the picture, not the error.

# %% [markdown] name="check-log" lang="zh" role="quiz"
# **小测。** 为什么每个`n`大约是前一个的三倍？
#
# - [x] 因为`n`的比值相等，误差的对数就变化相等的量
#   在幂律下，`n`每乘一个倍数，误差就除以同一个相应的倍数，所以每次运行提供的信息一样多。
# - [ ] 因为`n`大时耗时长
#   确实如此，但那样的话不做就是了。问题是这种间隔能显示什么。
# - [ ] 因为误差在对数轴上更小
#   坐标轴改变的是图，不是误差。

# %% [markdown] name="summary" lang="en"
# ## What the cells showed
#
# - A net lives in the kernel; a training cell that does not build it continues the last training.
# - With the true parameters a minibatch's gradient is not 0 but noise: $\sigma/\sqrt{B}$ for Huber, twice that for MSE.
# - At a constant rate the error has a floor set by `lr` and $B$. More epochs and more data help until it is reached, and then no more.
#
# You can now do the last part of the assignment [foundations](foundations.ipynb), `train`, and, with the section *For the assignments* below, [gradients](gradients.ipynb). Three harder problems wait in [challenges](challenges.ipynb).

# %% [markdown] name="summary" lang="zh"
# ## 单元格说明了什么
#
# - 网络存放在内核里；训练单元格若不创建网络，就是接着上次训练。
# - 参数是真实值时，小批量的梯度不是0，而是噪声：Huber为$\sigma/\sqrt{B}$，MSE为其两倍。
# - 学习率不变时，误差有一个由`lr`和$B$决定的下限。到达之前，更多的迭代周期和更多的数据都有用；到达之后，都没有用了。
#
# 现在可以做作业[foundations](foundations.ipynb)的最后一部分`train`，学过下面的“作业要用到的内容”之后，还可以做[gradients](gradients.ipynb)。[challenges](challenges.ipynb)里还有三道更难的题。

# %% [markdown] name="reading-intro" lang="en"
# ## For the assignments
#
# ### Reading gradients
#
# The case notebook printed `param.grad` in the loop. The values are right, but how many tensors is that, and which is which?
# `named_parameters()` gives each its name, and one number per parameter may be enough.

# %% [markdown] name="reading-intro" lang="zh"
# ## 作业要用到的内容
#
# ### 读梯度
#
# 案卷里的笔记本在循环里打印`param.grad`。数值是对的，但那一共是多少个张量，哪个是哪个？`named_parameters()`给出每个参数的名字，而且每个参数看一个数也许就够了。

# %% name="print-gradients"
tensors = num_epochs * len(data_iter) * len(list(net.parameters()))
X_batch, y_batch = next(iter(data_iter))
huber(net_new(X_batch), y_batch).backward()
for name, p in net_new.named_parameters():
    print(name, tuple(p.grad.shape), f"{p.grad.norm().item():.4f}")
tensors
# %% name="print-gradients-proof" role="proof"
slopes = (net_new(X_batch) - y_batch).detach().clamp(-1, 1)
assert tensors == 600
assert torch.allclose(net_new[0].weight.grad, (slopes * X_batch).mean(0), atol=1e-6)

# %% [markdown] name="stale-intro" lang="en"
# What is in `.grad` at which moment? On a new net: before any `backward`, after one, after two without clearing, and after clearing.

# %% [markdown] name="stale-intro" lang="zh"
# 什么时刻`.grad`里是什么？在一个新网络上看：`backward`之前、一次之后、不清空再来一次之后、清空之后。

# %% name="stale"
net_g = nn.Sequential(nn.Linear(2, 1))
weight = net_g[0].weight
print(weight.grad)
loss(net_g(X), y).backward()
first = weight.grad.clone()
loss(net_g(X), y).backward()
second = weight.grad.clone()
print(first, second / first)
net_g.zero_grad()
print(weight.grad)
# %% name="stale-proof" role="proof"
assert torch.allclose(second, 2.0 * first) and not weight.grad

# %% [markdown] name="stale-explained" lang="en"
# So `.grad` is the gradient of everything since the last clearing. After a loop there is one more trap: `.grad` then belongs to the
# *last minibatch*, at the parameters *before the last step*. The next cell compares it with the gradient of all the data at the present parameters.

# %% [markdown] name="stale-explained" lang="zh"
# 所以`.grad`是上次清空以来一切损失的梯度。循环结束后还有一个陷阱：这时的`.grad`属于*最后一个小批量*，取自*最后一次更新之前*的参数。下一个单元格把它与全部数据在当前参数处的梯度作比较。

# %% name="stale-after-loop"
left_over = net[0].weight.grad.clone()
net.zero_grad()
huber(net(X), y).backward()
present = net[0].weight.grad.clone()
print(left_over, present)
# %% name="stale-after-loop-proof" role="proof"
assert not torch.allclose(left_over, present, rtol=0.1)

# %% [markdown] name="huber-slow-intro" lang="en"
# ## Further
#
# ### Why two runs with Huber, but one with MSE?
#
# Lesson [05](05_loss.ipynb) has the reason: beyond its threshold Huber has slope 1 at most, and near the solution half the
# slope of MSE. At the same learning rate it has not arrived after three epochs. A doubled rate or more epochs close the gap:

# %% [markdown] name="huber-slow-intro" lang="zh"
# ## 延伸
#
# ### 为什么Huber要两次，MSE只要一次？
#
# 原因在[05](05_loss.ipynb)：超出阈值后Huber的斜率最多是1，在解附近也只有MSE的一半。学习率相同时，三个迭代周期之后它还没有走到。学习率加倍，或者增加迭代周期，都能补上这个差距：

# %% name="huber-slow"
candidates = {
    "mse, lr 0.03, 3 epochs": Setting(),
    "huber, lr 0.03, 3 epochs": Setting(loss="huber"),
    "huber, lr 0.06, 3 epochs": Setting(loss="huber", lr=0.06),
    "huber, lr 0.03, 10 epochs": Setting(loss="huber", num_epochs=10),
}
w_errors = {name: [run(replace(s, seed=k)).w_error for k in range(2)] for name, s in candidates.items()}
print(*(f"{name}: w error {min(e):.5f} .. {max(e):.5f}" for name, e in w_errors.items()), sep="\n")
# %% name="huber-slow-proof" role="proof"
near, far, doubled, longer = w_errors.values()
assert min(far) > 0.015 and max(near + doubled + longer) < 0.003

# %% [markdown] name="input-grad-intro" lang="en"
# ### Must the input require a gradient?
#
# The case notebook's sample creates its input with `requires_grad=True`. The residual is $r = wx + b - y$, so by hand the
# gradients of the mean squared error are the means of $2rx$ and of $2r$. Compare them with what torch finds with and without it.

# %% [markdown] name="input-grad-intro" lang="zh"
# ### 输入必须要求梯度吗？
#
# 案卷里的示例用`requires_grad=True`创建输入。残差是$r = wx + b - y$，所以手算时，均方误差（mean squared error）的梯度是$2rx$的均值和$2r$的均值。与torch在有它和没有它时得到的结果比较。

# %% name="input-grad"
torch.manual_seed(0)
line = nn.Linear(1, 1)
y_two = torch.tensor([[2.0], [4.0]])
for needs in (True, False):
    x = torch.tensor([[1.0], [2.0]], requires_grad=needs)
    line.zero_grad()
    loss(line(x), y_two).backward()
    r = line.weight.item() * x.detach() + line.bias.item() - y_two
    by_hand = torch.stack([(2 * r * x.detach()).mean(), (2 * r).mean()])
    print(needs, line.weight.grad.item(), line.bias.grad.item(), by_hand.tolist(), x.grad)
# %% name="input-grad-proof" role="proof"
for needs in (True, False):
    x = torch.tensor([[1.0], [2.0]], requires_grad=needs)
    line.zero_grad()
    loss(line(x), y_two).backward()
    assert torch.allclose(torch.cat([line.weight.grad.flatten(), line.bias.grad]), by_hand)

# %% [markdown] name="input-grad-explained" lang="en"
# The parameters' gradients are the same. `requires_grad=True` on the input fills `x.grad` as well: how the loss would change with the *data*.
# Training does not use it. A layer's parameters require gradients by themselves.

# %% [markdown] name="input-grad-explained" lang="zh"
# 参数的梯度完全一样。输入上的`requires_grad=True`只是把`x.grad`也填上：损失随*数据*怎样变化。训练用不到它。层的参数本来就要求梯度。

# %% [markdown] name="own-loss-intro" lang="en"
# ### A loss of one's own
#
# The loop asks of a loss only that it takes predictions and labels and gives one number that can be differentiated. Any function will do. Here is a power
# between the absolute and the squared residual.

# %% [markdown] name="own-loss-intro" lang="zh"
# ### 自己的损失
#
# 循环对损失只有一个要求：接收预测和标签，给出一个可以求导的数。任何这样的函数都行。下面是介于残差的绝对值与平方之间的一个幂。

# %% name="own-loss"
own_loss = lambda y_hat, y: (y_hat - y).abs().pow(1.5).mean()
torch.manual_seed(1)
net_o = nn.Sequential(nn.Linear(2, 1))
trainer_o = torch.optim.SGD(net_o.parameters(), lr=lr)
guard(net_o, trainer_o)
for X_batch, y_batch in [batch for epoch in range(num_epochs) for batch in data_iter]:
    trainer_o.zero_grad()
    own_loss(net_o(X_batch), y_batch).backward()
    trainer_o.step()
own_error = (true_w - net_o[0].weight.detach().reshape(2)).norm().item()
own_error
# %% name="own-loss-proof" role="proof"
assert own_error < 0.02

# %% [markdown] name="second-control-intro" lang="en"
# ### Rate, epochs and data in one picture
#
# The w error after every step. Find a setting that ends on the floor, one that has not arrived, and one in which the floor lies above the error of least squares.

# %% [markdown] name="second-control-intro" lang="zh"
# ### 学习率、迭代周期与数据，一图看全
#
# 每一步之后w的误差。找一组停在下限上的设置，一组还没有走到的，再找一组下限高于最小二乘解误差的。

# %% name="second-control"
explore(
    curves.draw_error,
    fallback=[
        {"lr": 0.03, "num_epochs": 3, "n": 1000},
        {"lr": 0.03, "num_epochs": 3, "n": 30},
        {"lr": 0.003, "num_epochs": 3, "n": 1000},
        {"lr": 0.3, "num_epochs": 3, "n": 1000},
    ],
    lr=[0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0],
    num_epochs=[1, 3, 10],
    n=[30, 100, 300, 1000, 3000],
)

# %% name="second-control-proof" role="proof"
arrived = run(Setting(lr=0.03, num_epochs=3, n=1000)).w_error
slow, few = run(Setting(lr=0.003, num_epochs=3, n=1000)).w_error, run(Setting(lr=0.03, num_epochs=3, n=30)).w_error
assert arrived < 3 * floors[0.03] and min(slow, few) > 100 * floors[0.03]
assert sizes[3] == 1000 and tails[0.3] > 3 * exact[3]

# %% [markdown] name="second-control-answer" lang="en"
# **What you see.** With `lr` 0.03 and 1000 examples, three epochs end on the floor. With 0.003 they have not arrived, nor with 0.03 and 30 examples: so few examples give few steps. With 0.3 the floor lies far above the error of least squares: the rate sets the floor, the data the error of the best fit.

# %% [markdown] name="second-control-answer" lang="zh"
# **你看到的。** `lr`为0.03、样本数为1000时，三个迭代周期停在下限上。0.003时还没有走到；0.03配30个样本也没有，因为样本少，步数就少。0.3时，下限远高于最小二乘解的误差：下限由学习率决定，最佳拟合的误差由数据决定。

# %% [markdown] name="robust-intro" lang="en"
# ### Outlook: a robust fit
#
# Five in a hundred labels are outliers, all upward. The floor is no longer the problem; the loss is. The cell trains with MSE and with Huber and prints the error of the bias.

# %% [markdown] name="robust-intro" lang="zh"
# ### 展望：稳健（robust）拟合
#
# 一百个标签里有五个是异常值（outlier），全部偏高。问题不再是下限，而是损失。下面的单元格分别用MSE和Huber训练，打印偏置的误差。

# %% name="robust"
y_out = add_outliers(y, 0.05, 100, torch.Generator().manual_seed(0))
b_error = {}
for name, criterion in (("mse", nn.MSELoss()), ("huber", nn.HuberLoss())):
    torch.manual_seed(1)
    net_r = nn.Sequential(nn.Linear(2, 1))
    trainer_r = torch.optim.SGD(net_r.parameters(), lr=lr)
    guard(net_r, trainer_r)
    for X_batch, y_batch in [b for epoch in range(10) for b in d2l.load_array((X, y_out), batch_size)]:
        trainer_r.zero_grad()
        criterion(net_r(X_batch), y_batch).backward()
        trainer_r.step()
    b_error[name] = (net_r[0].bias - true_b).item()
b_error
# %% name="robust-proof" role="proof"
assert b_error["mse"] > 1 and 3 * sigma < b_error["huber"] < 0.1

# %% [markdown] name="where-next" lang="en"
# Huber with its default threshold is far better and still several times the noise away. The figure in [05](05_loss.ipynb) shows which threshold brings it closer, and why a small one takes longer.

# %% [markdown] name="where-next" lang="zh"
# 用默认阈值的Huber好得多，但偏离仍是噪声的好几倍。[05](05_loss.ipynb)里的图说明，什么样的阈值能让它更近，以及为什么小阈值要花更长时间。
