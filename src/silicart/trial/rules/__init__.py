"""The rules that a study may name, one file each; `registry` finds them."""
