"""Training in Brian2. Nothing is imported here: a program that only predicts needs no Brian2."""
