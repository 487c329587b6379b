"""Runs one of the programs beside this file and prints nanoseconds of processor time per operation."""

import asyncio
import importlib
import sys
import time

program = importlib.import_module(sys.argv[1])
before = time.process_time()
result = asyncio.run(program.main())
print(f"{(time.process_time() - before) * 1e9 / program.OPS:.1f} {result}")
