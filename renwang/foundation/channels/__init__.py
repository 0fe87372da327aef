"""Short messages, sent and received: the line to a short-message centre, the ladder of each message, what people answer."""
