# %% [markdown] name="title" lang="en"
# # Assignment: Foundations
#
# **The question:** the case notebook could be run twice and tell two different stories. Can you rebuild it from four functions, so that
# running it twice tells the truth?
#
# Data, data iterator, start values, training: four functions, and two questions in words. The first three functions go with lessons 01
# to 04; the fourth and the questions go with lesson 07. No function needs another one of yours, so one that resists can wait.
# %% [markdown] name="title" lang="zh"
# # 作业：基础
#
# **问题：** 案卷里的笔记本运行两次，会讲出两个不同的故事。你能不能用四个函数把它重建起来，让它运行两次讲的都是实话？
#
# 数据、数据迭代器、初始值、训练：四个函数，外加两道文字题。前三个函数对应第01课到第04课；第四个函数和文字题对应第07课。各个函数互不依赖，卡在哪一个，就先放一放。
# %% [markdown] name="how" lang="en"
# ## How to work
#
# 1. Run the next cell once, at the start of every session.
# 2. Read the task. In the cell below it, write your code in place of `raise NotImplementedError` and run the cell.
# 3. Run the check cell. Its panel has a row for each rule; the first rule that does not hold yet is open and shows the call, what
#    came back, and what should hold.
# 4. Mend, run both cells again. Nothing is lost by a failed check, and you may check as often as you like.
#
# Stuck? Open a cell of your own and run `check.hint("synthetic_data")`, or the like for another function: each call gives the next hint. `check.example("synthetic_data")` gives the arguments of the call that its panel shows.
# `check.progress()` shows what is done and what is next. Leave the check cells as they are.
# %% [markdown] name="how" lang="zh"
# ## 怎样做
#
# 1. 每次打开笔记本，先运行一次下一个单元格。
# 2. 读题。在题目下面的单元格里，用你的代码替换`raise NotImplementedError`，然后运行这个单元格。
# 3. 运行检查单元格。面板里每条规则占一行；第一条还不成立的规则会展开，显示调用了什么、返回了什么、应当满足什么。
# 4. 修改，再把两个单元格都运行一遍。检查不通过不扣分，想检查多少次都行。
#
# 卡住了？自己新建一个单元格，运行`check.hint("synthetic_data")`（别的函数就换成它的名字）：每调用一次，给出下一条提示。`check.example("synthetic_data")`给出面板里那次调用的参数。`check.progress()`显示哪些已完成、下一个是什么。检查单元格要保持原样。
# %% name="setup" role="setup"
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from linreg_course import check
from linreg_course.lessons.case_file import COUNTS, PRINTED
from linreg_course.lessons.data import TRUE_B, TRUE_W, seeded_sample
from linreg_course.language import use_language
from linreg_course.lessons.training import Setting, run

use_language("en")
check.begin("synthetic_data", "load_array", "init_params", "train")
# %% [markdown] name="synthetic-data-task" lang="en" role="task"
# ## 1. Data whose truth is known
#
# Write `synthetic_data(w, b, num_examples)`. It makes up a data set and returns the features `X` and the labels `y`, in
# this order, as a tuple or a list.
#
# - `w` is a `float32` tensor of shape `(d,)`, where `d` may be any number from 1 on; `b` is a Python number, whole or not. Both have
#   any values, 0 too. `num_examples` is at least 1.
# - `X` has one row for each example: shape `(num_examples, d)`. All its entries are independent draws from the standard normal
#   distribution.
# - `y` is the column `X` times `w`, plus `b`, plus noise: shape `(num_examples, 1)`. Each label gets a noise of its own, drawn
#   from a normal distribution with mean 0 and standard deviation 0.01.
# - Both are `float32`. Every call draws anew: two calls give different data.
# %% [markdown] name="synthetic-data-task" lang="zh" role="task"
# ## 1. 知道真相的数据
#
# 编写`synthetic_data(w, b, num_examples)`。它造出一个数据集，依次返回特征（feature）`X`和标签（label）`y`，放在元组或列表里。
#
# - `w`是形状（shape）为`(d,)`的`float32`张量，`d`可以是从1起的任何数；`b`是Python的数，是不是整数都可以。两者取值任意，也可以是0。`num_examples`至少是1。
# - `X`的每一行是一个样本（example）：形状为`(num_examples, d)`。所有元素都独立地从标准正态分布（normal distribution）中抽取。
# - `y`是一列：`X`乘以`w`，加上`b`，再加上噪声（noise），形状为`(num_examples, 1)`。每个标签都有自己的噪声，抽自均值为0、标准差（standard deviation）为0.01的正态分布。
# - 两者都是`float32`。每次调用都重新抽取：两次调用给出不同的数据。
# %% name="synthetic-data" role="solution"
def synthetic_data(w, b, num_examples):
    """X: (num_examples, d), y: (num_examples, 1), with y = X w + b + noise.

    >>> X, y = synthetic_data(torch.tensor([2, -3.4]), 4.2, 5)
    >>> X.shape, y.shape
    (torch.Size([5, 2]), torch.Size([5, 1]))
    """
    ### BEGIN SOLUTION
    X = torch.randn(num_examples, len(w))
    y = X @ w + b + 0.01 * torch.randn(num_examples)
    return X, y.reshape(-1, 1)
    ### END SOLUTION
