# %% [markdown] name="title" lang="en"
# # Assignment: Huber
#
# **The question:** one formula, two classes in torch, one factor. Which class is the formula, what is the factor, and why does hardly
# anybody notice it?
#
# You write the formula as a function, then the factor as another, and use both to answer two questions in words. Do lesson 05 first.
# %% [markdown] name="title" lang="zh"
# # 作业：Huber
#
# **问题：** 一个公式，torch里的两个类，一个倍数。哪个类才是这个公式，倍数是多少，为什么几乎没有人注意到它？
#
# 你先把公式写成一个函数，再把倍数写成另一个函数，然后用它们回答两道文字题。先学第05课。
# %% [markdown] name="how" lang="en"
# ## How to work
#
# 1. Run the next cell once, at the start of every session.
# 2. Read the task. In the cell below it, write your code in place of `raise NotImplementedError` and run the cell.
# 3. Run the check cell. Its panel has a row for each rule; the first rule that does not hold yet is open and shows the call, what
#    came back, and what should hold.
# 4. Mend, run both cells again. Nothing is lost by a failed check, and you may check as often as you like.
#
# Stuck? Open a cell of your own and run `check.hint("huber_loss")`: each call gives the next hint. `check.example("huber_loss")` gives the arguments of the call that its panel shows. `check.progress()` shows what is
# done and what is next. Leave the check cells as they are.
# %% [markdown] name="how" lang="zh"
# ## 怎样做
#
# 1. 每次打开笔记本，先运行一次下一个单元格。
# 2. 读题。在题目下面的单元格里，用你的代码替换`raise NotImplementedError`，然后运行这个单元格。
# 3. 运行检查单元格。面板里每条规则占一行；第一条还不成立的规则会展开，显示调用了什么、返回了什么、应当满足什么。
# 4. 修改，再把两个单元格都运行一遍。检查不通过不扣分，想检查多少次都行。
#
# 卡住了？自己新建一个单元格，运行`check.hint("huber_loss")`：每调用一次，给出下一条提示。`check.example("huber_loss")`给出面板里那次调用的参数。`check.progress()`显示哪些已完成、下一个是什么。检查单元格要保持原样。
# %% name="setup" role="setup"
import torch
from torch import nn
from torch.nn import functional as F

from linreg_course import check
from linreg_course.lessons.data import TRUE_B, add_outliers, seeded_sample
from linreg_course.language import use_language

use_language("en")
check.begin("huber_loss", "huber_scale")
# %% [markdown] name="huber-loss-task" lang="en" role="task"
# ## 1. The formula
#
# Write `huber_loss(y_hat, y, delta=1.0)`: the mean of what the elements cost. With the residual $r = \hat y - y$ and the
# threshold $\delta$:
#
# | | cost of one element |
# |---|---|
# | where $\lvert r\rvert > \delta$ | $\lvert r\rvert - \delta/2$ |
# | otherwise | $r^2/(2\delta)$ |
#
# - `y_hat` and `y` are floating-point tensors (half precision included, with residuals below 100) of one shape and dtype, with any number
#   of axes, also none, and at least one element. `delta` is a positive number, small or large (from a ten-thousandth to ten thousand),
#   whole or not.
# - Return a tensor with no axes through which `backward()` reaches `y_hat`. The gradient is finite for every residual, $r = 0$ and
#   $\lvert r\rvert = \delta$ included. Both inputs keep their values.
# - If the two shapes differ, raise `ValueError`. No broadcasting, not even $(n, 1)$ against $(n,)$.
#
# The way is up to you: your own formula or torch's functions. A small example stands in the docstring: there the residuals are
# $1$ and $-4$, and with $\delta = 2$ the mean is $\left(\frac{1}{4} + 3\right)/2$.
# %% [markdown] name="huber-loss-task" lang="zh" role="task"
# ## 1. 公式
#
# 编写`huber_loss(y_hat, y, delta=1.0)`：所有元素代价的平均值。设残差（residual）$r = \hat y - y$，阈值（threshold）为$\delta$：
#
# | | 一个元素的代价 |
# |---|---|
# | $\lvert r\rvert > \delta$时 | $\lvert r\rvert - \delta/2$ |
# | 否则 | $r^2/(2\delta)$ |
#
# - `y_hat`和`y`是形状（shape）和dtype都相同的浮点张量（半精度也在内，这时残差小于100），轴的个数任意，也可以没有轴，但至少有一个元素。`delta`是正数，可大可小（从万分之一到一万），是不是整数都可以。
# - 返回一个没有轴的张量；对它调用`backward()`，梯度（gradient）能传到`y_hat`。对每个残差，梯度都是有限的，包括$r = 0$和$\lvert r\rvert = \delta$处。两个输入的值保持不变。
# - 两个形状不同时，引发`ValueError`。不用广播机制（broadcasting），$(n, 1)$对$(n,)$也不行。
#
# 怎么写由你定：自己写公式，或用torch的函数。文档字符串里有一个小例子：那里的残差是$1$和$-4$，$\delta = 2$时平均值为$\left(\frac{1}{4} + 3\right)/2$。
# %% name="huber-loss" role="solution"
def huber_loss(y_hat, y, delta=1.0):
    """Mean of |r| - delta / 2 where |r| > delta, of r^2 / (2 delta) otherwise, with r = y_hat - y.

    >>> huber_loss(torch.tensor([[1.0], [-4.0]]), torch.zeros(2, 1), delta=2.0)
    tensor(1.6250)
    """
    ### BEGIN SOLUTION
    if y_hat.shape != y.shape:
        raise ValueError(f"y_hat has shape {tuple(y_hat.shape)}, y has {tuple(y.shape)}: they must be equal")
    size = (y_hat - y).abs()
    return torch.where(size > delta, size - delta / 2, size**2 / (2 * delta)).mean()
    ### END SOLUTION
