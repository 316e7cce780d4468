"""Encoders, one file each: a sample of gray values becomes input spikes."""
