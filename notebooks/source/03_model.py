# %% [markdown] name="title" lang="en"
# # 03 Model
#
# After this lesson you can build the chapter's model, reach its parameters, say who owns them, and notice a tensor of the wrong shape before it costs you an evening.
#
# **The question of this lesson.** Where do w and b live, and in which shape?
# %% [markdown] name="title" lang="zh"
# # 03 模型
#
# 学完这一课，你能搭出D2L这一节的模型，找到它的参数，说出参数归谁所有，并能及早发现形状不对的张量，免得白白耗掉一个晚上。
#
# **本课的问题。** w和b存放在哪里，形状是什么？
# %% name="setup" role="setup"
import warnings

import torch
from torch import nn

from linreg_course.lessons.compat import d2l
from linreg_course.display import show
from linreg_course.lessons.explore import explore
from linreg_course.lessons.guard import guard
from linreg_course.language import use_language
from linreg_course.lessons.plots import fits
from linreg_course.lessons.predict import predict, reveal
from linreg_course.start.progress import follow

use_language("en")
follow("03_model")
# %% [markdown] name="data-words" lang="en"
# We take the data of [01](01_data.ipynb): each row of `features` is one example, each row of `labels` its label. In both, the first axis counts the examples and the second holds what belongs to one example. Keep their shapes in mind: `(n, 2)` and `(n, 1)`.
# %% [markdown] name="data-words" lang="zh"
# 沿用[01](01_data.ipynb)的数据：`features`的每一行是一个样本（example），`labels`的每一行是它的标签（label）。两者的第一个轴都对应样本，第二个轴对应单个样本的内容。记住它们的形状（shape）：`(n, 2)`和`(n, 1)`。
# %% name="data"
true_w, true_b = torch.tensor([2, -3.4]), 4.2
torch.manual_seed(0)
features, labels = d2l.synthetic_data(true_w, true_b, 1000)
tuple(features.shape), tuple(labels.shape)
# %% [markdown] name="layer-words" lang="en"
# ## A layer, and the container around it
#
# The model multiplies each feature by a weight, sums the products and adds a bias. In torch this is a fully connected layer, `nn.Linear(2, 1)`: from 2 inputs to 1 output. `nn.Sequential` holds layers in order, as a list does. Here it holds one, `net[0]`.
# %% [markdown] name="layer-words" lang="zh"
# ## 一个层，和装它的容器
#
# 模型把每个特征（feature）乘以一个权重（weight），把乘积相加，再加上偏置（bias）。在torch中这是一个全连接层（fully connected layer）`nn.Linear(2, 1)`：从2个输入到1个输出。`nn.Sequential`像列表一样按顺序装着各层。这里只装了一个层，即`net[0]`。
# %% name="net"
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 1))
net
# %% [markdown] name="predict-weight" lang="en"
# **Predict.** The book writes the model as $\hat y = Xw + b$, where $X$ has one row per example. What is the shape of the layer's weight, `net[0].weight`?
#
# - **A.** `(1, 2)`
# - **B.** `(2, 1)`
# - **C.** `(2,)`
# %% [markdown] name="predict-weight" lang="zh"
# **预测。** 书上把模型写成$\hat y = Xw + b$，其中$X$的每一行是一个样本。这个层的权重`net[0].weight`是什么形状？
#
# - **A.** `(1, 2)`
# - **B.** `(2, 1)`
# - **C.** `(2,)`
# %% name="choose-weight"
predict("03-a", "ABC")
# %% [markdown] name="run-weight" lang="en"
# **Run.** The cell first asks the container, then the layer.
# %% [markdown] name="run-weight" lang="zh"
# **运行。** 先问容器，再问层。
# %% name="where-w-lives"
try:
    net.weight
except AttributeError as error:
    print(type(error).__name__, error)
weight, bias = net[0].weight, net[0].bias
print("bias", tuple(bias.shape))
reveal("03-a", tuple(weight.shape))
# %% name="where-w-lives-proof" role="proof"
assert tuple(weight.shape) == (1, 2) and tuple(bias.shape) == (1,)
# %% [markdown] name="explain-weight" lang="en"
# **Explain.** A. The container has no weight; its entry 0 has. C looked right because `true_w` was made that way, B because the formula $Xw$ needs a column. But torch stores one *row per output*: `nn.Linear(d, q)` holds a weight of shape `(q, d)` and a bias of shape `(q,)`. It computes $\hat y = XW^\top + b$, so the column $w$ of the book is $W^\top$.
# %% [markdown] name="explain-weight" lang="zh"
# **解释。** 选A。容器没有权重，它的第0项才有。C看起来对，是因为`true_w`就是这样造的；B看起来对，是因为公式$Xw$需要一列。但torch是*每个输出存一行*：`nn.Linear(d, q)`的权重形状是`(q, d)`，偏置形状是`(q,)`。它计算的是$\hat y = XW^\top + b$，所以书上的列$w$就是$W^\top$。
# %% [markdown] name="by-hand-words" lang="en"
# Do not believe it, compute it. The cell tries the product without the transpose, then with it, and compares the result with what the net returns.
# %% [markdown] name="by-hand-words" lang="zh"
# 别急着相信，算一算。下面先不转置，直接相乘；再转置后相乘，并与网络的返回值比较。
# %% name="by-hand"
try:
    features @ weight
