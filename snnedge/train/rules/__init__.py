"""Learning rules that several recipes share, each as a Brian2 network and the simulator that runs it."""
