# %% [markdown] name="title" lang="en"
# # Assignment: Losses and start values
#
# **The question:** a notebook ends with two lists of names: losses that a framework offers, and ways to choose start values. Which of
# these names can you *call*, what do they want to be given, and what do they return?
#
# You turn both lists into things that run, and explain what can go wrong in them without a word. Do lessons 04 and 05 first,
# with what stands there under *For the assignments*.
# %% [markdown] name="title" lang="zh"
# # 作业：损失与初始值
#
# **问题：** 一个笔记本的末尾有两份名单：框架提供的损失，以及选择初始值的方法。这些名称，哪些可以*调用*，要给它们什么，它们返回什么？
#
# 你把两份名单变成能运行的东西，并解释其中一声不响就会出错的地方。先学第04课和第05课，包括各课的“作业要用到的内容”。
# %% [markdown] name="how" lang="en"
# ## How to work
#
# 1. Run the next cell once, at the start of every session.
# 2. Read the task. In the cell below it, write your code in place of `raise NotImplementedError` and run the cell.
# 3. Run the check cell. Its panel has a row for each rule; the first rule that does not hold yet is open and shows the call, what
#    came back, and what should hold.
# 4. Mend, run both cells again. Nothing is lost by a failed check, and you may check as often as you like.
#
# Stuck? Open a cell of your own and run `check.hint("loss_catalogue")`: each call gives the next hint. `check.example("loss_catalogue")` gives the arguments of the call that its panel shows. `check.progress()` shows what is
# done and what is next. Leave the check cells as they are.
# %% [markdown] name="how" lang="zh"
# ## 怎样做
#
# 1. 每次打开笔记本，先运行一次下一个单元格。
# 2. 读题。在题目下面的单元格里，用你的代码替换`raise NotImplementedError`，然后运行这个单元格。
# 3. 运行检查单元格。面板里每条规则占一行；第一条还不成立的规则会展开，显示调用了什么、返回了什么、应当满足什么。
# 4. 修改，再把两个单元格都运行一遍。检查不通过不扣分，想检查多少次都行。
#
# 卡住了？自己新建一个单元格，运行`check.hint("loss_catalogue")`：每调用一次，给出下一条提示。`check.example("loss_catalogue")`给出面板里那次调用的参数。`check.progress()`显示哪些已完成、下一个是什么。检查单元格要保持原样。
# %% name="setup" role="setup"
import math

import torch
from torch import nn
from torch.nn import functional as F

from linreg_course import check
from linreg_course.language import use_language

