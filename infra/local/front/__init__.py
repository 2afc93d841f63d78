"""One origin for the browser, as the CDN is in the cloud: `/`, `/api`, `/ws`, and beside them what only a local run has."""
