"""Practising a whole tender with oneself, on an instance that is for nothing else."""