use_language("en")
check.begin("loss_catalogue", "init_catalogue")
# %% [markdown] name="loss-catalogue-task" lang="en" role="task"
# ## 1. Seven losses
#
# Write `loss_catalogue()`: it returns a dict from the seven names below to functions. Each is called as `f(prediction, target)` and returns a
# tensor with no axes through which `backward()` reaches the prediction. Below, $r$ is the residual, prediction minus target, $B$ the
# number of examples and $C$ that of classes.
#
# | key | prediction | target | value |
# |---|---|---|---|
# | `mse` | any shape, also no axes | the same shape | mean of $r^2$ |
# | `mae` | any shape | the same shape | mean of $\lvert r\rvert$ |
# | `huber` | any shape | the same shape | mean of $r^2/2$ where $\lvert r\rvert \le 1$, otherwise of $\lvert r\rvert - 1/2$ |
# | `log_cosh` | any shape | the same shape | mean of $\log\cosh r$ |
# | `cross_entropy` | logits $z$, $(B, C)$ | class indices $k$, int64, $(B,)$ | mean over the rows of $-\log(e^{z_k}/\sum_j e^{z_j})$ |
# | `bce` | probabilities $p$, at least a billionth away from $0$ and $1$ | labels $t$, each $0$ or $1$, floats of the same shape | mean of $-t\log p - (1-t)\log(1-p)$ |
# | `kl_div` | log-probabilities $\log p$, finite, $(B, C)$ | probabilities $q$, $(B, C)$ | sum over the classes of $q\,(\log q - \log p)$, then mean over the rows |
#
# - All but the class indices is float32 or float64, the same in one call; there is at least one element, and both tensors keep their
#   values. "Mean" is over all elements where nothing else is said. In `kl_div` the target may hold zeros; their terms count $0$.
# - `log_cosh` and its gradient are right for residuals of every size, hundreds or tens of thousands included, in float32 and float64; an
#   error of a ten-millionth near $0$ is fine.
# - Take torch's loss or write your own. Before you take one, look up what it expects and by what it divides. One of the seven torch
#   does not have. An entry may be a function or a module. More keys do no harm.
# %% [markdown] name="loss-catalogue-task" lang="zh" role="task"
# ## 1. 七个损失
#
# 编写`loss_catalogue()`：返回一个字典，把下面七个名称对应到函数。每个函数都以`f(prediction, target)`的方式调用，返回一个没有轴的张量，从它调用`backward()`，梯度能传到预测值。下面用$r$表示残差（residual），即预测值减去目标值；$B$是样本（example）数，$C$是类别数。
#
# | 键 | 预测值 | 目标值 | 返回的值 |
# |---|---|---|---|
# | `mse` | 任意形状，也可以没有轴 | 形状相同 | $r^2$的平均值 |
# | `mae` | 任意形状 | 形状相同 | $\lvert r\rvert$的平均值 |
# | `huber` | 任意形状 | 形状相同 | $\lvert r\rvert \le 1$时取$r^2/2$，否则取$\lvert r\rvert - 1/2$，求平均值 |
# | `log_cosh` | 任意形状 | 形状相同 | $\log\cosh r$的平均值 |
# | `cross_entropy` | 未规范化的预测（logit）$z$，$(B, C)$ | 类别索引$k$，int64，$(B,)$ | $-\log(e^{z_k}/\sum_j e^{z_j})$对各行的平均值 |
# | `bce` | 概率$p$，与$0$和$1$都至少相差十亿分之一 | 标签（label）$t$，每个是$0$或$1$，浮点数，形状相同 | $-t\log p - (1-t)\log(1-p)$的平均值 |
# | `kl_div` | 对数概率$\log p$，有限，$(B, C)$ | 概率$q$，$(B, C)$ | $q\,(\log q - \log p)$对各类别求和，再对各行取平均 |
#
# - 除类别索引外都是float32或float64，同一次调用里相同；至少有一个元素，两个张量的值保持不变。没有另外说明时，平均值是对所有元素的。`kl_div`的目标值里可以有零，对应的项算作$0$。
# - 残差无论多大，几百也好，几万也好，float32也好，float64也好，`log_cosh`和它的梯度（gradient）都要正确；在$0$附近有千万分之一的误差没有关系。
# - 可以用torch的损失，也可以自己写。用之前，先查清它期望什么输入、除以什么。七个里有一个torch没有。每一项可以是函数，也可以是模块。多几个键没有关系。
# %% name="loss-catalogue" role="solution"
def loss_catalogue():
    """Dict of the losses mse, mae, huber, log_cosh, cross_entropy, bce, kl_div: f(prediction, target).

    >>> loss_catalogue()["mse"](torch.tensor([1.0, 3.0]), torch.zeros(2))
    tensor(5.)
    """
    ### BEGIN SOLUTION
    def log_cosh(prediction, target):
        r = prediction - target
        return (torch.logaddexp(r, -r) - math.log(2)).mean()

    return {
        "mse": F.mse_loss,
        "mae": F.l1_loss,
        "huber": F.huber_loss,
        "log_cosh": log_cosh,
        "cross_entropy": F.cross_entropy,
        "bce": F.binary_cross_entropy,
        "kl_div": nn.KLDivLoss(reduction="batchmean"),
    }
    ### END SOLUTION
