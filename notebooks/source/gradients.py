# %% [markdown] name="title" lang="en"
# # Assignment: Gradients
#
# **The question:** the case notebook printed numbers and called them gradients. What does it take to print gradients that mean something?
#
# One function, and one question in words. Do lesson 07 first, with what stands there under *For the assignments*.
# %% [markdown] name="title" lang="zh"
# # 作业：梯度
#
# **问题：** 案卷里的笔记本打印了一串数，称它们为梯度。怎样才能打印出有意义的梯度？
#
# 一个函数，一道文字题。先学第07课，包括“作业要用到的内容”。
# %% [markdown] name="how" lang="en"
# ## How to work
#
# 1. Run the next cell once, at the start of every session.
# 2. Read the task. In the cell below it, write your code in place of `raise NotImplementedError` and run the cell.
# 3. Run the check cell. Its panel has a row for each rule; the first rule that does not hold yet is open and shows the call, what
#    came back, and what should hold.
# 4. Mend, run both cells again. Nothing is lost by a failed check, and you may check as often as you like.
#
# Stuck? Open a cell of your own and run `check.hint("named_gradients")`: each call gives the next hint. `check.example("named_gradients")` gives the arguments of the call that its panel shows. `check.progress()` shows what is
# done and what is next. Leave the check cell as it is.
# %% [markdown] name="how" lang="zh"
# ## 怎样做
#
# 1. 每次打开笔记本，先运行一次下一个单元格。
# 2. 读题。在题目下面的单元格里，用你的代码替换`raise NotImplementedError`，然后运行这个单元格。
# 3. 运行检查单元格。面板里每条规则占一行；第一条还不成立的规则会展开，显示调用了什么、返回了什么、应当满足什么。
# 4. 修改，再把两个单元格都运行一遍。检查不通过不扣分，想检查多少次都行。
#
# 卡住了？自己新建一个单元格，运行`check.hint("named_gradients")`：每调用一次，给出下一条提示。`check.example("named_gradients")`给出面板里那次调用的参数。`check.progress()`显示哪些已完成、下一个是什么。检查单元格要保持原样。
# %% name="setup" role="setup"
import torch
from torch import nn

from linreg_course import check
from linreg_course.lessons.data import seeded_sample
from linreg_course.language import use_language

use_language("en")
check.begin("named_gradients")
# %% [markdown] name="named-gradients-task" lang="en" role="task"
# ## 1. Gradients with names
#
# Write `named_gradients(net, loss, X, y)`. It returns a dict: for every parameter of `net`, the gradient of `loss(net(X), y)` with
# respect to it, at the parameters as they are.
#
# - `net` may have several layers, one within another too, in `float32` or `float64` like `X`; it stays in the mode in which it stands,
#   and no layer acts at random in that mode. Every parameter requires a gradient and takes part in the prediction.
#   `loss(prediction, label)`, in this order, gives a tensor with no axes; it can be any loss function, with any reduction. `X` has shape
#   `(B, d)`, and `y` has one entry for each example along its first axis; `B` is at least 1.
# - The keys are the names that `net.named_parameters()` gives; each value is a tensor of the shape of its parameter.
# - The past does not count: whatever stands in `.grad` (`nan` and `inf` too), and however often the function was called, the result is
#   the same. If the parameters, `X` or the loss have changed since, the present ones count.
# - The parameters keep their values, bit for bit, and stay the same objects; `X` and `y` keep their values too. What stands in `.grad`
#   afterwards is up to you.
# - The dict is a snapshot: when somebody later calls `backward()` or `zero_grad()` on the net, the tensors in it do not change.
# %% [markdown] name="named-gradients-task" lang="zh" role="task"
# ## 1. 带名字的梯度
#
# 编写`named_gradients(net, loss, X, y)`。它返回一个字典：对`net`的每个参数，给出`loss(net(X), y)`在当前参数处对它的梯度（gradient）。
#
# - `net`可以有好几层，也可以层中有层，用`float32`或`float64`，与`X`一样；它原来处于什么模式，就保持什么模式，在这个模式下没有随机的层。每个参数都要求梯度，并且都参与预测。`loss(prediction, label)`按这个顺序接收参数，给出一个没有轴的张量；它可以是任何损失函数（loss function），归约（reduction）方式任意。`X`的形状（shape）是`(B, d)`，`y`沿第一个轴每一项对应一个样本（example）；`B`至少是1。
# - 键是`net.named_parameters()`给出的名字；每个值是一个张量，形状与对应的参数相同。
# - 过去不算数：无论`.grad`里有什么（包括`nan`和`inf`），无论函数被调用过多少次，结果都一样。如果参数、`X`或损失后来变了，就以现在的为准。
# - 参数的值逐位保持不变，参数也仍是原来的那些对象；`X`和`y`的值也保持不变。之后`.grad`里是什么，由你决定。
# - 字典是一份快照：以后有人对这个网络调用`backward()`或`zero_grad()`，字典里的张量都不变。
# %% name="named-gradients" role="solution"
def named_gradients(net, loss, X, y):
    """{name: d loss(net(X), y) / d parameter}

    >>> net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    >>> gradients = named_gradients(net, nn.MSELoss(), torch.ones(5, 2), torch.zeros(5, 1))
    >>> {name: tuple(gradient.shape) for name, gradient in gradients.items()}
    {'0.weight': (3, 2), '0.bias': (3,), '2.weight': (1, 3), '2.bias': (1,)}
    """
    ### BEGIN SOLUTION
    names, parameters = zip(*net.named_parameters())
    gradients = torch.autograd.grad(loss(net(X), y), parameters)
    return dict(zip(names, gradients))
    ### END SOLUTION
