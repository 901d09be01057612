# %% [markdown] name="title" lang="en"
# # 01 Data
#
# After this lesson you can build the course's data one step at a time, say what each step adds, and tell the width of a cloud of points from its noise.
#
# **The question of this lesson.** What can be recovered from data, and how exactly?
#
# But first a case is opened, which only lesson 07 will solve.
# %% [markdown] name="title" lang="zh"
# # 01 数据
#
# 学完这一课，你能一步一步造出本课程的数据，说出每一步添加了什么，并能分清点云的宽度和其中的噪声（noise）。
#
# **本课的问题。** 从数据中能找回什么，能有多准？
#
# 不过先要立一个案，它到第07课才告破。
# %% name="setup" role="setup"
import torch
from torch import nn

from linreg_course.lessons.case_file import COUNTS, PRINTED
from linreg_course.lessons.compat import d2l
from linreg_course.lessons.data import seeded_sample
from linreg_course.display import Picture, show
from linreg_course.lessons.explore import explore
from linreg_course.language import use_language
from linreg_course.lessons.plots import scatter
from linreg_course.lessons.predict import predict, reveal
from linreg_course.lessons.training import Setting, run
from linreg_course.start.progress import follow

use_language("en")
follow("01_data")
# %% [markdown] name="case-opens" lang="en"
# ## The case: why is the first printed gradient 0.003?
#
# A learner's notebook, the case notebook, trains a small net: from inputs x1, x2 it predicts w1 x1 + w2 x2 + b, with weights w1, w2 and bias b. Training moves these in small steps. Each needs the gradient: the derivatives of the loss, a measure of how wrong the net is, with respect to w1, w2 and b. The notebook printed it every time. We have the start of the printout, but no longer the kernel.
# %% [markdown] name="case-opens" lang="zh"
# ## 案子：打印出来的第一个梯度为什么是0.003？
#
# 有一位学习者在笔记本里训练了一个很小的网络，这就是案卷里的笔记本。网络由输入x1、x2预测w1 x1 + w2 x2 + b，其中w1、w2是权重（weight），b是偏置（bias）。训练就是把这三个数一小步一小步地移动。每一步都要用到梯度（gradient）：损失（loss，衡量网络错得多厉害的数）对w1、w2和b的导数。这个笔记本每一步都把它打印出来。打印内容的开头部分留了下来，当时的内核却已经不在了。
# %% [markdown] name="case-cells" lang="en"
# Jupyter numbers every run of a cell. The numbers tell in which order the cells were *last* run.
#
# | last run | what the cell makes | its code, in short |
# |---|---|---|
# | `In[21]` | data | `d2l.synthetic_data(true_w, true_b, 1000)` |
# | `In[22]` | minibatches | `load_array((features, labels), 10)` |
# | `In[23]` | net | `nn.Sequential(nn.Linear(2, 1))` |
# | `In[24]` | start values | weight `normal_(0, 0.01)`, bias `fill_(0)` |
# | `In[25]` | loss | two strings in triple quotes, `loss = nn.MSELoss()` and `loss = nn.MSELoss(reduction='sum')`; then, as code, `loss = nn.HuberLoss()` |
# | `In[34]` | trainer | `torch.optim.SGD(net.parameters(), lr=0.03)` |
# | `In[39]` | training | `num_epochs = 3`; `backward()`, `print(param.grad)`, `step()` |
# %% [markdown] name="case-cells" lang="zh"
# 单元格每运行一次，Jupyter就给它一个编号。从编号可以看出各单元格*最后一次*运行的先后。
#
# | 最后一次运行 | 单元格创建什么 | 代码摘要 |
# |---|---|---|
# | `In[21]` | 数据 | `d2l.synthetic_data(true_w, true_b, 1000)` |
# | `In[22]` | 小批量（minibatch） | `load_array((features, labels), 10)` |
# | `In[23]` | 网络 | `nn.Sequential(nn.Linear(2, 1))` |
# | `In[24]` | 初始值 | 权重`normal_(0, 0.01)`，偏置`fill_(0)` |
# | `In[25]` | 损失 | 两个三引号字符串：`loss = nn.MSELoss()`和`loss = nn.MSELoss(reduction='sum')`；然后才是代码`loss = nn.HuberLoss()` |
# | `In[34]` | 优化器（trainer） | `torch.optim.SGD(net.parameters(), lr=0.03)` |
# | `In[39]` | 训练 | `num_epochs = 3`；`backward()`、`print(param.grad)`、`step()` |
# %% [markdown] name="case-evidence-words" lang="en"
# You need not know yet what each line does: lessons 02 to 07 explain them. For now look at the printout. One number sums it up, the root mean square (RMS): square all the numbers, take the mean, take the root.
# %% [markdown] name="case-evidence-words" lang="zh"
# 现在还不需要知道每一行做什么：第02课到第07课会讲解。先看打印的内容。可以用一个数来概括它，即均方根（RMS）：把所有数平方，求平均，再开方。
# %% name="case-evidence"
printed = torch.tensor(PRINTED)
printed_rms = printed.square().mean().sqrt().item()
print(COUNTS)
print(f"{len(printed)} steps, {printed.numel()} numbers, RMS {printed_rms:.4f}")
print("first w1, w2, b:", *PRINTED[0])
# %% name="case-evidence-proof" role="proof"
assert printed.numel() == 63 and round(printed_rms, 3) == 0.003
assert list(COUNTS.values()) == [21, 22, 23, 24, 25, 34, 39]
# %% [markdown] name="predict-fresh" lang="en"
# **Predict.** We run the same code in a fresh kernel, every cell once and in order. About how large is the *first* gradient, that is, the largest of its three numbers without its sign?
#
# - **A.** 0.003
# - **B.** 0.05
# - **C.** 0.5
# - **D.** 5
# %% [markdown] name="predict-fresh" lang="zh"
# **预测。** 在全新的内核里运行同样的代码，每个单元格按顺序各运行一次。*第一个*梯度大约有多大？这里指它的三个数去掉符号后最大的那个。
#
# - **A.** 0.003
# - **B.** 0.05
# - **C.** 0.5
# - **D.** 5
# %% name="choose-fresh"
predict("01-a", "ABCD")
# %% [markdown] name="fresh-words" lang="en"
# **Run.** `run` trains a new net each time it is called, as a fresh kernel would, and records the gradient of every step. The settings are those of the table.
# %% [markdown] name="fresh-words" lang="zh"
# **运行。** 每次调用`run`都像在全新的内核里那样训练一个新的网络，并记下每一步的梯度。各项设置与上表相同。
# %% name="fresh-run"
setting = Setting(seed=0, n=1000, batch_size=10, init_std=0.01, loss="huber", lr=0.03, num_epochs=3)
fresh = run(setting).gradients
print("steps and numbers per step:", tuple(fresh.shape))
print("first w1, w2, b:", *(round(number, 4) for number in fresh[0].tolist()))
largest = fresh[0].abs().max().item()
reveal("01-a", round(largest, 2))
# %% name="fresh-run-proof" role="proof"
assert 0.3 < largest < 1.01
# %% [markdown] name="explain-fresh" lang="en"
# **Explain.** C is nearest. A new net predicts about 0, while the labels, the numbers that it should predict, lie around 4.2, as you will see: it is several units wrong, and the derivatives show it. D is out of reach for b: with this loss no example, however wrong, pulls it with a slope above 1 (lesson 05). For a weight the slope is multiplied by the feature, which is seldom above 2, and the mean over the minibatch stays far below 5.
#
# A looked right since a notebook had printed it. But a printout says what some kernel computed, not what the code above it computes.
# %% [markdown] name="explain-fresh" lang="zh"
# **解释。** C最接近。新的网络预测的值约为0，而标签（label），即它应当预测的数，在4.2附近（下文会看到）：它差了好几个单位，导数反映了这一点。b达不到D：用这种损失时，一个样本（example）错得再多，对b的拉力，即斜率，也不超过1（见第05课）。对权重来说，斜率还要乘以特征，特征很少超过2，在小批量上取平均之后远远小于5。
#
# A看起来对，是因为有一个笔记本打印过它。但打印的内容只说明某个内核算出过什么，并不说明上面的代码会算出什么。
# %% [markdown] name="luck-words" lang="en"
# Was that run a fluke? A seed is the number from which a run makes all its random numbers: another seed gives other data, start values and orders of the examples. The cell repeats the run with 20 seeds and compares the same first 21 steps.
# %% [markdown] name="luck-words" lang="zh"
# 会不会只是那一次运行碰巧如此？一次运行的所有随机数都由随机种子（seed）这个数产生：换一个种子，数据、初始值和样本的顺序都会不同。下面用20个种子重复运行，比较同样的前21步。
# %% name="fresh-seeds"
runs = torch.stack([run(Setting(seed=seed, loss="huber", num_epochs=1)).gradients[:21] for seed in range(20)])
sizes = runs.square().mean(dim=(1, 2)).sqrt()
factor = sizes.mean().item() / printed_rms
print(f"RMS of 20 runs: {sizes.min():.3f} .. {sizes.max():.3f}, mean {sizes.mean():.3f}; factor {factor:.0f}")
show(scatter.gradient_sizes(printed, runs))
# %% name="fresh-seeds-proof" role="proof"
assert 0.45 < sizes.min() and sizes.max() < 0.65
assert abs(factor / 180 - 1) < 0.15
# %% [markdown] name="case-rests" lang="en"
# No seed comes near the printout: it is too small by a factor of about 180. The printed gradients do not belong to the training that the page shows. **Unexplained** so far. We let the case rest and turn to the first suspect, the data.
# %% [markdown] name="case-rests" lang="zh"
# 没有一个种子接近打印出来的数：打印的数太小了，相差约180倍。打印出来的梯度不属于页面上的这次训练。目前**无法解释**。案子先放一放，来看第一个嫌疑对象：数据。
# %% [markdown] name="true-weights" lang="en"
# ## Numbers that we know
#
# To judge what can be recovered, we make data from numbers that we know: the ground truth w = (2, -3.4), b = 4.2. The D2L book has a function for this, `d2l.synthetic_data`. Before you call it, look at what it could be given as w: two tensors, PyTorch's arrays of numbers. They seem to be of one kind.
# %% [markdown] name="true-weights" lang="zh"
# ## 已知的数
#
# 要判断能找回什么，就得用已知的数来造数据：真实值（ground truth）w = (2, -3.4)，b = 4.2。D2L书中为此准备了函数`d2l.synthetic_data`。调用之前，先看看可以把什么作为w交给它：这里有两个张量（tensor），也就是PyTorch的数组，看上去是同一类东西。
# %% name="dtype-of-w"
true_w, true_b = torch.tensor([2, -3.4]), 4.2
whole = torch.tensor([2, -3])
print(true_w.dtype, whole.dtype)
failure = None
try:
    d2l.synthetic_data(whole, true_b, 1000)
