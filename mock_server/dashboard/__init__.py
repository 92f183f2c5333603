"""The dashboard: a page that shows an account live, and the files that it is made of."""
