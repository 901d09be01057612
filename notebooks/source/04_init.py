# %% [markdown] name="title" lang="en"
# # 04 Initialization
#
# After this lesson you can write start values into a net without upsetting its gradients or its trainer, the optimizer; say when the start matters and when not; and choose one for a hidden layer.
#
# **The question of this lesson.** The case notebook has a cell that writes start values of its own into a net that was just made. Did it have to? Does the start matter?
# %% [markdown] name="title" lang="zh"
# # 04 初始化
#
# 学完这一课，你能把初始值写进网络，而不扰乱梯度（gradient）和优化器（optimizer，代码中叫trainer）；能说清初始值什么时候要紧，什么时候无所谓；并能为隐藏层（hidden layer）选一种初始值。
#
# **本课的问题。** 案卷里的笔记本用一个单元格，往刚创建的网络里写入了自己的初始值。非写不可吗？初始值要紧吗？
# %% name="setup" role="setup"
import torch
from torch import nn

from linreg_course.lessons.compat import d2l
from linreg_course.display import show
from linreg_course.lessons.explore import explore
from linreg_course.lessons.guard import guard
from linreg_course.language import use_language
from linreg_course.lessons.model import ACTIVATIONS, DEEP_STARTS, deep_signals
from linreg_course.lessons.plots import starts
from linreg_course.lessons.predict import predict, reveal
from linreg_course.lessons.training import Setting, run
from linreg_course.start.progress import follow

use_language("en")
follow("04_init")
# %% [markdown] name="default-words" lang="en"
# ## A new layer is not empty
#
# Initialization is the choice of the numbers that the model parameters hold before the first step. `nn.Linear` makes this choice when it is built: weights and bias come from the uniform distribution between $-1/\sqrt{d}$ and $1/\sqrt{d}$, where $d$ is the number of inputs. The cell looks at a layer that is large enough to show the edges.
# %% [markdown] name="default-words" lang="zh"
# ## 新的层并不是空的
#
# 初始化（initialization）就是选定模型参数（model parameter）在第一步之前的数值。`nn.Linear`在创建时就做了选择：权重（weight）和偏置（bias）取自$-1/\sqrt{d}$到$1/\sqrt{d}$之间的均匀分布（uniform distribution），其中$d$是输入的个数。下面的单元格取一个足够大的层，好看清分布的边界。
# %% name="default-bound"
torch.manual_seed(0)
layer = nn.Linear(100, 400)
bound = 1 / layer.in_features**0.5
print(f"bound {bound:.4f}")
print(f"weight {layer.weight.min():.4f} .. {layer.weight.max():.4f}, std {layer.weight.std():.4f}")
print(f"bias   {layer.bias.min():.4f} .. {layer.bias.max():.4f}")
# %% name="default-bound-proof" role="proof"
assert 0.99 * bound < layer.weight.abs().max() <= bound
assert 0.9 * bound < layer.bias.abs().max() <= bound
assert abs(layer.weight.std() * 3**0.5 / bound - 1) < 0.02
# %% [markdown] name="chapter-start" lang="en"
# So the net of [03](03_model.ipynb) could be trained at once. The chapter overwrites its start: weights from the normal distribution with mean 0 and standard deviation 0.01, bias 0. A widespread reason is "weights must start small and random, or training fails". We test it with starts much wider than that, and with one that is not random at all.
# %% [markdown] name="chapter-start" lang="zh"
# 所以[03](03_model.ipynb)中的网络本来可以直接训练。D2L的这一节却改写了初始值：权重取自均值为0、标准差（standard deviation）为0.01的正态分布（normal distribution），偏置为0。常听到的理由是：“权重必须用很小的随机数作初始值，否则训练会失败。”我们来检验它：用比这宽得多的初始值，也用一个完全不随机的。
# %% [markdown] name="predict-std" lang="en"
# ## Does a linear net care?
#
# **Predict.** The weights start with std 0, 0.01, 1 or 100, everything else is as in the chapter. How far is w from the true (2, -3.4) after 1 and after 3 epochs?
#
# - **A.** Std 100 is far behind after 1 epoch. After 3 epochs all four are equally close.
# - **B.** Std 100 is far behind after 1 epoch and still clearly behind after 3.
# - **C.** Std 0 learns nothing, since nothing tells its two weights apart. The others end alike.
# %% [markdown] name="predict-std" lang="zh"
# ## 初始值影响线性网络吗？
#
# **预测。** 权重初始值的标准差为0、0.01、1或100，其余都和D2L的这一节相同。1个和3个迭代周期（epoch）之后，w离真实的(2, -3.4)有多远？
#
# - **A.** 标准差为100时，1个迭代周期后远远落后。3个之后，四种初始值同样接近。
# - **B.** 标准差为100时，1个迭代周期后远远落后，3个之后仍然明显落后。
# - **C.** 标准差为0时什么也学不到，因为它的两个权重没有任何区别。其余几种结果相同。
# %% name="choose-std"
predict("04-a", "ABC")
# %% name="start-std"
true_w = torch.tensor([2, -3.4])
errors = {}
for init_std in (0, 0.01, 1, 100):
    paths = [run(Setting(seed=seed, init_std=init_std)).path[:, :2] for seed in range(5)]
    distance = torch.stack([(path - true_w).norm(dim=1) for path in paths]).mean(dim=0)
    errors[init_std] = distance[100].item(), distance[300].item()
    print(f"std {init_std:6}: start {distance[0]:8.3f}, epoch 1 {distance[100]:.4f}, epoch 3 {distance[300]:.5f}")
