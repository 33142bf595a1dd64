"""Joining a tender, sealed uploads, promises and withdrawal: the bidder's side of the box."""
