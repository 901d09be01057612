# %% [markdown] name="title" lang="en"
# # 02 The data iterator
#
# After this lesson you can cut a data set into minibatches, say beforehand how many there are and how
# long the last one is, and tell a loader from a single pass over it.
#
# **The question:** does every example come exactly once in an epoch, that is, in one pass over the
# data? And in which order?
# %% [markdown] name="title" lang="zh"
# # 02 数据迭代器
#
# 学完这一课，你能把数据集（data set）切成小批量（minibatch），事先说出有多少个、最后一个有多长，并能分清数据加载器与对它的一次遍历。
#
# **本课的问题。** 在一个迭代周期（epoch）里，也就是在对数据的一次遍历中，每个样本（example）是否恰好出现一次？按什么顺序？
# %% name="setup" role="setup"
import torch
from torch import nn
from torch.utils.data import DataLoader, RandomSampler, TensorDataset

from linreg_course.lessons.compat import d2l
from linreg_course.lessons.data import seeded_sample
from linreg_course.display import show
from linreg_course.lessons.explore import explore
from linreg_course.lessons.guard import guard
from linreg_course.language import use_language
from linreg_course.lessons.plots import batches
from linreg_course.lessons.predict import predict, reveal
from linreg_course.lessons.training import Setting, run
from linreg_course.start.progress import follow

use_language("en")
follow("02_dataloader")
# %% [markdown] name="data-text" lang="en"
# The data are those of [01](01_data.ipynb), features `X` and labels `y`, but 1003 examples instead of a
# round number. A third tensor, `ids`, numbers the examples, so that we can see later which ones have come.
# %% [markdown] name="data-text" lang="zh"
# 数据与[01](01_data.ipynb)相同，有特征（feature）`X`和标签（label）`y`，只是样本数不取整千，而是1003个。第三个张量`ids`给样本编号，这样后面就能看清送来的是哪些样本。
# %% name="data"
torch.manual_seed(0)
num_examples = 1003
X, y = d2l.synthetic_data(torch.tensor([2, -3.4]), 4.2, num_examples)
ids = torch.arange(num_examples)
print(X.shape, y.shape, ids.shape)
# %% [markdown] name="dataset-text" lang="en"
# **Step one: tie the rows together.** `TensorDataset` takes the tensors one by one and treats row `i` of all of them as
# one example. It has a length and it can be indexed; it knows nothing of minibatches or order.
# %% [markdown] name="dataset-text" lang="zh"
# **第一步：把各行绑在一起。** `TensorDataset`逐个接收张量，把它们各自的第`i`行当作一个样本。它有长度，可以用下标访问；它不知道什么是小批量，也不知道什么是顺序。
# %% name="dataset"
dataset = TensorDataset(X, y, ids)
print(len(dataset))
x_one, y_one, id_one = dataset[7]
print(x_one, y_one, id_one)
# %% name="dataset-proof" role="proof"
assert torch.equal(x_one, X[7]) and torch.equal(y_one, y[7]) and id_one == 7
# %% [markdown] name="loader-text" lang="en"
# **Step two: group and order.** `DataLoader` makes the loader, which D2L calls the data iterator: hence
# `data_iter`. It takes row numbers, as many as `batch_size`, the batch size, says, and stacks those rows along
# a new first axis. `shuffle=True` asks it to shuffle them first. `next(iter(data_iter))` takes the first minibatch.
# %% [markdown] name="loader-text" lang="zh"
# **第二步：分组并排序。** `DataLoader`创建的是数据加载器，D2L称之为数据迭代器（data iterator），所以变量叫`data_iter`。它取出行号，凑齐`batch_size`个（即批量大小，batch size），再把这些行沿新的第一个轴叠起来。`shuffle=True`要求它先把行号打乱（shuffle）。`next(iter(data_iter))`取出第一个小批量。
# %% name="first-batch"
torch.manual_seed(1)
data_iter = DataLoader(dataset, batch_size=10, shuffle=True)
X_batch, y_batch, id_batch = next(iter(data_iter))
print(X_batch.shape, y_batch.shape)
print(id_batch)
print(torch.equal(X_batch, X[id_batch]), torch.equal(y_batch, y[id_batch]))
# %% name="first-batch-proof" role="proof"
assert torch.equal(X_batch, X[id_batch]) and torch.equal(y_batch, y[id_batch])
# %% [markdown] name="together" lang="en"
# The printed ids are out of order, whereas `ids` counts upwards. The last line says the rest: the loader mixes *row numbers*,
# not tensors, so every label stays beside its features. Shuffling `X` and `y` separately would tear them apart, without
# an error.
# %% [markdown] name="together" lang="zh"
# 打印出的编号没有顺序，而`ids`是从小到大的。其余的由最后一行说明：加载器打乱的是*行号*，不是张量，所以每个标签都留在自己的特征旁边。要是分别打乱`X`和`y`，它们就对不上了，而且不会报错。
# %% [markdown] name="predict-count" lang="en"
# **Predict.** 1003 examples, `batch_size` 10. How many minibatches does one pass deliver?
#
# - **A.** 100
# - **B.** 101
# - **C.** 1003
# %% [markdown] name="predict-count" lang="zh"
# **预测。** 1003个样本，`batch_size`为10。一次遍历送出多少个小批量？
#
# - **A.** 100
# - **B.** 101
# - **C.** 1003
# %% name="ask-count"
predict("02-a", "ABC")
# %% [markdown] name="predict-last" lang="en"
# **Predict.** How many examples are in the last one?
#
# - **A.** 3
# - **B.** 10
# - **C.** 13
# %% [markdown] name="predict-last" lang="zh"
# **预测。** 最后一个小批量里有多少个样本？
#
# - **A.** 3
# - **B.** 10
# - **C.** 13
# %% name="ask-last"
predict("02-b", "ABC")
# %% name="count"
sizes = [len(y_batch) for X_batch, y_batch, id_batch in data_iter]
reveal("02-a", len(sizes))
reveal("02-b", sizes[-1])

