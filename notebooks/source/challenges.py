# %% [markdown] name="title" lang="en"
# # Challenges
#
# **Three questions that the chapter leaves open.** When the last minibatch is short, can a training with the mean still take exactly the
# steps of one with the sum? Can weights and bias be found when one label in twenty is a lie? And when a minibatch pulls, which of its
# examples pulls how hard?
#
# All three are optional and independent of one another. Try the first after the assignment `lr-vs-reduction`, the second after `huber`,
# the third after `gradients`.
# %% [markdown] name="title" lang="zh"
# # 挑战
#
# **D2L的这一节留下的三个问题。** 最后一个小批量装不满时，取平均的训练还能与求和的训练每一步都走得完全一样吗？二十个标签里有一个在说谎，还能找回权重和偏置吗？一个小批量在拉，其中哪个样本出了多大的力？
#
# 三题都是选做，互不依赖。第一题适合在作业`lr-vs-reduction`之后做，第二题在`huber`之后，第三题在`gradients`之后。
# %% [markdown] name="how" lang="en"
# ## How to work
#
# 1. Run the next cell once, at the start of every session.
# 2. Read the task. In the cell below it, write your code in place of `raise NotImplementedError` and run the cell.
# 3. Run the check cell. Its panel has a row for each rule; the first rule that does not hold yet is open and shows the call, what
#    came back, and what should hold.
# 4. Mend, run both cells again. Nothing is lost by a failed check, and you may check as often as you like.
#
# Stuck? Open a cell of your own and run `check.hint("mean_lr_schedule")`, or the like for another function: each call gives the next
# hint. `check.example("mean_lr_schedule")` gives the arguments of the call that its panel shows. `check.progress()` shows what is done and what is next. Leave the check cells as they are.
# %% [markdown] name="how" lang="zh"
# ## 怎样做
#
# 1. 每次打开笔记本，先运行一次下一个单元格。
# 2. 读题。在题目下面的单元格里，用你的代码替换`raise NotImplementedError`，然后运行这个单元格。
# 3. 运行检查单元格。面板里每条规则占一行；第一条还不成立的规则会展开，显示调用了什么、返回了什么、应当满足什么。
# 4. 修改，再把两个单元格都运行一遍。检查不通过不扣分，想检查多少次都行。
#
# 卡住了？自己新建一个单元格，运行`check.hint("mean_lr_schedule")`（别的函数就换成它的名字）：每调用一次，给出下一条提示。`check.example("mean_lr_schedule")`给出面板里那次调用的参数。`check.progress()`显示哪些已完成、下一个是什么。检查单元格要保持原样。
# %% name="setup" role="setup"
import torch
from torch import nn

from linreg_course import check
from linreg_course.lessons.data import TRUE_B, TRUE_W, add_outliers, seeded_sample
from linreg_course.language import use_language

use_language("en")
check.begin("mean_lr_schedule", "robust_fit", "per_example_gradients")
# %% [markdown] name="mean-lr-schedule-task" lang="en" role="task"
# ## 1. A rate for every step
#
# *After the assignment `lr-vs-reduction`.* One rate for the whole epoch does not convert exactly when the last minibatch
# is ragged. A rate for every step does.
#
# Plain SGD, without momentum or weight decay, ran one epoch with the sum of the loss and the rate `lr_sum` throughout. The
# data set has `num_examples` examples with one output each; the minibatches hold `batch_size` of them, the last one what is left. Write
# `mean_lr_schedule(lr_sum, num_examples, batch_size)`: it returns the learning rates with which SGD makes the same updates,
# from the same start and with the same minibatches, when the loss takes the *mean* over each minibatch.
#
# - `lr_sum` is a positive number, whole or not, small or large. `num_examples` and `batch_size` are whole
#   numbers, at least 1; either can be the larger one.
# - Return one rate for each step, in the order of the steps: a list, a tuple, a tensor or anything else that a `for` loop goes
#   through. The precision of `float32` is enough.
# %% [markdown] name="mean-lr-schedule-task" lang="zh" role="task"
# ## 1. 每一步一个学习率
#
# *在作业`lr-vs-reduction`之后做。* 最后一个小批量（minibatch）装不满时，整个迭代周期（epoch）只用一个学习率，换算就不精确。每一步用一个学习率，就可以精确。
#
# 普通的SGD，没有动量法（momentum），没有权重衰减（weight decay），用求和的损失训练了一个迭代周期，学习率始终是`lr_sum`。数据集有`num_examples`个样本（example），每个样本一个输出；每个小批量有`batch_size`个样本，最后一个装剩下的。编写`mean_lr_schedule(lr_sum, num_examples, batch_size)`：当损失改为在每个小批量上取*平均*时，返回一组学习率（learning rate），使SGD从同样的起点、用同样的小批量，做出同样的更新。
#
# - `lr_sum`是正数，是不是整数都可以，不论大小。`num_examples`和`batch_size`是整数，至少是1，哪个更大都有可能。
# - 每一步返回一个学习率，按步的顺序排列：可以是列表、元组、张量，或任何能用`for`循环遍历的对象。`float32`的精度就够了。
# %% name="mean-lr-schedule" role="solution"
def mean_lr_schedule(lr_sum, num_examples, batch_size):
    """lr_1, lr_2, ...: one for each step of an epoch.

    >>> len(list(mean_lr_schedule(0.003, 25, 10)))
    3
    """
    ### BEGIN SOLUTION
    starts = range(0, num_examples, batch_size)
    return [lr_sum * min(batch_size, num_examples - start) for start in starts]
    ### END SOLUTION
