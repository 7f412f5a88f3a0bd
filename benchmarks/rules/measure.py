"""Taking times of a piece of work in this process: wall, CPU of all threads, peak memory."""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

STATUS = Path("/proc/self/status")
WARM_UP = 20


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_gb() -> float:
    """The largest memory of this process so far, in GB (10^9 bytes).

    The kernel's own high-water mark where there is one: what `getrusage` says counts the parent, too.
    """
    if STATUS.exists():
        for line in STATUS.read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e9
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def passes(decide: Callable[[], Any], totals: Callable[[Any], Any], repeats: int) -> dict[str, Any]:
    """Medians of ``repeats`` passes after one that warms up, whose totals are read outside the times."""
    loaded = peak_gb()
    found = totals(decide())
    walls, cpus = [], []
    for _ in range(repeats):
        begun, used = time.perf_counter(), cpu_seconds()
        decide()
        walls.append(time.perf_counter() - begun)
        cpus.append(cpu_seconds() - used)
    return {
        "wall_s": statistics.median(walls),
        "cpu_s": statistics.median(cpus),
        "loaded_gb": loaded,
        "peak_gb": peak_gb(),
        "totals": found,
    }


def latencies(decide: Callable[[Any], Any], inputs: list[Any], seconds: float) -> dict[str, Any]:
    """Microseconds of single calls, one after the other, over all inputs in turn: p50 and p99."""
    for one in inputs[:WARM_UP]:
        decide(one)
    taken: list[int] = []
    clock = time.perf_counter_ns
    until = time.perf_counter() + seconds
    while time.perf_counter() < until or len(taken) < len(inputs):
        for one in inputs:
            begun = clock()
            decide(one)
            taken.append(clock() - begun)
    taken.sort()
    return {
        "p50_us": taken[len(taken) // 2] / 1e3,
        "p99_us": taken[len(taken) * 99 // 100] / 1e3,
        "calls": len(taken),
    }


def cpu_ms(work: Callable[[], Any], repeats: int = 1) -> float:
    """The median CPU time of ``work``, without a warm-up: for what is done once, as compiling is."""
    taken = []
    for _ in range(repeats):
        used = cpu_seconds()
        work()
        taken.append((cpu_seconds() - used) * 1e3)
    return statistics.median(taken)