except RuntimeError as error:
    print(type(error).__name__, error)
y_hat = features @ weight.T + bias
tuple(y_hat.shape)
# %% name="by-hand-proof" role="proof"
assert torch.allclose(net(features), y_hat, atol=1e-6)
# %% [markdown] name="by-hand-explain" lang="en"
# The prediction has an axis for the examples and an axis for the outputs, as `labels` has. And the product without the transpose raised an error at once. So a wrong shape raises, it seems. Remember this belief; it will be tested.
# %% [markdown] name="by-hand-explain" lang="zh"
# 预测值有一个样本轴和一个输出轴，`labels`也是如此。而没有转置的乘法当场就报错。看来，形状不对就会报错。记住这个想法，后面要检验它。
# %% [markdown] name="check-count" lang="en" role="quiz"
# **Quick check.** How many numbers does `nn.Linear(5, 3)` have to learn?
#
# - [x] 18
#   A weight of shape `(3, 5)` and a bias of shape `(3,)`: 15 plus 3.
# - [ ] 8
#   That adds inputs and outputs. Every output has a weight for *every* input, so the two are multiplied.
# - [ ] 15
#   These are the weights alone. Each output has a bias too.
# %% [markdown] name="check-count" lang="zh" role="quiz"
# **小测。** `nn.Linear(5, 3)`要学习多少个数？
#
# - [x] 18
#   权重的形状是`(3, 5)`，偏置的形状是`(3,)`：15加3。
# - [ ] 8
#   这是把输入数与输出数相加。每个输出对*每个*输入都有一个权重，所以应当相乘。
# - [ ] 15
#   这只是权重。每个输出还有一个偏置。
# %% name="count"
wide = nn.Linear(5, 3)
print(tuple(wide.weight.shape), wide.weight.numel(), tuple(wide.bias.shape), wide.bias.numel())
sum(param.numel() for param in wide.parameters())
# %% name="count-proof" role="proof"
assert tuple(wide.weight.shape) == (3, 5) and wide.weight.numel() == 15
# %% [markdown] name="owner-words" lang="en"
# ## Who owns the parameters?
#
# The tensors that training changes are the model parameters. `named_parameters` lists them; a name says the layer's place in the container and the parameter's role in the layer. The trainer, or optimizer, will change them (lessons 06 and 07); it keeps them in `param_groups`. Does it hold copies?
# %% [markdown] name="owner-words" lang="zh"
# ## 参数归谁所有？
#
# 训练要改变的张量叫模型参数（model parameter）。`named_parameters`列出它们；名字由层在容器中的位置和参数在层中的角色组成。改变它们的是优化器（optimizer），代码里叫trainer（第06课和第07课）；它把参数放在`param_groups`里。放的是副本吗？
# %% name="owner"
trainer = torch.optim.SGD(net.parameters(), lr=0.03)
held = trainer.param_groups[0]["params"]
for (name, param), other in zip(net.named_parameters(), held):
    print(name, tuple(param.shape), "requires_grad", param.requires_grad, "same object", other is param)
# %% name="owner-proof" role="proof"
assert held[0] is net[0].weight and held[1] is net[0].bias
# %% [markdown] name="owner-explain" lang="en"
# No copies: the trainer holds references to the layer's own two objects. `requires_grad` says that torch will compute derivatives with respect to them. So the layer owns the numbers, the container passes them on, the trainer knows where they are.
# %% [markdown] name="owner-explain" lang="zh"
# 不是副本：优化器拿的是对这个层的两个对象本身的引用。`requires_grad`表示torch会对它们求导。所以，这些数归层所有，容器负责转交，优化器则知道它们在哪里。
# %% [markdown] name="check-owner" lang="en" role="quiz"
# **Quick check.** You make the trainer and afterwards write `net[0] = nn.Linear(2, 1)`. Which parameters does the trainer hold now?
#
# - [ ] those of the new layer, since it was made from `net`
#   It was made from the parameters that `net` had then. It has never heard of `net` itself.
# - [x] those of the old layer, which `net` no longer uses
#   Its references still point at the old objects. Training then runs without an error and without an effect; lesson 04 shows it.
# - [ ] none, since the old layer is gone
#   `net` has dropped it, but its tensors still exist, as the trainer refers to them.
# %% [markdown] name="check-owner" lang="zh" role="quiz"
# **小测。** 你先创建了优化器，然后写`net[0] = nn.Linear(2, 1)`。现在优化器拿着的是哪些参数？
#
# - [ ] 新的层的参数，因为优化器是由`net`创建的
#   它是由`net`当时的参数创建的，从来不认识`net`本身。
# - [x] 旧的层的参数，而`net`已经不再使用它们
#   它的引用仍然指向旧的对象。于是训练照常运行，不报错，也没有效果；第04课会演示。
# - [ ] 一个也没有，因为旧的层已经不在了
#   `net`扔掉了它，但它的张量仍然存在，因为优化器还引用着它们。
# %% [markdown] name="true-values-words" lang="en"
# ## The best this model can do
#
# We know the ground truth, so we can write it into the net: `copy_` and `fill_` overwrite the numbers inside the existing objects, and `torch.no_grad()` tells torch not to record it (more in lesson 04). The loss function `nn.MSELoss` is the mean squared error, the mean of $(\hat y - y)^2$. How small does it get?
# %% [markdown] name="true-values-words" lang="zh"
# ## 这个模型最好能做到什么程度
#
# 真实值（ground truth）是已知的，可以直接写进网络：`copy_`和`fill_`改写已有对象里面的数，`torch.no_grad()`让torch不去记录这一步（详见第04课）。损失函数（loss function）`nn.MSELoss`是均方误差（mean squared error），即$(\hat y - y)^2$的平均值。它能有多小？
# %% name="true-values"
loss = nn.MSELoss()
print(f"start, loss {loss(net(features), labels).item():.4f}")
with torch.no_grad():
    net[0].weight.copy_(true_w.reshape(1, 2))
    net[0].bias.fill_(true_b)
