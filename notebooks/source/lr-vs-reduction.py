# %% [markdown] name="title" lang="en"
# # Assignment: Learning rate and reduction
#
# **The question:** two learners trained the same net on the same minibatches of 10 examples, one with learning rate 0.03, the other with 0.003. Their curves lie on top of each other. Neither has made a mistake. Who used what?
#
# You write the conversion that both would need to compare notes, then judge a claim about it and find where it ends. Do lesson 06 first.
# %% [markdown] name="title" lang="zh"
# # 作业：学习率与归约
#
# **问题：** 两个人用同样的小批量（minibatch，每个10个样本）训练同一个网络，一个的学习率（learning rate）是0.03，另一个是0.003。两条曲线却完全重合。谁都没有做错。他们各自用了什么？
#
# 你先写出两人对照笔记时所需的换算，再评判一个关于它的说法，并找出它在哪里失效。先学第06课。
# %% [markdown] name="how" lang="en"
# ## How to work
#
# 1. Run the next cell once, at the start of every session.
# 2. Read the task. In the cell below it, write your code in place of `raise NotImplementedError` and run the cell.
# 3. Run the check cell. Its panel has a row for each rule; the first rule that does not hold yet is open and shows the call, what
#    came back, and what should hold.
# 4. Mend, run both cells again. Nothing is lost by a failed check, and you may check as often as you like.
#
# Stuck? Open a cell of your own and run `check.hint("convert_lr")`: each call gives the next hint. `check.example("convert_lr")` gives the arguments of the call that its panel shows. `check.progress()` shows what is
# done and what is next. Leave the check cell as it is.
# %% [markdown] name="how" lang="zh"
# ## 怎样做
#
# 1. 每次打开笔记本，先运行一次下一个单元格。
# 2. 读题。在题目下面的单元格里，用你的代码替换`raise NotImplementedError`，然后运行这个单元格。
# 3. 运行检查单元格。面板里每条规则占一行；第一条还不成立的规则会展开，显示调用了什么、返回了什么、应当满足什么。
# 4. 修改，再把两个单元格都运行一遍。检查不通过不扣分，想检查多少次都行。
#
# 卡住了？自己新建一个单元格，运行`check.hint("convert_lr")`：每调用一次，给出下一条提示。`check.example("convert_lr")`给出面板里那次调用的参数。`check.progress()`显示哪些已完成、下一个是什么。检查单元格要保持原样。
# %% name="setup" role="setup"
from dataclasses import replace

import torch
from torch import nn

from linreg_course import check
from linreg_course.language import use_language
from linreg_course.lessons.training import Setting, run

use_language("en")
check.begin("convert_lr")
# %% [markdown] name="convert-lr-task" lang="en" role="task"
# ## 1. The conversion
#
# A net with one output per example was trained by plain SGD with the rate `lr` and a loss of reduction `old`. Now the loss has the
# reduction `new`. Write `convert_lr(lr, batch_size, old, new)`: it returns the rate with which every step changes the parameters exactly as
# before, for minibatches of `batch_size` examples.
#
# - `lr` is a positive float, small or large, `batch_size` an integer, `old` and `new` are `"mean"` or `"sum"`, in any combination. Return
#   one number; float32's precision is enough.
# - Raise `ValueError` if `old` or `new` is anything else, such as `"none"`, `"Mean"`, `" sum"`, `"means"`, `""` or `None`, even if both
#   are the same.
# - Raise `ValueError` if `batch_size` is less than 1, whatever the names.
#
# A test of your own: one of the two learners above had the mean, the other the sum. Does your function turn the rate of each into that
# of the other?
# %% [markdown] name="convert-lr-task" lang="zh" role="task"
# ## 1. 换算
#
# 一个网络，每个样本有一个输出，用普通的SGD训练，学习率为`lr`，损失的归约（reduction）是`old`。现在损失的归约改成`new`。编写`convert_lr(lr, batch_size, old, new)`：返回一个学习率，使得小批量为`batch_size`个样本时，每一步对参数的改变与原来完全相同。
#
# - `lr`是正的浮点数，可大可小，`batch_size`是整数，`old`和`new`是`"mean"`或`"sum"`，可以任意组合。返回一个数，float32的精度就够了。
# - 如果`old`或`new`是别的值，例如`"none"`、`"Mean"`、`" sum"`、`"means"`、`""`或`None`，即使两者相同，也要引发`ValueError`。
# - 如果`batch_size`小于1，不论名称是什么，都要引发`ValueError`。
#
# 你可以自己这样测试：上面两个人，一个取平均，一个求和。你的函数能把每个人的学习率换算成另一个人的吗？
# %% name="convert-lr" role="solution"
def convert_lr(lr, batch_size, old, new):
    """Rate with which SGD makes the same update after the reduction went from old to new.

    >>> convert_lr(0.03, 10, "mean", "mean")
    0.03
    """
    ### BEGIN SOLUTION
    for reduction in (old, new):
        if reduction not in ("mean", "sum"):
            raise ValueError(f"the reduction is 'mean' or 'sum', not {reduction!r}")
    if batch_size < 1:
        raise ValueError(f"a minibatch has at least 1 example, not {batch_size}")
    if old == new:
        return lr
    return lr * batch_size if new == "mean" else lr / batch_size
    ### END SOLUTION