round_iter = d2l.load_array((X[:1000], y[:1000]), 10)
round_sizes = [len(y_batch) for X_batch, y_batch in round_iter]
print(len(round_sizes), set(round_sizes))
# %% name="count-proof" role="proof"
assert len(sizes) == len(data_iter) == 101
assert sizes == [10] * 100 + [3]
assert round_sizes == [10] * 100
# %% [markdown] name="count-explained" lang="en"
# **Explain.** First B, then A. The loader rounds *up*: $\lceil n / k \rceil$ minibatches for a `batch_size` of $k$. The
# remainder becomes a ragged last batch: it is neither thrown away, nor filled up, nor added to another
# minibatch. C of the first question is the length of the *dataset*; `len` of a loader counts minibatches. The last line
# shows why the remainder is easily overlooked: with 1000 examples there is none.
# %% [markdown] name="count-explained" lang="zh"
# **解释。** 第一题选B，第二题选A。加载器*向上*取整：`batch_size`为$k$时，共有$\lceil n / k \rceil$个小批量。余下的样本单独成为不足一批的最后一个小批量（ragged last batch）：既没有被丢掉，也没有补满，也没有并入别的小批量。第一题的C是*数据集*的长度；加载器的`len`数的是小批量。最后一行说明余数为什么容易被忽略：有1000个样本时，没有余数。
# %% [markdown] name="check-count" lang="en" role="quiz"
# **Quick check.** How many minibatches come from 1000 examples with `batch_size` 300?
#
# - [ ] 3
#   That is the number of full ones; a hundred examples would never be seen.
# - [ ] 3.33, so it raises
#   Nothing has to divide evenly: the remainder becomes a shorter minibatch.
# - [x] 4
#   Three full ones and a last one with the remaining hundred examples.
# %% [markdown] name="check-count" lang="zh" role="quiz"
# **小测。** 1000个样本，`batch_size`为300，会得到多少个小批量？
#
# - [ ] 3
#   这是装满的小批量的个数；那样就有一百个样本永远用不上。
# - [ ] 3.33，所以报错
#   不需要整除：余数成为一个较短的小批量。
# - [x] 4
#   三个装满的，加上最后一个，里面是剩下的一百个样本。
# %% name="check-count-run"
print([len(y_batch) for X_batch, y_batch in d2l.load_array((X[:1000], y[:1000]), 300)])
# %% [markdown] name="lift-text" lang="en"
# **Is the last minibatch like the others?** Training takes a mean over each minibatch, so here is a mean: that of the
# labels. Without shuffling, example 0 comes in the first minibatch and the last example in the last. Raise both labels by
# 30 and see how far the mean of their minibatch moves.
# %% [markdown] name="lift-text" lang="zh"
# **最后一个小批量和别的一样吗？** 训练时要在每个小批量上取平均，所以这里看一个平均值：标签的平均值。不打乱时，样本0在第一个小批量里，最后一个样本在最后一个小批量里。把这两个标签都加上30，看它们所在小批量的平均值移动多少。
# %% name="lift"
lifted = y.clone()
lifted[[0, -1]] += 30
moved = [
    (after - before).mean()
    for before, after in DataLoader(TensorDataset(y, lifted), 10)
]
print(f"first {moved[0]:.2f}, last {moved[-1]:.2f}")
# %% name="lift-proof" role="proof"
assert abs(moved[0] - 3) < 0.01 and abs(moved[-1] - 10) < 0.01
# %% [markdown] name="lift-explained" lang="en"
# It is not. The same change moves one mean by 3 and the other by 10: a mean divides by the *actual* length, so each
# example of the short minibatch counts $10 / 3$ times as much. And yet that minibatch causes one training step like any
# other. It is only one step of 101, but in [06](06_sgd.ipynb) a rule that is exact for equal minibatches breaks
# because of it.
# %% [markdown] name="lift-explained" lang="zh"
# 不一样。同样的改动，使一个平均值移动3，另一个移动10：取平均时除以*实际*长度，所以在不足一批的小批量里，每个样本的影响是别处的$10 / 3$倍。而这个小批量同样会引起一步训练，与别的小批量无异。这只是101步中的一步，但在[06](06_sgd.ipynb)中，一条在小批量等长时精确成立的规则会因此失效。
# %% [markdown] name="predict-order" lang="en"
# **Predict.** `shuffle=True`. Is the order of epoch 2 that of epoch 1?
#
# - **A.** yes, the data were mixed when the loader was made
# - **B.** no, every pass has an order of its own
# - **C.** no, but the three left over are the same ones
# %% [markdown] name="predict-order" lang="zh"
# **预测。** `shuffle=True`。迭代周期2的顺序与迭代周期1的相同吗？
#
# - **A.** 相同，数据在创建加载器时就已打乱
# - **B.** 不同，每次遍历都有自己的顺序
# - **C.** 不同，但余下的三个样本还是那三个
# %% name="ask-order"
predict("02-c", "ABC")
# %% name="two-passes"
torch.manual_seed(2)
on = [torch.cat([id_batch for X_batch, y_batch, id_batch in data_iter]) for epoch in range(2)]
reveal("02-c", bool(torch.equal(on[0], on[1])))
for epoch in range(2):
    print(f"epoch {epoch + 1}", on[epoch][:5].tolist(), on[epoch][-3:].tolist(), torch.equal(on[epoch].sort().values, ids))
