"""The meeting in the hall: reading out, objections and answers, the minutes and who signs them."""
