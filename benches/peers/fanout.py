import asyncio


async def work(k):
    await asyncio.sleep(0)
    return k


async def main():
    tasks = [asyncio.ensure_future(work(k)) for k in range(100_000)]
    total = 0
    for task in tasks:
        total += await task
    return total
