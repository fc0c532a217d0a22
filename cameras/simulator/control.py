"""Control of a running fleet over HTTP on 127.0.0.1, and its client."""

import asyncio
import json
from asyncio import StreamReader, StreamWriter
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request as Call
from urllib.request import urlopen

from cameras.simulator.faults import Fault
from cameras.simulator.fleet import Fleet
from cameras.simulator.messages import Answer, MalformedError, Request, read_request

CONTROL_PORT = 8589
_HOST = "127.0.0.1"


async def serve_control(fleet: Fleet, port: int = CONTROL_PORT) -> asyncio.Server:
    """Listens for `GET /cameras` and `POST /cameras/<n>/fault`. Raises OSError that names the port."""

    async def connected(reader: StreamReader, writer: StreamWriter) -> None:
        try:
            answer = await _answer(fleet, await read_request(reader))
            answer.headers["Connection"] = "close"
            writer.write(answer.encode("HTTP/1.1"))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, MalformedError):
            pass  # no client of ours
        finally:
            writer.close()

    try:
        return await asyncio.start_server(connected, _HOST, port)
    except OSError as error:
        advice = "another fleet is running? Stop it, or choose another --control-port"
        raise OSError(error.errno, f"The control port {port} is not free: {advice}.") from error


async def _answer(fleet: Fleet, request: Request) -> Answer:
    match request.method, request.path.strip("/").split("/"):
        case "GET", ["cameras"]:
            return _json(fleet.inventory())
        case "POST", ["cameras", number, "fault"]:
            try:
                fault = _asked_fault(request.body)
                await fleet.set_fault(int(number), fault)
            except (ValueError, OSError) as error:
                return _json({"error": str(error)}, 400)
            return _json({"number": int(number), "fault": fault})
        case _, ["cameras"] | ["cameras", _, "fault"]:
            return _json({"error": "GET /cameras, POST /cameras/<number>/fault."}, 405)
    return _json({"error": "There is GET /cameras and POST /cameras/<number>/fault."}, 404)


def _asked_fault(body: bytes) -> Fault | None:
    asked = json.loads(body)
    if not isinstance(asked, dict) or "fault" not in asked:
        raise ValueError('Send {"fault": "freeze"}, or {"fault": null} to end it.')
    word = asked["fault"]
    return None if word is None else Fault.parse(str(word))


def _json(content: object, status: int = 200) -> Answer:
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(content).encode())


def cameras(port: int = CONTROL_PORT) -> list[dict[str, Any]]:
    """The inventory of the fleet that runs on this machine. Raises ValueError where none answers."""
    answer: list[dict[str, Any]] = _call("/cameras", None, port)
    return answer


def tell(number: int, fault: Fault | None, port: int = CONTROL_PORT) -> None:
    """Sets or ends the fault of a camera of the running fleet. Raises ValueError with the fleet's reason."""
    _call(f"/cameras/{number}/fault", {"fault": fault}, port)


def _call(path: str, content: object, port: int) -> Any:  # noqa: ANN401 - JSON
    body = None if content is None else json.dumps(content).encode()
    call = Call(f"http://{_HOST}:{port}{path}", body, {"Content-Type": "application/json"})
    try:
        with urlopen(call, timeout=10) as answer:  # noqa: S310 - our URL
            return json.load(answer)
    except HTTPError as error:
        with error:
            raise ValueError(json.load(error)["error"]) from error
    except (URLError, TimeoutError) as error:
        raise ValueError(f"No fleet answers on {_HOST}:{port}. Start one, or give its --control-port.") from error
