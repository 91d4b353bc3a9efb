"""Reading the catalogue: what readers see, and what the desk needs to make the next edition."""