after_1, after_3 = zip(*errors.values())
reveal("04-a", (round(after_1[3] / after_1[0]), round(after_3[3] / after_3[0])))
# %% name="start-std-proof" role="proof"
assert max(after_1[:3]) < 0.02 and after_1[3] > 0.1
assert max(after_3) < 0.0018 and max(after_3) - min(after_3) < 5e-5
# %% [markdown] name="explain-std" lang="en"
# **Explain.** A. The pair of results is the distance from std 100 divided by that from std 0, after 1 and after 3 epochs. (Each line is a mean over five seeds; data and order of the examples are the same for every start.)
# %% [markdown] name="explain-std" lang="zh"
# **解释。** 选A。结果里的两个数，是标准差为100时的距离除以标准差为0时的距离，分别在1个和3个迭代周期之后。（每一行是五个种子的平均；各种初始值用的数据和样本（example）顺序都相同。）
# %% [markdown] name="why-not-stuck" lang="en"
# C looked right because in some nets equal weights do stay equal; we shall meet one. Here the gradient of a weight depends on the data of *its* feature, so two equal weights part at the first step. B forgets that a large error makes large steps. Why exactly alike? The next cell takes one gradient at the start 0.
# %% [markdown] name="why-not-stuck" lang="zh"
# C看起来对，是因为在有些网络里，相等的权重确实会一直相等，后面就会遇到。而在这里，一个权重的梯度取决于*它自己*那个特征（feature）的数据，所以两个相等的权重第一步就分开了。B忘了误差大时步子也大。可为什么最后完全一样？下一个单元格在初始值0处求一次梯度。
# %% name="gradient-at-zero"
torch.manual_seed(0)
features, labels = d2l.synthetic_data(true_w, 4.2, 1000)
data_iter = d2l.load_array((features, labels), 10)
loss, lr, num_epochs = nn.MSELoss(), 0.03, 3
net = nn.Sequential(nn.Linear(2, 1))
nn.init.zeros_(net[0].weight)
nn.init.zeros_(net[0].bias)
loss(net(features), labels).backward()
print("gradient at w = 0:", net[0].weight.grad[0].tolist())
print("2 (w - true_w)   :", (2 * (0 - true_w)).tolist())
# %% name="gradient-at-zero-proof" role="proof"
assert torch.allclose(net[0].weight.grad[0], 2 * (0 - true_w), atol=1)
assert abs(1 - 2 * lr - 0.94) < 1e-9
# %% [markdown] name="explain-factor" lang="en"
# Zero weights do not mean a zero gradient. For this loss and features of variance 1 the gradient is about $2(w - w_{\text{true}})$: it grows with the distance. One step subtracts lr times that and leaves
#
# $$(1 - 2 \cdot 0.03)(w - w_{\text{true}}) = 0.94\,(w - w_{\text{true}}).$$
#
# Every start shrinks by the same factor a step, towards the *same* minimum, the only one: the loss is convex, one single bowl. A start 10 times as far away costs a fixed number of extra steps, no more.
# %% [markdown] name="explain-factor" lang="zh"
# 权重为零，不等于梯度为零。对于这个损失和方差（variance）为1的特征，梯度大约是$2(w - w_{\text{true}})$：距离越大，梯度越大。每一步减去梯度的lr倍，剩下
#
# $$(1 - 2 \cdot 0.03)(w - w_{\text{true}}) = 0.94\,(w - w_{\text{true}}).$$
#
# 无论从哪里出发，每一步都按同样的倍数缩小，走向*同一个*、唯一的最小值：损失是凸的，像一只碗。起点远10倍，代价只是多走固定的若干步。
# %% [markdown] name="control-std" lang="en"
# **Try it.** The thick line is the start that you choose, the thin ones are the others, dashed is the formula above. Where does the thick line leave the dashed one, and why do all the lines then lie on top of each other? (Minibatches leave a floor of noise; by then the start is forgotten.)
# %% [markdown] name="control-std" lang="zh"
# **试一试。** 粗线是你选的初始值，细线是其他几种，虚线是上面的公式。粗线在哪里离开虚线？之后为什么所有的线都重合在一起？（小批量（minibatch）的噪声（noise）决定了误差的下限；到那时，初始值早已被忘掉。）
# %% name="explore-std"
explore(
    starts.draw_start,
    fallback=[{"init_std": 0}, {"init_std": 0.01}, {"init_std": 10}, {"init_std": 100}],
    init_std=[0, 0.01, 0.1, 1, 10, 100],
)
# %% [markdown] name="default-train-words" lang="en"
# One start is left: the layer's own. We build the net and write nothing into it. (`guard` says so if a net was trained before, or if the trainer holds other parameters. Here it has nothing to say.)
# %% [markdown] name="default-train-words" lang="zh"
# 还剩一种初始值：层自带的。我们创建网络，什么也不写进去。（如果网络之前训练过，或者优化器持有别的参数，`guard`会说出来。这里它无话可说。）
# %% name="default-train"
torch.manual_seed(1)
net = nn.Sequential(nn.Linear(2, 1))
trainer = torch.optim.SGD(net.parameters(), lr=lr)
guard(net, trainer)
for epoch in range(num_epochs):
    for X, y in data_iter:
        l = loss(net(X), y)
        trainer.zero_grad()
        l.backward()
        trainer.step()
