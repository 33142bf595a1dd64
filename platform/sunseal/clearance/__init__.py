"""Certificates of what the screening of a firm said: for the firm, and for supervisors."""