# %% name="two-passes-proof" role="proof"
assert all(torch.equal(delivered.sort().values, ids) for delivered in on)
assert not torch.equal(on[0], on[1])
assert set(on[0][-3:].tolist()) != set(on[1][-3:].tolist())
# %% [markdown] name="order-explained" lang="en"
# **Explain.** B: the two orders are not the same. The loader stores no mixed copy: *each* pass draws a new permutation
# (a new order of the row numbers), so the last three are drawn anew as well. The last word of each line answers
# the first half of our question: sorted, the ids of each pass are exactly `ids`, every example once. A looks right because
# a pack of cards is shuffled once and then dealt.
# %% [markdown] name="order-explained" lang="zh"
# **解释。** 选B：两次的顺序不同。加载器不保存打乱后的副本：*每次*遍历都抽取一个新的排列（即行号的新顺序），所以最后三个样本也是重新抽到的。每行最后的词回答了本课问题的前一半：排序之后，每次遍历的编号恰好就是`ids`，每个样本一次。A看上去对，是因为一副牌只洗一次，然后就发牌。
# %% name="raster"
in_order = DataLoader(dataset, batch_size=10)
off = [torch.cat([id_batch for X_batch, y_batch, id_batch in in_order]) for epoch in range(2)]
show(batches.raster(off, on))
# %% name="raster-proof" role="proof"
assert torch.equal(off[0], ids) and torch.equal(off[1], ids)
# %% [markdown] name="is-train-text" lang="en"
# **The two steps in one.** `d2l.load_array` takes the tensors as one tuple and does just what you did; its argument
# `is_train` becomes `shuffle`. From the same seed it must then deliver the same examples in the same order. A loader's
# `sampler` is the part that hands out the row numbers.
# %% [markdown] name="is-train-text" lang="zh"
# **两步合一。** `d2l.load_array`把各个张量作为一个元组接收，做的正是你刚才做的事；它的参数`is_train`就是`shuffle`。那么，从同一个种子出发，它必须按同样的顺序送出同样的样本。加载器的`sampler`是给出行号的那一部分。
# %% name="is-train"
for is_train in (True, False):
    loader = d2l.load_array((X, y, ids), 10, is_train=is_train)
    print(is_train, type(loader.sampler).__name__, len(loader))
