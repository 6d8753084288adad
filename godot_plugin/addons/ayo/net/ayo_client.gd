## A client of the Ayo backend. Needs no editor: tools, tests and games can use it.
##
## [codeblock]
## var client := AyoClient.new()
## client.open()  # finds the backend that runs on this machine
## var job := client.animate(Image.load_from_file("hero.png"), {"action": "walk"})
## while not job.is_over():
##     client.poll()
##     await get_tree().process_frame
## print(job.frames, job.durations_ms)
## [/codeblock]
##
## A lost connection is taken up again by itself, and jobs that were under way are asked for again:
## the same request gives the same pictures.
class_name AyoClient
extends RefCounted

## The backend has answered; [param welcome] holds its actions, facings and limits.
signal connected(welcome: Dictionary)
## The connection broke or could not be made; [param why] is a sentence for the user.
signal disconnected(why: String)
signal status_received(status: Dictionary)

enum State { CLOSED, WAITING, CONNECTING, CONNECTED }

const Dealer := preload("zmtp_dealer.gd")
const Job := preload("ayo_job.gd")
const Like := preload("ayo_like.gd")
const BackendFiles := preload("backend_files.gd")


## What the client keeps of a job under way.
class _Ticket:
	var job: Job
	## How often it was asked for on a connection that then broke.
	var lost := 0
	var refused_as_busy := 0
	## When to ask again after "busy"; 0 while it is asked for.
	var ask_at := 0.0


const NO_BACKEND := "The Ayo backend is not running."
const _GARBAGE := "The backend sent something this plugin does not understand; update Ayo."
const _MUTE := "The backend does not answer any more."
const _FIRST_PAUSE := 0.25
const _LONGEST_PAUSE := 8.0
const _TRIES_PER_JOB := 3

var state := State.CLOSED
## What the backend said of itself; empty while not connected.
var welcome: Dictionary = {}
## What "hello" tells of this program.
var program := {"name": "Ayo for Godot", "version": "0.1.0"}
## How long jobs outlive a lost connection, in seconds: longer than a backend takes to start.
var patience := 45.0
## How long the backend may take for an answer before the connection is made anew.
var answer_seconds := 10.0

var _dealer: Dealer
var _endpoint := ""
var _user := ""
var _password := ""
var _pause := _FIRST_PAUSE
var _next_try := 0.0
var _lost_at := 0.0
var _tickets: Dictionary[String, _Ticket] = {}
var _deadlines: Dictionary[String, float] = {}
var _last_message := 0.0
var _count := 0


## Connects, and stays connected until [method close]. Without an endpoint the backend's connection
## file is looked for before every try.
func open(endpoint := "", user := "", password := "") -> void:
	close()
	_endpoint = endpoint
	_user = user
	_password = password
	_lost_at = _now()
	_retry_now()


## Tries at once instead of waiting for the next try.
func retry() -> void:
	if state == State.WAITING:
		_retry_now()


## Ends the connection; jobs under way become cancelled.
func close() -> void:
	state = State.CLOSED
	_drop_dealer()
	for ticket: _Ticket in _tickets.values():
		_forget(ticket.job)
		ticket.job.finish(Job.State.CANCELLED)


## Moves everything on; call it once a frame. Never blocks.
func poll() -> void:
	if state == State.WAITING and _now() >= _next_try:
		_connect_once()
	if _dealer != null:
		_dealer.poll()
	_check_deadlines()
	if state == State.CONNECTED:
		_check_clock()
	elif state != State.CLOSED and _now() - _lost_at > patience:
		for ticket: _Ticket in _tickets.values():
			_fail(ticket.job, "lost", "The backend went away and did not come back.")


## Asks for a clip of [param sprite]. [param order] holds the protocol's fields: action, and if
## wanted facing, frames and options. [param parts] tells the sprite's parts, in the protocol's
## colours. [param pins] are frames that come out as they are, by their numbers, counted from 1: as
## large as the sprite, or as the frames that the same order has without them. [param like] is
## another character's clip to take the motion off. May be called before [signal connected].
func animate(
	sprite: Image,
	order: Dictionary,
	parts: Image = null,
	pins: Dictionary[int, Image] = {},
	like: Like = null
) -> Job:
	var job := Job.new()
	_count += 1
	job.id = "godot-%d" % _count
	job.sprite = _raw(sprite)
	job.parts = _raw(parts) if parts != null else null
	for frame in pins:
		job.pins[frame] = _raw(pins[frame])
	if like != null:
		job.like = Like.new()
		job.like.frames.assign(like.frames.map(_raw))
		job.like.durations_ms = like.durations_ms
	job.order = order
	if state == State.CLOSED:
		job.fail.call_deferred("closed", NO_BACKEND)
		return job
	_tickets[job.id] = _Ticket.new()
	_tickets[job.id].job = job
	if state == State.CONNECTED:
		_ask(job)
	return job


## Ends a job before the next frame.
func cancel(job: Job) -> void:
	if not _tickets.has(job.id):
		return
	var asked := state == State.CONNECTED and _tickets[job.id].ask_at == 0.0
	_forget(job)
	if asked:
		_send({"type": "cancel", "id": job.id}, "cancel")
	job.finish(Job.State.CANCELLED)


func request_status() -> void:
	_send({"type": "status"}, "status")


## Ends the backend.
func shutdown() -> void:
	_send({"type": "shutdown"}, "shutdown")


# Connection ---------------------------------------------------------------------------------------


func _retry_now() -> void:
	_pause = _FIRST_PAUSE
	_connect_once()


