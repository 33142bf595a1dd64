"""What anybody may read without an account: notices, custodians, the log, results."""