best = loss(net(features), labels).item()
print(f"truth, loss {best:.6f}")
# %% name="true-values-proof" role="proof"
assert abs(best - 0.01**2) < 2e-5
# %% [markdown] name="true-values-explain" lang="en"
# Even the truth does not reach 0: the labels contain noise of standard deviation `0.01`, and about its square remains. Remember the last printed loss: it is that of a *perfect* net, correctly judged.
# %% [markdown] name="true-values-explain" lang="zh"
# 就连真实值也到不了0：标签里有标准差（standard deviation）为`0.01`的噪声（noise），剩下的大约就是它的平方。记住最后打印的损失：只要评判得对，*完美的*网络的损失就是这么大。
# %% [markdown] name="control-words" lang="en"
# **Try it.** Each dot is an example: its label across, its prediction up. On the dashed diagonal the two agree. Move w1, w2 and b until the dots lie on it. The title splits the loss into two squares: the mean of $\hat y - y$, and its standard deviation. Which control changes which?
# %% [markdown] name="control-words" lang="zh"
# **试一试。** 每个点是一个样本：横坐标是标签，纵坐标是预测。虚线是对角线，点落在上面，两者就一致。移动w1、w2和b，直到点都落在线上。标题把损失拆成两个平方：$\hat y - y$的平均值和它的标准差。哪个控件改变哪一个？
# %% name="control"
explore(
    fits.draw_prediction,
    fallback=[
        {"w1": 0, "w2": 0, "b": 0},
        {"w1": 1, "w2": -1.7, "b": 2.1},
        {"w1": -1, "w2": -3.4, "b": 4.2},
        {"w1": 2, "w2": -3.4, "b": 4.2},
    ],
    w1=[-2, -1, 0, 1, 2, 3],
    w2=[-5.1, -3.4, -1.7, 0, 1.7],
    b=[0, 2.1, 4.2, 6.3],
)
# %% [markdown] name="check-cloud" lang="en" role="quiz"
# **Quick check.** The cloud is thin and parallel to the diagonal, but lies above it. What is wrong?
#
# - [ ] a weight
#   A wrong weight errs by an amount that depends on the feature: up for some examples, down for others. That tilts or widens the cloud; it does not lift it as a whole.
# - [ ] the labels
#   No control moves the labels, and at the true values the same labels put the dots on the diagonal.
# - [x] b
#   The bias moves all predictions by the same amount. That shows in the mean of $\hat y - y$ alone.
# %% [markdown] name="check-cloud" lang="zh" role="quiz"
# **小测。** 点云很窄，与对角线平行，但在它的上方。是什么不对？
#
# - [ ] 某个权重
#   权重不对时，误差的大小随特征而变：有的样本偏上，有的偏下。点云会倾斜或变宽，而不是整体抬高。
# - [ ] 标签
#   没有哪个控件会改动标签；取真实值时，标签还是这些，点都落在对角线上。
# - [x] b
#   偏置把所有预测移动同样的量。只有$\hat y - y$的平均值会因此改变。
# %% [markdown] name="reshape-words" lang="en"
# ## Two shapes that differ
#
# The case notebook computes the estimation error as `true_w - w.reshape(true_w.shape)`. Is the `reshape` decoration? We leave it out. (`detach` gives the numbers without the record that torch keeps for derivatives.)
# %% [markdown] name="reshape-words" lang="zh"
# ## 两个不同的形状
#
# 案卷里的笔记本用`true_w - w.reshape(true_w.shape)`计算估计误差（estimation error）。这里的`reshape`只是装饰吗？去掉试试。（`detach`只取出数，不带torch为求导所做的记录。）
# %% name="estimation-error"
w = net[0].weight.detach()
without, with_reshape = true_w - w, true_w - w.reshape(true_w.shape)
print(tuple(true_w.shape), "-", tuple(w.shape), "=", tuple(without.shape), without.tolist())
print(tuple(true_w.shape), "-", tuple(w.reshape(true_w.shape).shape), "=", tuple(with_reshape.shape), with_reshape.tolist())
# %% name="estimation-error-proof" role="proof"
assert tuple(without.shape) == (1, 2) and tuple(with_reshape.shape) == (2,)
assert torch.equal(without[0], with_reshape)
# %% [markdown] name="reshape-explain" lang="en"
# No error, and the same two numbers: zeros, as the net holds the truth. Only an axis was added, seen as a second pair of brackets. Torch let the shapes pass, and nothing was lost. Now the same with labels.
# %% [markdown] name="reshape-explain" lang="zh"
# 没有报错，两个数也一样：都是零，因为网络里就是真实值。只是多了一个轴，表现为多了一层方括号。torch放行了，结果也不受影响。现在对标签做同样的事。
# %% [markdown] name="predict-flat" lang="en"
# **Predict.** The net still holds the true values. A learner finds `(n, 1)` clumsy and writes `((net(features) - labels.reshape(-1)) ** 2).mean()`. `reshape(-1)` turns the labels into shape `(n,)`, with the same numbers in the same order. What does this do to the loss?
#
# - **A.** nothing
# - **B.** a wrong number
# - **C.** an error
# %% [markdown] name="predict-flat" lang="zh"
# **预测。** 网络里仍然是真实值。有人嫌`(n, 1)`麻烦，写成`((net(features) - labels.reshape(-1)) ** 2).mean()`。`reshape(-1)`把标签变成形状`(n,)`，数和次序都不变。损失会怎样？
#
# - **A.** 没有变化
# - **B.** 得到一个错误的数
# - **C.** 报错
# %% name="choose-flat"
predict("03-b", "ABC")
# %% [markdown] name="run-flat" lang="en"
# **Run.** The learner's line, cut into its two steps.
# %% [markdown] name="run-flat" lang="zh"
# **运行。** 就是那一行，只是拆成了两步。
# %% name="flat-labels"
flat = labels.reshape(-1)
with torch.no_grad():
    residual = net(features) - flat
    wrong = (residual**2).mean().item()
