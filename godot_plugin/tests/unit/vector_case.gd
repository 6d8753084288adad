## Base of the suites that compare what a job sends with the protocol's vectors.
extends "../case.gd"

const Job := preload("res://addons/ayo/net/ayo_job.gd")


func vector(kind: String, name: String) -> Dictionary:
	var path := given["folder"].path_join("protocol-vectors.json")
	return JSON.parse_string(FileAccess.get_file_as_string(path))[kind][name]


## A job for the sprite of a vector of "animate", without options.
func job_of(asked: Dictionary) -> Job:
	var header: Dictionary = asked["header"]
	var job := Job.new()
	job.id = header["id"]
	job.sprite = picture(asked, 0)
	for field: String in ["action", "facing", "frames"]:
		job.order[field] = header[field]
	job.order["options"] = {}
	return job


## A picture of a vector, 8 pixels wide.
func picture(asked: Dictionary, index: int) -> Image:
	var bytes := str(asked["blobs"][index]).hex_decode()
	var height := bytes.size() / 32
	return Image.create_from_data(8, height, false, Image.FORMAT_RGBA8, bytes)


## The header as it arrives.
func as_sent(job: Job) -> Dictionary:
	return JSON.parse_string(JSON.stringify({"ayo": 1}.merged(job.header())))


func hex(pictures: Array[PackedByteArray]) -> Array:
	return pictures.map(func(bytes: PackedByteArray) -> String: return bytes.hex_encode())