func _connect_once() -> void:
	_drop_dealer()
	var found := {"endpoint": _endpoint, "user": _user, "password": _password}
	if not _endpoint:
		found = BackendFiles.connection()
	if found.is_empty():
		_lose(NO_BACKEND)
		return
	if found.get("mechanism", "PLAIN") != "PLAIN":
		_lose("The running backend serves a network with CURVE, which this plugin does not speak.")
		return
	state = State.CONNECTING
	_dealer = Dealer.new()
	_dealer.opened.connect(_on_opened)
	_dealer.received.connect(_on_received)
	_dealer.closed.connect(_lose)
	_dealer.open(str(found["endpoint"]), str(found.get("user", "")), str(found.get("password", "")))


func _drop_dealer() -> void:
	if _dealer != null:
		_dealer.opened.disconnect(_on_opened)
		_dealer.received.disconnect(_on_received)
		_dealer.closed.disconnect(_lose)
		_dealer.close()
		_dealer = null
	_deadlines.clear()
	welcome = {}


func _lose(why: String) -> void:
	_drop_dealer()
	if state == State.CONNECTED:
		_lost_at = _now()
		for ticket: _Ticket in _tickets.values():
			_give_back(ticket)
	state = State.WAITING
	_next_try = _now() + _pause
	_pause = minf(_pause * 2.0, _LONGEST_PAUSE)
	disconnected.emit(why)


func _on_opened() -> void:
	var hello := {"type": "hello", "versions": [1], "client": program, "pid": OS.get_process_id()}
	_send(hello, "hello")


func _on_welcome(message: Dictionary) -> void:
	welcome = message
	state = State.CONNECTED
	_pause = _FIRST_PAUSE
	_last_message = _now()
	for ticket: _Ticket in _tickets.values():
		_ask(ticket.job)
	connected.emit(welcome)


func _check_deadlines() -> void:
	var now := _now()
	if _deadlines.values().any(func(due: float) -> bool: return now > due):
		_lose(_MUTE)


func _check_clock() -> void:
	var now := _now()
	for ticket: _Ticket in _tickets.values():
		if ticket.ask_at > 0.0 and now >= ticket.ask_at:
			_ask(ticket.job)
	if _tickets and now - _last_message > answer_seconds and not _deadlines.has("status"):
		request_status()


# Messages -----------------------------------------------------------------------------------------


func _ask(job: Job) -> void:
	_tickets[job.id].ask_at = 0.0
	job.restart()
	_send(job.header(), "accepted " + job.id, job.pictures())


## After a lost connection: the job waits for the next one, but not for ever, since it may be the
## very job that ends the backend.
func _give_back(ticket: _Ticket) -> void:
	ticket.lost += 1
	if ticket.lost >= _TRIES_PER_JOB:
		_fail(ticket.job, "lost", "The backend went away each time it worked on this sprite.")


func _send(header: Dictionary, owed: String, blobs: Array[PackedByteArray] = []) -> void:
	if _dealer == null:
		return
	var parts: Array[PackedByteArray] = [JSON.stringify({"ayo": 1}.merged(header)).to_utf8_buffer()]
	parts.append_array(blobs)
	if _dealer.send(parts) == OK:
		_deadlines[owed] = _now() + answer_seconds


func _on_received(parts: Array[PackedByteArray]) -> void:
	_last_message = _now()
	var json := JSON.new()
	if json.parse(parts[0].get_string_from_utf8()) != OK or not json.data is Dictionary:
		_lose(_GARBAGE)
		return
	var message: Dictionary = json.data
	var pixels := parts[1] if parts.size() > 1 else PackedByteArray()
	if not _take(message, str(message.get("type")), pixels):
		_lose(_GARBAGE)


func _take(message: Dictionary, type: String, pixels: PackedByteArray) -> bool:
	match type:
		"welcome":
			_deadlines.erase("hello")
			_on_welcome(message)
		"status":
			_deadlines.erase("status")
			status_received.emit(message)
		"cancelled":
			_deadlines.erase("cancel")
		"bye":
			_lose("The backend has stopped.")
		"error":
			_on_error(message)
		"accepted", "frame", "done":
			var ticket: _Ticket = _tickets.get(str(message.get("id")))
			return ticket == null or _take_for(ticket.job, message, type, pixels)
	return true


func _take_for(job: Job, message: Dictionary, type: String, pixels: PackedByteArray) -> bool:
	match type:
		"accepted":
			_deadlines.erase("accepted " + job.id)
			return job.take_accepted(message)
		"frame":
			return job.take_frame(message, pixels)
	if not job.has_all(message, pixels):
		return false
	_forget(job)
	job.take_done(message, pixels)
	return true


func _on_error(message: Dictionary) -> void:
	var text := ("%s %s" % [message.get("message", ""), message.get("hint", "")]).strip_edges()
	var ticket: _Ticket = _tickets.get(str(message.get("id")))
	_deadlines.erase(str(message.get("of")))
	if ticket == null:
		if state == State.CONNECTING:
			_lose(text)
		return
	_deadlines.erase("accepted " + ticket.job.id)
	if message.get("code") == "busy":
		var pause := minf(2.0 ** ticket.refused_as_busy, _LONGEST_PAUSE)
		ticket.refused_as_busy += 1
		ticket.ask_at = _now() + pause
	elif message.get("final", true):
		_fail(ticket.job, str(message.get("code", "internal")), text)


func _fail(job: Job, code: String, text: String) -> void:
	_forget(job)
	job.fail(code, text)


func _forget(job: Job) -> void:
	_tickets.erase(job.id)
	_deadlines.erase("accepted " + job.id)


## A copy in the form that the protocol sends.
static func _raw(picture: Image) -> Image:
	var raw: Image = picture.duplicate()
	raw.clear_mipmaps()
	if raw.is_compressed():
		raw.decompress()
	raw.convert(Image.FORMAT_RGBA8)
	return raw


func _now() -> float:
	return Time.get_ticks_msec() / 1000.0
