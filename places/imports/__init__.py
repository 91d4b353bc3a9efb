"""Tables of places that staff upload: regions, organisations, sites with their rooms."""