# %% name="synthetic-data-check" role="check"
check.synthetic_data(synthetic_data)
# %% [markdown] name="load-array-task" lang="en" role="task"
# ## 2. Minibatches
#
# Write `load_array(data_arrays, batch_size, is_train=True)`. It returns a data iterator: an object that a `for` loop can go
# through as often as it likes, each time from the start, also after a `break`. Each pass gives minibatches.
#
# - `data_arrays` is a tuple or a list of one or more tensors of the same length, of any shape and dtype, which stay as they are; row `i` of
#   all of them together is example `i`, and there is at least one. `batch_size` is at least 1 and may be larger than
#   the number of examples.
# - A minibatch is a tuple or a list with one tensor for each array, in the arrays' order and with the shape and dtype of their rows.
#   Rows that belong together stay together.
# - A pass gives every example exactly once. All minibatches have `batch_size` examples; what is left over at the end comes as one
#   shorter minibatch.
# - With `is_train` every pass has a new random order of the *examples*: it is not enough to mix the minibatches, or the rows inside
#   them. Without it every pass keeps the given order.
# %% [markdown] name="load-array-task" lang="zh" role="task"
# ## 2. 小批量
#
# 编写`load_array(data_arrays, batch_size, is_train=True)`。它返回一个数据迭代器（data iterator）：可以用`for`循环遍历任意多次的对象，每次都从头开始，用`break`中断之后也一样。每遍历一次，依次给出各个小批量（minibatch）。
#
# - `data_arrays`是元组或列表，里面有一个或多个长度相同的张量，形状和dtype任意，它们本身保持不变；它们的第`i`行合起来就是样本`i`；至少有一个样本。`batch_size`至少是1，也可以大于样本数。
# - 一个小批量是元组或列表，每个数组对应一个张量，顺序与各数组相同，行的形状和dtype不变。属于同一个样本的行始终在一起。
# - 每遍历一次，每个样本恰好出现一次。小批量都含有`batch_size`个样本；最后剩下的样本组成一个较短的小批量。
# - `is_train`为真时，每次遍历都按新的随机顺序给出*样本*：只打乱各个小批量的次序，或者只打乱小批量内部的行，都不够。否则每次都保持给定的顺序。
# %% name="load-array" role="solution"
def load_array(data_arrays, batch_size, is_train=True):
    """Minibatches of (array_1, array_2, ...).

    >>> X = torch.arange(7.0).reshape(7, 1)
    >>> [len(X_batch) for X_batch, y_batch in load_array((X, 10 * X), 3)]
    [3, 3, 1]
    >>> [y_batch.flatten().tolist() for X_batch, y_batch in load_array((X, 10 * X), 3, is_train=False)]
    [[0.0, 10.0, 20.0], [30.0, 40.0, 50.0], [60.0]]
    """
    ### BEGIN SOLUTION
    return DataLoader(TensorDataset(*data_arrays), batch_size, shuffle=is_train)
    ### END SOLUTION
