"""Tenders: the notice, its documents, its timetable, and the states it goes through."""