w_error = (net[0].weight.detach()[0] - true_w).norm().item()
print(f"w error {w_error:.5f}")
# %% name="default-train-proof" role="proof"
assert w_error < 0.0025
# %% [markdown] name="explain-default" lang="en"
# As good as any. For one linear layer with this loss, the case notebook's cell is allowed and not needed: neither "small" nor "random" decides anything. That removes the first wrong belief, and invites its opposite: "so zero is fine everywhere". We shall test that too. First a check, then how to write values in at all.
# %% [markdown] name="explain-default" lang="zh"
# 与其他几种一样好。对于单个线性层和这个损失，案卷里的那个单元格可以有，但不必有：“小”和“随机”都不起决定作用。第一个错误想法就此消除，却容易引出与它相反的一个：“那么从零开始在哪里都行。”这个也要检验。先做一道小测，再看究竟怎样写入数值。
# %% [markdown] name="check-zero-linear" lang="en" role="quiz"
# **Quick check.** May all weights of a single linear layer with `nn.MSELoss` start at 0?
#
# - [x] Yes.
#   There is one minimum, the gradient shows the way to it from everywhere, and at the start the gradient is not 0.
# - [ ] No, the gradient is 0 there.
#   The gradient is 0 where the loss is smallest, not where the weights are 0. The cell printed two numbers far from 0.
# - [ ] No, the two weights would stay equal.
#   Each weight's gradient comes from its own feature, so they part at the first step.
# %% [markdown] name="check-zero-linear" lang="zh" role="quiz"
# **小测。** 单个线性层配`nn.MSELoss`，全部权重可以从0开始吗？
#
# - [x] 可以。
#   最小值只有一个，从哪里出发，梯度都指明去那里的方向，而且在起点处梯度不为0。
# - [ ] 不可以，那里的梯度为0。
#   梯度在损失最小的地方为0，而不是在权重为0的地方。单元格打印出的两个数都离0很远。
# - [ ] 不可以，两个权重会一直相等。
#   每个权重的梯度来自它自己的特征，所以第一步就分开了。
# %% [markdown] name="write-words" lang="en"
# ## Three ways to write a value
#
# Torch records what is computed with a parameter, so that automatic differentiation can follow. An in-place operation changes the numbers inside a tensor that already exists; torch marks it by a trailing underscore in the name. Done straight to a parameter it is refused:
# %% [markdown] name="write-words" lang="zh"
# ## 写入数值的三种方式
#
# torch会记录用参数做过的计算，自动微分（automatic differentiation）才能顺着记录求导。原地操作（in-place operation）改变已有张量里面的数，torch用名称末尾的下划线来标记它。直接对参数这样写入，会被拒绝：
# %% name="write-refused"
net = nn.Sequential(nn.Linear(2, 1))
failure = None
try:
    net[0].weight.normal_(0, 0.01)
except RuntimeError as error:
    failure = error
print(type(failure).__name__, failure)
# %% name="write-refused-proof" role="proof"
assert failure is not None
# %% [markdown] name="three-words" lang="en"
# A "leaf" is a tensor that was not computed from others, such as a parameter. The chapter goes round the refusal by `.data`. The second way switches recording off for a block. The third, `torch.nn.init`, has that block inside. Same seed, same numbers?
# %% [markdown] name="three-words" lang="zh"
# “leaf”（叶子）指不是由别的张量算出来的张量，例如参数。D2L的这一节用`.data`绕过了拒绝。第二种方式在一个代码块里关闭记录。第三种是`torch.nn.init`，它的内部就有这样的代码块。同样的种子，得到同样的数吗？
# %% name="write-data"
torch.manual_seed(0)
net[0].weight.data.normal_(0, 0.01)
net[0].bias.data.fill_(0)
chapter = net[0].weight.detach().clone()
print(chapter, net[0].bias)
# %% name="write-no-grad"
torch.manual_seed(0)
with torch.no_grad():
    net[0].weight.normal_(0, 0.01)
torch.manual_seed(0)
nn.init.normal_(net[0].weight, mean=0, std=0.01)
print(net[0].weight)
# %% name="write-no-grad-proof" role="proof"
assert torch.equal(net[0].weight, chapter)
assert net[0].weight.requires_grad and net[0].weight.is_leaf
torch.manual_seed(0)
with torch.no_grad():
    net[0].weight.normal_(0, 0.01)
