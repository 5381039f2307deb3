"""What the catalogue promises: goods of one seller, and nothing of anybody else on its pages."""

from calla.policy import program

program.claim("one_seller", {"en": "everything on sale is sold by this shop"})
program.claim("reductions_are_real", {"en": "a price called reduced was higher before"})
