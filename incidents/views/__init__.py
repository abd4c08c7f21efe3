"""Pages of the incidents room: HTML forms check shape only, then call the same rooms as the REST door."""
