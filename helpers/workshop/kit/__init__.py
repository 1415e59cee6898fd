"""What an instructor teaches by: routes through the lessons, and a running order with a clock."""
