"""`sunseal-bid`: joins a tender, seals a bid on the bidder's own machine and hands it in."""
