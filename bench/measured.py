"""Runs a command and prints its time and peak memory as JSON: {"wall_ms", "cpu_ms", "peak_mb", "code"}.

A process of its own, and a small one: the kernel counts what a process was before it became another program towards its
peak memory, so a big parent would show through.
"""

import os
import sys
import time

began = time.perf_counter()
child = os.fork()
if child == 0:
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.execv(sys.argv[1], sys.argv[1:])
_, status, used = os.wait4(child, 0)
print('{"wall_ms": %.2f, "cpu_ms": %.2f, "peak_mb": %.1f, "code": %d}' % (
    (time.perf_counter() - began) * 1000, (used.ru_utime + used.ru_stime) * 1000, used.ru_maxrss / 1024,
    os.waitstatus_to_exitcode(status)))
