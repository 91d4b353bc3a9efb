"""People who sign in: the user, the groups and their rights, access getters for personal data."""