# %% name="huber-loss-check" role="check"
check.huber_loss(huber_loss)
# %% [markdown] name="huber-scale-task" lang="en" role="task"
# ## 2. The factor
#
# At the same threshold, `nn.HuberLoss(delta=delta)` and the formula of the first task differ by a factor $c$ that depends on `delta`
# alone: for all tensors `a` and `b` of one shape,
#
# `nn.HuberLoss(delta=delta)(a, b)` $= c \cdot$ `huber_loss(a, b, delta)`.
#
# Write `huber_scale(delta)`: it returns $c$, one number to float32's precision, for any positive `delta`, small or large (from a
# hundred-thousandth to a hundred thousand), a whole number or not. The check does not need your `huber_loss`. Before you write, work out
# both losses at one residual for more than one `delta`.
# %% [markdown] name="huber-scale-task" lang="zh" role="task"
# ## 2. 倍数
#
# 阈值相同时，`nn.HuberLoss(delta=delta)`与第一题的公式相差一个倍数$c$，它只取决于`delta`：对任意两个形状相同的张量`a`和`b`，
#
# `nn.HuberLoss(delta=delta)(a, b)` $= c \cdot$ `huber_loss(a, b, delta)`。
#
# 编写`huber_scale(delta)`：对任意的正数`delta`，不论大小（从十万分之一到十万），是不是整数都可以，返回$c$，一个数，float32的精度就够了。检查不需要你的`huber_loss`。动手之前，先取一个残差，对不止一个`delta`算出两个损失。
# %% name="huber-scale" role="solution"
def huber_scale(delta):
    """c in nn.HuberLoss(delta=delta)(a, b) = c * huber_loss(a, b, delta).

    >>> float(huber_scale(1.0))
    1.0
    """
    ### BEGIN SOLUTION
    return float(delta)
    ### END SOLUTION
