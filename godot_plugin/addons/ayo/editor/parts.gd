## The picture that tells Ayo a sprite's parts.
extends RefCounted

const Source := preload("source.gd")

## FORMAT_RGBA8; null if nothing is told.
var image: Image
## A sentence for the user if the picture cannot be used.
var problem := ""


## The picture at [param path] for the one of [param sprites]; nothing if there is no path.
static func read(path: String, sprites: Array[Source]) -> RefCounted:
	var parts := new()
	if not path:
		return parts
	if sprites.size() > 1:
		parts.problem = "The parts are of one sprite: select that one, or empty the field Parts."
		return parts
	var file: Source = Source.from_file(path)
	parts.image = file.image
	parts.problem = file.problem
	if not file.problem and file.image.get_size() != sprites[0].image.get_size():
		parts.problem = (
			"%s is %s pixels, the sprite %s: paint the parts on the sprite's own canvas."
			% [path.get_file(), _size(file.image), _size(sprites[0].image)]
		)
	return parts


static func _size(picture: Image) -> String:
	return "%d × %d" % [picture.get_width(), picture.get_height()]
