"""A receiver of webhooks for the benchmark: answers 204 at once and keeps how old each message was; GET gives that."""

import asyncio
import json
import time
from datetime import datetime

DELAYS: list[float] = []
EMPTY = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One request for each connection."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    if head.startswith("get "):
        body = json.dumps(DELAYS).encode()
        DELAYS.clear()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    else:
        length = int(head.partition("content-length:")[2].split("\r\n")[0])
        message = json.loads(await reader.readexactly(length))
        writer.write(EMPTY)
        if message["timestamp"]:
            DELAYS.append(time.time() - datetime.fromisoformat(message["timestamp"]).timestamp())
    await writer.drain()
    writer.close()


async def main() -> None:
    """Listen until killed; the port is printed."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
