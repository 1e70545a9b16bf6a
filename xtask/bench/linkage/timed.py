"""Runs a command and prints what it took: {"wall": s, "cpu": s, "megabytes": peak, "status": n}.

usage: timed.py COMMAND...   The command's own output goes to standard error.
"""

import json
import os
import sys
import time

begun = time.monotonic()
child = os.fork()
if child == 0:
    os.dup2(2, 1)
    os.execvp(sys.argv[1], sys.argv[1:])
_, status, used = os.wait4(child, 0)
print(json.dumps({
    "wall": time.monotonic() - begun,
    "cpu": used.ru_utime + used.ru_stime,
    "megabytes": used.ru_maxrss / 1024,
    "status": os.waitstatus_to_exitcode(status),
}))