# %% name="is-train-proof" role="proof"
with torch.random.fork_rng():
    torch.manual_seed(3)
    by_steps = torch.cat([id_batch for X_batch, y_batch, id_batch in data_iter])
    torch.manual_seed(3)
    by_d2l = torch.cat([id_batch for X_batch, y_batch, id_batch in d2l.load_array((X, y, ids), 10)])
assert torch.equal(by_steps, by_d2l)
# %% [markdown] name="check-is-train" lang="en" role="quiz"
# **Quick check.** What changes with `is_train=False`?
#
# - [ ] the weights and the bias, the model parameters, are not updated
#   The loader does not know the net. Whether something learns is decided by the loop that uses the minibatches.
# - [x] the examples come in the order in which they are stored
#   It switches shuffling off and nothing else: same examples, same number of minibatches.
# - [ ] only a held-out part of the data is delivered
#   All examples come. A loader does not split data: to hold some out, you give it other tensors.
# %% [markdown] name="check-is-train" lang="zh" role="quiz"
# **小测。** `is_train=False`改变了什么？
#
# - [ ] 权重和偏置，即模型参数（model parameter），不再更新
#   加载器对网络一无所知。学不学，由使用小批量的循环决定。
# - [x] 样本按存放的顺序送出
#   它只关掉打乱，别的都不变：同样的样本，同样多的小批量。
# - [ ] 只送出留作评估的那部分数据
#   所有样本都会送出。加载器不划分数据：想留出一部分，就得给它另外的张量。
# %% [markdown] name="iterator-text" lang="en"
# **A loader and a pass over it.** `for … in data_iter` calls `iter(data_iter)` behind the scenes and so begins a new pass
# each time. What if you call `iter` yourself, once, and loop over the result in three epochs?
# %% [markdown] name="iterator-text" lang="zh"
# **加载器与对它的一次遍历。** `for … in data_iter`在背后调用`iter(data_iter)`，因此每次都开始新的遍历。如果你自己只调用一次`iter`，再在三个迭代周期里循环它的结果，会怎样？
# %% name="iterator"
one_pass = iter(data_iter)
print("loader", [sum(1 for batch in data_iter) for epoch in range(3)])
counts = [sum(1 for batch in one_pass) for epoch in range(3)]
print("iterator", counts)
# %% name="iterator-proof" role="proof"
assert counts == [101, 0, 0]
# %% [markdown] name="iterator-explained" lang="en"
# The iterator is used up after one pass, and looping over something used up is not an error: the body is skipped. A
# training loop with it would run through three epochs and learn from the first alone. So keep the *loader* in a variable,
# which `data_iter` is in spite of its name, and let the loop make the iterators.
# %% [markdown] name="iterator-explained" lang="zh"
# 迭代器遍历一次就用尽了，而对用尽的东西再循环并不算错误：循环体直接跳过。用它训练，三个迭代周期都会跑完，却只从第一个里学到了东西。所以，变量里要保存的是*加载器*（`data_iter`虽然叫迭代器，其实是加载器），迭代器让循环自己去创建。
# %% [markdown] name="check-generator" lang="en" role="quiz"
# **Quick check.** `batch_gen = (batch for batch in data_iter)`. What does the second loop over `batch_gen` give?
#
# - [ ] the same minibatches again
#   A generator keeps nothing of what it has handed out.
# - [ ] all examples in a new order
#   The loader behind it would do that, but the generator asked it for one iterator only.
# - [ ] a `StopIteration` error
#   That is raised inside, and `for` takes it as the sign to stop; you see it only if you call `next` by hand.
# - [x] nothing, and no error
#   A generator is an iterator: it is used up after one loop. A *function* with `yield` is different only in that each call of it makes a new generator.
# %% [markdown] name="check-generator" lang="zh" role="quiz"
# **小测。** `batch_gen = (batch for batch in data_iter)`。第二次循环`batch_gen`会得到什么？
#
# - [ ] 再来一遍同样的小批量
#   生成器不保留任何已经交出去的东西。
# - [ ] 所有样本，顺序是新的
#   背后的加载器能做到，但生成器只向它要过一个迭代器。
# - [ ] `StopIteration`错误
#   它在内部抛出，`for`把它当作停止的信号；只有你自己调用`next`时才会看见它。
# - [x] 什么也没有，也不报错
#   生成器就是迭代器：循环一次就用尽了。带`yield`的*函数*不同，但不同之处只在于每次调用它都会创建一个新的生成器。
# %% [markdown] name="drop-text" lang="en"
# **Getting rid of the short one.** `drop_last=True` makes all minibatches equal. The price: which examples are missing, in
# each of three epochs?
# %% [markdown] name="drop-text" lang="zh"
# **去掉短的那个。** `drop_last=True`使所有小批量一样长。代价是：三个迭代周期里，各缺了哪些样本？
# %% name="drop-last"
torch.manual_seed(4)
missing = {}
for shuffle in (False, True):
    loader = DataLoader(dataset, 10, shuffle=shuffle, drop_last=True)
    for epoch in range(3):
        seen = torch.cat([id_batch for X_batch, y_batch, id_batch in loader])
        missing[shuffle, epoch] = set(ids.tolist()) - set(seen.tolist())
        print(f"shuffle {shuffle}, epoch {epoch + 1}, {len(loader)} batches, missing", sorted(missing[shuffle, epoch]))
