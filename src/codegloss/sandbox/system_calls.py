"""The filter on system calls, as a program for the kernel's seccomp.

It does three things: it denies calls that reach parts of the kernel no ordinary program needs (new
namespaces, mounts, keys, bpf, io_uring, tracing of others); it denies memory that belongs to no process
and thus escapes the watcher (memfd, System V shared memory and messages); and it keeps sockets to
families that a network namespace holds. It is no list of what is allowed: what is not named passes.
"""

from __future__ import annotations

import errno
import platform
import struct

# (x86_64, aarch64); from the kernel's unistd tables. Calls from 424 on have one number everywhere.
DENIED = {
    "add_key": (248, 217),
    "bpf": (321, 280),
    "fanotify_init": (300, 262),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "kcmp": (312, 272),
    "keyctl": (250, 219),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "msgget": (68, 186),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "request_key": (249, 218),
    "setns": (308, 268),
    "shmget": (29, 194),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}
CLONE = (56, 220)
CLONE3 = 435
SOCKET = (41, 198)
MACHINES = {
    "x86_64": (0, 0xC000003E),
    "aarch64": (1, 0xC00000B7),
}  # column above, and the kernel's AUDIT_ARCH
NEW_NAMESPACE = 0x7E020000  # CLONE_NEW* flags: mount, cgroup, host name, IPC, user, process, network
FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6
X32 = 0x40000000  # the second table of calls on x86_64

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # classic BPF
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = (
    0,
    4,
    16,
)  # offsets in struct seccomp_data; the low half of the argument
KILL, ALLOW, ERROR = 0x80000000, 0x7FFF0000, 0x00050000


def program(machine: str | None = None) -> bytes | None:
    """The filter for this machine (`platform.machine()`); None where its numbers are not known here."""
    known = MACHINES.get(machine or platform.machine())
    if known is None:
        return None
    column, architecture = known
    deny = _instruction(RETURN, ERROR | errno.EPERM)
    code = [
        _instruction(LOAD, ARCHITECTURE),
        _instruction(EQUAL, architecture, if_true=1),
        _instruction(RETURN, KILL),
        _instruction(LOAD, NUMBER),
        _instruction(AT_LEAST, X32, if_false=1),
        deny,
        # Its flags lie in memory, where no filter sees them; told that it is not there, libraries use clone.
        _instruction(EQUAL, CLONE3, if_false=1),
        _instruction(RETURN, ERROR | errno.ENOSYS),
    ]
    for numbers in DENIED.values():
        code += [_instruction(EQUAL, numbers[column], if_false=1), deny]
    code += [
        _instruction(EQUAL, CLONE[column], if_false=4),
        _instruction(LOAD, FIRST_ARGUMENT),
        _instruction(ANY_BIT, NEW_NAMESPACE, if_false=1),
        deny,
        _instruction(RETURN, ALLOW),
        _instruction(EQUAL, SOCKET[column], if_false=len(FAMILIES) + 2),
        _instruction(LOAD, FIRST_ARGUMENT),
    ]
    for left, family in zip(reversed(range(len(FAMILIES))), FAMILIES, strict=True):
        code.append(_instruction(EQUAL, family, if_true=left + 1))
    code += [_instruction(RETURN, ERROR | errno.EAFNOSUPPORT), _instruction(RETURN, ALLOW)]
    return b"".join(code)


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """One struct sock_filter: jumps count the instructions that are skipped."""
    return struct.pack("=HBBI", code, if_true, if_false, value)
