"""What people type, and what they must find: queries over a made-up catalogue."""
