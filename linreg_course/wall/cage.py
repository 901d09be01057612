"""What a student's code may do to the machine: read Python, write in its folder, think for a while, and no more.

A process enters its cage for good before the first line of that code. It needs neither root nor namespaces: limits
of `resource`, Landlock for files, seccomp for system calls.
"""

from __future__ import annotations

import ctypes
import errno
import os
import site
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from linreg_course.checking.deadline import SUBMISSION_SECONDS

try:
    import resource

    import landlockpy
    import pyseccomp
except (ImportError, RuntimeError):  # the latter where the system has no libseccomp
    landlockpy = pyseccomp = None  # type: ignore[assignment]

# Beyond what the process has when it enters.
MEMORY = 2 * 2**30
FILE_SIZE, OPEN_FILES, PROCESSOR_SECONDS = 64 * 2**20, 256, SUBMISSION_SECONDS

# The first version of Landlock that knows what truncates a file (Linux 6.2).
LANDLOCK = 3

# Beside Python and its packages: the system's libraries and fonts, and what libraries ask about the machine.
_SYSTEM = (
    *("/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share", "/lib", "/lib64"),
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/fonts"),
    *("/sys/devices/system/cpu", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/sys/kernel"),
    *("/dev/zero", "/dev/urandom"),
)

_PR_CAPBSET_DROP = 24
_CAPABILITY_VERSION = 0x20080522


class CageError(Exception):
    """The cage cannot be built here; it says which part is missing."""


def enter(scratch: str) -> None:
    """Confine this process, which must have one thread yet, to the folder `scratch`.

    Raises:
        CageError: a part of the cage cannot be put up.
    """
    if landlockpy is None or pyseccomp is None:
        raise CageError("the packages landlockpy and pyseccomp, or the library libseccomp, are not installed")
    steps: dict[str, Callable[[], None]] = {
        "limits": _limit,
        "capabilities": _drop_capabilities,
        "Landlock": lambda: _close_files(scratch),
        "seccomp": _close_calls,
    }
    for name, step in steps.items():
        try:
            step()
        except (OSError, ValueError) as error:
            raise CageError(f"{name}: {error}") from None


def readable() -> Iterator[Path]:
    """Yield the files and folders that may be read in a cage, beside its own scratch folder."""
    paths = sysconfig.get_paths()
    yield from (Path(paths[name]) for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    yield from map(Path, site.getsitepackages())
    yield from (Path(sys.base_prefix) / "lib", Path(sys.prefix) / "pyvenv.cfg", Path(__file__).resolve().parents[1])
    yield from map(Path, _SYSTEM)


def limit_memory(more: int) -> None:
    """Let this process take so many bytes of address space more than it has."""
    most = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + more
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _limit() -> None:
    limit_memory(MEMORY)
    limits = {
        resource.RLIMIT_CPU: PROCESSOR_SECONDS,
        resource.RLIMIT_FSIZE: FILE_SIZE,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for name, most in limits.items():
        resource.setrlimit(name, (most, most))


def _drop_capabilities() -> None:
    """Give up what root may do beyond a user; a user has nothing to give up."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in range(64):
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)  # numbers beyond the last one fail
    head = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    if libc.capset(head, (ctypes.c_uint32 * 6)()):
        raise OSError(ctypes.get_errno(), "capset")


def _close_files(scratch: str) -> None:
    if landlockpy.abi_version() < LANDLOCK:
        known = landlockpy.abi_version() or "none"
        raise OSError(f"version {LANDLOCK} (Linux 6.2) is needed, and this kernel has {known}")
    right = landlockpy.AccessFS
    read = right.READ_FILE | right.READ_DIR
    write = right.WRITE_FILE | right.TRUNCATE | right.MAKE_REG | right.MAKE_DIR | right.REMOVE_FILE | right.REMOVE_DIR
    with landlockpy.Ruleset(scoped=~landlockpy.Scope.NONE) as rules:
        for path in {*readable(), Path(f"/proc/{os.getpid()}")}:
            if path.exists():
                rules.allow_path(path, read if path.is_dir() else right.READ_FILE)
        rules.allow_path(scratch, read | write | right.REFER)
        rules.allow_path(os.devnull, right.READ_FILE | right.WRITE_FILE)
        rules.restrict()


def _close_calls() -> None:
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for action, call, conditions in _denied(os.getpid()):
        number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, call) if isinstance(call, str) else call
        if number != _UNKNOWN:
            rules.add_rule(action, number, *conditions)
    rules.load()


# What libseccomp says of a name that it does not know: the numbers from `_NEWER` on are denied without names.
_UNKNOWN = -1
_NEWER = range(463, 512)

_PROCESSES = "fork vfork execve execveat setsid setpgid unshare setns personality"
_SOCKETS = "socket connect accept accept4 bind listen"
_OTHERS = """ptrace process_vm_readv process_vm_writev process_madvise process_mrelease pidfd_open pidfd_getfd
    pidfd_send_signal kcmp tkill rt_sigqueueinfo rt_tgsigqueueinfo sched_setscheduler sched_setparam sched_setattr
    setpriority ioprio_set migrate_pages move_pages"""
_MEMORY = """memfd_create memfd_secret shmget shmat shmctl shmdt semget semop semctl semtimedop msgget msgsnd msgrcv
    msgctl mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify userfaultfd add_key request_key keyctl"""
_KERNEL = """io_uring_setup io_uring_enter io_uring_register bpf perf_event_open syslog mount umount2 pivot_root chroot
    open_tree move_mount fsopen fsconfig fsmount fspick mount_setattr name_to_handle_at open_by_handle_at
    fanotify_init fanotify_mark inotify_init inotify_init1 inotify_add_watch init_module finit_module delete_module
    kexec_load kexec_file_load reboot swapon swapoff acct quotactl quotactl_fd settimeofday clock_settime
    clock_adjtime adjtimex sethostname setdomainname iopl ioperm vhangup lookup_dcookie nfsservctl mknod mknodat"""
# Landlock does not look at these. They do nothing here and say that they did: libraries call them on their own files.
_MARKS = """chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat setxattr lsetxattr fsetxattr removexattr
    lremovexattr fremovexattr"""
_TIMES = "utime utimes futimesat utimensat"  # if these said so too, `Path.touch` would make no file

_CLONE_THREAD = 0x00010000
_SOCK_STREAM, _SOCK_TYPES = 1, 16
# What the process asked of the system when it began, and to be looked at by whoever watches it.
_PRCTLS = (1, 36, 4)  # PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, PR_SET_DUMPABLE
# Signals to others by way of a file: fcntl's F_SETOWN, F_SETSIG, F_SETOWN_EX, ioctl's FIOSETOWN, SIOCSPGRP, and input
# for a terminal, TIOCSTI and TIOCLINUX.
_FCNTLS, _IOCTLS = (8, 10, 15), (0x8901, 0x8902, 0x5412, 0x541C)


def _denied(own: int) -> Iterator[tuple[int, str | int, list[Any]]]:
    """Yield what the filter does with which calls: an action, a name or number, and conditions on its arguments."""
    no, unknown, arg = pyseccomp.ERRNO(errno.EPERM), pyseccomp.ERRNO(errno.ENOSYS), pyseccomp.Arg
    equal, other, masked = pyseccomp.EQ, pyseccomp.NE, pyseccomp.MASKED_EQ
    yield from ((no, call, []) for call in f"{_PROCESSES} {_SOCKETS} {_OTHERS} {_MEMORY} {_KERNEL} {_TIMES}".split())
    yield from ((pyseccomp.ERRNO(0), call, []) for call in _MARKS.split())
    yield from ((unknown, number, []) for number in _NEWER)
    yield unknown, "clone3", []  # its arguments cannot be seen: the C library takes clone then
    yield no, "clone", [arg(0, masked, _CLONE_THREAD, 0)]
    yield from ((no, call, [arg(0, other, own)]) for call in ("kill", "tgkill"))
    yield from ((no, call, [arg(0, other, 0)]) for call in ("prlimit64", "sched_setaffinity"))
    kinds = [kind for kind in range(_SOCK_TYPES) if kind != _SOCK_STREAM]
    yield from ((no, "socketpair", [arg(1, masked, _SOCK_TYPES - 1, kind)]) for kind in kinds)
    yield from ((no, "prctl", [arg(0, equal, option)]) for option in _PRCTLS)
    yield from ((no, "fcntl", [arg(1, equal, command)]) for command in _FCNTLS)
    yield from ((no, "ioctl", [arg(1, masked, 0xFFFFFFFF, command)]) for command in _IOCTLS)
