"""The link between a client and an engine process: messages, and the client. No torch, no Qt."""