# %% name="named-gradients-check" role="check"
check.named_gradients(named_gradients)
# %% [markdown] name="g1-question" lang="en"
# ## 2. What is in `.grad`?
#
# Somebody trains a net, reads `p.grad` after the loop and calls it "the gradient of the loss". The next cell does so, and prints beside it
# the gradient of the loss on all the data at the present parameters. They do not agree. Is this the only way to go wrong? Change the
# loop, or what comes after it, and look again; it is not graded.
#
# Name three ways in which "the gradient of the loss" can be wrong here, each with its reason, and say for each how `named_gradients` avoids
# it. Answer in eighty to two hundred words.
# %% [markdown] name="g1-question" lang="zh"
# ## 2. `.grad`里是什么？
#
# 有人训练了一个网络，在循环之后读出`p.grad`，称它为“损失的梯度”。下一个单元格照做，并在旁边打印全部数据上的损失在当前参数处的梯度。两者并不一致。出错的方式只有这一种吗？改动循环，或者循环之后的代码，再看一看；这部分不计分。
#
# 说出“损失的梯度”这个说法在这里可能出错的三种方式，各自说明原因，并说明`named_gradients`怎样避免它。用一百五十到三百五十个字作答。
# %% name="laboratory"
torch.manual_seed(0)
X, y = seeded_sample(seed=0, n=1000)
net, loss = nn.Sequential(nn.Linear(2, 1)), nn.MSELoss()
p, trainer = net[0].weight, torch.optim.SGD(net.parameters(), lr=0.03)
for X_batch, y_batch in zip(X.split(10), y.split(10)):
    trainer.zero_grad()
    loss(net(X_batch), y_batch).backward()
    trainer.step()
r = (net(X) - y).detach()
print("p.grad:               ", p.grad)
print("gradient of the loss: ", (2 * r * X).mean(0, keepdim=True))
# %% [markdown] name="g1" lang="en" role="answer" points=3
# ### BEGIN SOLUTION
# **Rubric.** One point for each way that is named with its reason and with what `named_gradients` does about it, three at most.
#
# - It belongs to the last minibatch, not to all the data.
# - It was accumulated over several calls of `backward()`, because nothing was cleared in between.
# - It was taken before the last step, at other parameters than the present ones.
# - It is `None`, or zero, because it was cleared after the step.
# - It is an alias: the tensor is changed by the next `backward()` or clearing.
#
# **Model answer.** First, the loop works on minibatches: `.grad` is the gradient of the last few examples, mostly their noise.
# `named_gradients` is given `X` and `y` and computes the loss on exactly these. Second, `backward()` adds. If nobody cleared, `.grad` is the sum of all
# gradients so far, at many different parameters; mine asks `torch.autograd.grad` for a new gradient, which neither reads nor writes `.grad`
# (clearing first would do as well). Third, the last thing the loop did was a step: the gradient was taken before it, at weights that no
# longer exist. `named_gradients` makes its own forward pass at the present parameters and takes no step. A fourth: who keeps `p.grad` itself
# keeps an alias that the next `backward()` overwrites; my tensors are my own.
#
# **A typical wrong answer.** "Automatic differentiation is only approximate": no points; it is exact but for rounding.
# ### END SOLUTION
# %% [markdown] name="g1" lang="zh" role="answer" points=3
# ### BEGIN SOLUTION
# **评分标准。** 每说出一种方式，连同原因以及`named_gradients`的对策，得一分，最多三分。
#
# - 它属于最后一个小批量，而不是全部数据。
# - 中间没有清空，它是几次`backward()`累积起来的。
# - 它取自最后一次更新之前，那时的参数不是现在的参数。
# - 更新之后清空过，所以它是`None`，或者是零。
# - 它只是一个别名：下一次`backward()`或清空会改变这个张量。
#
# **参考答案。** 第一，循环处理的是小批量：`.grad`是最后那几个样本的梯度，多半是它们的噪声。`named_gradients`接收`X`和`y`，就在这些数据上计算损失。第二，`backward()`是累加的。如果没有人清空，`.grad`就是到目前为止所有梯度之和，而且取自许多不同的参数；我的函数用`torch.autograd.grad`求一份新的梯度，既不读也不写`.grad`（先清空再求也可以）。第三，循环做的最后一件事是更新：梯度取自更新之前，那时的权重已经不存在了。`named_gradients`在当前参数处自己做一次前向传播，而且不更新。还有第四种：直接把`p.grad`存下来，存的只是别名，下一次`backward()`就会把它改写；我返回的张量是独立的。
#
# **典型的错误回答。** “自动微分只是近似的”：不得分；除了舍入误差，它是精确的。
# ### END SOLUTION
# %% [markdown] name="end-words" lang="en"
# ## Done?
#
# Choose *Restart Kernel and Run All Cells…*, look at the output below, and save (Ctrl+S). Then hand in, from a terminal (menu *File*, *New*,
# *Terminal*):
#
# ```sh
# linreg validate gradients
# linreg submit gradients
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
# linreg validate gradients
# linreg submit gradients
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
