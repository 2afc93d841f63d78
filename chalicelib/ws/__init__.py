"""The WebSocket API: pure frames, routes, push."""