# %% name="mean-lr-schedule-check" role="check"
check.mean_lr_schedule(mean_lr_schedule)
# %% [markdown] name="robust-fit-task" lang="en" role="task"
# ## 2. One label in twenty lies
#
# *After the assignment `huber`.* Write `robust_fit(X, y)`. It finds the line behind the data, although about one label in twenty is
# an outlier, and returns `(w, b)`, a tuple or a list.
#
# - `X` is `float32` of shape `(n, d)`, `y` of shape `(n, 1)`, `float32` too; `n` is several hundred or more, `d` is from one to five. The
#   features are standard normal and have no outliers.
# - The labels are `X` times the true `w`, plus the true `b`, plus noise with standard deviation 0.01. About one in twenty, up to six in a
#   hundred, is off by twenty to a hundred more, whatever its features are: some upward and some downward, or all in one direction. There
#   may also be none at all. All true coefficients lie between $-5$ and $5$.
# - Return `d` numbers for `w`, in any shape, and one number for `b`, as tensors, arrays, lists or Python numbers. Every one of them
#   must lie within 0.02 of the truth.
# - `X` and `y` keep their values. A call may take a few seconds at most.
#
# The cell below draws such data for your own experiments and prints how far least squares is off, in `w` and in `b`.
# %% [markdown] name="robust-fit-task" lang="zh" role="task"
# ## 2. 二十个标签里有一个在说谎
#
# *在作业`huber`之后做。* 编写`robust_fit(X, y)`。虽然大约二十个标签（label）里就有一个是异常值（outlier），它仍能找出数据背后的直线，返回`(w, b)`，元组或列表都可以。
#
# - `X`是`float32`，形状（shape）为`(n, d)`，`y`的形状为`(n, 1)`，也是`float32`；`n`是几百或更多，`d`从一到五。特征（feature）服从标准正态分布，没有异常值。
# - 标签等于`X`乘以真实的`w`，加上真实的`b`，再加上标准差（standard deviation）为0.01的噪声（noise）。大约二十个里有一个（最多百分之六）还另外偏离二十到一百，与它的特征无关：有的偏高有的偏低，或者全部偏向同一边。也可能一个异常值都没有。真实的各个系数都在$-5$和$5$之间。
# - 返回`w`的`d`个数，形状任意，以及`b`的一个数；可以是张量、数组、列表或Python的数。其中每个数与真实值相差都不得超过0.02。
# - `X`和`y`的值保持不变。一次调用最多花几秒钟。
#
# 下面的单元格造一份这样的数据，供你自己做实验，并打印最小二乘在`w`和`b`上差多少。
# %% name="wild-data"
X, y = seeded_sample(seed=0, n=1000, sigma=0.01)
y_wild = add_outliers(y, 0.05, 100, torch.Generator().manual_seed(0))
fit = torch.linalg.lstsq(torch.cat([X, torch.ones(len(X), 1)], 1), y_wild).solution.flatten()
print("wild labels:", (y_wild != y).sum().item(), "of", len(y))
print("least squares:", [round(error, 3) for error in (fit - torch.tensor([*TRUE_W, TRUE_B])).tolist()])
# %% name="robust-fit" role="solution"
def robust_fit(X, y):
    """w (d numbers), b (one number): max |w - true_w| <= 0.02, |b - true_b| <= 0.02.

    >>> w, b = robust_fit(X, y_wild)
    >>> abs(float(b) - TRUE_B) < 0.02
    True
    """
    ### BEGIN SOLUTION
    A = torch.cat([X, torch.ones(len(X), 1)], dim=1).double()
    target = y.double()
    root = torch.ones_like(target)
    for _ in range(50):  # least squares again and again, with Huber's weights at threshold 0.02
        fit = torch.linalg.lstsq(A * root, target * root).solution
        root = (0.02 / (target - A @ fit).abs()).clamp(max=1).sqrt()
    return fit[:-1, 0], fit[-1, 0]
    ### END SOLUTION
