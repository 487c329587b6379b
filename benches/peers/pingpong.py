import asyncio


async def player(first, rounds):
    loop = asyncio.get_running_loop()
    following, total = first, 0
    for _ in range(rounds):
        value, back = await following
        total += value
        answer = loop.create_future()
        back.set_result((value + 1, answer))
        following = answer
    return total


async def main():
    loop = asyncio.get_running_loop()
    a, b = loop.create_future(), loop.create_future()
    one = asyncio.ensure_future(player(a, 200_000))
    two = asyncio.ensure_future(player(b, 200_000))
    await asyncio.sleep(0)
    a.set_result((0, b))
    return await one + await two