# %% name="drop-last-proof" role="proof"
assert all(len(lost) == 3 for lost in missing.values())
assert missing[False, 0] == missing[False, 1] == missing[False, 2] == {1000, 1001, 1002}
assert missing[True, 0] != missing[True, 1] != missing[True, 2]
# %% [markdown] name="drop-explained" lang="en"
# Shuffled, each epoch leaves out three others; over many epochs that evens out. Not shuffled, it is always the same
# three: for the net they do not exist. And a loss measured over such a loader is never that of all examples.
# %% [markdown] name="drop-explained" lang="zh"
# 打乱时，每个迭代周期漏掉的三个样本各不相同，迭代周期多了，影响就均摊了。不打乱时，漏掉的总是同样的三个：对网络来说，它们不存在。而且，在这样的加载器上算出的损失从来不是所有样本的损失。
# %% [markdown] name="sorted-text" lang="en"
# **Does the order matter?** Now an order that gives much away: sort the rows by `y`, from the smallest label to the largest. Tables are
# often stored like that. Two loaders over the same sorted rows, one without shuffling and one with it.
# %% [markdown] name="sorted-text" lang="zh"
# **顺序重要吗？** 现在换一种透露很多信息的顺序：把各行按`y`从最小的标签到最大的标签排序。表格常常就是这样存放的。用这些排好序的行建两个加载器，一个不打乱，一个打乱。
# %% name="sorted"
order = y.flatten().argsort()
X_sorted, y_sorted = X[order], y[order]
loaders = {
    "off": d2l.load_array((X_sorted, y_sorted), 10, is_train=False),
    "on": d2l.load_array((X_sorted, y_sorted), 10, is_train=True),
}
print(y_sorted[:3].flatten(), y_sorted[-3:].flatten())
# %% [markdown] name="train-text" lang="en"
# Each loader trains a net of its own from the same start, for three epochs. Lessons 03 to 07 take these lines apart.
# (`guard` would say so if a net had been trained before; lesson 04 explains it.) Here it is enough that every minibatch causes one small step that makes the loss function, the mean squared
# error, smaller *on this minibatch*, and that after each step we note the loss on all examples.
# %% [markdown] name="train-text" lang="zh"
# 每个加载器从同样的起点训练一个自己的网络，共三个迭代周期。第03课到第07课会逐行讲解这些代码（如果网络之前已经训练过，`guard`会说出来，第04课有解释）。在这里知道两点就够了：每个小批量引起一小步，这一步使损失函数（loss function），即均方误差（mean squared error），*在这个小批量上*变小；每一步之后，我们记下所有样本上的损失。
# %% name="train-sorted"
loss, nets, losses = nn.MSELoss(), {}, {"off": [], "on": []}
for shuffle, loader in loaders.items():
    torch.manual_seed(0)
    nets[shuffle] = net = nn.Sequential(nn.Linear(2, 1))
    trainer = torch.optim.SGD(net.parameters(), lr=0.03)
    guard(net, trainer)
    for epoch in range(3):
        for X_batch, y_batch in loader:
            trainer.zero_grad()
            loss(net(X_batch), y_batch).backward()
            trainer.step()
            losses[shuffle].append(loss(net(X), y).item())
    print(f"shuffle {shuffle}, loss {losses[shuffle][-1]:.5f}")