# %% name="convert-lr-check" role="check"
check.convert_lr(convert_lr)
# %% [markdown] name="l1-question" lang="en"
# ## 2. Judge a claim
#
# "Modern frameworks normalise the gradient, so after changing the sum to the mean nothing has to change."
#
# Is that true of PyTorch? Say who divides by what, and where. Then give the *smallest* experiment that decides it, and predict its outcome
# before you run it. The cell below gives you a net and one minibatch to start from; open cells of your own as you need them.
#
# Answer in eighty to two hundred words; a few lines of code may stand among them. Give reasons: a right number
# without one earns half.
# %% [markdown] name="l1-question" lang="zh"
# ## 2. 评判一个说法
#
# “现代框架会规范化梯度，所以把求和改成取平均之后，什么都不用改。”
#
# 对PyTorch来说，这话对吗？说明是谁、在哪里、除以什么。然后给出能判定它的*最小*的实验，并在运行之前预测结果。下面的单元格给你一个网络和一个小批量作为起点；需要时自己新建单元格。
#
# 用一百五十到三百五十个字作答，其中可以有几行代码。要说明理由：只有正确的数而没有理由，只得一半的分。
# %% name="minibatch"
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 1))
X, y = torch.randn(10, 2), torch.randn(10, 1)
# %% [markdown] name="l1" lang="en" role="answer" points=3
# ### BEGIN SOLUTION
# **Rubric.** Three points, independent of one another. A right number without a reason earns half of its point.
#
# - One point: false; what divides is the reduction of the loss, not autograd and not the optimizer.
# - One point: the gradients' ratio is the batch size (strictly, the number of elements of the loss), so the rate has to be multiplied by it
#   when going to the mean.
# - One point: an experiment of a few lines with a predicted outcome: the ratio of two `.grad`, or two runs that coincide to rounding.
#
# **Model answer.** False. `nn.MSELoss()` divides by the number of its elements, because its default reduction is the mean; with
# `reduction="sum"` nothing is divided anywhere. `backward()` is linear: it turns $B$ times the loss into $B$ times the gradient, and
# `trainer.step()` takes what it finds. So on the way from the sum to the mean every gradient shrinks to $1/B$, and the same
# update needs $B$ times the rate. (Strictly, the factor is the number of elements: examples times outputs.) The experiment:
#
# ```
# for reduction in ("mean", "sum"):
#     net.zero_grad()
#     nn.MSELoss(reduction=reduction)(net(X), y).backward()
#     print(net[0].weight.grad)
# ```
#
# If the claim holds, both lines are equal. I predict that each number of the second is ten times that of the first, for the minibatch
# has ten examples with one output each; and so it is.
#
# **A typical wrong answer.** "True for PyTorch, since the mean is the default": one point. It sees the default and misses the change.
# ### END SOLUTION
# %% [markdown] name="l1" lang="zh" role="answer" points=3
# ### BEGIN SOLUTION
# **评分标准。** 共三分，各条独立计分。只有正确的数而没有理由，得该条的一半。
#
# - 一分：不对；做除法的是损失的归约，不是自动微分，也不是优化器。
# - 一分：两个梯度之比是批量大小（严格地说，是损失的元素个数），所以改成取平均时，学习率要乘以它。
# - 一分：一个只有几行的实验，并预测了结果：两个`.grad`之比，或两次只差舍入误差的训练。
#
# **参考答案。** 不对。`nn.MSELoss()`除以自己的元素个数，因为它默认的归约是取平均；写`reduction="sum"`时，哪里都没有除法。`backward()`是线性的：损失变成$B$倍，梯度就变成$B$倍，`trainer.step()`拿到什么就用什么。所以从求和改成取平均，每个梯度缩小到$1/B$，要得到同样的更新，学习率必须乘以$B$。（严格地说，倍数是元素个数：样本数乘以输出个数。）实验如下：
#
# ```
# for reduction in ("mean", "sum"):
#     net.zero_grad()
#     nn.MSELoss(reduction=reduction)(net(X), y).backward()
#     print(net[0].weight.grad)
# ```
#
# 如果这个说法成立，两行应当相等。我预测第二行的每个数都是第一行的十倍，因为小批量有十个样本，每个样本一个输出；运行结果正是这样。
#
# **典型的错误回答。** “对PyTorch来说是对的，因为默认就是取平均”：一分。看到了默认值，没有看到归约的改变。
# ### END SOLUTION
# %% [markdown] name="l2-question" lang="en"
# ## 3. Where the conversion ends
#
# A training with the sum is to become one with the mean, so you multiply `lr` by the batch size. For which of these are the two
# trainings then exactly the same, up to rounding? Say how to repair those that are not, and why that works.
#
# - **a.** momentum
# - **b.** plain SGD with 1003 examples in minibatches of 10
# - **c.** weight decay of 0.01
# - **d.** Adam
#
# The cells below are your laboratory: choose a `case`, run, and look at the largest difference between the parameters after three epochs.
# Then try your repair, where the settings allow it. This is not graded. Answer in eighty to two hundred words.
# %% [markdown] name="l2-question" lang="zh"
# ## 3. 换算在哪里失效
#
# 要把求和的训练改成取平均的训练，于是你把`lr`乘以批量大小。下面哪些情形，两次训练除舍入误差外完全相同？不相同的，给出修正办法，并说明它为什么有效。
#
# - **a.** 动量法（momentum）
# - **b.** 普通的SGD，1003个样本，每个小批量10个
# - **c.** 权重衰减（weight decay），系数为0.01
# - **d.** Adam
#
# 下面的单元格是你的实验室：选一个`case`，运行，看三个迭代周期之后参数之间的最大差距。只要设置允许，再试试你的修正办法。这部分不计分。用一百五十到三百五十个字作答。
# %% name="laboratory-settings"
total = Setting(reduction="sum", lr=0.003, batch_size=10, dtype=torch.float64)
mean = Setting(reduction="mean", lr=0.03, batch_size=10, dtype=torch.float64)
cases = {
    "a": {"optimizer": "momentum"},
    "b": {"n": 1003},
    "c": {"optimizer": "weight decay", "weight_decay": 0.01},
    "d": {"optimizer": "adam"},
}
# %% name="laboratory"
case = "a"
before, after = run(replace(total, **cases[case])), run(replace(mean, **cases[case]))
print(f"{case}: largest difference {(before.path[-1] - after.path[-1]).abs().max():.1e}")
# %% [markdown] name="l2" lang="en" role="answer" points=3
# ### BEGIN SOLUTION
# **Rubric.** Three points, independent of one another. A right statement without a reason earns half of its point.
#
# - One point: exact for momentum, since the update is linear in the gradients.
# - One point: with 1003 examples the ragged step has a factor of its own: one rate per step, or `drop_last`, or weighting. With weight decay
#   the reduction does not scale the decay term, so its coefficient has to be scaled inversely: the sum's is the batch size times the mean's.
# - One point: Adam does not feel a constant factor: leave `lr` alone. Its epsilon breaks this only slightly.
#
# **Model answer.** **a** is exact: the velocity is a weighted sum of gradients, each $1/B$ times as large, and the factor cancels against
# the rate. **b** is not: the last minibatch has $3$ examples, so its factor is $3$, and with ten times the rate its step is too large.
# The repair is a rate for each step, the sum's times the size of this minibatch, or `drop_last=True`, at the price of three examples.
# **c** is not: $\lambda\,\mathbf{w}$ comes from the optimizer and never saw the reduction, but is multiplied by the new rate. Only
# $\eta\,\lambda$ matters for the decay, so with $B$ times the rate $\lambda$ must become $\lambda/B$. **d** is not either: Adam divides the
# mean of the gradients by the root of the mean of their squares, so that a constant factor cancels. Leave `lr` as it was; a tiny
# difference remains, because $\epsilon$ in the denominator does not scale.
#
# **A typical wrong answer.** "All are exact on average": half a point at most.
# ### END SOLUTION
# %% [markdown] name="l2" lang="zh" role="answer" points=3
# ### BEGIN SOLUTION
# **评分标准。** 共三分，各条独立计分。结论正确而没有理由，得该条的一半。
#
# - 一分：动量法是精确的，因为更新对梯度是线性的。
# - 一分：1003个样本时，不足一批的那一步有自己的倍数：每一步用自己的学习率，或用`drop_last`，或加权。有权重衰减时，归约不缩放衰减项，所以它的系数要反过来缩放：求和的系数是取平均的系数乘以批量大小。
# - 一分：Adam感觉不到常数倍数：`lr`不动。epsilon只带来很小的差别。
#
# **参考答案。** **a**是精确的：速度是各个梯度的加权和，每个梯度都是原来的$1/B$，与学习率的倍数正好抵消。**b**不是：最后一个小批量只有$3$个样本，它的倍数是$3$，学习率乘以十，这一步就走得太大。修正办法是每一步用自己的学习率，即求和的学习率乘以这个小批量的大小；或者用`drop_last=True`，代价是丢掉三个样本。**c**不是：$\lambda\,\mathbf{w}$来自优化器，归约碰不到它，它却乘上了新的学习率。对衰减来说，重要的只是$\eta\,\lambda$，所以学习率变成$B$倍时，$\lambda$必须变成$\lambda/B$。**d**也不是：Adam用梯度的平均除以其平方的平均的平方根，常数倍数就消掉了。`lr`保持原样；还剩极小的差别，因为分母里的$\epsilon$不跟着缩放。
#
# **典型的错误回答。** “平均来说都是精确的”：最多半分。
# ### END SOLUTION
# %% [markdown] name="end-words" lang="en"
# ## Done?
#
# Choose *Restart Kernel and Run All Cells…*, look at the output below, and save (Ctrl+S). Then hand in, from a terminal (menu *File*, *New*,
# *Terminal*):
#
# ```sh
# linreg validate lr-vs-reduction
# linreg submit lr-vs-reduction
# ```
#
# or from a new cell of this notebook:
#
# ```python
# from linreg_course.handin import submit, validate
#
# validate()
# submit()
# ```
#
# `validate` runs the notebook afresh, as grading does, and says what would be graded. `submit` does the same, then writes the file that you
# send to your teacher, and a receipt for you.
# %% [markdown] name="end-words" lang="zh"
# ## 做完了？
#
# 选*Restart Kernel and Run All Cells…*（重启内核并运行所有单元格），看一看下面的输出，然后保存（Ctrl+S）。接着上交，可以在终端里（菜单*File*、*New*、*Terminal*）：
#
# ```sh
# linreg validate lr-vs-reduction
# linreg submit lr-vs-reduction
# ```
#
# 也可以在这个笔记本的一个新单元格里：
#
# ```python
# from linreg_course.handin import submit, validate
#
# validate()
# submit()
# ```
#
# `validate`像评分时一样在新的内核里运行笔记本，说明哪些内容会被评分。`submit`也这样做，然后写出要发给老师的文件，并给你一张回执。
# %% name="progress"
check.progress()
