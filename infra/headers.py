"""What every answer of the origin says to browsers, in the cloud by the CDN and locally by the front door."""


def content_policy(*storage: str) -> str:
    """`storage`: the origins that pages send files to, beside their own."""
    reached = " ".join(("'self'", *storage))
    return (
        f"default-src 'self'; connect-src {reached}; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self'; "
        "script-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


PERMISSIONS = "camera=(self), microphone=(self), display-capture=(self), geolocation=()"
REFERRER = "strict-origin-when-cross-origin"
