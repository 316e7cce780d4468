"""Encoders, one file each: they turn a sample of gray values into input spikes."""
