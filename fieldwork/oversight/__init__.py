"""What supervisors look at: who is there, what was visited, what waits for review, K22 to K26 with their lists."""