assert torch.equal(net[0].weight, chapter)
# %% [markdown] name="predict-data" lang="en"
# All three wrote the same numbers, and the parameter still asks for a gradient. So are they the same?
#
# **Predict.** `w` is 3. We compute `l = w ** 2`, then double w through `.data`, then call `l.backward()`. Which gradient does w get?
#
# - **A.** 6, since $2w$ was 6 when l was computed.
# - **B.** 12, computed from the doubled w.
# - **C.** None: `backward` raises an error.
# %% [markdown] name="predict-data" lang="zh"
# 三种方式写入了同样的数，而且参数仍然会求梯度。那么它们是一回事吗？
#
# **预测。** `w`等于3。我们先算`l = w ** 2`，再通过`.data`把w加倍，然后调用`l.backward()`。w会得到什么梯度？
#
# - **A.** 6，因为计算l时$2w$等于6。
# - **B.** 12，用加倍后的w算出。
# - **C.** 得不到：`backward`会报错。
# %% name="choose-data"
predict("04-b", "ABC")
# %% name="data-trap"
w = torch.tensor(3.0, requires_grad=True)
l = w**2
w.data.mul_(2)
l.backward()
print(f"l {l.item()}, w {w.item()}, gradient {w.grad.item()}, version {w._version}")
reveal("04-b", w.grad.item())
# %% name="data-trap-proof" role="proof"
assert l.item() == 9 and w.grad.item() == 12 != 6
# %% [markdown] name="explain-data" lang="en"
# **Explain.** B. The loss l is still 9, the square of 3; its slope there is 6. But the computational graph keeps no copy of the number 3, it keeps the tensor w, and when `backward` looks, w holds 6. No error, no warning, a wrong number.
# %% [markdown] name="explain-data" lang="zh"
# **解释。** 选B。损失l仍然是9，即3的平方，那里的斜率是6。但计算图（computational graph）保存的不是数3的副本，而是张量w本身；等到`backward`去看时，w里面已经是6了。没有报错，没有警告，只有一个错误的数。
# %% [markdown] name="why-no-alarm" lang="en"
# A looked right because a gradient *should* belong to the moment of the computation. Torch does watch over that: each tensor counts its in-place changes in `_version`. A write through `.data` is not counted. Where the write is counted, you get C: the next cell does the same under `torch.no_grad()`.
# %% [markdown] name="why-no-alarm" lang="zh"
# A看起来对，因为梯度*本应*属于计算的那一刻。torch确实为此把关：每个张量都用`_version`记下自己被原地修改的次数。通过`.data`写入则不计数。写入被计数时，结果就是C：下一个单元格在`torch.no_grad()`之下做同样的事。
# %% name="no-grad-raises"
w = torch.tensor(3.0, requires_grad=True)
l = w**2
with torch.no_grad():
    w.mul_(2)
failure = None
try:
    l.backward()
except RuntimeError as error:
    failure = error
print(type(failure).__name__, str(failure).split(". Hint")[0])
# %% name="no-grad-raises-proof" role="proof"
assert "modified by an inplace operation" in str(failure)
assert w._version == 1 and w.grad is None
# %% [markdown] name="explain-raises" lang="en"
# The graph noted version 0 and finds version 1: `backward` raises, and no wrong number gets out. `.data` hides the change from this check.
#
# **Remedy:** write under `torch.no_grad()` or with `torch.nn.init`, and not between forward propagation, which computes l, and backpropagation, which is `backward`. After a write, compute l again.
# %% [markdown] name="explain-raises" lang="zh"
# 计算图当初记下的是版本0，现在看到的是版本1：`backward`报错，错误的数出不来。而`.data`让这次修改躲过了检查。
#
# **补救办法：** 在`torch.no_grad()`之下或者用`torch.nn.init`写入，并且不要在前向传播（forward propagation，即计算l）和反向传播（backpropagation，即`backward`）之间写。写入之后，重新计算l。
# %% name="write-then-compute"
w = torch.tensor(3.0, requires_grad=True)
with torch.no_grad():
    w.mul_(2)
l = w**2
l.backward()
print(f"l {l.item()}, w {w.item()}, gradient {w.grad.item()}, version {w._version}")
# %% name="write-then-compute-proof" role="proof"
assert w.grad.item() == 2 * w.item()
# %% [markdown] name="explain-remedy" lang="en"
# Now l and its gradient belong to the same w. So was the chapter wrong to use `.data`? On a new net there is no graph yet and nothing to spoil: its result is right. But move the same line into a training loop, and nothing tells you when it goes wrong; the other two ways raise. This course uses those.
# %% [markdown] name="explain-remedy" lang="zh"
# 现在l和它的梯度属于同一个w。那么D2L的这一节用`.data`错了吗？网络刚创建时还没有计算图，没有什么可以弄坏：结果是对的。但同样的一行若是挪进训练循环里，出错时毫无迹象，另外两种方式则会报错。本课程用的是那两种。
# %% [markdown] name="replace-words" lang="en"
# ## Write into the parameter, do not replace it
#
# There seems to be a fourth way, which needs no trick: make a new `nn.Parameter` and put it into the layer. We do this after the trainer was made, and train. Watch the loss and what `guard` says.
# %% [markdown] name="replace-words" lang="zh"
# ## 写进参数，不要换掉参数
#
# 似乎还有第四种方式，不需要任何技巧：新建一个`nn.Parameter`，放进层里。我们在优化器创建之后这样做，然后训练。留意损失，也看看`guard`说什么。
# %% name="old-net"
net = nn.Sequential(nn.Linear(2, 1))
net
# %% name="old-trainer"
trainer = torch.optim.SGD(net.parameters(), lr=lr)
held = trainer.param_groups[0]["params"]
print("same object:", [p is q for p, q in zip(held, net.parameters())])
# %% name="new-parameter"
torch.manual_seed(0)
net[0].weight = nn.Parameter(torch.normal(0, 0.01, (1, 2)))
net[0].bias = nn.Parameter(torch.zeros(1))
net[0].weight
# %% name="loss-stays"
guard(net, trainer)
losses = []
for epoch in range(num_epochs):
    for X, y in data_iter:
        l = loss(net(X), y)
        trainer.zero_grad()
        l.backward()
        trainer.step()
    losses.append(loss(net(features), labels).item())
    print(f"epoch {epoch + 1}, loss {losses[-1]:f}")