# %% name="sorted-figure"
residuals = {shuffle: (y - net(X)).detach() for shuffle, net in nets.items()}
show(batches.training(losses, y, residuals))
# %% name="sorted-figure-proof" role="proof"
size = residuals["off"][order].abs()
assert 0.1 < losses["off"][-1] < 0.5 and losses["on"][-1] < 0.0002
assert size[:100].mean() > 2 * size[-100:].mean()
# %% [markdown] name="sorted-explained" lang="en"
# In a sorted minibatch all labels are nearly equal. It says how high the predictions should be *there*, and almost nothing
# about how they should rise from small labels to large ones: the dashed loss falls slowly. On the right are the residuals, label minus prediction. Without shuffling they are smallest among the large labels, which came last, and grow in a
# straight line away from them: the slope is not learnt yet.
# %% [markdown] name="sorted-explained" lang="zh"
# 在排好序的小批量里，所有标签几乎相等。它说明*那里*的预测应该有多高，却几乎不说明预测应该怎样从小标签升到大标签：所以虚线表示的损失下降得慢。右图是残差（residual），即标签减去预测。不打乱时，残差在最后才来的大标签处最小，离那里越远，绝对值就线性增大：斜率还没有学到。
# %% [markdown] name="seeds-text" lang="en"
# One run proves little. `run(Setting(…))` repeats the training above for other data and other starts. `w_error` is the
# estimation error of the weights: the distance between the fitted and the true ones. A third setting
# leaves the rows as they were drawn, and does not shuffle them.
# %% [markdown] name="seeds-text" lang="zh"
# 一次运行说明不了多少问题。`run(Setting(…))`用别的数据、别的起点重复上面的训练。`w_error`是权重（weight）的估计误差（estimation error）：拟合出的权重与真实权重之间的距离。第三种设置让各行保持抽取时的样子，也不打乱。
# %% name="seeds"
w_error = {}
for is_sorted, shuffle in ((True, False), (True, True), (False, False)):
    settings = [Setting(seed=seed, n=num_examples, is_sorted=is_sorted, shuffle=shuffle) for seed in range(6)]
    w_error[is_sorted, shuffle] = torch.tensor([run(setting).w_error for setting in settings])
    low, mean, high = (f(w_error[is_sorted, shuffle]).item() for f in (torch.min, torch.mean, torch.max))
    print(f"sorted {is_sorted!s:5} shuffle {shuffle!s:5} w_error {mean:.5f} [{low:.5f} .. {high:.5f}]")
