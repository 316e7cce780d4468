"""Tools that know nothing of networks: files, programs, plug-ins, progress."""