print(tuple(net(features).shape), "-", tuple(flat.shape), "=", tuple(residual.shape))
print(f"loss {best:.6f} with (n, 1), {wrong:.6f} with (n,)")
reveal("03-b", f"{wrong:.2f}")
# %% name="flat-labels-proof" role="proof"
assert tuple(residual.shape) == (len(labels), len(labels)) and 27 < wrong < 36
# %% [markdown] name="explain-flat" lang="en"
# **Explain.** B, and no error. This is broadcasting: torch lines two shapes up *from the right*, treats a missing axis as one of length 1, and repeats an axis of length 1 as often as the other tensor needs. So `(n, 1)` and `(n,)` become `(n, 1)` and `(1, n)`. Both are repeated, and every prediction is compared with *every* label.
#
# A looked right since no number was changed. What about C?
# %% [markdown] name="explain-flat" lang="zh"
# **解释。** 选C，而且没有报错。这就是广播机制（broadcasting）：torch把两个形状*从右边*对齐，缺少的轴当作长度为1，长度为1的轴则按另一个张量的需要重复。于是`(n, 1)`和`(n,)`变成`(n, 1)`和`(1, n)`。两边都被重复，每个预测都与*每个*标签比较。
#
# A看起来对，是因为没有改动任何一个数。C呢？
# %% [markdown] name="why-no-error" lang="en"
# C looked right since torch had refused a wrong shape before. That was a matrix product. A difference is refused only where two lengths differ and neither is 1. The cell subtracts the same `flat` from `features`.
# %% [markdown] name="why-no-error" lang="zh"
# C看起来对，是因为torch先前拒绝过不对的形状。但那是矩阵乘法。相减时，只有两个长度不同、又都不是1，torch才会拒绝。下面用`features`减去同一个`flat`。
# %% name="refused"
failure = None
try:
    features - flat
except RuntimeError as error:
    failure = error