# %% [markdown] name="explain-replaced" lang="en"
# The loss does not move, and the loop raises no error. `net[0].weight` is now another object than the one that the trainer was given: `trainer.step()` works on the old parameters, which no longer belong to the net. `backward` did fill gradients, in the new ones, where nobody steps. Not even `trainer.zero_grad()` reaches them.
# %% [markdown] name="explain-replaced" lang="zh"
# 损失纹丝不动，循环也没有报错。`net[0].weight`现在是另一个对象，不是当初交给优化器的那个：`trainer.step()`更新的是旧参数，而旧参数已经不属于这个网络。`backward`确实填入了梯度，却填在新参数里，没有谁去更新它们，连`trainer.zero_grad()`也够不着。
# %% name="held-objects"
print("same object:", [p is q for p, q in zip(held, net.parameters())])
print("gradient of the new bias:", net[0].bias.grad.item())
# %% name="held-objects-proof" role="proof"
assert not any(p is q for p, q in zip(held, net.parameters()))
assert losses[0] == losses[1] == losses[2] and 28 < losses[0] < 38
assert net[0].bias.grad.abs() > 100
# %% [markdown] name="replace-remedy" lang="en"
# That gradient is so large because it is the sum over all minibatches of all epochs: nothing ever cleared it. **Remedy:** either make the trainer anew after the net has changed (try it: rerun the cell that `guard` names, then the training cell), or, better, write into the parameter that is there; then the order does not matter. Below: first the trainer, then start values in place. `guard` is silent.
# %% [markdown] name="replace-remedy" lang="zh"
# 这个梯度如此之大，因为它是所有迭代周期、所有小批量的梯度之和：从来没有清零。**补救办法：** 要么在网络变动之后重新创建优化器（试一试：重新运行`guard`指出的单元格，再运行训练的单元格）；更好的办法是写进原来的参数，那样先后顺序就无所谓了。下面先创建优化器，再原地写入初始值，`guard`不出声。
# %% name="in-place-start"
net = nn.Sequential(nn.Linear(2, 1))
trainer = torch.optim.SGD(net.parameters(), lr=lr)
nn.init.normal_(net[0].weight, 0, 0.01)
nn.init.zeros_(net[0].bias)
guard(net, trainer)
for epoch in range(num_epochs):
    for X, y in data_iter:
        l = loss(net(X), y)
        trainer.zero_grad()
        l.backward()
        trainer.step()
    print(f"epoch {epoch + 1}, loss {loss(net(features), labels).item():f}")
# %% name="in-place-start-proof" role="proof"
assert loss(net(features), labels) < 2e-4
# %% [markdown] name="predict-hidden" lang="en"
# ## A hidden layer does care
#
# The product $y = x_1 x_2$ is not linear, so we put a hidden layer of 4 units in between: four sums of the inputs, each sent through the activation function tanh.
#
# **Predict.** Every weight and bias of this net starts at 0. What does training do?
#
# - **A.** The same as before: the first step leaves 0, and the net learns.
# - **B.** It learns, but slowly: the four units start alike and part with time.
# - **C.** Hardly anything: only the last bias ever moves.
# %% [markdown] name="predict-hidden" lang="zh"
# ## 有隐藏层就不同了
#
# 乘积$y = x_1 x_2$不是线性的，所以我们在中间加一个有4个单元的隐藏层：输入的四个加权和，每个再经过激活函数（activation function）tanh。
#
# **预测。** 这个网络的每个权重和偏置都从0开始。训练会怎样？
#
# - **A.** 和前面一样：第一步就离开0，网络学得会。
# - **B.** 学得会，但很慢：四个单元起初相同，随时间慢慢分开。
# - **C.** 几乎什么也不会变：自始至终只有最后一个偏置在动。
# %% name="choose-hidden"
predict("04-c", "ABC")
# %% [markdown] name="hidden-words" lang="en"
# **Run.** Three nets: one with the layers' own random start, one with all zeros, one with 0.5 everywhere. Each takes 500 steps on the same data, all examples at once.
# %% [markdown] name="hidden-words" lang="zh"
# **运行。** 三个网络：层自带的随机初始值，全零，以及每个参数都为0.5。各自在同样的数据上走500步，每一步用全部样本。
# %% name="hidden-nets"
torch.manual_seed(0)
X = torch.randn(200, 2)
y = X[:, :1] * X[:, 1:]
torch.manual_seed(1)
names = ("default", "zeros", "constant 0.5")
nets = {name: nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1)) for name in names}
for param in nets["zeros"].parameters():
    nn.init.zeros_(param)
for param in nets["constant 0.5"].parameters():
    nn.init.constant_(param, 0.5)
nets["default"]
# %% name="hidden-train"
history = {name: [] for name in nets}
for name, net in nets.items():
    trainer = torch.optim.SGD(net.parameters(), lr=0.1)
    guard(net, trainer)
    for step in range(500):
        l = loss(net(X), y)
        trainer.zero_grad()
        l.backward()
        trainer.step()
        history[name].append(l.item())
weights = {name: net[0].weight.detach() for name, net in nets.items()}
show(starts.hidden_units(history, weights))
# %% name="hidden-result"
units = {name: starts.count_points(weight) for name, weight in weights.items()}
for name in nets:
    print(f"{name:12}  loss {history[name][-1]:.2f}, different units {units[name]}")
