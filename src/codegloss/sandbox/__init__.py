"""Runs untrusted code and says what happened: `run` for any program, `call` for one function of a source.

What it covers, with bubblewrap, for everything that the program starts:

- No network. The program has a network of its own, with nothing but a loopback; only sockets of the
  families UNIX, INET and INET6 can be made, for others (vsock) can leave a network namespace.
- No files but its own. It sees the system's programs and libraries, the interpreter that runs us and
  the folders it was given, all read-only; it writes to one file system in memory, of bounded size and
  number of files. No home, no /etc/passwd, no environment, no /sys, no devices but null, zero, full
  and the random ones.
- No other process: namespaces of its own for processes, IPC and host name, a session of its own, a
  user without any privilege. Nothing it starts outlives it, nor us.
- Limits on wall clock, CPU time and memory of all its processes together, on their number (threads
  included), on output, on files. What ran into a limit is killed and the limit is named.
- System calls that it does not need and that have let others out, or that hold memory which nobody
  counts, are refused (`system_calls`): on x86_64 and aarch64, for there is no such filter for others.

What it does not cover:

- Faults of the kernel, of bubblewrap or of the processor, side channels, and how fast the machine is.
  For code that is aimed at you, put a virtual machine around it.
- A GPU or any other device: the program has none.
- Secrets in what is shown to it: /usr, the interpreter's folder, whatever is passed as `visible`.
- What can be read from a /proc of its own: the kernel's version, the processor, the uptime, the load.
- Bursts between two looks of the watcher, 10 ms apart: memory may overshoot its limit for so long, up
  to a bound for each process (`bubblewrap.DATA_SLACK`). Memory of the kernel on the program's behalf
  (page tables, pipes, sockets) is bounded by the number of processes and open files only.
- Fairness: a program may use every core until its CPU time is spent.
- The truth of its exit code: a program may exit with whatever code it likes, and `signal` is read from
  a code above 128, as a shell reads it. Believe values, compared out here (`call`), not exits.

Linux 5.14 or later is needed: before, the kernel counted a user's processes over all namespaces, and for
a user other than root the limit on processes would include everything else that runs.

Without bubblewrap nothing runs, unless `allow_unsandboxed` says so. Then there are limits on the wall
clock, on output and, by process, on CPU, data and files: a guard against accidents and no more.
"""

from __future__ import annotations

from codegloss.sandbox.calls import Refusal, Result, call
from codegloss.sandbox.outcome import Limits, Outcome, Status
from codegloss.sandbox.plain import Plain, decode, encode, same
from codegloss.sandbox.process import run

__all__ = [
    "Limits",
    "Outcome",
    "Plain",
    "Refusal",
    "Result",
    "Status",
    "call",
    "decode",
    "encode",
    "run",
    "same",
]