# %% name="load-array-check" role="check"
check.load_array(load_array)
# %% [markdown] name="init-params-task" lang="en" role="task"
# ## 3. A known start
#
# Write `init_params(net)`. It gives a net its start values, so that whatever the net learned before is gone.
#
# - `net` is an `nn.Sequential` whose first layer is an `nn.Linear` with a bias, of any width and any floating-point `dtype`, half
#   precision too; its numbers are finite. No later layer has parameters.
# - The weight becomes a fresh draw from a normal distribution with mean 0 and standard deviation 0.01, for each entry on its own;
#   every call draws anew. The bias becomes 0.
# - It happens in place. A trainer that was made before the call must still move this net afterwards: the
#   layer and its `Parameter` objects are the same ones as before, with the same shape and `dtype`, and can be trained as before.
#
# What the function returns does not matter.
# %% [markdown] name="init-params-task" lang="zh" role="task"
# ## 3. 已知的起点
#
# 编写`init_params(net)`。它给网络设置初始值，网络以前学到的一切就此消失。
#
# - `net`是一个`nn.Sequential`，第一层是带偏置（bias）的`nn.Linear`，宽度任意，浮点`dtype`任意，半精度也在内；其中的数都是有限的。后面的层都没有参数。
# - 权重（weight）的每个元素都独立地从均值为0、标准差为0.01的正态分布中重新抽取；每次调用都重新抽。偏置变为0。
# - 这是原地操作（in-place operation）。调用之前创建的优化器（代码里叫trainer），之后必须仍能更新这个网络：层和它的各个`Parameter`都是原来的对象，形状和`dtype`不变，照样可以训练。
#
# 函数返回什么都可以。
# %% name="init-params" role="solution"
def init_params(net):
    """net[0].weight ~ N(0, 0.01^2), net[0].bias = 0.

    >>> net = nn.Sequential(nn.Linear(2, 1))
    >>> weight = net[0].weight
    >>> _ = init_params(net)
    >>> net[0].weight is weight, net[0].bias
    (True, Parameter containing:
    tensor([0.], requires_grad=True))
    """
    ### BEGIN SOLUTION
    nn.init.normal_(net[0].weight, 0, 0.01)
    nn.init.zeros_(net[0].bias)
    ### END SOLUTION
