"""Certificates that anyone can verify, and the list of accredited products that every marketplace can take."""