# %% name="loss-catalogue-check" role="check"
check.loss_catalogue(loss_catalogue)
# %% [markdown] name="init-catalogue-task" lang="en" role="task"
# ## 2. Six starts
#
# Write `init_catalogue()`: it returns a dict from the six names below to functions. Each is called as `f(t)`, only `constant` as
# `f(t, value)`, and overwrites `t` in place, as torch's function of that name does by default, whatever `t` held before, nan included.
# In place means in its own memory: a tensor of which `t` is a part changes with it. What it returns does not matter.
#
# | key | every number of `t` becomes |
# |---|---|
# | `normal` | a draw from the normal distribution with mean $0$ and standard deviation $1$ |
# | `uniform` | a draw from the uniform distribution between $0$ and $1$ |
# | `xavier_uniform` | a uniform draw between $-a$ and $a$, with $a = \sqrt{6/(\text{in} + \text{out})}$ |
# | `kaiming_normal` | a normal draw with mean $0$ and standard deviation $\sqrt{2/\text{in}}$ |
# | `zeros` | $0$ |
# | `constant` | `value` |
#
# - `t` has any shape, also no axes, and at least one number; for `xavier_uniform` and `kaiming_normal` it is a matrix of shape (out, in),
#   like the weight of `nn.Linear`. It is float32 or float64 and stays so.
# - `t` may be a plain tensor or a layer's `Parameter` that requires a gradient. Afterwards it still does, or still does not.
# - The random entries draw anew in every call, each number by itself. `value` is any number that a float32 can hold. The six keys are
#   spelled as above; more keys do no harm.
# %% [markdown] name="init-catalogue-task" lang="zh" role="task"
# ## 2. 六种初始值
#
# 编写`init_catalogue()`：返回一个字典，把下面六个名称对应到函数。每个函数都以`f(t)`的方式调用，只有`constant`是`f(t, value)`；它原地改写`t`，与torch中同名函数的默认做法一样，不管`t`原来是什么数，是nan也要改写。“原地”是指就在它自己的内存里：如果`t`是另一个张量的一部分，那个张量也随之改变。返回什么无所谓。
#
# | 键 | `t`中的每个数变成 |
# |---|---|
# | `normal` | 从均值为$0$、标准差（standard deviation）为$1$的正态分布（normal distribution）中抽取的数 |
# | `uniform` | 从$0$到$1$的均匀分布（uniform distribution）中抽取的数 |
# | `xavier_uniform` | 在$-a$和$a$之间均匀抽取的数，其中$a = \sqrt{6/(\text{in} + \text{out})}$ |
# | `kaiming_normal` | 从均值为$0$、标准差为$\sqrt{2/\text{in}}$的正态分布中抽取的数 |
# | `zeros` | $0$ |
# | `constant` | `value` |
#
# - `t`的形状任意，也可以没有轴，但至少有一个数；对`xavier_uniform`和`kaiming_normal`，它是形状为(out, in)的矩阵，和`nn.Linear`的权重（weight）一样。它是float32或float64，改写后类型不变。
# - `t`可以是普通的张量，也可以是层里需要梯度（gradient）的`Parameter`。改写之后，原来需要梯度的仍然需要，不需要的仍然不需要。
# - 随机的那几项，每次调用都重新抽取，每个数各自抽取。`value`是float32能表示的任意的数。六个键的拼写与上面一致；多几个键没有关系。
# %% name="init-catalogue" role="solution"
def init_catalogue():
    """Dict of the starts normal, uniform, xavier_uniform, kaiming_normal, zeros: f(t); constant: f(t, value).

    >>> t = torch.zeros(1, 3)
    >>> _ = init_catalogue()["constant"](t, 7)
    >>> t
    tensor([[7., 7., 7.]])
    """
    ### BEGIN SOLUTION
    return {
        "normal": nn.init.normal_,
        "uniform": nn.init.uniform_,
        "xavier_uniform": nn.init.xavier_uniform_,
        "kaiming_normal": nn.init.kaiming_normal_,
        "zeros": nn.init.zeros_,
        "constant": nn.init.constant_,
    }
    ### END SOLUTION