# %% name="init-params-check" role="check"
check.init_params(init_params)
# %% [markdown] name="train-task" lang="en" role="task"
# ## 4. The loop
#
# Write `train(net, loss, trainer, data_iter, features, labels, num_epochs)`. It trains `net` in place and returns a list (or a tuple)
# of numbers, one for each epoch.
#
# - `net` is any `nn.Module`, in float32 or float64 like the data. Every parameter requires a gradient and takes part in the prediction,
#   and no layer acts differently in train and in eval mode.
# - `loss(prediction, label)`, in this order, gives a tensor with no axes. It can be any loss function, with any
#   reduction and settings: cross-entropy, whose labels are `int64` classes; one that does not treat its two arguments alike; one
#   that is no mean over the examples.
# - `trainer` is any optimizer of `torch.optim` whose `step()` works without a closure; it holds the parameters of `net`. No old gradients
#   are stored when `train` is called.
# - In every epoch go through `data_iter` exactly once. It can be anything that a `for` loop takes again and again, and gives pairs
#   `X, y`. For each of these minibatches make one step of `trainer`, with the gradient of the loss on this minibatch alone.
# - After each epoch compute `loss` on all of `features` and `labels`, at the parameters as they are now. These data need not be those
#   in `data_iter`, and they are not trained on. All data keep their values.
# - The numbers in the list are Python numbers, not tensors. `num_epochs` may be 0: then the list is empty and the net stays as it is.
# - A later call goes on from the parameters and the optimizer as it finds them.
# %% [markdown] name="train-task" lang="zh" role="task"
# ## 4. 训练循环
#
# 编写`train(net, loss, trainer, data_iter, features, labels, num_epochs)`。它原地训练`net`，返回一个由数组成的列表（元组也可以），每个迭代周期（epoch）一个数。
#
# - `net`是任意的`nn.Module`，dtype与数据一样，为float32或float64。每个参数都需要梯度（gradient），也都参与预测；没有哪一层在训练模式和评估模式下表现不同。
# - `loss(prediction, label)`按这个顺序接收参数，给出一个没有轴的张量。它可以是任何损失函数（loss function），归约（reduction）方式和设置任意：可以是交叉熵，标签为`int64`类别；可以对两个参数区别对待；也可以不是各样本损失的平均。
# - `trainer`是`torch.optim`中任意一个`step()`不需要闭包（closure）的优化器，保存着`net`的参数。调用`train`时，没有遗留的旧梯度。
# - 每个迭代周期把`data_iter`恰好遍历一次；它可以是能用`for`循环反复遍历的任何对象，给出成对的`X, y`。对其中每个小批量，让`trainer`更新一步，所用的梯度只来自这个小批量上的损失。
# - 每个迭代周期之后，用当时的参数在全部`features`和`labels`上计算`loss`。这些数据不一定就是`data_iter`里的数据，也不用来训练。所有数据的值保持不变。
# - 列表里是Python的数，不是张量。`num_epochs`可以是0：这时列表为空，网络保持不变。
# - 再次调用时，从当时的参数和优化器状态继续训练。
# %% name="train" role="solution"
def train(net, loss, trainer, data_iter, features, labels, num_epochs):
    """[loss on (features, labels) after epoch 1, after epoch 2, ...]

    >>> X = torch.ones(2, 1)
    >>> net = nn.Linear(1, 1)
    >>> trainer = torch.optim.SGD(net.parameters(), lr=0.1)
    >>> losses = train(net, nn.MSELoss(), trainer, [(X, 3 * X)], X, 3 * X, 4)
    >>> len(losses), losses[3] < losses[0]
    (4, True)
    """
    ### BEGIN SOLUTION
    losses = []
    for epoch in range(num_epochs):
        for X, y in data_iter:
            trainer.zero_grad()
            loss(net(X), y).backward()
            trainer.step()
        with torch.no_grad():
            losses.append(loss(net(features), labels).item())
    return losses
    ### END SOLUTION
