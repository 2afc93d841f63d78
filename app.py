"""Twip: the list of what is registered. Views stand in chalicelib/handlers, frames in chalicelib/ws; the cloud around them in infra/cdk."""

from typing import Any

from chalice import Chalice

from chalicelib.handlers import jobs, system, uploads
from chalicelib.handlers.calls import sessions
from chalicelib.handlers.catalogue import goods, moderation, search, twips
from chalicelib.handlers.disputes import desk, disputes
from chalicelib.handlers.http import edge
from chalicelib.handlers.money import accounts, audit, payments
from chalicelib.handlers.orders import files, orders, refunds, reviews, thread, work
from chalicelib.handlers.people import administration, auth, availability, me, performers

app = Chalice(app_name="twip")
app.experimental_feature_flags.update(["WEBSOCKETS"])

app.register_middleware(edge, "http")
for views in (
    *(system, auth, me, administration, availability, performers),
    *(search, twips, goods, moderation),
    *(orders, work, files, thread, refunds, reviews, uploads, sessions, disputes, desk),
    *(accounts, payments, audit),
):
    app.register_blueprint(views.bp)
app.register_blueprint(jobs.jobs)


# WebSocket handlers inside a Blueprint lose their event in Chalice 1.34: these three stand here.
@app.on_ws_connect()
def ws_connect(event: Any) -> Any:
    """Opens a connection for a ticket."""
    from chalicelib.ws import routes

    return routes.connect(event)


@app.on_ws_message()
def ws_message(event: Any) -> Any:
    """Every frame, whatever its type."""
    from chalicelib.ws import routes

    return routes.message(event)


@app.on_ws_disconnect()
def ws_disconnect(event: Any) -> Any:
    """Best effort of the gateway."""
    from chalicelib.ws import routes

    return routes.disconnect(event)
