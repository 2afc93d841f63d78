"""What strangers and search engines get without the client: public pages as HTML, and what leads to them (E22)."""