except RuntimeError as error:
    failure = error
print(type(failure).__name__, failure)
# %% name="dtype-of-w-proof" role="proof"
assert (true_w.dtype, whole.dtype) == (torch.float32, torch.int64) and failure is not None
# %% [markdown] name="dtype-words" lang="en"
# All numbers of a tensor share one type, its `dtype`. A single decimal point makes it `float32`; without any it is `int64`, for integers. The features are `float32`, and a matrix product refuses to mix the two. `torch.tensor([2, -3.0])` would work.
# %% [markdown] name="dtype-words" lang="zh"
# 一个张量里的数都是同一类型，即它的`dtype`。只要有一个数带小数点，类型就是`float32`；一个都没有，就是整数类型`int64`。特征是`float32`的，而矩阵乘法不允许混用这两种类型。写成`torch.tensor([2, -3.0])`就可以了。
# %% [markdown] name="features-words" lang="en"
# ## Data, step by step
#
# An example has two features, x1 and x2, and one label y. First the features: numbers drawn from a normal distribution with mean 0 and standard deviation 1, std for short: their typical distance from the mean. Then labels without any error, y = Xw + b; `@` multiplies the matrix by the vector. The last line computes the first label by hand.
# %% [markdown] name="features-words" lang="zh"
# ## 一步一步造数据
#
# 一个样本有两个特征（feature）x1和x2，以及一个标签y。先造特征：从均值为0、标准差（standard deviation，简称std，即与均值的典型距离）为1的正态分布（normal distribution）中抽取。再造没有误差的标签，y = Xw + b，其中`@`是矩阵乘以向量。最后一行手算第一个标签。
# %% name="exact-labels"
num_examples = 1000
torch.manual_seed(0)
X = torch.normal(0, 1, (num_examples, 2))
exact = X @ true_w + true_b
print("shapes", tuple(X.shape), tuple(exact.shape))
print(exact[0].item(), (2 * X[0, 0] - 3.4 * X[0, 1] + 4.2).item())
# %% [markdown] name="noise-words" lang="en"
# Real labels carry errors. So each label gets its own noise, drawn from a normal distribution with std 0.01. Last, `reshape(-1, 1)` makes the labels a column: one row per example, as in X.
#
# Nothing more happens in `d2l.synthetic_data`: from the same seed it gives the same tensors, bit for bit.
# %% [markdown] name="noise-words" lang="zh"
# 真实的标签总带有误差。所以每个标签都加上自己的噪声，它来自标准差为0.01的正态分布。最后用`reshape(-1, 1)`把标签排成一列：与X一样，一行一个样本。
#
# `d2l.synthetic_data`做的就是这些：用同一个种子，它给出的张量每一位都相同。
# %% name="noisy-labels"
sigma = 0.01
y = exact + torch.normal(0, sigma, exact.shape)
y = y.reshape(-1, 1)
torch.manual_seed(0)
features, labels = d2l.synthetic_data(true_w, true_b, num_examples)
print("shapes", tuple(X.shape), tuple(y.shape))
print("same as d2l:", torch.equal(X, features), torch.equal(y, labels))
# %% name="noisy-labels-proof" role="proof"
assert torch.equal(X, features) and torch.equal(y, labels)
# %% [markdown] name="check-shape" lang="en" role="quiz"
# **Quick check.** Which shape should `y` have for n examples, and why?
#
# - [ ] `(n,)`, for there is one number per example
#   There is one number per example, but this shape has no second axis. The net's predictions will be a column, and a column minus a row is a square table: lesson 03 shows what that does to a loss.
# - [ ] `(1, n)`, for labels are a row
#   Then the first axis would no longer count the examples, and row i of `X` would have no row i of `y` beside it.
# - [x] `(n, 1)`, for the first axis counts the examples and the second the outputs
#   Row i of `y` belongs to row i of `X`, and the net's predictions will have this same shape.
# %% [markdown] name="check-shape" lang="zh" role="quiz"
# **小测。** 有n个样本时，`y`应该是什么形状（shape），为什么？
#
# - [ ] `(n,)`，因为一个样本一个数
#   确实是一个样本一个数，但这个形状没有第二个轴。网络的预测是一列，一列减去一行会得到一张方表：第03课会展示这对损失有什么影响。
# - [ ] `(1, n)`，因为标签是一行
#   这样第一个轴就不再对应样本，`X`的第i行旁边也就没有`y`的第i行了。
# - [x] `(n, 1)`，因为第一个轴对应样本，第二个轴对应输出
#   `y`的第i行属于`X`的第i行，而且网络的预测也正是这个形状。
# %% [markdown] name="cloud-words" lang="en"
# ## What makes the cloud wide?
#
# The usual first look at such data: the labels against one of the features, here x2, drawn with d2l's own plotting.
# %% [markdown] name="cloud-words" lang="zh"
# ## 点云为什么这么宽？
#
# 拿到这样的数据，通常先画一个特征与标签的图。这里画的是x2，用d2l自己的画图功能。
# %% name="cloud"
d2l.set_figsize((5.5, 3.2))
d2l.plt.scatter(X[:, 1], y, s=4)
d2l.plt.xlabel("x2")
d2l.plt.ylabel("y")
show(Picture(d2l.plt.gcf(), scatter.AGAINST_X2))
# %% [markdown] name="predict-width" lang="en"
# **Predict.** Put the line $y = -3.4\,x_2 + 4.2$ through this cloud: true weight, true bias. What is the standard deviation of the labels around the line, measured upwards and downwards?
#
# - **A.** 0.01
# - **B.** 2
# - **C.** 3.4
# %% [markdown] name="predict-width" lang="zh"
# **预测。** 在这片点云中画上直线$y = -3.4\,x_2 + 4.2$，用的是真实的权重和偏置。标签围绕这条直线的标准差是多少（沿上下方向量）？
#
# - **A.** 0.01
# - **B.** 2
# - **C.** 3.4
# %% name="choose-width"
predict("01-b", "ABC")
# %% name="width-of-the-cloud"
around_x1 = y[:, 0] - (true_w[0] * X[:, 0] + true_b)
around_x2 = y[:, 0] - (true_w[1] * X[:, 1] + true_b)
print(f"std around the x1 line {around_x1.std():.2f}, around the x2 line {around_x2.std():.2f}")
reveal("01-b", round(around_x2.std().item(), 2))
# %% name="width-of-the-cloud-proof" role="proof"
assert abs(around_x1.std() - 3.4) < 0.3 and abs(around_x2.std() - 2) < 0.2
# %% [markdown] name="explain-width" lang="en"
# **Explain.** B. What is left of y after the line is taken away is $2\,x_1 + \epsilon$, where $\epsilon$ is the noise. x1 has std 1, so this has std 2, and the noise is lost in it. Around the x1 line it is $-3.4\,x_2 + \epsilon$: the width is 3.4 times the std of x2, and in this sample of x2 a little more than that, as printed.
#
# A looks right because in a plot with one feature the distance from the line *is* noise. Here there is a second feature, which the plot does not show.
# %% [markdown] name="explain-width" lang="zh"
# **解释。** 选B。从y中减去这条直线，剩下的是$2\,x_1 + \epsilon$，其中$\epsilon$是噪声。x1的标准差为1，所以剩下部分的标准差为2，噪声淹没在里面。围绕x1的直线时，剩下的是$-3.4\,x_2 + \epsilon$：宽度是x2的标准差的3.4倍，而这个样本里x2的标准差略大，所以打印的数也略大。
#
# A看起来对，是因为只有一个特征时，到直线的距离*就是*噪声。这里还有第二个特征，图上没有画出来。
# %% [markdown] name="slices-words" lang="en"
# Here is the test. If the width were noise, any selection of examples would be just as wide. If it comes from the other feature, examples in which that feature is nearly 0 must lie on the line. The crosses are these examples.
# %% [markdown] name="slices-words" lang="zh"
# 来检验一下。如果宽度是噪声，那么随便挑一些样本，它们也会同样宽。如果宽度来自另一个特征，那么这个特征接近0的样本就必须落在直线上。叉号就是这些样本。
# %% name="slices"
width = 0.05
in_slice = X[:, 0].abs() < width
print(f"x2 line: all {around_x2.std():.3f}, slice {around_x2[in_slice].std():.3f}, {in_slice.sum()} examples")
show(scatter.thin_slices(X, y, true_w, true_b, width))
# %% name="slices-proof" role="proof"
assert around_x2[in_slice].std() < 0.1
# %% [markdown] name="residuals-words" lang="en"
# To see the noise itself, take *both* features away. What remains of a label after the whole model is subtracted is its residual. Taken with the true numbers, the residuals are the noise. The cell looks at them in d2l's data, for 20 seeds.
# %% [markdown] name="residuals-words" lang="zh"
# 想看到噪声本身，就要减去*两个*特征的贡献。标签减去模型的预测值，剩下的部分叫残差（residual）。用真实的数来减，残差就是噪声。下面看d2l的数据中的残差，用20个种子。
# %% name="residuals"
stds = []
for seed in range(20):
    torch.manual_seed(seed)
    features, labels = d2l.synthetic_data(true_w, true_b, num_examples)
    stds.append((labels - (features @ true_w + true_b).reshape(-1, 1)).std().item())
