"""Runs one of the programs beside this file: prints nanoseconds of processor time per operation, and the result."""

import asyncio
import importlib
import sys
import time

name, operations = sys.argv[1], int(sys.argv[2])
program = importlib.import_module(name)
sys.setrecursionlimit(10_000_000)
before = time.process_time()
try:
    result = asyncio.run(program.main())
except RecursionError:
    result = "too-deep"
print(f"{(time.process_time() - before) * 1e9 / operations:.1f} {result}")
