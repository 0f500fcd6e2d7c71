"""Who uses Mediator: people, the roles they were granted, and what a member of staff must do to sign in."""
