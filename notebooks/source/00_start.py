# %% [markdown] name="title" lang="en"
# # 00 Start here
#
# [English](../en/00_start.ipynb) · [简体中文](../zh/00_start.ipynb)
#
# This course trains the smallest model there is, linear regression, with PyTorch. It goes with the concise chapter on linear regression of the book *Dive into Deep Learning* (D2L). A page of code is enough, but that page holds more questions than you would expect. At the end you can say which object owns what and what each line changes, and you check a claim with ten lines of code instead of believing it.
# %% [markdown] name="title" lang="zh"
# # 00 从这里开始
#
# [English](../en/00_start.ipynb) · [简体中文](../zh/00_start.ipynb)
#
# 本课程用PyTorch训练一个最小的模型：线性回归（linear regression），与《动手学深度学习》（D2L）中“线性回归的简洁实现”一节配套。一页代码就够了，但这一页里的问题比你想的要多。学完之后，你能说出哪个对象掌管什么、每一行改变了什么，并且会用十行代码去检验一个说法，而不是轻信它。
# %% [markdown] name="before" lang="en"
# ## What you need to know
#
# - Python: lists, loops, functions.
# - What a derivative is.
# - How a matrix is multiplied by a vector.
#
# You need not know PyTorch: it is explained as it comes. Nor do you need a graphics card or, from here on, the internet.
# %% [markdown] name="before" lang="zh"
# ## 需要的基础
#
# - Python：列表、循环、函数。
# - 什么是导数。
# - 矩阵怎样乘以向量。
#
# 不需要会PyTorch：用到时再讲。也不需要显卡；从这里开始，也不需要联网。
# %% [markdown] name="lessons" lang="en"
# ## The lessons
#
# Take them in order. Each needs 25 to 30 minutes; what stands under *For the assignments* can wait until you do them, and what stands under *Further* is extra.
#
# | lesson | its question | time |
# |---|---|---|
# | [01 Data](01_data.ipynb) | What can be recovered from data, and how exactly? A case opens, too. | 30 minutes |
# | [02 The data iterator](02_dataloader.ipynb) | Does every example come exactly once in an epoch, one pass over the data, and in which order? | 25 minutes |
# | [03 Model](03_model.ipynb) | Where do `w` and `b` live, and in which shape? | 25 minutes |
# | [04 Initialization](04_init.ipynb) | Does the start matter? | 25 minutes |
# | [05 The loss](05_loss.ipynb) | What does one wild label cost? | 30 minutes |
# | [06 A sum or a mean](06_sgd.ipynb) | I replace the mean over a minibatch, a few examples, by the sum. What else must I change? | 30 minutes |
# | [07 Training](07_training.ipynb) | How long, how fast, how much data? The case is solved. | 30 minutes |
# %% [markdown] name="lessons" lang="zh"
# ## 课程目录
#
# 按顺序学习。每课需要25到30分钟；“作业要用到的内容”可以到做作业时再学，*延伸*标题下面的内容可以选学。
#
# | 课 | 这一课的问题 | 时间 |
# |---|---|---|
# | [01 数据](01_data.ipynb) | 从数据中能找回什么，能有多准？同时立案。 | 30分钟 |
# | [02 数据迭代器](02_dataloader.ipynb) | 在一个迭代周期（epoch）里，也就是把数据过一遍时，每个样本（example）是否恰好出现一次，按什么顺序？ | 25分钟 |
# | [03 模型](03_model.ipynb) | `w`和`b`存放在哪里，形状（shape）是什么？ | 25分钟 |
# | [04 初始化](04_init.ipynb) | 起点重要吗？ | 25分钟 |
# | [05 损失](05_loss.ipynb) | 一个离谱的标签（label），代价有多大？ | 30分钟 |
# | [06 求和还是取平均](06_sgd.ipynb) | 在一个小批量（minibatch，即少量几个样本）上，我把取平均换成求和，还必须改什么？ | 30分钟 |
# | [07 训练](07_training.ipynb) | 训练多久、步子多大、要多少数据？案子告破。 | 30分钟 |
# %% [markdown] name="cells" lang="en"
# ## Running a cell
#
# A notebook is made of cells: some hold text, some hold code. Click on a code cell and press Shift+Enter: the code runs, its output appears below it, and the next cell is selected. The kernel, the Python process behind the notebook, remembers everything the cells have made.
#
# Try it with this cell. It tells the course which language to use in figures and answers, and prints nothing. Every lesson has such a cell at the top.
# %% [markdown] name="cells" lang="zh"
# ## 运行单元格
#
# 笔记本由单元格组成：有的是文字，有的是代码。点一下代码单元格，按Shift+Enter：代码运行，输出出现在下方，并选中下一个单元格。笔记本背后的Python进程叫内核，它记得各单元格创建的一切。
#
# 用下面这个单元格试一试。它设定图和回答所用的语言，运行后不打印任何内容。每一课的开头都有这样一个单元格。
# %% name="setup" role="setup"
from linreg_course.language import use_language

