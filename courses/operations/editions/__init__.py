"""Writing the catalogue: drafting, review, sealing, flipping, rolling back."""