# %% name="init-catalogue-check" role="check"
check.init_catalogue(init_catalogue)
# %% [markdown] name="i1-question" lang="en"
# ## 3. Zero, harmless and harmful
#
# This chapter's net, one linear layer with squared loss, learns well from weights that are all zero. A net with a hidden layer
# does not. Explain both: why it does no harm here, and what goes wrong there. Would it help to start the hidden layer at another
# constant?
#
# Answer in eighty to two hundred words.
# %% [markdown] name="i1-question" lang="zh"
# ## 3. 零：无害与有害
#
# D2L的这一节的网络是一个线性层配平方损失，权重全为零也能学好。有隐藏层（hidden layer）的网络却不行。解释两者：为什么在这里无害，在那里又错在哪里。让隐藏层从另一个常数开始，会不会好些？
#
# 用一百五十到三百五十个字作答。
# %% [markdown] name="i1" lang="en" role="answer" points=2
# ### BEGIN SOLUTION
# **Rubric.** Two points, independent of each other. A right statement without a reason earns half of its point.
#
# - One point: one linear layer with a convex loss has a single minimum, and the gradient at zero weights is not zero.
# - One point: hidden units with equal weights get equal gradients and stay equal; from zeros their weights get no gradient at all.
#
# **Model answer.** With one linear layer the squared loss is convex in the weights, a bowl with a single minimum. At zero weights the
# prediction is zero, but the gradient is built from residual times feature, and neither is zero: training starts at once and
# ends in the same place as from any other start. In a hidden layer all units see the same inputs. If they also start with equal
# weights, incoming and outgoing, they compute the same, receive the same gradient and stay equal after every step: the
# layer works like a single unit, however many it has. Another constant does not change that. Zeros are worse still: the gradient of the
# hidden weights passes through the outgoing weights, which are zero, and the outgoing weights get a gradient only from what the hidden
# units put out, which with tanh is zero too. Then only the last bias learns. Random start values break the symmetry.
#
# **A typical wrong answer.** "With zero weights the gradients are zero, so nothing is learned": no points. It is not so here.
# ### END SOLUTION
# %% [markdown] name="i1" lang="zh" role="answer" points=2
# ### BEGIN SOLUTION
# **评分标准。** 共两分，各条独立计分。结论正确而没有理由，得该条的一半。
#
# - 一分：一个线性层配凸的损失只有一个最小值，而且在零权重处梯度不为零。
# - 一分：权重相等的隐藏单元得到相等的梯度，于是一直相等；从零开始时，它们的权重根本得不到梯度。
#
# **参考答案。** 只有一个线性层时，平方损失是权重的凸函数，像一只碗，只有一个最小值。权重为零时预测为零，但梯度由残差乘以特征得到，两者都不为零：训练立刻开始，最后走到的地方与从别处出发时相同。在隐藏层里，所有单元看到的输入相同。如果它们的权重，不论输入一侧还是输出一侧，开始时也都相等，它们算出的东西就相同，得到的梯度也相同，每一步之后仍然相等：不管有多少个单元，这一层都只相当于一个单元。换一个常数改变不了这一点。零更糟：隐藏层权重的梯度要经过输出一侧的权重，而它们是零；输出一侧的权重的梯度又只来自隐藏单元的输出，用tanh时这也是零。这时能学的只有最后一个偏置。随机的初始值打破了这种对称。
#
# **典型的错误回答。** “权重为零，梯度就为零，所以什么也学不到”：不得分。在这里并非如此。
# ### END SOLUTION
# %% [markdown] name="i2-question" lang="en"
# ## 4. Wrong without an error
#
# For `cross_entropy`, `bce` and `kl_div` say what the first argument must be. Then name a mistake with one of them after which torch still
# returns a number, and say how you would notice it.
#
# Answer in eighty to two hundred words.
# %% [markdown] name="i2-question" lang="zh"
# ## 4. 错了，却不报错
#
# 对`cross_entropy`、`bce`和`kl_div`，说明第一个参数必须是什么。再举其中一个损失会遇到的错误：犯了它，torch照样返回一个数；并说明你怎样才能发现。
#
# 用一百五十到三百五十个字作答。
# %% [markdown] name="i2" lang="en" role="answer" points=2
# ### BEGIN SOLUTION
# **Rubric.** Two points, independent of each other. A right name without a reason earns half of its point.
#
# - One point: logits; probabilities; log-probabilities.
# - One point: a mistake that raises no error, such as softmax twice, the loss for logits on probabilities, or the default mean of the KL
#   divergence, and what shows it. The model answer has three; one is enough.
#
# **Model answer.** `cross_entropy` takes logits, any real numbers, and applies the log-softmax itself. Whoever gives it probabilities gets the
# softmax twice: the loss cannot come near zero even when every prediction is right, and training is slow. `bce` takes probabilities. torch
# has another function for logits; given probabilities, it applies a sigmoid to them, and again the loss of a perfect prediction is far from
# zero. `kl_div` takes log-probabilities first and probabilities second. Its default reduction divides by all elements instead of by the
# rows, so that the value is too small by the number of classes; the class and the function warn at most. One test finds all three: compute one
# small example by hand, or give a perfect prediction and look whether the loss is close to zero; for the divisor of `kl_div`,
# which zero cannot show, repeat the rows' formula on two distributions that differ.
#
# **A typical wrong answer.** The names of three losses without what they take: no points.
# ### END SOLUTION
# %% [markdown] name="i2" lang="zh" role="answer" points=2
# ### BEGIN SOLUTION
# **评分标准。** 共两分，各条独立计分。说对名称而没有理由，得该条的一半。
#
# - 一分：未规范化的预测（logit）；概率；对数概率。
# - 一分：一个不报错的错误，例如做了两次softmax、把概率交给接收logit的损失，或KL散度默认的平均，以及怎样看出来。参考答案写了三个，写一个就够。
#
# **参考答案。** `cross_entropy`接收logit，即任意实数，自己会做log-softmax。如果给它概率，就做了两次softmax：即使每个预测都对，损失也到不了零附近，训练也慢。`bce`接收概率。torch另有一个接收logit的函数；把概率交给它，它会再做一次sigmoid，于是完美的预测的损失同样离零很远。`kl_div`先接收对数概率，再接收概率。它默认的归约除以所有元素的个数，而不是行数，所以值偏小，小的倍数就是类别数；类和函数最多只给一个警告。一种测试就能发现这三个错误：手算一个小例子；或者给出完美的预测，看损失是否接近零。`kl_div`除以什么，从零看不出来，要取两个不同的分布，按各行的公式算一遍。
#
# **典型的错误回答。** 只写出三个损失的名称，不说它们接收什么：不得分。
# ### END SOLUTION
# %% [markdown] name="end-words" lang="en"
# ## Done?
#
# Choose *Restart Kernel and Run All Cells…*, look at the output below, and save (Ctrl+S). Then hand in, from a terminal (menu *File*, *New*,
# *Terminal*):
#
# ```sh
# linreg validate loss-and-init
# linreg submit loss-and-init
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
# linreg validate loss-and-init
# linreg submit loss-and-init
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
