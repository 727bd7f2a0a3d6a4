"""A language model's side of the page: the tools that it sees, and its calls."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from mcp import ClientSession, types
from mcp.client.streamable_http import streamablehttp_client

Result = TypeVar("Result")


def talk(
    url: str,
    say: Callable[[ClientSession], Awaitable[Result]],
    headers: dict[str, str] | None = None,
) -> Result:
    """Connect to the tools of a page, and return what came of it."""

    async def connect() -> Result:
        address = f"{url}/gradio_api/mcp/"
        async with (
            streamablehttp_client(address, headers=headers) as (receive, send, _),
            ClientSession(receive, send) as session,
        ):
            await session.initialize()
            return await say(session)

    return asyncio.run(connect())


def call(url: str, tool: str, *, visitor: str = "", **arguments: Any) -> types.CallToolResult:
    """Call one tool, as a visitor behind a proxy."""
    headers = {"x-forwarded-for": visitor} if visitor else None
    return talk(url, lambda session: session.call_tool(tool, arguments), headers)


def text_of(result: types.CallToolResult) -> str:
    """The one text of an answer."""
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    return content.text
