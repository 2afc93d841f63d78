"""`/docs`: Swagger UI over the API's own description, from an installed package: nothing is fetched from elsewhere."""

from importlib.metadata import files
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

PAGE = Path(__file__).parent / "pages" / "docs.html"
PACKAGE = "flask-openapi-swagger"


async def page(_: Request) -> Response:
    """The page."""
    return FileResponse(PAGE)


async def asset(request: Request) -> Response:
    """One of Swagger UI's files."""
    wanted = request.path_params["name"]
    for file in files(PACKAGE) or ():
        if file.name == wanted and file.suffix in (".js", ".css", ".svg"):
            return FileResponse(Path(str(file.locate())))
    return Response(status_code=404)
