"""The worker: thin tasks around service functions, and the schedule that sweeps deadlines."""