# %% name="train-check" role="check"
check.train(train)
# %% [markdown] name="together" lang="en"
# ## The notebook, rebuilt
#
# When all four are written, open a cell of your own and put them together. Run it twice and compare the
# first loss of each run. Then move the third and the fourth line to a cell above it and run only the rest again: that is the case
# notebook.
#
# ```python
# X, y = synthetic_data(TRUE_W, TRUE_B, 1000)
# data_iter = load_array((X, y), 10)
# net = nn.Sequential(nn.Linear(2, 1))
# init_params(net)
# trainer = torch.optim.SGD(net.parameters(), lr=0.03)
# train(net, nn.HuberLoss(), trainer, data_iter, X, y, 3)
# ```
# %% [markdown] name="together" lang="zh"
# ## 重建的笔记本
#
# 四个函数都写好以后，自己新建一个单元格，把它们拼在一起。运行两次，比较每次的第一个损失。然后把第三行和第四行挪到上面另一个单元格里，只把其余部分再运行一次：这就是案卷里的那个笔记本。
#
# ```python
# X, y = synthetic_data(TRUE_W, TRUE_B, 1000)
# data_iter = load_array((X, y), 10)
# net = nn.Sequential(nn.Linear(2, 1))
# init_params(net)
# trainer = torch.optim.SGD(net.parameters(), lr=0.03)
# train(net, nn.HuberLoss(), trainer, data_iter, X, y, 3)
# ```
# %% [markdown] name="f1-question" lang="en"
# ## 5. The detective's report
#
# The case notebook printed the gradients of the first steps. They are far smaller than those of a fresh kernel. The next cell prints the
# evidence: when each cell was *last* run, and both sizes as a root mean square (RMS). The loss cell holds MSE only inside strings,
# and Huber as code.
#
# The cell after it is your laboratory: change the story, run, and compare with the case. `earlier_runs` trainings of the same net,
# with `earlier_loss`, come before the one that is printed. It is not graded.
#
# Write the report. Which cells ran in which order, and which did not run again? Which loss was live? Which one cell would you add, or
# change, so that this cannot happen again? Answer in eighty to two hundred words. Give reasons: a right
# name without one earns half.
# %% [markdown] name="f1-question" lang="zh"
# ## 5. 侦探报告
#
# 案卷里的笔记本打印了最初若干步的梯度，它们比新内核里的小得多。下一个单元格打印证据：每个单元格*最后一次*运行的时刻，以及两边梯度的大小，用均方根（RMS）表示。在损失单元格里，MSE只写在字符串里，Huber才是代码。
#
# 再下一个单元格是你的实验室：改一改故事，运行，与案卷比较。打印的那次训练之前，同一个网络先用`earlier_loss`训练了`earlier_runs`次。这部分不计分。
#
# 写出报告：哪些单元格以什么顺序运行过，哪些没有重新运行？当时生效的是哪个损失？你会增加或修改哪一个单元格，使这种事不再发生？用一百五十到三百五十个字作答。要说明理由：只答对名称而没有理由，只得一半的分。
# %% name="evidence"
sigma, batch_size, lr = 0.01, 10, 0.03
printed = torch.tensor(PRINTED)
case_rms = printed.square().mean().sqrt().item()
fresh_rms = run(Setting(loss="huber", lr=lr)).gradients[:21].square().mean().sqrt().item()
print(COUNTS)
print(f"case:  {printed.numel()} numbers, RMS {case_rms:.4f}")
print(f"fresh: RMS {fresh_rms:.4f}")
# %% name="evidence-proof" role="proof"
assert (COUNTS["net"], COUNTS["start values"], COUNTS["trainer"], COUNTS["training"]) == (23, 24, 34, 39)
assert 0.003 < case_rms < 0.0031 and fresh_rms > 0.5
# %% name="laboratory-case"
story = Setting(loss="huber", lr=lr, earlier_runs=0, earlier_loss="mse")
rms = run(story).gradients[:21].square().mean().sqrt().item()
print(f"RMS {rms:.4f}, case {case_rms:.4f}")
# %% [markdown] name="f1" lang="en" role="answer" points=3
# ### BEGIN SOLUTION
# **Rubric.** Three points, independent of one another. A right name without a reason earns half of its point.
#
# - One point: the net was already trained. The cells of the net and of the start values were not run again, those of the trainer and of
#   the loop were; the execution counts show it (23 and 24 against 34 and 39).
# - One point: the live loss was Huber, since the floor of its gradients is the noise over the root of the batch size, and that of MSE
#   twice as much. Or, as good: what ran before was at least two trainings with Huber, or one with MSE.
# - One point: a remedy that works, such as building and initialising the net in the training cell, or "restart and run all" enforced by
#   an assertion about the loss before the first step.
#
# **Model answer.** The net was built in In[23] and got its start values in In[24]; neither cell ran again. The trainer was made anew
# in In[34], the loop last ran in In[39]. A new trainer forgets nothing, for it owns nothing: it moves the parameters it is given, and
# these had been trained in runs whose counts are missing. The live loss was Huber. Near the solution a minibatch's gradient is only
# noise: $\sigma/\sqrt{B}$ for Huber, with 0.01 and 10 just above 0.003, as printed; for MSE it would be twice that. In my
# runs two earlier trainings with Huber come down to this, and so does one with MSE; which of them it was the numbers do not tell. My
# remedy: the training cell builds the net and calls `init_params(net)` before it makes the trainer. Then every run starts from
# scratch.
#
# **Typical wrong answers.** "The learning rate is small": no points; it does not enter the first gradient. "Gradients of Huber are
# small": nothing for the first point; in a fresh kernel their RMS is above 0.5.
# ### END SOLUTION
# %% [markdown] name="f1" lang="zh" role="answer" points=3
# ### BEGIN SOLUTION
# **评分标准。** 共三分，各条独立计分。只答对名称而没有理由，得该条的一半。
#
# - 一分：网络已经训练过。创建网络和设置初始值的单元格没有重新运行，创建优化器和训练的单元格却重新运行了；执行计数可以证明（23和24对34和39）。
# - 一分：当时生效的损失是Huber，因为它的梯度下限是噪声除以批量大小的平方根，MSE的是它的两倍。答成此前至少用Huber训练过两次，或用MSE训练过一次，同样给分。
# - 一分：有效的补救办法，例如在训练单元格里创建并初始化网络，或者用一条关于第一步之前损失的断言，强制“重启并运行所有单元格”。
#
# **参考答案。** 网络在In[23]创建，在In[24]得到初始值，这两个单元格后来都没有再运行。优化器在In[34]重新创建，训练循环最后一次运行是In[39]。新的优化器并不能让网络忘掉什么，因为它什么也不拥有：它只更新交给它的参数，而这些参数已经在计数缺失的那几次运行中训练过了。当时生效的损失是Huber。在解附近，小批量的梯度只剩噪声：Huber是$\sigma/\sqrt{B}$，代入0.01和10，略大于0.003，与打印的相符；MSE会是它的两倍。在我的实验里，此前用Huber训练两次能降到这里，用MSE训练一次也能；究竟是哪一种，这些数说明不了。我的补救：在训练单元格里先创建网络并调用`init_params(net)`，再创建优化器。这样每次运行都从头开始。
#
# **典型的错误回答。** “学习率太小”：不得分，第一个梯度与学习率无关。“Huber的梯度本来就小”：第一条不得分，在新内核里，它们的均方根大于0.5。
# ### END SOLUTION
# %% [markdown] name="f2-question" lang="en"
# ## 6. Rate, epochs, data
#
# Two experiments with MSE. The first prints the w error for several learning rates, one a row, after several numbers of epochs. The
# second keeps to three epochs and lets `n` grow from 30 to 10000; beside the error of training stands that of the least-squares
# solution of the same data. Run both, then change the lists and the rate to test your explanation; the second cell
# takes some seconds.
#
# Describe both results. Explain where the error of training becomes flat, and why it does. Why are the values of `n` spaced by
# equal *ratios*? Answer in eighty to two hundred words.
# %% [markdown] name="f2-question" lang="zh"
# ## 6. 学习率、迭代周期、数据
#
# 两个实验都用MSE。第一个打印w的误差：每行一个学习率（learning rate），每列一个迭代周期数。第二个固定训练三个迭代周期，让`n`从30增加到10000；训练的误差旁边，是同样数据的最小二乘解（least-squares solution）的误差。两个都运行，再改动列表和学习率，检验你的解释；第二个单元格要花几秒钟。
#
# 描述两个结果。解释训练的误差在哪里变平、为什么变平。为什么`n`的取值按相等的*比值*隔开？用一百五十到三百五十个字作答。
# %% name="laboratory-rate"
lrs, epochs = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0], [1, 3, 10]
print(f"{'lr':>6}", *(f"{epoch:>9}" for epoch in epochs))
for lr in lrs:
    training = run(Setting(lr=lr, num_epochs=max(epochs)))
    steps = (len(training.path) - 1) // max(epochs)
    errors = [(training.path[epoch * steps, :2] - TRUE_W).norm().item() for epoch in epochs]
    print(f"{lr:>6}", *(f"{error:9.2g}" for error in errors))