# %% name="huber-scale-check" role="check"
check.huber_scale(huber_scale)
# %% [markdown] name="h1-question" lang="en"
# ## 3. Three that agree
#
# Call your `huber_loss`, `nn.HuberLoss` and `nn.SmoothL1Loss` without naming a threshold, and they return the same number. Where do they
# differ, and by what? What does the difference change in a training, and what does it leave alone? Which test finds it, and why does
# the test that most people would write first not find it?
#
# Answer in the cell below in eighty to two hundred words. Give reasons: a right number without one earns half.
# %% [markdown] name="h1-question" lang="zh"
# ## 3. 三个一致的损失
#
# 不指定阈值，直接调用你的`huber_loss`、`nn.HuberLoss`和`nn.SmoothL1Loss`，它们返回同一个数。它们在哪里不同，差多少？这个差别在训练中改变什么，不改变什么？什么样的测试能发现它，大多数人首先会写的那个测试为什么发现不了？
#
# 在下面的单元格里用一百五十到三百五十个字作答。要说明理由：只有正确的数而没有理由，只得一半的分。
# %% [markdown] name="h1" lang="en" role="answer" points=3
# ### BEGIN SOLUTION
# **Rubric.** Three points, independent of one another.
#
# - One point: `nn.SmoothL1Loss(beta=delta)` is the formula; `nn.HuberLoss(delta=delta)` is `delta` times the formula, in both zones.
# - One point: at the default the factor is 1, so a test at the default cannot see the difference, whatever the data.
# - One point: a test that uses another threshold and residuals in both zones; and the consequence: the same minimum, but a gradient
#   `delta` times as large, so in effect another learning rate.
#
# **Model answer.** With the threshold $\delta$, `nn.SmoothL1Loss(beta=delta)` returns my value for every residual. `nn.HuberLoss` has
# $r^2/2$ inside and $\delta\,(\lvert r\rvert - \delta/2)$ outside: exactly $\delta$ times mine. All three have the default $1$, and there the
# factor is $1$; a test that relies on the default passes with any residuals and proves nothing. I would compare at $\delta = 2$, with
# one residual inside and one outside, so that neither branch goes untested: the ratio is $2$ for both. A constant factor moves no
# minimum, so the fitted weights are the same in the end. But every gradient is $\delta$ times as large, and plain SGD with
# `nn.HuberLoss` and rate $\eta$ takes the steps of `nn.SmoothL1Loss` with $\delta\,\eta$.
#
# **A typical wrong answer.** "They are the same loss under different names": no points.
# ### END SOLUTION
# %% [markdown] name="h1" lang="zh" role="answer" points=3
# ### BEGIN SOLUTION
# **评分标准。** 共三分，各条独立计分。
#
# - 一分：`nn.SmoothL1Loss(beta=delta)`就是公式；`nn.HuberLoss(delta=delta)`在阈值内外都是公式的`delta`倍。
# - 一分：取默认值时倍数为1，所以无论用什么数据，只用默认值的测试都看不出差别。
# - 一分：测试取另一个阈值，并且残差在阈值内外都有；同时说出后果：最小值的位置相同，但梯度是`delta`倍，实际上等于换了学习率。
#
# **参考答案。** 阈值为$\delta$时，`nn.SmoothL1Loss(beta=delta)`对每个残差都给出和我相同的值。`nn.HuberLoss`在阈值以内是$r^2/2$，以外是$\delta\,(\lvert r\rvert - \delta/2)$：正好是我的$\delta$倍。三者的默认值都是$1$，那里的倍数是$1$；依赖默认值的测试，用什么残差都能通过，什么也证明不了。我会取$\delta = 2$，一个残差在阈值以内，一个在阈值以外，这样两个分支都测到：两处的比值都是$2$。乘上常数，最小值的位置不动，所以最终拟合出的权重相同。但每个梯度都是$\delta$倍：用普通的SGD，`nn.HuberLoss`配学习率$\eta$，走的步子与`nn.SmoothL1Loss`配$\delta\,\eta$一样。
#
# **典型的错误回答。** “它们是同一个损失，只是名字不同”：不得分。
# ### END SOLUTION
# %% [markdown] name="h2-question" lang="en"
# ## 4. Choose a threshold
#
# The noise of the labels has standard deviation 0.01. One label in twenty is an outlier, far off and always
# too large. Which `delta` do you choose for this data? Defend it with a number, and say what speaks against a `delta` that is still smaller.
#
# The two cells below are your laboratory. Change `delta`, run, and compare what is printed; it is not graded. Then answer in eighty to
# two hundred words.
# %% [markdown] name="h2-question" lang="zh"
# ## 4. 选一个阈值
#
# 标签（label）的噪声（noise）的标准差（standard deviation）是0.01。每二十个标签中有一个是异常值（outlier），偏得很远，而且总是偏大。对这样的数据，你选哪个`delta`？用一个数为它辩护，并说明为什么不取更小的`delta`。
#
# 下面两个单元格是你的实验室。修改`delta`，运行，比较打印的结果；这部分不计分。然后用一百五十到三百五十个字作答。
# %% name="laboratory-data"
sigma, share = 0.01, 0.05
X, y = seeded_sample(seed=0, n=1000, sigma=sigma)
y_out = add_outliers(y, share, 100, torch.Generator().manual_seed(0))
print("wild labels:", (y_out != y).sum().item(), "of", len(y))
# %% name="laboratory"
delta = 1.0
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 1))
loss, trainer = nn.HuberLoss(delta=delta), torch.optim.SGD(net.parameters(), lr=1)
for step in range(500):
    trainer.zero_grad()
    loss(net(X), y_out).backward()
    trainer.step()
    if step in (99, 499):
        print(f"step {step + 1}: b - true b {net[0].bias.item() - TRUE_B:8.4f}, noise {sigma}")