print(f"std of the residuals: {min(stds):.5f} .. {max(stds):.5f}, mean {sum(stds) / 20:.5f}")
residuals = y - exact.reshape(-1, 1)
show(scatter.residual_histogram(residuals, sigma))
# %% name="residuals-proof" role="proof"
assert 0.0093 < min(stds) and max(stds) < 0.0107
# %% [markdown] name="check-cloud" lang="en" role="quiz"
# **Quick check.** You make new data with `sigma = 0`. What happens to the cloud in the plot of y against x2?
#
# - [ ] it becomes a line
#   Only if x1 were the same in all examples. Every label still holds its own part from x1.
# - [x] nothing that the eye could see
#   The width comes from x1. The noise was a tiny part of it, and nobody sees it go.
# - [ ] it becomes half as wide
#   Standard deviations of independent parts add by their squares, and the square of the noise is tiny beside that of the part from x1.
# %% [markdown] name="check-cloud" lang="zh" role="quiz"
# **小测。** 用`sigma = 0`重新造数据。y对x2的图中，点云会怎样？
#
# - [ ] 变成一条直线
#   除非所有样本的x1都相同。现在每个标签里仍有来自x1的那一部分。
# - [x] 肉眼看不出任何变化
#   宽度来自x1。噪声只占其中极小的一部分，没有了也看不出来。
# - [ ] 宽度减半
#   相互独立的部分，标准差要先平方再相加；与来自x1的部分相比，噪声的平方微不足道。
# %% [markdown] name="recover-words" lang="en"
# ## What can be recovered
#
# Now forget the true numbers and keep only X and y. The least-squares solution is the w1, w2, b that make the mean of the squared residuals as small as possible. `torch.linalg.lstsq` finds it directly, from a table with one column each for x1, x2 and the constant 1; `.double()` makes it compute with more digits.
# %% [markdown] name="recover-words" lang="zh"
# ## 能找回什么
#
# 现在忘掉真实的数，只留下X和y。最小二乘解（least-squares solution）就是使残差平方的平均值最小的w1、w2和b。`torch.linalg.lstsq`可以直接求出它，所用的表有三列：x1、x2和常数1；`.double()`让它用更多的位数计算。
# %% [markdown] name="predict-error" lang="en"
# **Predict.** Each of the 1000 labels is wrong by about 0.01. Three numbers are recovered from them. About how large is the largest of the three errors?
#
# - **A.** 0.0003: more exact than any label
# - **B.** 0.01: the result is as exact as the labels
# - **C.** 0: nothing is lost
# %% [markdown] name="predict-error" lang="zh"
# **预测。** 1000个标签，每个都有0.01左右的误差。要从中找回三个数。三个误差中最大的大约是多少？
#
# - **A.** 0.0003：比任何一个标签都准
# - **B.** 0.01：结果与标签一样准
# - **C.** 0：完全找回，分毫不差
# %% name="choose-error"
predict("01-c", "ABC")
# %% name="least-squares"
columns = torch.cat([X, torch.ones(num_examples, 1)], dim=1).double()
estimate = torch.linalg.lstsq(columns, y.double()).solution
truth = torch.tensor([[2], [-3.4], [4.2]], dtype=torch.float64)
error = (estimate - truth).abs().max().item()
print("estimate w1, w2, b:", *(round(number, 5) for number in estimate.flatten().tolist()))
reveal("01-c", f"{error:.5f}")
# %% name="least-squares-proof" role="proof"
assert 0.0001 < error < 0.001
# %% [markdown] name="explain-error" lang="en"
# **Explain.** A. Every label pulls the estimate a little to its side, but up and down mostly cancel. What stays is about as large as the noise's std over the root of n, $\sigma / \sqrt{n}$, printed below.
#
# B looks right because no single label is better than its noise. Three numbers from all labels together are. C would need labels without noise.
# %% [markdown] name="explain-error" lang="zh"
# **解释。** 选A。每个标签都把估计值往自己那边拉一点，但有的往上，有的往下，大部分抵消了。剩下的大小是噪声的标准差除以n的平方根，即$\sigma / \sqrt{n}$，下面会打印出来。
#
# B看起来对，是因为没有哪个标签能比自己的噪声更准。但由所有标签一起定出的三个数却可以。C要标签没有噪声才成立。
# %% [markdown] name="check-floor" lang="en" role="quiz"
# **Quick check.** Mean squared error, the mean of the squared residuals: which value does it have for the *true* w and b, at `sigma = 0.01`?
#
# - [x] about 0.0001, the square of the noise std
#   The residuals are the noise, and the mean of its squares is the square of its std: a loss near this floor cannot be trained away.
# - [ ] 0, since the numbers are the true ones
#   The true numbers leave the noise in the residuals. They cannot foresee it.
# - [ ] about 0.01, the noise
#   That is the residuals' std. The mean is taken over their squares.
# %% [markdown] name="check-floor" lang="zh" role="quiz"
# **小测。** 均方误差（mean squared error）是残差平方的平均值。`sigma = 0.01`时，*真实*的w和b的均方误差是多少？
#
# - [x] 约0.0001，即噪声标准差的平方
#   残差就是噪声，它的平方的平均值就是标准差的平方：损失降到这个底线附近，再训练也降不下去了。
# - [ ] 0，因为这就是真实的数
#   用真实的数，残差里还留着噪声。噪声是无法预知的。
# - [ ] 约0.01，也就是噪声
#   那是残差的标准差。这里平均的是残差的平方。
# %% [markdown] name="loss-floor-words" lang="en"
# Now the test: `nn.MSELoss` computes the mean squared error, once with the true numbers and once with the estimate. Which of the two will be smaller?
# %% [markdown] name="loss-floor-words" lang="zh"
# 来检验一下：用`nn.MSELoss`计算均方误差，一次用真实的数，一次用估计值。哪一个会更小？
# %% name="loss-floor"
loss = nn.MSELoss()
at_truth = loss(columns @ truth, y.double()).item()
at_estimate = loss(columns @ estimate, y.double()).item()
print(f"sigma / sqrt(n) {sigma / num_examples**0.5:.5f}")
print(f"loss at the truth {at_truth:.8f}, at the estimate {at_estimate:.8f}")
# %% name="loss-floor-proof" role="proof"
assert 0.00008 < at_truth < 0.00012 and at_estimate < at_truth
# %% [markdown] name="floor-words" lang="en"
# Compare the last two numbers. The least loss on these examples is *not* at the truth: the estimate has bent a little towards this very noise, so its loss is slightly lower. A smaller loss on the data used for fitting is no proof of better numbers.
# %% [markdown] name="floor-words" lang="zh"
# 比较最后两个数。在这些样本上，损失最小的地方*不是*真实值：估计值向这一次的噪声偏了一点，所以损失略低。在用来拟合的数据上损失更小，并不证明找到的数更好。
# %% [markdown] name="control-words" lang="en"
# **Try it.** Make `sigma` a hundred times as large, then `n`. Which change does the cloud on the left show, and which the errors on the right? The dashed line is $\sigma / \sqrt{n}$. The error axis is logarithmic.
# %% [markdown] name="control-words" lang="zh"
# **试一试。** 先把`sigma`增大到一百倍，再把`n`增大到一百倍。左边的点云能显示哪一个变化，右边的误差又能显示哪一个？虚线是$\sigma / \sqrt{n}$，误差轴是对数坐标。
# %% name="control"
explore(
    scatter.draw_recovery,
    fallback=[{"sigma": sigma, "n": n} for sigma in (0.01, 1) for n in (30, 3000)],
    sigma=[0, 0.01, 0.1, 0.3, 1],
    n=[30, 100, 300, 1000, 3000],
)
# %% [markdown] name="control-after" lang="en"
# The error grows in step with `sigma` and shrinks with the root of `n`: a hundred times the examples give about a tenth of the error. The cloud's width hardly answers to either; the other feature makes it.
# %% [markdown] name="control-after" lang="zh"
# 误差随`sigma`同比例增大，与`n`的平方根成反比：样本增加到一百倍，误差约为十分之一。点云的宽度几乎不受两者影响，它是由另一个特征造成的。
# %% [markdown] name="case-note" lang="en"
# ## Case note
#
# - Printed: RMS 0.003. Same code, fresh kernel, 20 seeds: larger by a factor of about 180, each time.
# - Cleared: the draw of the data. No seed changes the size.
# - Noticed: the counts run 21 to 25, then leap to 34 and to 39.
# - Open: **unexplained**. Write down now whom you suspect; lesson 07 solves the case.
# %% [markdown] name="case-note" lang="zh"
# ## 案情记录
#
# - 打印的数：均方根0.003。同样的代码，全新的内核，20个种子：每次都大得多，约为180倍。
# - 排除：数据的抽取。换哪个种子，大小都不变。
# - 注意到：编号从21连到25，然后跳到34，再跳到39。
# - 悬案：**无法解释**。现在就写下你怀疑谁，第07课破案。
# %% [markdown] name="summary" lang="en"
# ## What the cells showed
#
# The data are y = Xw + b plus noise of std 0.01, and `d2l.synthetic_data` does nothing else. The width of a cloud against one feature is the other feature: about 2 around the x2 line, about 3.4 around the x1 line. Least squares recovers w and b to about $\sigma / \sqrt{n}$; the noise itself stays, and sets the floor of the loss.
#
# Next: [02](02_dataloader.ipynb), how the examples get to the net.
#
# The first assignment, [foundations](foundations.ipynb), opens at the end of lesson 02.
# %% [markdown] name="summary" lang="zh"
# ## 这些单元格说明了什么
#
# 数据就是y = Xw + b加上标准差为0.01的噪声，`d2l.synthetic_data`只做了这些。对一个特征画出的点云，宽度来自另一个特征：围绕x2的直线约为2，围绕x1的直线约为3.4。最小二乘能以约$\sigma / \sqrt{n}$的精度找回w和b；噪声本身却消不掉，它决定了损失的底线。
#
# 下一课：[02](02_dataloader.ipynb)，样本怎样送到网络。
#
# 第一个作业[foundations](foundations.ipynb)，学完第02课就可以开始做。
# %% [markdown] name="further-root" lang="en"
# ## Further
#
# **Is the root law true?** One data set can be lucky. The cell takes 200 data sets for each n and compares the typical error of w1 with $\sigma / \sqrt{n}$. A ratio of 1 means that the law holds.
# %% [markdown] name="further-root" lang="zh"
# ## 延伸
#
# **平方根定律成立吗？** 单独一个数据集（data set）可能只是碰巧。下面对每个n取200个数据集，把w1的典型误差与$\sigma / \sqrt{n}$相比。比值为1就说明定律成立。
# %% name="root-law"
ratios = {}
for n in (30, 300, 3000):
    errors = []
    for seed in range(200):
        X_n, y_n = seeded_sample(seed, n, 0.01)
        columns_n = torch.cat([X_n, torch.ones(n, 1)], dim=1)
        errors.append(torch.linalg.lstsq(columns_n, y_n).solution[0, 0] - 2)
    ratios[n] = torch.stack(errors).square().mean().sqrt().item() / (0.01 / n**0.5)
    print(f"n {n}, error / (sigma / sqrt(n)) {ratios[n]:.2f}")
