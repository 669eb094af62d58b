"""Those who sign in: accounts, their grants, and the door."""