# %% [markdown] name="h2" lang="en" role="answer" points=2
# ### BEGIN SOLUTION
# **Rubric.** Two points, independent of each other. A right number without a reason earns half of its point.
#
# - One point: a `delta` of the order of the noise, from 0.01 to ten times that, and not the default.
# - One point: the number: the bias of `b` is about $\delta$ times the share of outliers over the share of the others, a little more than
#   0.05 times $\delta$, or a run that shows it; and the price of too small a `delta`: efficiency is lost, or plain SGD becomes slow.
#
# **Model answer.** At the minimum the pulls balance. A share $q$ pulls upward with the full slope, the others pull back with $s/\delta$,
# where $s$ is the shift of $b$. With $q$ = 0.05 that is $s = \delta\,q/(1-q)$, about a nineteenth of $\delta$. With the default, $1$, $b$ is off by five
# times the noise; my runs print the same. I choose $\delta$ = 0.05: the shift is then below a third of the noise, and nearly all
# labels that are right still lie in the parabola, where they are averaged as in least squares. A still smaller $\delta$ gains little:
# then honest labels count by their sign only, so that their noise averages out less well, and `nn.HuberLoss` pulls with at most $\delta$,
# so that SGD arrives much later.
#
# **A typical wrong answer.** "The default, because the makers of the library have chosen it well": no points.
# ### END SOLUTION
# %% [markdown] name="h2" lang="zh" role="answer" points=2
# ### BEGIN SOLUTION
# **评分标准。** 共两分，各条独立计分。只有正确的数而没有理由，得该条的一半。
#
# - 一分：`delta`与噪声同一量级，从0.01到它的十倍，而不是默认值。
# - 一分：给出这个数：`b`的偏差约为$\delta$乘以异常值的占比再除以其余样本的占比，比0.05乘$\delta$略大，或用一次运行说明；并指出`delta`太小的代价：估计的效率下降，或者普通的SGD变慢。
#
# **参考答案。** 在最小值处，各个拉力互相平衡。占比为$q$的样本以最大斜率向上拉，其余样本以$s/\delta$往回拉，$s$是$b$的偏移量。$q$ = 0.05时，$s = \delta\,q/(1-q)$，约为$\delta$的十九分之一。取默认值$1$时，$b$的误差是噪声的五倍；我运行的结果也是这样。我选$\delta$ = 0.05：偏移量不到噪声的三分之一，而正确的标签几乎都还在抛物线里，像最小二乘那样取平均。$\delta$再小，好处不多：那时正确的标签也只以正负号计入，噪声平均得不那么好；而且`nn.HuberLoss`的拉力最多为$\delta$，SGD要晚得多才走到。
#
# **典型的错误回答。** “用默认值，因为写这个库的人已经选好了”：不得分。
# ### END SOLUTION
# %% [markdown] name="end-words" lang="en"
# ## Done?
#
# Choose *Restart Kernel and Run All Cells…*, look at the output below, and save (Ctrl+S). Then hand in, from a terminal (menu *File*, *New*,
# *Terminal*):
#
# ```sh
# linreg validate huber
# linreg submit huber
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
# linreg validate huber
# linreg submit huber
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
