"""Twip: the list of what is registered. Views stand in chalicelib/handlers, frames in chalicelib/ws; the cloud around them in infra/cdk."""

from typing import Any

from chalice import Chalice

from chalicelib.handlers import jobs, on_demand
from chalicelib.handlers.http import edge

VIEWS = (
    *("system", "people.auth", "people.me", "people.administration", "people.availability", "people.performers"),
    *("catalogue.search", "catalogue.twips", "catalogue.goods", "catalogue.moderation"),
    *("catalogue.offers", "catalogue.favourites"),
    *("orders.orders", "orders.work", "orders.files", "orders.thread", "orders.refunds", "orders.reviews"),
    *("uploads", "calls.sessions", "disputes.disputes", "disputes.desk"),
    *("money.accounts", "money.payments", "money.audit"),
)

app = Chalice(app_name="twip")
app.experimental_feature_flags.update(["WEBSOCKETS"])

app.register_middleware(edge, "http")
on_demand.register(app, VIEWS)
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
