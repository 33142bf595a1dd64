"""The registry of conduct: integrity facts about firms, each with its source and term."""