# %% name="root-law-proof" role="proof"
assert all(0.8 < ratio < 1.3 for ratio in ratios.values())
# %% [markdown] name="further-twins" lang="en"
# **Two features that are nearly one.** Now let x2 be x1 plus a hundredth of a random number. The noise is as before. What can be recovered now? Look at the errors of w1 and w2, then at that of their sum.
# %% [markdown] name="further-twins" lang="zh"
# **几乎相同的两个特征。** 现在令x2等于x1加上一个随机数的百分之一，噪声和以前一样。这时能找回什么？先看w1和w2的误差，再看它们的和的误差。
# %% name="nearly-one-feature"
torch.manual_seed(0)
x1 = torch.randn(num_examples, 1, dtype=torch.float64)
x2 = x1 + 0.01 * torch.randn_like(x1)
table = torch.cat([x1, x2, torch.ones_like(x1)], dim=1)
off = torch.linalg.lstsq(table, table @ truth + 0.01 * torch.randn_like(x1)).solution - truth
print(f"error w1 {off[0].item():.5f}, w2 {off[1].item():.5f}, w1 + w2 {(off[0] + off[1]).item():.5f}")
# %% name="nearly-one-feature-proof" role="proof"
assert (off[0] + off[1]).abs() < 0.002 and off[0].abs() > 0.005 and off[1].abs() > 0.005
# %% [markdown] name="further-twins-after" lang="en"
# The sum is recovered as before. The single weights are not: a little more w1 and a little less w2 predict nearly the same labels, so the data cannot decide between them. Good predictions do not prove right weights.
# %% [markdown] name="further-twins-after" lang="zh"
# 两者的和照样能找回，单个权重却不行：w1大一点、w2小一点，预测的标签几乎一样，数据无法在两者之间作出判断。预测得好，并不证明权重是对的。