print(tuple(features.shape), "-", tuple(flat.shape))
print(type(failure).__name__, failure)
# %% name="refused-proof" role="proof"
assert isinstance(failure, RuntimeError)
# %% [markdown] name="pairs-words" lang="en"
# A last axis of length 2 is refused; one of length 1 is repeated. The figure shows the table of differences that this makes for the first six examples.
# %% [markdown] name="pairs-words" lang="zh"
# 最后一个轴长度为2，就被拒绝；长度为1，就被重复。下图是前六个样本的差，它们因此成了一张表。
# %% name="pairs"
show(fits.pair_table(net(features[:6]), flat[:6]))
own = residual.diagonal().square().mean().item()
print(f"mean square: diagonal {own:.6f}, whole table {wrong:.6f}")
# %% name="pairs-proof" role="proof"
assert abs(own - best) < 1e-8
# %% [markdown] name="warn-words" lang="en"
# The right residuals are all there, on the diagonal, lost among the others. Does nobody say a word? The formula above was silent. The cell asks three of torch's loss classes (lesson 05), three times each, as three training steps would, and catches what Python would show.
# %% [markdown] name="warn-words" lang="zh"
# 正确的残差（residual）都在，就在对角线上，只是淹没在其他的差里。没有谁提醒一声吗？上面的公式一声不响。下面问问torch的三个损失类（第05课），每个调用三次，相当于训练的三步，并截下Python本来会显示的内容。
# %% name="warnings"
y_hat = net(features)
for make in (nn.MSELoss, nn.HuberLoss, nn.L1Loss):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        values = [make()(y_hat, flat).item() for step in range(3)]
    print(make.__name__, [round(value, 2) for value in values], len(caught), caught[0].category.__name__)
print(caught[0].message)
# %% name="warnings-proof" role="proof"
for make in (nn.MSELoss, nn.HuberLoss, nn.L1Loss):
    with warnings.catch_warnings(record=True) as again:
        warnings.simplefilter("default")
        values = [make()(y_hat, flat).item() for step in range(3)]
    assert len(again) == 1 and min(values) > 1
# %% [markdown] name="warn-explain" lang="en"
# Three calls, one warning, and a number all the same. In a notebook the warning scrolls away above the output of hundreds of steps. So a warning is not a guard. A shape written down is: `assert y_hat.shape == y.shape`. Try it here.
# %% [markdown] name="warn-explain" lang="zh"
# 三次调用，一次警告，数照样算出来。在笔记本里，这条警告会被几百步的输出冲得看不见。所以警告算不上防线，写下来的形状才算：`assert y_hat.shape == y.shape`。在这里试试。
# %% name="shape-assert"
y, failure = flat, None
try:
    assert y_hat.shape == y.shape, (tuple(y_hat.shape), tuple(y.shape))
except AssertionError as error:
    failure = error
print(type(failure).__name__, failure)
# %% name="shape-assert-proof" role="proof"
assert isinstance(failure, AssertionError)
# %% [markdown] name="train-flat-words" lang="en"
# ## What would a net learn from this?
#
# Perhaps the number is wrong but training still finds the right w? We train a new net, started near 0, on the flat labels, those of shape `(n,)`. The minibatches come from `d2l.load_array` ([02](02_dataloader.ipynb)); the loop computes the loss, its gradient, and lets the trainer take a step (lessons 06 and 07). Only the labels' shape is unusual.
# %% [markdown] name="train-flat-words" lang="zh"
# ## 网络会从中学到什么？
#
# 也许数虽然不对，训练却仍能找到正确的w？用展平的标签，即形状为`(n,)`的标签，训练一个新的网络，初始值接近0。小批量（minibatch）由`d2l.load_array`提供（[02](02_dataloader.ipynb)）；循环计算损失及其梯度（gradient），再让优化器更新一步（第06课和第07课）。不寻常的只有标签的形状。
# %% name="flat-net"
torch.manual_seed(0)
batch_size, num_epochs = 10, 3
flat_net = nn.Sequential(nn.Linear(2, 1))
nn.init.normal_(flat_net[0].weight, 0, 0.01)
nn.init.zeros_(flat_net[0].bias)
flat_trainer = torch.optim.SGD(flat_net.parameters(), lr=0.03)
flat_iter = d2l.load_array((features, flat), batch_size)
X, y = next(iter(flat_iter))
tuple(X.shape), tuple(y.shape)
# %% [markdown] name="predict-trained" lang="en"
# **Predict.** After 3 epochs, that is, 3 passes over the data, what does this net predict?
#
# - **A.** almost the labels: the slip costs some accuracy, no more
# - **B.** `nan`: the loss grows without limit
# - **C.** almost the same number for every example
# %% [markdown] name="predict-trained" lang="zh"
# **预测。** 训练3个迭代周期（epoch），也就是把数据过3遍之后，这个网络会预测什么？
#
# - **A.** 差不多就是标签：这个疏忽只损失一点精度
# - **B.** `nan`：损失无限增大
# - **C.** 对每个样本几乎都是同一个数
# %% name="choose-trained"
predict("03-c", "ABC")
# %% [markdown] name="run-trained" lang="en"
# **Run.** Watch the loss; the next cell compares what was learned with the truth.
# %% [markdown] name="run-trained" lang="zh"
# **运行。** 看看损失；下一个单元格再把学到的东西与真实值比较。
# %% name="train-flat"
guard(flat_net, flat_trainer)
for epoch in range(num_epochs):
    for X, y in flat_iter:
        l = ((flat_net(X) - y) ** 2).mean()
        flat_trainer.zero_grad()
        l.backward()
        flat_trainer.step()
    with torch.no_grad():
        flat_loss = ((flat_net(features) - flat) ** 2).mean().item()
    print(f"epoch {epoch + 1}, loss {flat_loss:.2f}")
