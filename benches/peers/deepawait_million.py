import asyncio


async def down(n, bottom, gate):
    if n == 0:
        bottom.set_result(None)
        return await gate
    return await asyncio.ensure_future(down(n - 1, bottom, gate)) + 1


async def main():
    loop = asyncio.get_running_loop()
    bottom, gate = loop.create_future(), loop.create_future()
    task = asyncio.ensure_future(down(999_998, bottom, gate))
    await bottom
    gate.set_result(0)
    return await task
