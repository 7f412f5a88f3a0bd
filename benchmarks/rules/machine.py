"""What this machine is and how quickly it can read memory: the limit that populations are held against."""

from __future__ import annotations

import os
import platform
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

ELEMENTS = 100_000_000  # 0.8 GB, far more than the caches hold
REPEATS = 7
THREADS = 2


def read_gb_per_s(elements: int = ELEMENTS) -> float:
    """GB a second that two threads read at best, each summing its half of an array."""
    numbers = np.ones(elements, np.int64)
    halves = np.array_split(numbers, THREADS)
    taken = []
    with ThreadPoolExecutor(THREADS) as threads:
        for _ in range(REPEATS):
            begun = time.perf_counter()
            list(threads.map(np.sum, halves))
            taken.append(time.perf_counter() - begun)
    return numbers.nbytes / 1e9 / min(taken)


def facts() -> dict[str, str]:
    """Processor, cores, memory, system, Python: no host name, no date."""
    return {
        "processor": _line("/proc/cpuinfo", "model name") or platform.processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}, {platform.machine()}",
        "python": platform.python_version(),
    }


def _line(path: str, key: str) -> str:
    file = Path(path)
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    found = [line.partition(":")[2].strip() for line in lines if line.startswith(key)]
    return found[0] if found else ""