# %% name="flat-result"
flat_w, flat_b = flat_net[0].weight.detach().reshape(-1), flat_net[0].bias.item()
flat_hat = flat_net(features).detach()
print("w", [round(number, 2) for number in flat_w.tolist()], "true", [2, -3.4])
print(f"b {flat_b:.2f}, mean of y {flat.mean():.2f}, variance of y {flat.var():.2f}")
print(f"loss with (n,): true values {wrong:.2f}, trained {flat_loss:.2f}")
reveal("03-c", f"std(y_hat) = {flat_hat.std():.2f}, std(y) = {labels.std():.2f}")
# %% name="flat-result-proof" role="proof"
assert 13 < flat_loss < 18 and 0.2 < flat_w.norm() < 0.8 and abs(flat_b - flat.mean()) < 1
assert flat_hat.std() < 0.25 * labels.std() and flat_loss < 0.7 * wrong
# %% [markdown] name="explain-trained" lang="en"
# **Explain.** C. Every prediction is compared with all labels, and the number nearest to all of them, in mean square, is their mean. So the predictions hardly leave it, and the loss has stopped near the variance of the labels, their mean squared distance from the mean (computed under Further).
#
# A looked right since each prediction meets its own label too; but that one is outvoted. B looked right since the loss was so large; but it does not grow.
# %% [markdown] name="explain-trained" lang="zh"
# **解释。** 选C。每个预测都要与所有标签比较，而按平方的平均值来算，离所有标签最近的数就是它们的平均值。所以预测几乎不离开这个平均值，损失停在标签的方差（variance）附近；方差就是标签到平均值的距离平方的平均值（延伸部分会把它算出来）。
#
# A看起来对，是因为每个预测也遇到了自己的标签；但那一个标签寡不敌众。B看起来对，是因为损失那么大；但它并没有增大。
# %% [markdown] name="mend-words" lang="en"
# Look at the line with the two losses: this loss prefers the net that hardly uses the features to the net that holds the truth. Nothing raised, and the loss levelled off as losses do.
#
# One line mends it: give the labels the prediction's shape before subtracting. The flat labels, the start and the rest of the loop stay.
# %% [markdown] name="mend-words" lang="zh"
# 看打印两个损失的那一行：按这个损失，几乎不用特征的网络反而胜过装着真实值的网络。没有报错，损失也像平常那样趋于平稳。
#
# 一行就能修好：相减之前，让标签取预测的形状。展平的标签、起点和循环的其余部分都不变。
# %% name="mended-net"
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 1))
nn.init.normal_(net[0].weight, 0, 0.01)
nn.init.zeros_(net[0].bias)
trainer = torch.optim.SGD(net.parameters(), lr=0.03)
# %% name="train-mended"
guard(net, trainer)
for epoch in range(num_epochs):
    for X, y in flat_iter:
        y_hat = net(X)
        l = ((y_hat - y.reshape(y_hat.shape)) ** 2).mean()
        trainer.zero_grad()
        l.backward()
        trainer.step()
    print(f"epoch {epoch + 1}, loss {loss(net(features), labels).item():.6f}")
