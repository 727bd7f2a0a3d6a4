"""The endpoints as tools for language models, by the Model Context Protocol.

Gradio mounts the server at ``/gradio_api/mcp``. Its own calls of tools ask the page anew from this
machine, so that all visitors would count as one and nobody could leave; here they go to the lanes
in the name of who asks, stop when that one leaves, and return JSON.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.mcp import GradioMCPServer
from gradio.state_holder import SessionState
from mcp import types
from mcp.server import Server

from dta_demo.runtime.requests import Request
from dta_demo.ui.shared.guard import describe_failure
from dta_demo.ui.text import server as server_text
from dta_demo.ui.text.api import ENDPOINTS

logger = logging.getLogger(__name__)


class ToolServer(GradioMCPServer):
    """Tools of the page, one for each endpoint and none else.

    Parameters
    ----------
    blocks : Page
        With all its endpoints.
    """

    def create_mcp_server(self) -> Server:
        """Make the server: it lists tools and calls them, and has neither prompts nor files."""
        server: Server = Server(str(self.blocks.title))
        server.list_tools()(self._list_tools)
        # The library's own decorator would log the name of a tool that does not exist.
        server.request_handlers[types.CallToolRequest] = self._answer
        return server

    def get_tool_to_endpoint(self) -> dict[str, str]:
        """Address of the endpoint behind each tool."""
        return {words.tool: f"/{name}" for name, words in ENDPOINTS.items()}

    def get_fn_description(
        self, block_fn: BlockFunction, tool_name: str
    ) -> tuple[str, dict[str, str]]:
        """Words about a tool, and about each of its inputs."""
        words = ENDPOINTS[str(block_fn.api_name)]
        return words.description, words.inputs

    async def _list_tools(self) -> list[types.Tool]:
        tools = []
        for tool, endpoint in self.tool_to_endpoint.items():
            function = self.get_block_fn_from_endpoint_name(endpoint)
            assert function is not None
            description, inputs = self.get_fn_description(function, tool)
            schema, _ = self.get_input_schema(tool, inputs)
            tools.append(types.Tool(name=tool, description=description, inputSchema=schema))
        return tools

    async def _answer(self, request: types.CallToolRequest) -> types.ServerResult:
        """Call a tool; a failure is an answer of one sentence."""
        try:
            document = await self._call(request.params.name, request.params.arguments or {})
        except gr.Error as error:
            return _result(str(error.message), is_error=True)
        except Exception as error:
            logger.error("A tool failed: %s", describe_failure(error))
            return _result(server_text.FAILED, is_error=True)
        return _result(json.dumps(document), is_error=False)

    async def _call(self, tool: str, arguments: Mapping[str, Any]) -> Any:
        endpoint = self.tool_to_endpoint.get(tool)
        function = self.get_block_fn_from_endpoint_name(endpoint) if endpoint else None
        if endpoint is None or function is None:
            raise _refuse("/tool", server_text.UNKNOWN_REQUEST)
        answer = await self.blocks.process_api(
            function,
            _read(endpoint, self.api_info["named_endpoints"][endpoint]["parameters"], arguments),
            state=SessionState(self.blocks),
            request=self.mcp_server.request_context.request,
        )
        return answer["data"][0]


def _refuse(endpoint: str, sentence: str) -> gr.Error:
    """Note a call that comes to no lane, and say why to its visitor."""
    Request(endpoint, outcome="invalid").note()
    return gr.Error(sentence, print_exception=False)


def _read(endpoint: str, parameters: list[Any], arguments: Mapping[str, Any]) -> list[str]:
    """Arguments in the order of the parameters, which are all texts.

    Raises
    ------
    gr.Error
        When one is missing, unknown or no text.
    """
    names = [each["parameter_name"] for each in parameters]
    needed = [each["parameter_name"] for each in parameters if not each["parameter_has_default"]]
    if not set(needed) <= set(arguments) <= set(names):
        listed = server_text.WRONG_COUNT_NAMES.format(names=", ".join(names))
        sentence = server_text.WRONG_COUNT.format(
            given=len(arguments), wanted=len(names), names=listed
        )
        raise _refuse(endpoint, sentence)
    given = [
        arguments.get(each["parameter_name"], each["parameter_default"]) for each in parameters
    ]
    for name, value in zip(names, given, strict=True):
        if not isinstance(value, str):
            raise _refuse(endpoint, server_text.WRONG_INPUT.format(name=name))
    return given


def _result(text: str, is_error: bool) -> types.ServerResult:
    return types.ServerResult(
        types.CallToolResult(content=[types.TextContent(type="text", text=text)], isError=is_error)
    )