# %% name="laboratory-data"
lr, num_epochs, seeds = 0.03, 3, 3
print(f"{'n':>6} {'steps':>6} {'SGD':>9} {'least squares':>14}")
for n in [30, 100, 300, 1000, 3000, 10000]:
    trainings = [run(Setting(seed=seed, n=n, lr=lr, num_epochs=num_epochs)) for seed in range(seeds)]
    samples = [seeded_sample(seed, n) for seed in range(10 * seeds)]
    fits = [torch.linalg.lstsq(torch.cat([X, torch.ones(n, 1)], 1), y).solution[:2, 0] for X, y in samples]
    sgd = sum(training.w_error for training in trainings) / seeds
    exact = sum((w - TRUE_W).norm().item() for w in fits) / len(fits)
    print(f"{n:>6} {len(trainings[0].path) - 1:>6} {sgd:9.2g} {exact:14.2g}")
# %% [markdown] name="f2" lang="en" role="answer" points=3
# ### BEGIN SOLUTION
# **Rubric.** Three points, independent of one another. A right number without a reason earns half of its point.
#
# - One point, for the rates: too small and the net has not arrived; around 0.03 it is on the floor after about three epochs; a larger
#   rate has a higher floor; near 1 it diverges.
# - One point, for the data: at first steep, since the number of steps is $\text{epochs} \cdot n / B$; then flat on a floor that the rate sets; least squares goes
#   on falling, like $n^{-1/2}$.
# - One point, for the spacing: equal ratios of $n$ give equal changes of the logarithm of the error, so that a power law becomes a straight line
#   and no run is wasted where little changes.
#
# **Model answer.** With a rate of 0.001 even ten epochs leave the net on its way. With 0.03 it arrives within three; after that more
# epochs change nothing but chance. With 0.3 it arrives in the first, but the floor is higher: each minibatch pulls towards its own
# noise, and a larger rate follows that pull farther. With 1 it diverges. When $n$ grows at three epochs, the error first falls
# steeply, because the number of steps grows with $n$: this is more training rather than better knowledge. From about 1000 examples
# it is flat, at the floor set by rate and batch size, on which $n$ has no influence. Least squares, in contrast, goes on falling like
# $1/\sqrt{n}$. Such a law has the form $\log e = c - \tfrac{1}{2} \log n$: with equal ratios the points stand at equal distances on a line, and
# each run tells equally much.
#
# **A typical wrong answer.** "More data is always better, and the error falls like $1/n$": half a point at most.
# ### END SOLUTION
# %% [markdown] name="f2" lang="zh" role="answer" points=3
# ### BEGIN SOLUTION
# **评分标准。** 共三分，各条独立计分。只有正确的数而没有理由，得该条的一半。
#
# - 一分，关于学习率：太小，网络还没走到；在0.03左右，大约三个迭代周期后到达下限；更大的学习率，下限更高；接近1时发散。
# - 一分，关于数据：先陡降，因为更新的步数是$\text{epochs} \cdot n / B$；然后在由学习率决定的下限上变平；最小二乘解则继续像$n^{-1/2}$那样下降。
# - 一分，关于间隔：$n$的比值相等，误差的对数就变化相等的量，于是幂律成为一条直线，也不会在变化很小的地方浪费运行。
#
# **参考答案。** 学习率为0.001时，十个迭代周期之后网络还在路上。0.03在三个之内就能走到，之后再多的迭代周期也只带来随机起伏。0.3在第一个里就走到了，但下限更高：每个小批量都往自己的噪声那边拉，学习率越大，就跟着走得越远。学习率为1时发散。固定三个迭代周期而让$n$增大，误差先陡降，因为步数随$n$增长：这是训练更多，而不是知道得更准。从大约1000个样本起变平，停在由学习率和批量大小决定的下限上，$n$对它没有影响。最小二乘解则不同，它继续像$1/\sqrt{n}$那样下降。这样的规律写成$\log e = c - \tfrac{1}{2} \log n$：比值相等时，各点就在直线上等距排开，每次运行提供的信息一样多。
#
# **典型的错误回答。** “数据总是越多越好，误差像$1/n$那样下降”：最多得半分。
# ### END SOLUTION
# %% [markdown] name="end-words" lang="en"
# ## Done?
#
# Choose *Restart Kernel and Run All Cells…*, look at the output below, and save (Ctrl+S). Then hand in, from a terminal (menu *File*, *New*,
# *Terminal*):
#
# ```sh
# linreg validate foundations
# linreg submit foundations
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
# linreg validate foundations
# linreg submit foundations
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
