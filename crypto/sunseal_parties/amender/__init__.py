"""The program of those two who may postpone a tender: their keys never leave their machines."""
