"""What benchmarks/power.py is made of: readings, simulated plants, and the three it stands beside."""
