"""What the API tells of whistle calls and consultations."""
