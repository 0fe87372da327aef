"""Who holds a line, by name: told so that a worker which starts again need not wait for the one that died on its machine."""

import os
import socket
import uuid


def new_name() -> str:
    """Return a name for a worker of this process: machine, process, and something of its own."""
    return f"{socket.gethostname()}/{os.getpid()}/{uuid.uuid4().hex[:6]}"


def has_died(name: str) -> bool:
    """Answer whether the worker of that name surely lives no more: it ran on this machine, and its process is gone.

    Wrong only where two machines bear one name. Then both speak for a while; each message is still claimed by one alone.
    """
    machine, _slash, rest = name.partition("/")
    process = rest.partition("/")[0]
    if machine != socket.gethostname() or not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
