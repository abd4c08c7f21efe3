"""What every REST door stands on: problem details, strict shapes, bounded bodies, cursors, a throttle."""
