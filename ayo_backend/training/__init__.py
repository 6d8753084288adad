"""Teaching the generator: puppets and sprite packs in, weights out."""