w_error = (true_w - net[0].weight.detach().reshape(true_w.shape)).norm().item()
print("estimation error of w", round(w_error, 5))
# %% name="train-mended-proof" role="proof"
assert w_error < 0.004
# %% name="two-fits"
show(fits.two_fits(labels, net(features), flat_hat))
# %% [markdown] name="check-label-shape" lang="en" role="quiz"
# **Quick check.** `net(X)` has shape `(n, 1)`. Which shape must `y` have in `loss(net(X), y)`?
#
# - [ ] `(n,)`
#   This is the slip of this lesson: aligned from the right it becomes a row, and the difference is `(n, n)`.
# - [ ] `(1, n)`
#   This is the row that `(n,)` turns into, so the difference is `(n, n)` again.
# - [ ] any that holds n numbers
#   It is the place of the numbers that pairs them, not their count.
# - [x] `(n, 1)`
#   Equal shapes leave nothing to repeat: each prediction meets its own label.
# %% [markdown] name="check-label-shape" lang="zh" role="quiz"
# **小测。** `net(X)`的形状是`(n, 1)`。在`loss(net(X), y)`中，`y`必须是什么形状？
#
# - [ ] `(n,)`
#   这正是本课的疏忽：从右边对齐后它变成一行，差的形状是`(n, n)`。
# - [ ] `(1, n)`
#   `(n,)`变成的就是这一行，所以差又是`(n, n)`。
# - [ ] 只要装着n个数，什么形状都行
#   配对靠的是数的位置，不是数的个数。
# - [x] `(n, 1)`
#   形状相同，就没有什么要重复：每个预测遇到的都是自己的标签。
# %% [markdown] name="summary" lang="en"
# ## What the cells showed
#
# - The layer owns w and b, as `(1, 2)` and `(1,)`: the weight is the transpose of the book's column. Container and trainer refer to the same objects.
# - Subtracting tensors of different shapes raises only where an axis cannot be repeated. `(n, 1)` minus `(n,)` is `(n, n)`, and a net trained on it predicts little but the mean label.
# - `assert y_hat.shape == y.shape` costs one line.
#
# Next: [04](04_init.ipynb), does the start matter?
#
# The assignment [foundations](foundations.ipynb) goes on at the end of lesson 04.
# %% [markdown] name="summary" lang="zh"
# ## 单元格说明了什么
#
# - w和b归层所有，形状是`(1, 2)`和`(1,)`：权重是书上那一列的转置。容器和优化器引用的是同样的对象。
# - 两个形状不同的张量相减，只有在某个轴无法重复时才会报错。`(n, 1)`减`(n,)`得到`(n, n)`，用它训练的网络几乎只会预测标签的平均值。
# - 写上`assert y_hat.shape == y.shape`只要一行。
#
# 下一课：[04](04_init.ipynb)，起点重要吗？
#
# 作业[foundations](foundations.ipynb)的下一部分，学完第04课就可以做。
# %% [markdown] name="identity-words" lang="en"
# ## Further
#
# **Why the mean label.** Call it $\bar y$, write $\hat y_i - y_j = (\hat y_i - \bar y) + (\bar y - y_j)$ and square. In the mean over all pairs the mixed products cancel, since the $\bar y - y_j$ add up to 0:
#
# $$\frac{1}{n^2}\sum_{i,j}(\hat y_i - y_j)^2 = \frac{1}{n}\sum_i(\hat y_i - \bar y)^2 + \mathrm{Var}(y)$$
#
# No net can change the second term. The first is least when every prediction is $\bar y$. The cell computes both sides (`correction=0` divides by $n$).
# %% [markdown] name="identity-words" lang="zh"
# ## 延伸
#
# **为什么是标签的平均值。** 把它记为$\bar y$，写出$\hat y_i - y_j = (\hat y_i - \bar y) + (\bar y - y_j)$，再平方。对所有配对取平均时，交叉项互相抵消，因为各个$\bar y - y_j$加起来等于0：
#
# $$\frac{1}{n^2}\sum_{i,j}(\hat y_i - y_j)^2 = \frac{1}{n}\sum_i(\hat y_i - \bar y)^2 + \mathrm{Var}(y)$$
#
# 第二项是任何网络都改变不了的。当每个预测都等于$\bar y$时，第一项最小。下面把两边都算出来（`correction=0`表示除以$n$）。
# %% name="identity"
pairs = ((flat_hat - flat) ** 2).mean()
spread = ((flat_hat - flat.mean()) ** 2).mean()
print(f"{pairs:.3f} = {spread:.3f} + {flat.var(correction=0):.3f}")
# %% name="identity-proof" role="proof"
assert torch.isclose(pairs, spread + flat.var(correction=0), rtol=1e-4)
# %% [markdown] name="further-words" lang="en"
# **Why the weight is not quite 0.** In training, the table holds one *minibatch* of $B$ examples. By the formula above, the net is drawn to the mean label of that minibatch, and an example is itself one of its $B$ members. A share of $1/B$ of its own label is left: the best weight should be $w/B$, and right by accident for $B = 1$.
#
# The cell replaces each label by its minibatch's mean, takes the least-squares solution and multiplies by $B$.
# %% [markdown] name="further-words" lang="zh"
# **权重为什么不恰好是0。** 训练时，表里只有一个*小批量*的$B$个样本。由上面的公式可知，网络被拉向这个小批量的标签平均值，而样本自己就是这$B$个成员之一。它自己的标签还留有$1/B$的份额：最好的权重应当是$w/B$，$B = 1$时则碰巧是对的。
#
# 下面把每个标签换成所在小批量的平均值，求最小二乘解（least-squares solution），再乘以$B$。
# %% name="share-of-own-label"
torch.manual_seed(0)
X, y = d2l.synthetic_data(true_w, true_b, 100_000)
columns = torch.cat([X, torch.ones(len(X), 1)], dim=1)
for B in (1, 2, 10):
    means = y.reshape(-1, B).mean(dim=1).repeat_interleave(B).reshape(-1, 1)
    w = torch.linalg.lstsq(columns, means).solution[:2, 0]
    rounded = [[round(number, 2) for number in v.tolist()] for v in (w, B * w)]
    print(B, "w", rounded[0], "B w", rounded[1])
# %% name="share-of-own-label-proof" role="proof"
for B in (1, 2, 10):
    means = y.reshape(-1, B).mean(dim=1).repeat_interleave(B).reshape(-1, 1)
    assert torch.allclose(B * torch.linalg.lstsq(columns, means).solution[:2, 0], true_w, atol=0.3)