changed = [name for name, param in nets["zeros"].named_parameters() if param.abs().max() > 0]
print(f"variance of y {y.var():.2f}")
reveal("04-c", changed)
# %% name="hidden-result-proof" role="proof"
assert list(units.values()) == [4, 1, 1]
assert abs(history["zeros"][-1] - 1.26) < 0.02 and abs(history["constant 0.5"][-1] - 0.97) < 0.03
assert history["default"][-1] < 0.3
assert abs(y.var() - history["zeros"][-1]) < 0.02
assert changed == ["2.bias"]
# %% [markdown] name="explain-hidden" lang="en"
# **Explain.** C. The result names the parameters that are no longer 0: only the last bias. So the net predicts a constant, and its loss ends at the variance of y. A looked right because it was right before. B describes the start 0.5 better, and even there fails: all four units change, but alike, and stay *one* unit, four times over. The gradients at the start show both.
# %% [markdown] name="explain-hidden" lang="zh"
# **解释。** 选C。结果列出的是不再为0的参数：只有最后一个偏置。所以网络的预测是一个常数，损失停在y的方差上。A看起来对，是因为它在前面是对的。B更像是从0.5开始的情形，但在那里也不成立：四个单元都在变，却变得一模一样，始终是*同一个*单元，重复了四遍。起点处的梯度能说明这两种情形。
# %% name="equal-gradients"
net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
for constant in (0.0, 0.5):
    for param in net.parameters():
        nn.init.constant_(param, constant)
    net.zero_grad()
    loss(net(X), y).backward()
    for name, param in net.named_parameters():
        print(constant, name, [round(number + 0.0, 3) for number in param.grad.flatten().tolist()])
# %% name="equal-gradients-proof" role="proof"
for constant, moved in ((0.0, ["2.bias"]), (0.5, ["0.weight", "0.bias", "2.weight", "2.bias"])):
    for param in net.parameters():
        nn.init.constant_(param, constant)
    net.zero_grad()
    loss(net(X), y).backward()
    assert [name for name, param in net.named_parameters() if param.grad.abs().max() > 0] == moved
