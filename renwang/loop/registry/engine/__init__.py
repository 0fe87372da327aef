"""Pure computing of the register: identifiers, names, divisions."""
