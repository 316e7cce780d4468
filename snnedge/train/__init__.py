"""Training in Brian2. Importing this package imports no Brian2: prediction works without it."""
