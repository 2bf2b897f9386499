"""The filter, run by an interpreter of its instructions that follows the kernel's documentation."""

from __future__ import annotations

import errno
import struct

import pytest

from codegloss.sandbox.system_calls import program

KILL, ALLOW, ERROR = 0x80000000, 0x7FFF0000, 0x00050000
X86, ARM, I386 = 0xC000003E, 0xC00000B7, 0x40000003


def verdict(machine: str, architecture: int, number: int, argument: int = 0) -> int:
    """What the kernel would do with a call: classic BPF over struct seccomp_data, little-endian."""
    code = program(machine)
    assert code is not None
    assert len(code) % 8 == 0
    data = struct.pack("=IIQQ", number, architecture, 0, argument)
    instructions = list(struct.iter_unpack("=HBBI", code))
    at = value = 0
    while True:
        operation, if_true, if_false, operand = instructions[at]
        at += 1
        match operation:
            case 0x20:  # BPF_LD | BPF_W | BPF_ABS
                (value,) = struct.unpack_from("=I", data, operand)
            case 0x15:  # BPF_JMP | BPF_JEQ | BPF_K
                at += if_true if value == operand else if_false
            case 0x35:  # BPF_JMP | BPF_JGE | BPF_K
                at += if_true if value >= operand else if_false
            case 0x45:  # BPF_JMP | BPF_JSET | BPF_K
                at += if_true if value & operand else if_false
            case 0x06:  # BPF_RET | BPF_K
                return operand


@pytest.mark.parametrize(
    ("machine", "architecture", "clone", "socket"), [("x86_64", X86, 56, 41), ("aarch64", ARM, 220, 198)]
)
def test_what_passes_and_what_does_not(machine: str, architecture: int, clone: int, socket: int) -> None:
    def told(number: int, argument: int = 0) -> int:
        return verdict(machine, architecture, number, argument)

    fork, user_namespace = 0x01200011, 0x10000011  # the flags of glibc's fork; CLONE_NEWUSER
    assert told(clone, fork) == ALLOW
    assert told(clone, user_namespace) == ERROR | errno.EPERM
    assert told(435) == ERROR | errno.ENOSYS  # clone3
    assert [told(socket, family) for family in (1, 2, 10)] == [ALLOW] * 3
    assert {told(socket, family) for family in (0, 3, 16, 17, 38, 40)} == {ERROR | errno.EAFNOSUPPORT}
    assert {told(number) for number in (425, 426, 427, 428, 438, 447)} == {ERROR | errno.EPERM}
    assert told(434) == told(439) == ALLOW  # pidfd_open, faccessat2


def test_ordinary_calls_pass_on_x86() -> None:
    read, write, mmap, execve, exit_group = 0, 1, 9, 59, 231
    assert {verdict("x86_64", X86, number) for number in (read, write, mmap, execve, exit_group)} == {ALLOW}
    memfd_create, unshare, ptrace, shmget = 319, 272, 101, 29
    assert {verdict("x86_64", X86, number) for number in (memfd_create, unshare, ptrace, shmget)} == {
        ERROR | errno.EPERM
    }


def test_other_tables_of_calls_are_no_way_around() -> None:
    assert verdict("x86_64", I386, 4) == KILL
    assert verdict("x86_64", X86, 0x40000000 | 1) == ERROR | errno.EPERM


def test_a_machine_that_is_not_known_has_no_filter() -> None:
    assert program("sparc64") is None
