async def main():
    total = 0
    i = 0
    while i < 20_000_000:
        total = total + i
        i = i + 1
    return total
