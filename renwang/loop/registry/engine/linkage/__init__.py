"""Who is who: pairs of records that are one human being, with how sure that is.

splink and DuckDB are loaded only where a comparison is asked for: `from …linkage.running import match`.
"""

from .candidates import Candidate

__all__ = ["Candidate"]
