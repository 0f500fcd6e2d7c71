"""Sign-in, one's own page, and the way from sign-in to where one works."""
