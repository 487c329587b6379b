def down(n):
    if n == 0:
        return 0
    return down(n - 1) + 1


async def main():
    return down(999_998)