assert torch.allclose(net[0].weight.grad, net[0].weight.grad[:1].expand(4, 2), atol=1e-6)
# %% [markdown] name="explain-symmetry" lang="en"
# `0.weight` lists two numbers a unit, unit after unit. At 0.5 all four pairs are equal: equal units receive equal gradients, take equal steps and stay equal. Any constant does this.
#
# At 0 it is worse. What reaches the hidden layer is multiplied by the output weights, which are 0. What reaches the output weights is multiplied by the hidden values, tanh(0) = 0. Only the last bias, `2.bias`, moves.
# %% [markdown] name="explain-symmetry" lang="zh"
# `0.weight`按单元依次列出，每个单元两个数。在0.5处，四对数全都相等：相同的单元得到相同的梯度，走同样的步子，于是一直相同。任何常数都是如此。
#
# 在0处更糟。传到隐藏层的梯度要乘以输出权重，而它们是0；传到输出权重的梯度要乘以隐藏层的值，而tanh(0) = 0。只有最后一个偏置`2.bias`在动。
# %% [markdown] name="check-zero-hidden" lang="en" role="quiz"
# **Quick check.** Why may one linear layer start at 0, and a net with a hidden layer not?
#
# - [ ] The deeper net has more parameters, and a larger gradient is needed to move them all.
#   The number is not the reason: with a random start the same net of the same size learned.
# - [x] Hidden units do the same job; with equal starts nothing ever tells them apart.
#   Two weights of one unit see different features. Two equal units see the same inputs and feed the same output, so their gradients are equal.
# - [ ] tanh is flat at 0.
#   It is steepest there: its slope at 0 is 1. What is 0 are the weights that the gradient has to pass.
# %% [markdown] name="check-zero-hidden" lang="zh" role="quiz"
# **小测。** 为什么一个线性层可以从0开始，带隐藏层的网络却不行？
#
# - [ ] 更深的网络参数更多，要有更大的梯度才能让它们都动起来。
#   原因不在个数：同样大小的网络，从随机的初始值开始就学会了。
# - [x] 隐藏层的各个单元干的是同样的活；初始值相同，就再也没有什么能把它们区分开。
#   同一个单元的两个权重看到的是不同的特征。两个相同的单元看到同样的输入，送往同样的输出，所以梯度相同。
# - [ ] tanh在0处是平的。
#   它在那里最陡：在0处的斜率是1。为0的是梯度必须经过的那些权重。
# %% [markdown] name="summary" lang="en"
# ## What the cells showed
#
# - One linear layer with squared loss forgets its start: std 0, 0.01, 1 and 100 end at the same error; only the number of steps to get there differs.
# - A hidden layer does not forget: equal units stay equal, and from zeros they receive no gradient at all.
# - Write start values in place, with `torch.nn.init` or under `torch.no_grad()`. `.data` hides a change from autograd, and a replaced parameter is one that the trainer does not hold.
#
# Next: [05](05_loss.ipynb), what does one wild label cost?
#
# You can now do the third part of the assignment [foundations](foundations.ipynb), `init_params`.
# %% [markdown] name="summary" lang="zh"
# ## 这些单元格说明了什么
#
# - 一个线性层配平方损失，会忘掉初始值：标准差为0、0.01、1和100时，最后误差相同，只是走到那里所需的步数不同。
# - 隐藏层不会忘：相同的单元一直相同；从零开始时，它们根本得不到梯度。
# - 用`torch.nn.init`或者在`torch.no_grad()`之下原地写入初始值。`.data`会瞒着自动微分修改数值；而参数一旦被换掉，优化器持有的就不再是它。
#
# 下一课：[05](05_loss.ipynb)，一个离谱的标签（label），代价有多大？
#
# 现在可以做作业[foundations](foundations.ipynb)的第三部分：`init_params`。
# %% [markdown] name="catalogue-words" lang="en"
# ## For the assignments
#
# **The catalogue.** The case notebook lists the starts that a framework offers: random normal and uniform, Xavier, He, zero and constant. The cell draws each of them into a weight of shape (400, 100). The one called He is `kaiming` in torch: surname and given name of the same author.
# %% [markdown] name="catalogue-words" lang="zh"
# ## 作业要用到的内容
#
# **初始值一览。** 案卷里的笔记本列出了框架提供的初始化方法：随机的正态分布和均匀分布、Xavier、He、零和常数。下面的单元格把每一种都写进一个形状（shape）为(400, 100)的权重。He在torch中叫`kaiming`：同一位作者，一个用姓，一个用名。
# %% name="catalogue"
torch.manual_seed(0)
drawn = {
    "normal": nn.init.normal_(torch.empty(400, 100)),
    "uniform": nn.init.uniform_(torch.empty(400, 100)),
    "xavier_uniform": nn.init.xavier_uniform_(torch.empty(400, 100)),
    "kaiming_normal": nn.init.kaiming_normal_(torch.empty(400, 100)),
    "zeros": nn.init.zeros_(torch.empty(400, 100)),
    "constant 0.5": nn.init.constant_(torch.empty(400, 100), 0.5),
}
show(starts.histograms(drawn))
# %% name="catalogue-proof" role="proof"
assert drawn["uniform"].min() >= 0 and abs(drawn["normal"].std() - 1) < 0.02
# %% name="catalogue-names"
offered = [name for name in dir(nn.init) if name.endswith("_") and not name.startswith("_")]
print(offered)
print([name for name in offered if "lecun" in name])
# %% name="catalogue-names-proof" role="proof"
assert {"normal_", "uniform_", "xavier_uniform_", "kaiming_normal_", "zeros_", "constant_"} <= set(offered)
assert not any("lecun" in name.lower() for name in dir(nn.init))
# %% [markdown] name="explain-catalogue" lang="en"
# All six exist; LeCun, a name found in other lists, does not. And "random" says little: compare the standard deviations in the titles. `uniform_()` has no negative value by default, and `normal_()` is 100 times as wide as the chapter's 0.01. Xavier and He look at the shape of the weight; what for comes next.
# %% [markdown] name="explain-catalogue" lang="zh"
# 六种都有；别处的清单里还会出现的LeCun则没有。而且“随机”一词说明不了多少：比较一下各个标题中的标准差。`uniform_()`默认没有负值，`normal_()`的宽度是D2L的这一节所用的0.01的100倍。Xavier和He会看权重的形状，为什么要看，接着就讲。
# %% [markdown] name="check-normal" lang="en" role="quiz"
# **Quick check.** What does `nn.init.normal_(weight, 0.01)` write?
#
# - [ ] Draws with mean 0 and standard deviation 0.01.
#   That is what was meant. But the second argument is the mean; the standard deviation comes third.
# - [ ] Draws with mean 0 and variance 0.01.
#   Torch takes a standard deviation, never a variance; and the second argument is the mean.
# - [x] Draws with mean 0.01 and standard deviation 1.
#   The arguments are `mean` and `std`, in this order, with the defaults 0 and 1. Naming them, `std=0.01`, avoids the slip.
# %% [markdown] name="check-normal" lang="zh" role="quiz"
# **小测。** `nn.init.normal_(weight, 0.01)`写入什么？
#
# - [ ] 均值为0、标准差为0.01的随机数。
#   本意如此。但第二个参数是均值，标准差是第三个。
# - [ ] 均值为0、方差为0.01的随机数。
#   torch要的是标准差，从来不是方差；而且第二个参数是均值。
# - [x] 均值为0.01、标准差为1的随机数。
#   参数依次是`mean`和`std`，默认值为0和1。写出名字`std=0.01`，就不会弄错。
# %% [markdown] name="fans-words" lang="en"
# **How wide should a random start be?** A unit adds up `fan_in` inputs times weights; for independent inputs of variance 1, the variance of the sum is `fan_in` times that of the weights. To keep it at 1, the weights need the variance 1/fan_in. `fan_out`, the number of outputs, plays that role for gradients on the way back. A weight of `nn.Linear` has shape (fan_out, fan_in).
# %% [markdown] name="fans-words" lang="zh"
# **随机的初始值该有多宽？** 一个单元把`fan_in`个输入乘以权重再相加；输入相互独立、方差为1时，和的方差是权重方差的`fan_in`倍。要让它保持为1，权重的方差就应是1/fan_in。`fan_out`即输出的个数，它对往回传的梯度起同样的作用。`nn.Linear`的权重形状是(fan_out, fan_in)。
# %% name="fans"
fan_out, fan_in = drawn["xavier_uniform"].shape
torch.manual_seed(0)
lecun = nn.init.kaiming_normal_(torch.empty(fan_out, fan_in), nonlinearity="linear")
variances = {
    "xavier_uniform": (drawn["xavier_uniform"].var().item(), 2 / (fan_in + fan_out)),
    "kaiming_normal": (drawn["kaiming_normal"].var().item(), 2 / fan_in),
    "linear": (lecun.var().item(), 1 / fan_in),
}
for name, (measured, formula) in variances.items():
    print(f"{name:14}  variance {measured:.5f}, formula {formula:.5f}")
