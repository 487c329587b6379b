import asyncio


async def work(gate, k):
    return await gate + k


async def main():
    gate = asyncio.get_running_loop().create_future()
    tasks = [asyncio.ensure_future(work(gate, k)) for k in range(1_000_000)]
    await asyncio.sleep(0)
    gate.set_result(1)
    total = 0
    for task in tasks:
        total += await task
    return total
