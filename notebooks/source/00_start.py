# %% [markdown] name="title" lang="en"
# # 00 Start here
#
# This course trains the smallest model there is, linear regression, with PyTorch. It goes with the concise chapter on linear regression of the book *Dive into Deep Learning* (D2L). A page of code is enough, but that page holds more questions than you would expect. At the end you can say which object owns what and what each line changes, and you check a claim with ten lines of code instead of believing it.
# %% [markdown] name="title" lang="zh"
# # 00 从这里开始
#
# 本课程用PyTorch训练一个最小的模型：线性回归（linear regression），与《动手学深度学习》（D2L）中“线性回归的简洁实现”一节配套。一页代码就够了，但这一页里的问题比你想的要多。学完之后，你能说出哪个对象掌管什么、每一行改变了什么，并且会用十行代码去检验一个说法，而不是轻信它。
# %% [markdown] name="begin" lang="en"
# Click on the cell below and press Shift+Enter. It checks the environment and shows the course, with how far you are.
# %% [markdown] name="begin" lang="zh"
# 点一下下面的单元格，按Shift+Enter。它检查环境，并列出课程和你的进度。
# %% name="setup" role="setup"
try:
    from linreg_course.language import use_language
    from linreg_course.start.page import start
except ImportError as error:
    print(f"The course cannot be loaded: {error}")
    print("Menu Kernel, Change Kernel…: choose Python 3 (ipykernel), and run this cell again.")
    print("If that is the kernel already: close JupyterLab, delete the folder .venv in the course's folder,")
    print("and start the course again as you did before.")
else:
    use_language("en")
    start()
# %% [markdown] name="state" lang="en"
# The table is as of the moment when you ran the cell: run it again when you come back. A lesson is done when you have run
# all its code cells down to *Further*, without an error; an assignment, when the last run of each of its checks gave all
# points and every answer in words is written and saved.
#
# What you have run and checked is kept in the file `progress.jsonl` in the folder `work`, for both languages. You may
# delete it: then everything is open again, and your notebooks stay as they are.
# %% [markdown] name="state" lang="zh"
# 表中是你运行这个单元格那一刻的状态：回来时再运行一次。一课里*延伸*之前的代码单元格都运行过且没有出错，这一课就算完成；一个作业的每个检查最近一次都得满分，文字题也都写好并保存了，这个作业就算完成。
#
# 运行和检查的结果记在文件夹`work`的文件`progress.jsonl`里，两种语言共用。可以删除它：这样一切都回到未完成，笔记本则保持原样。
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
# %% [markdown] name="lessons" lang="zh"
# ## 课程目录
#
# 按顺序学习。每课需要25到30分钟；“作业要用到的内容”可以到做作业时再学，*延伸*标题下面的内容可以选学。
# %% [markdown] name="cells" lang="en"
# ## Running a cell
#
# A notebook is made of cells: some hold text, some hold code. Click on a code cell and press Shift+Enter: the code runs, its output appears below it, and the next cell is selected. The kernel, the Python process behind the notebook, remembers everything the cells have made.
#
# You have done this with the cell above. Every lesson, too, has such a cell at the top, which is run first: it loads what the lesson needs and sets the language of figures and answers.
# %% [markdown] name="cells" lang="zh"
# ## 运行单元格
#
# 笔记本由单元格组成：有的是文字，有的是代码。点一下代码单元格，按Shift+Enter：代码运行，输出出现在下方，并选中下一个单元格。笔记本背后的Python进程叫内核，它记得各单元格创建的一切。
#
# 上面那个单元格你就是这样运行的。每一课的开头也有这样一个单元格，要最先运行：它加载这一课要用的东西，并设定图和回答所用的语言。
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
# To hand in, open a terminal: `linreg validate huber` shows what would be graded, then `linreg submit huber` writes the file that you send
# to your teacher, and a receipt for you. The end of each assignment also says how to do that without a terminal.
# %% [markdown] name="assignments" lang="zh"
# ## 作业
#
# 在作业里，代码由你来写：读题，写代码，运行答案下面的检查。它告诉你哪条规则成立、哪条不成立；卡住的时候，它用一个问题给你提示。每课末尾会说，学到这里可以做哪些作业。
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
