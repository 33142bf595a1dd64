"""Amendments: a published timetable that two people move later, once the custodians agree."""