# %% [markdown] name="further-explain" lang="en"
# The last pair is near (2, -3.4) in every line. For $B = 10$ compare w with that of the net trained above. For $B = 1$ the weight itself is right: a test with a batch size of 1 would pass this slip. Test with several examples.
# %% [markdown] name="further-explain" lang="zh"
# 每一行的最后一对数都接近(2, -3.4)。把$B = 10$时的w与前面训练出的网络的w比一比。$B = 1$时，权重本身就是对的：用批量大小（batch size）为1做测试，会放过这个疏忽。测试时要用多个样本。
# %% [markdown] name="lazy-words" lang="en"
# **A layer that does not know its shape yet.** The English edition of D2L writes `nn.LazyLinear(1)`: only the number of outputs is given; the inputs are counted at the first call, the first forward propagation. Convenient. But what is there to initialise before that? The cell writes start values in both of the usual ways (lesson 04): through `.data`, the tensor inside a parameter, and with `nn.init`.
# %% [markdown] name="lazy-words" lang="zh"
# **还不知道自己形状的层。** D2L英文版写的是`nn.LazyLinear(1)`：只给出输出数，输入数等到第一次调用，即第一次前向传播（forward propagation）时再数。很方便。可在那之前，有什么可以初始化呢？下面用两种常见的写法（第04课）写入初始值：一种通过`.data`，即参数里面的张量，一种用`nn.init`。
# %% name="lazy-before"
lazy = nn.LazyLinear(1)
print(type(lazy.weight).__name__, tuple(lazy.weight.data.shape))
lazy.weight.data.normal_(0, 0.01)
lazy.bias.data.fill_(0)
failure = None
try:
    nn.init.normal_(lazy.weight, 0, 0.01)
except ValueError as error:
    failure = error
print(type(failure).__name__, str(failure).split(" in ")[0])
# %% name="lazy-before-proof" role="proof"
assert lazy.weight.data.numel() == 0 and isinstance(failure, ValueError)
# %% [markdown] name="lazy-explain" lang="en"
# Before the first call the parameter holds no numbers: its `.data` has shape `(0,)`. Filling nothing succeeds, so the `.data` lines are silent. `nn.init` knows the situation and refuses. D2L's class `LinearRegression` uses the silent lines and means to start at bias 0. The cell looks at the bias after the first call, 20 times.
# %% [markdown] name="lazy-explain" lang="zh"
# 第一次调用之前，参数里一个数也没有：它的`.data`形状是`(0,)`。往空的东西里填数总会成功，所以`.data`那两行一声不响。`nn.init`知道这种情况，予以拒绝。D2L的类`LinearRegression`用的正是不出声的写法，本意是让偏置从0开始。下面在第一次调用之后查看偏置，共20次。
# %% name="lazy-after"
sizes = []
for seed in range(20):
    torch.manual_seed(seed)
    model = d2l.LinearRegression(lr=0.03)
    model(features)
    sizes.append(abs(model.net.bias.item()))
print(type(model.net).__name__, tuple(model.net.weight.shape))
print(f"|b| {min(sizes):.3f} .. {max(sizes):.3f}, mean {sum(sizes) / 20:.3f}")
# %% name="lazy-after-proof" role="proof"
assert min(sizes) > 0 and 0.15 < sum(sizes) / 20 < 0.5 and max(sizes) < 0.71
# %% [markdown] name="lazy-mend" lang="en"
# The first call made the real tensors with the default start of `nn.Linear`, and the values meant for them were lost. For this model the result of the training hardly suffers (lesson 04 says why); "my start values are in" is false all the same. The order that works: first one call, then the initialization, with `nn.init`, which would have complained.
# %% [markdown] name="lazy-mend" lang="zh"
# 第一次调用按`nn.Linear`的默认方式创建了真正的张量，原本要给它们的值丢掉了。对这个模型来说，训练的结果几乎不受影响（原因见第04课），但“我的初始值已经写进去了”终究是错的。正确的次序：先调用一次，再做初始化（initialization），并且用`nn.init`，次序错了它会报错。
# %% name="lazy-order"
model = d2l.LinearRegression(lr=0.03)
model(features[:1])
nn.init.normal_(model.net.weight, 0, 0.01)
nn.init.zeros_(model.net.bias)
model(features)
tuple(model.net.weight.shape), model.net.bias.item()
# %% name="lazy-order-proof" role="proof"
assert model.net.bias.item() == 0
# %% [markdown] name="deeper-words" lang="en"
# **Names in a larger net.** Layers without parameters take a number too. Say the names of the second linear layer's parameters before you run it: its place in the container is 2, not 1.
# %% [markdown] name="deeper-words" lang="zh"
# **更大的网络里的名字。** 没有参数的层也占一个编号。运行之前先说出第二个线性层的参数名：它在容器中的位置是2，不是1。
# %% name="deeper-names"
deep = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
names = {name: tuple(param.shape) for name, param in deep.named_parameters()}
names
# %% name="deeper-names-proof" role="proof"
assert list(names) == ["0.weight", "0.bias", "2.weight", "2.bias"]