# %% name="seeds-proof" role="proof"
assert 0.13 < w_error[True, False].min() and w_error[True, False].max() < 0.2
assert w_error[True, True].max() < 0.003 and w_error[False, False].max() < 0.003
# %% [markdown] name="seeds-explained" lang="en"
# Shuffling repairs the sorted data completely. But the third line warns of the opposite belief: not shuffling does no harm
# in itself. Rows in the order in which they were drawn at random are mixed already. What harms is an order that says
# something about the labels, and of a file you seldom know whether it has one. Hence: shuffle for training; keep the
# order for evaluation, where the parameters stand still.
# %% [markdown] name="seeds-explained" lang="zh"
# 打乱把排过序的数据完全救了回来。但第三行提醒你不要走到相反的看法：不打乱本身没有害处。按随机抽取的先后排列的行，本来就是混合好的。有害的是与标签有关的顺序，而拿到一个文件，你很少知道它有没有这种顺序。所以：训练时打乱；评估时保持原来的顺序，因为那时参数不动。
# %% [markdown] name="control-text" lang="en"
# **Try it.** The hatched band at the right is the last minibatch when it is short, or what `drop_last` throws away. For which
# values of `batch_size` does the band vanish? For which is it widest?
# %% [markdown] name="control-text" lang="zh"
# **试一试。** 右侧画有斜线的竖条是不足一批的最后一个小批量，或者是`drop_last`丢掉的部分。`batch_size`取哪些值时竖条消失？取哪个值时最宽？
# %% name="control"
explore(
    batches.draw_passes,
    fallback=[
        {"batch_size": 10, "is_train": False, "drop_last": False},
        {"batch_size": 10, "is_train": True, "drop_last": False},
        {"batch_size": 64, "is_train": False, "drop_last": False},
        {"batch_size": 64, "is_train": True, "drop_last": False},
    ],
    batch_size=[1, 2, 5, 10, 17, 32, 59, 64, 100, 128],
    is_train=[False, True],
    drop_last=[False, True],
)
# %% [markdown] name="control-after" lang="en"
# The band vanishes where `batch_size` divides 1003: at 1, 17 and 59. Of the values here it is widest at 128, just short of a full minibatch.
# %% [markdown] name="control-after" lang="zh"
# `batch_size`能整除1003时竖条消失：即1、17和59。在这里可选的值中，取128时竖条最宽，差一点就是完整的一批。
# %% [markdown] name="showed" lang="en"
# ## What the cells showed
#
# Every example comes exactly once in an epoch; with `shuffle=True` in a new order each time,
# otherwise in the stored one. The last minibatch holds the remainder, and each of its examples weighs more. A loader can be
# looped over again, an iterator cannot. Rows sorted by label and not shuffled spoil the fit.
#
# Next: [03](03_model.ipynb), the net that receives the minibatches.
#
# You can now do the first two parts of the assignment [foundations](foundations.ipynb), `synthetic_data` and `load_array`.
# %% [markdown] name="showed" lang="zh"
# ## 这些单元格说明了什么
#
# 在一个迭代周期里，每个样本恰好出现一次；`shuffle=True`时每次都是新的顺序，否则按存放的顺序。最后一个小批量装的是余数，其中每个样本的影响更大。加载器可以反复循环，迭代器不行。各行按标签排过序又不打乱，会损害拟合。
#
# 下一课：[03](03_model.ipynb)，接收小批量的网络。
#
# 现在可以做作业[foundations](foundations.ipynb)的前两部分：`synthetic_data`和`load_array`。
# %% [markdown] name="further" lang="en"
# ## Further
#
# **Is a sorted order only slow, or wrong for good?** Train on sorted rows for more epochs, up to 20, once with the noise
# of the course, `sigma=0.01`, once with `sigma=1`. Look at the error of the bias `b`.
# %% [markdown] name="further" lang="zh"
# ## 延伸
#
# **排过序的数据只是学得慢，还是永远学不对？** 在排过序的行上训练更多的迭代周期，最多20个；一次用课程中的噪声（noise），`sigma=0.01`，一次用`sigma=1`。看偏置（bias）`b`的误差。
# %% name="sorted-noise"
b_error = {}
for sigma in (0.01, 1):
    for shuffle, epochs in ((False, (3, 10, 20)), (True, (3, 10))):
        setting = Setting(n=num_examples, sigma=sigma, num_epochs=epochs[-1], is_sorted=True, shuffle=shuffle)
        path = run(setting).path
        for epoch in epochs:
            b_error[sigma, shuffle, epoch] = path[epoch * 101, 2].item() - 4.2
            print(f"sigma {sigma}, shuffle {shuffle}, epoch {epoch}, b - 4.2 = {b_error[sigma, shuffle, epoch]:.4f}")
