"""What a page reads when a function fails over its frame: in the cloud a JSON object without a type, here the bare text of the failure."""

import json
from typing import Any

from ministack.services import apigateway


def patch() -> None:
    """The answer to a frame; that of $connect never reaches the page."""
    invoke = apigateway._invoke_ws_lambda

    async def invoked(*given: Any, **more: Any) -> Any:
        answer = await invoke(*given, **more)
        connection_id, event_type, request_id = given[5:8]
        if event_type != "MESSAGE" or not isinstance(answer, dict) or int(answer.get("statusCode", 200)) < 500:
            return answer
        said = {"message": "Internal server error", "connectionId": connection_id, "requestId": request_id}
        return {**answer, "body": json.dumps(said)}

    apigateway._invoke_ws_lambda = invoked
