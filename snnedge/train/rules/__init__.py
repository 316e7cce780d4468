"""Learning rules that several recipes share."""