# %% name="sorted-noise-proof" role="proof"
assert b_error[0.01, False, 3] > 0.2 and abs(b_error[0.01, False, 10]) < 0.01
assert b_error[1, False, 10] > 0.4 and b_error[1, False, 20] > 0.4 and abs(b_error[1, True, 10]) < 0.3
# %% name="noise-by-label"
X_noisy, y_noisy = seeded_sample(seed=0, n=num_examples, sigma=1)
noise = y_noisy - X_noisy @ torch.tensor([[2], [-3.4]]) - 4.2
by_label = noise[y_noisy.flatten().argsort()]
print(f"mean noise at the smallest y {by_label[:100].mean():.2f}, at the largest y {by_label[-100:].mean():.2f}")
# %% name="noise-by-label-proof" role="proof"
assert by_label[-100:].mean() - by_label[:100].mean() > 0.3
# %% [markdown] name="sorted-noise-explained" lang="en"
# With little noise nearly all minibatches agree on one line, so more epochs heal the damage: the order cost time. With much
# noise they do not agree. A label is large partly because its noise is positive: compare the two means in the last line.
# The largest labels come last and pull `b` up at the end of *every* epoch. More epochs do not remove that.
# %% [markdown] name="sorted-noise-explained" lang="zh"
# 噪声小的时候，几乎所有小批量都符合同一条直线，所以多训练几个迭代周期就能恢复：那个顺序只是费了时间。噪声大的时候，它们并不一致。标签之所以大，部分原因就是它的噪声为正：比较最后一行的两个平均值。最大的标签最后才来，在*每个*迭代周期快结束时都把`b`往上拉。迭代周期再多也消除不了这种影响。
# %% [markdown] name="looking-text" lang="en"
# **Looking changes what comes next.** A permutation is drawn from torch's global random generator. You peek into a loader,
# perhaps into one that does not shuffle: does that change your next random number?
# %% [markdown] name="looking-text" lang="zh"
# **看一眼就会改变后来的事。** 排列是从torch的全局随机数生成器里抽取的。先往加载器里看一眼，哪怕它并不打乱：这会改变你的下一个随机数吗？
# %% name="looking"
own = DataLoader(dataset, 10, shuffle=True, generator=torch.Generator().manual_seed(6))
following = {}
for name, loader in (("no look", []), ("shuffle off", in_order), ("shuffle on", data_iter), ("own generator", own)):
    torch.manual_seed(5)
    for batch in loader:
        break
    following[name] = torch.rand(1).item()
    print(f"{name:13} {following[name]:.4f}")
# %% name="looking-proof" role="proof"
assert following["no look"] == following["own generator"]
assert following["no look"] not in (following["shuffle off"], following["shuffle on"])
# %% [markdown] name="looking-explained" lang="en"
# A loader without a generator of its own draws from the global one whenever a pass begins, so one innocent look gives the
# next cell another start and other minibatches. With a `generator` of its own it leaves the rest alone, and delivers the
# same orders in every fresh run. That is the way to compare two trainings on the same minibatches.
# %% [markdown] name="looking-explained" lang="zh"
# 没有自己的生成器的加载器，每当一次遍历开始就要从全局生成器里抽取，所以看似无害的一眼，也会让下一个单元格的起点和小批量都不同。自带`generator`的加载器不影响别处，而且每次重新运行都送出同样的顺序。要在同样的小批量上比较两次训练，就用这个办法。
# %% [markdown] name="replacement-text" lang="en"
# **Shuffled or drawn?** "Random minibatches" could also mean that each example is drawn independently, with replacement. How
# large a share of the data is then never seen in one epoch?
# %% [markdown] name="replacement-text" lang="zh"
# **打乱，还是抽取？** “随机的小批量”也可以指每个样本都独立地、有放回地抽取。那么在一个迭代周期里，有多大比例的数据从未出现？
# %% name="replacement"
torch.manual_seed(7)
drawn = DataLoader(dataset, 10, sampler=RandomSampler(dataset, replacement=True))
seen = torch.cat([id_batch for X_batch, y_batch, id_batch in drawn])
share = 1 - len(seen.unique()) / num_examples
print(f"missed {share:.3f}, (1 - 1/n)^n = {(1 - 1 / num_examples) ** num_examples:.3f}")
# %% name="replacement-proof" role="proof"
assert len(seen) == num_examples and 0.32 < share < 0.42
# %% [markdown] name="replacement-explained" lang="en"
# More than a third. One draw misses a given example with probability $1 - 1/n$, so $n$ draws all miss it with probability
# $(1 - 1/n)^n$, close to $e^{-1}$. Shuffling draws *without* replacement: that is why every pass of a loader is complete.
# %% [markdown] name="replacement-explained" lang="zh"
# 超过三分之一。一次抽取错过某个样本的概率是$1 - 1/n$，所以$n$次抽取全都错过它的概率是$(1 - 1/n)^n$，接近$e^{-1}$。打乱则是*无放回*的抽取：所以加载器的每次遍历都是完整的。
