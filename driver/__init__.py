"""People who use the running product over HTTP and WebSocket, as pages do. Nothing of the service is imported."""
