"""Ways out for short messages. Nothing outside this package knows which one is in use."""