# %% name="fans-proof" role="proof"
assert all(abs(measured / formula - 1) < 0.04 for measured, formula in variances.values())
# %% [markdown] name="explain-fans" lang="en"
# Xavier takes the mean of both fans, $2/(\text{fan\_in} + \text{fan\_out})$. He doubles $1/\text{fan\_in}$, since ReLU, which is max(0, x), lets only half of the sum of squares through. The start named after LeCun *is* $1/\text{fan\_in}$: torch has no function of that name, but `kaiming_normal_` with `nonlinearity="linear"` draws from it.
# %% [markdown] name="explain-fans" lang="zh"
# Xavier取两个fan的平均，即$2/(\text{fan\_in} + \text{fan\_out})$。He把$1/\text{fan\_in}$加倍，因为ReLU即max(0, x)，只让平方和的一半通过。以LeCun命名的初始化*就是*$1/\text{fan\_in}$：torch没有叫这个名字的函数，但`kaiming_normal_`加上`nonlinearity="linear"`抽取的就是它。
# %% [markdown] name="slope-words" lang="en"
# ## Further
#
# **How wrong can `.data` get?** With $l = w^2 \cdot w$ one part of the graph holds the old value of $w^2$, another the new w. The slope is $3w^2$; compare the gradient with the slope at both values.
# %% [markdown] name="slope-words" lang="zh"
# ## 延伸
#
# **`.data`能错到什么程度？** 对于$l = w^2 \cdot w$，计算图的一部分保存着$w^2$的旧值，另一部分保存的却是新的w。斜率是$3w^2$；把梯度与这两个值处的斜率比一比。
# %% name="no-such-slope"
w = torch.tensor(3.0, requires_grad=True)
l = w**2 * w
w.data.mul_(2)
l.backward()
print(f"gradient {w.grad.item()}, slope at 3: {3 * 3.0**2}, slope at 6: {3 * 6.0**2}")
# %% name="no-such-slope-proof" role="proof"
assert w.grad.item() == 81
assert (3 * 3.0**2, 3 * 6.0**2) == (27, 108)
# %% [markdown] name="explain-no-slope" lang="en"
# 81 is the slope neither at 3 (27) nor at 6 (108). It is a mixture of both, and belongs to no w at all that you ever set.
# %% [markdown] name="explain-no-slope" lang="zh"
# 81既不是3处的斜率（27），也不是6处的斜率（108），而是两者的混合，不属于你设过的任何一个w。
# %% [markdown] name="deep-words" lang="en"
# **Ten layers in a row.** In one layer a wrong width is a factor; in a deep net it is a power. By hand: 10 fully connected layers of width 256 with ReLU, He's start. Then the same for five kinds of start, over five seeds; each line shows the smallest and the largest standard deviation after the last layer.
# %% [markdown] name="deep-words" lang="zh"
# **连续十层。** 宽度不对，在一层里是一个倍数，在深的网络里就成了它的幂。先自己算一遍：10个宽度为256的全连接层（fully connected layer），用ReLU和He的初始值。然后对五种初始值做同样的事，各用五个种子；每一行给出最后一层之后标准差的最小值和最大值。
# %% name="deep-by-hand"
torch.manual_seed(0)
width = 256
h = torch.randn(width, width)
for layer in range(10):
    weight = nn.init.kaiming_normal_(torch.empty(width, width), nonlinearity="relu")
    h = torch.relu(h @ weight.T)
    print(layer + 1, f"{h.std().item():.2f}")
# %% name="deep-by-hand-proof" role="proof"
assert 0.4 < h.std() < 1.2
# %% name="deep-kinds"
kinds = (("normal 0.01", "relu"), ("normal 1", "relu"), ("xavier", "relu"), ("kaiming", "relu"), ("xavier", "tanh"))
last, curves = {}, {}
for init, activation in kinds:
    runs = [deep_signals(init, activation, seed=seed)[0] for seed in range(5)]
    last[init, activation] = [forward[-1] for forward in runs]
    curves[f"{init}, {activation}"] = runs[0]
    print(f"{init:11} {activation}  {min(last[init, activation]):.2g} .. {max(last[init, activation]):.2g}")
show(starts.activation_curves(curves))
# %% name="deep-kinds-proof" role="proof"
assert max(last["normal 0.01", "relu"]) < 1e-9 and min(last["normal 1", "relu"]) > 1e10
assert all(0.01 < std < 0.05 for std in last["xavier", "relu"])
assert all(0.4 < std < 1.2 for std in last["kaiming", "relu"])
assert all(0.2 < std < 0.26 for std in last["xavier", "tanh"])
# %% [markdown] name="explain-deep" lang="en"
# The chapter's 0.01 makes the signal vanish here, and `normal_()` blows it up, both by a constant factor a layer. Xavier with ReLU loses about half of the variance in each; He's factor of two returns it. Xavier was meant for functions like tanh, and there it holds better than under ReLU.
# %% [markdown] name="explain-deep" lang="zh"
# D2L的这一节所用的0.01在这里让信号消失，`normal_()`让它爆炸，两者每过一层都乘上一个固定的倍数。Xavier配ReLU，每层丢掉大约一半的方差；He的两倍正好补回来。Xavier原本是为tanh这类函数设计的，配tanh时比配ReLU保持得好。
# %% [markdown] name="control-deep" lang="en"
# **Try it.** Choose start and activation. Left, what goes forward; right, the gradients on the way back, which enter at the last layer. Is there a start for which one side is fine and the other is not? Try tanh with the widest start: its values cannot exceed 1, so the left panel hides what the right one shows.
# %% [markdown] name="control-deep" lang="zh"
# **试一试。** 选择初始值和激活函数。左边是向前传的值；右边是往回传的梯度，从最后一层进入。有没有哪种初始值，一边正常而另一边不正常？试试tanh配最宽的初始值：它的值不会超过1，所以左图掩盖了右图显示的问题。
# %% name="explore-deep"
explore(
    starts.draw_deep,
    fallback=[{"init": init, "activation": activation} for init, activation in kinds],
    init=list(DEEP_STARTS),
    activation=list(ACTIVATIONS),
)
