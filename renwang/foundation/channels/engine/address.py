"""The address of a line, as it is written in a setting."""

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True)
class LineAddress:
    """Where the short-message centre is, and how it may be used."""

    host: str
    port: int
    system_id: str
    password: str
    source: str
    window: int = 50  # submits without a response
    rate: float = 100.0  # segments a second


def line_address(url: str) -> LineAddress:
    """Return the line of "smpp://account:password@host:2775?source=10690000&window=50&rate=100". Raises ValueError in words."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or 2775
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        window, rate = int(query.pop("window", "50")), float(query.pop("rate", "100"))
    except ValueError:
        raise ValueError("RENWANG_SMPP: port, window and rate are numbers.") from None
    source = query.pop("source", "")
    if parts.scheme != "smpp" or not parts.hostname or not parts.username:
        raise ValueError("RENWANG_SMPP is written like smpp://account:password@host:2775?source=10690000.")
    if query:
        raise ValueError(f"RENWANG_SMPP: {', '.join(sorted(query))} is not known; known are source, window, rate.")
    if not source.isalnum() or not 1 <= window <= 1000 or not 0 < rate <= 10_000:
        raise ValueError("RENWANG_SMPP needs source (our number), window from 1 to 1000, rate up to 10000 a second.")
    return LineAddress(
        host=parts.hostname,
        port=port,
        system_id=unquote(parts.username),
        password=unquote(parts.password or ""),
        source=source,
        window=window,
        rate=rate,
    )
