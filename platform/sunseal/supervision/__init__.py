"""What supervisors watch over: findings and what follows, alerts, and the broken glass."""
