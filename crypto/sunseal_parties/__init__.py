"""Programs that run outside the platform's trust: bidder, custodian, auditor."""
