"""The passes from the float network to integers and to the tables of the C core."""
