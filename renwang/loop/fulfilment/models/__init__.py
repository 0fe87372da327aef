"""Tables of fulfilment."""

from .lines import Line, Movement, Offer

__all__ = ["Line", "Movement", "Offer"]
