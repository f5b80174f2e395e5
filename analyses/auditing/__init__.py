"""The auditor: findings on printed numbers by what they weigh, and where they are kept."""
