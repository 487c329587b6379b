import asyncio

OPS = 100_000


async def down(n, gate):
    if n == 0:
        return await gate
    return await asyncio.ensure_future(down(n - 1, gate)) + 1


async def main():
    gate = asyncio.get_running_loop().create_future()
    task = asyncio.ensure_future(down(100_000, gate))
    await asyncio.sleep(0)
    for _ in range(100_000):
        await asyncio.sleep(0)
    gate.set_result(0)
    return await task