# %% name="robust-fit-check" role="check"
check.robust_fit(robust_fit)
# %% [markdown] name="per-example-gradients-task" lang="en" role="task"
# ## 3. Who pulls how hard?
#
# *After the assignment `gradients`.* A minibatch's gradient is one arrow. It does not show whether all its examples pull gently, or one
# pulls hard. Write `per_example_gradients(net, loss, X, y)`: it returns a dict which holds, for every parameter of `net`, the gradient of each
# example on its own.
#
# - `net` may have several layers, one within another too, in `float32` or `float64` like `X`; it stays in the mode in which it stands; in
#   that mode no layer acts at random or mixes examples. Every parameter requires a gradient and takes part in the prediction.
#   `loss(prediction, label)`, in this order, gives a tensor with no axes; it can be any loss function, with any reduction. `X` has shape
#   `(B, d)`, and `y` has one entry for each example along its first axis; `B` is at least 1.
# - The keys are the names that `net.named_parameters()` gives. For a parameter of shape `S` the value is a tensor of shape `(B, *S)`, also
#   when `B` is 1.
# - Entry `i` is the gradient of `loss(net(X[i : i + 1]), y[i : i + 1])`, at the parameters as they are: the loss gets one example
#   with its batch axis. So with a mean loss the mean over `i` is the gradient of the whole minibatch, and with a sum loss the sum is.
# - As in `named_gradients`, the past does not count: whatever stands in `.grad` (`nan` and `inf` too), and however often the function was
#   called, the result is the same. If the parameters, `X`, `y` or the loss have changed since, the present ones count.
# - The parameters keep their values, bit for bit, and stay the same objects; `X` and `y` keep their values too. What stands in `.grad`
#   afterwards is up to you.
# - The dict is a snapshot: when somebody later calls the function again, or `backward()` or `zero_grad()`, the tensors in it do not change.
#
# When it passes, put a lie into one label and look at the norms of the entries.
# %% [markdown] name="per-example-gradients-task" lang="zh" role="task"
# ## 3. 谁出了多大的力？
#
# *在作业`gradients`之后做。* 一个小批量的梯度（gradient）只是一个箭头。它看不出是所有样本都在轻轻地拉，还是有一个在猛拉。编写`per_example_gradients(net, loss, X, y)`：它返回一个字典，对`net`的每个参数，给出每个样本各自的梯度。
#
# - `net`可以有好几层，也可以层中有层，用`float32`或`float64`，与`X`一样；它原来处于什么模式，就保持什么模式，在这个模式下没有随机的层，也没有哪一层会把样本混在一起。每个参数都要求梯度，并且都参与预测。`loss(prediction, label)`按这个顺序接收参数，给出一个没有轴的张量；它可以是任何损失函数（loss function），归约（reduction）方式任意。`X`的形状（shape）是`(B, d)`，`y`沿第一个轴每一项对应一个样本（example）；`B`至少是1。
# - 键是`net.named_parameters()`给出的名字。参数的形状为`S`时，对应的值是形状为`(B, *S)`的张量，`B`为1时也是如此。
# - 第`i`项是`loss(net(X[i : i + 1]), y[i : i + 1])`在当前参数处的梯度：交给损失函数的是一个样本，批量的轴要保留。所以损失取平均时，对`i`取平均就得到整个小批量的梯度；损失求和时，各项之和就是它。
# - 与`named_gradients`一样，过去不算数：无论`.grad`里有什么（包括`nan`和`inf`），无论函数被调用过多少次，结果都一样。如果参数、`X`、`y`或损失后来变了，就以现在的为准。
# - 参数的值逐位保持不变，参数也仍是原来的那些对象；`X`和`y`的值也保持不变。之后`.grad`里是什么，由你决定。
# - 字典是一份快照：以后有人再次调用这个函数，或者调用`backward()`或`zero_grad()`，字典里的张量都不变。
#
# 通过之后，把一个标签改成谎话，看看各项的范数。
# %% name="per-example-gradients" role="solution"
def per_example_gradients(net, loss, X, y):
    """{name: (B, *S)}; entry i: d loss(net(X[i : i + 1]), y[i : i + 1]) / d parameter

    >>> net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    >>> gradients = per_example_gradients(net, nn.MSELoss(), torch.ones(5, 2), torch.zeros(5, 1))
    >>> {name: tuple(rows.shape) for name, rows in gradients.items()}
    {'0.weight': (5, 3, 2), '0.bias': (5, 3), '2.weight': (5, 1, 3), '2.bias': (5, 1)}
    """
    ### BEGIN SOLUTION
    names, parameters = zip(*net.named_parameters())
    examples = zip(X.split(1), y.split(1))
    rows = [torch.autograd.grad(loss(net(x_i), y_i), parameters) for x_i, y_i in examples]
    return {name: torch.stack(gradients) for name, gradients in zip(names, zip(*rows))}
    ### END SOLUTION
# %% name="per-example-gradients-check" role="check"
check.per_example_gradients(per_example_gradients)
# %% [markdown] name="end-words" lang="en"
# ## Done?
#
# Choose *Restart Kernel and Run All Cells…*, look at the output below, and save (Ctrl+S). Then hand in, from a terminal (menu *File*, *New*,
# *Terminal*):
#
# ```sh
# linreg validate challenges
# linreg submit challenges
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
# linreg validate challenges
# linreg submit challenges
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
