"""Finding what is out of the ordinary: surges, hot spots, and the statistics behind them."""
