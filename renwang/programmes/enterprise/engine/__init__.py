"""Heavy or borrowed computing of enterprises: pure, no Django."""