use_language("en")
# %% [markdown] name="how" lang="en"
# ## How a lesson works
#
# - **Predict.** A question with a few options. Run the cell below it, click on your answer, then go on. It is not graded: you learn more from a result when you have committed to a guess.
# - **Run.** A cell shows your guess beside the result.
# - **Explain.** Why it came out so, and why another option looked right.
#
# A *quick check* needs no kernel: open an option to see whether it is right. Sliders are there to be moved. This copy is yours: change numbers, break things.
# %% [markdown] name="how" lang="zh"
# ## 一课怎样进行
#
# - **预测。** 一个问题，几个选项。运行问题下面的单元格，点选你的答案，再往下走。选什么都不计分：先作出猜测，从结果中学到的更多。
# - **运行。** 单元格把你的猜测和结果并排显示。
# - **解释。** 为什么是这个结果，以及为什么另一个选项看起来也对。
#
# *小测*不需要内核：展开一个选项，就能看到它对不对。滑块就是让你拖动的。这一份是你自己的：尽管改数字，弄坏了也不要紧。
# %% [markdown] name="assignments" lang="en"
# ## The assignments
#
# Here you write the code yourself: read the task, write, run the check below your answer. It shows which rule holds and which does not,
# and asks a question when you are stuck. The end of a lesson says what you can do by then.
#
# | assignment | its question | after lesson |
# |---|---|---|
# | [foundations](foundations.ipynb) | Four functions make a training that may be run twice and still tells the truth. Can you write them? | 02 (two parts), 04 (the third), 07 (the last) |
# | [loss-and-init](loss-and-init.ipynb) | Two lists of names, losses and start values: which of them can be called, and with what? | 05 |
# | [huber](huber.ipynb) | One formula, two classes in torch, one factor: which class is the formula? | 05 |
# | [lr-vs-reduction](lr-vs-reduction.ipynb) | Two learners get the same curve with different learning rates: who used what? | 06 |
# | [gradients](gradients.ipynb) | How do you print gradients that mean something? | 07 |
# | [challenges](challenges.ipynb) | Three questions that the chapter leaves open; optional. | 07 |
#
# To hand in, open a terminal: `linreg validate huber` shows what would be graded, then `linreg submit huber` writes the file that you send
# to your teacher, and a receipt for you. The end of each assignment also says how to do that without a terminal.
# %% [markdown] name="assignments" lang="zh"
# ## 作业
#
# 在作业里，代码由你来写：读题，写代码，运行答案下面的检查。它告诉你哪条规则成立、哪条不成立；卡住的时候，它用一个问题给你提示。每课末尾会说，学到这里可以做哪些作业。
#
# | 作业 | 它的问题 | 学完哪一课 |
# |---|---|---|
# | [foundations](foundations.ipynb) | 四个函数，合成一次训练，运行两遍，结果仍然可信。你写得出来吗？ | 02（前两部分）、04（第三部分）、07（最后一部分） |
# | [loss-and-init](loss-and-init.ipynb) | 损失和初始值的两份名单：哪些名称可以调用，要给它们什么？ | 05 |
# | [huber](huber.ipynb) | 一个公式，torch里的两个类，一个倍数：哪个类才是这个公式？ | 05 |
# | [lr-vs-reduction](lr-vs-reduction.ipynb) | 两个人的学习率不同，曲线却相同：他们各自用了什么？ | 06 |
# | [gradients](gradients.ipynb) | 怎样打印有意义的梯度？ | 07 |
# | [challenges](challenges.ipynb) | D2L的这一节没有回答的三个问题；选做。 | 07 |
#
# 上交时打开终端：`linreg validate huber`显示哪些内容会被评分，然后`linreg submit huber`写出要发给老师的文件，并给你一张回执。不用终端怎样上交，每个作业的末尾有说明。
# %% [markdown] name="fresh" lang="en"
# ## When in doubt, start afresh
#
# You may run cells in any order and more than once. The kernel keeps what every run has made, so it may no longer agree with the page.
#
# Before you believe a result: menu *Kernel*, then *Restart Kernel and Run All Cells…*. This forgets your predictions; the text and your changes stay.
#
# Is a notebook beyond repair? Rename it, close JupyterLab and start the course again as you did before: a new copy stands in its place.
# %% [markdown] name="fresh" lang="zh"
# ## 有疑问时，从头再来
#
# 单元格可以按任意顺序运行，也可以运行多次。每次运行的结果都留在内核里，内核与页面就可能不再一致。
#
# 在相信一个结果之前：打开菜单*Kernel*（内核），选*Restart Kernel and Run All Cells…*（重启内核并运行所有单元格）。你的预测会因此被忘掉，文字和你的改动都还在。
#
# 如果一个笔记本已经改得无法挽回：给它改个名，关掉JupyterLab，像之前那样再启动一次课程，原处就会有一份新的副本。
# %% [markdown] name="go" lang="en"
# Now begin with [01](01_data.ipynb).
# %% [markdown] name="go" lang="zh"
# 现在从[01](01_data.ipynb)开始。
