"""摇号 as arithmetic: sealing a list, drawing an order, checking a published draw. No database, no clock, no chance."""
