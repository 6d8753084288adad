## A ZeroMQ DEALER socket over TCP, in plain GDScript.
##
## Speaks ZMTP 3.1 (https://rfc.zeromq.org/spec/37/) with the NULL and PLAIN
## (https://rfc.zeromq.org/spec/24/) mechanisms, as a client. Call [method poll] once a frame; it
## never blocks. One object is one connection: after [signal closed], make a new one.
extends RefCounted

## The handshake is over: [method send] may be used.
signal opened
## A whole message has arrived.
signal received(parts: Array[PackedByteArray])
## The connection is over; [param why] is a sentence for the user.
signal closed(why: String)

enum State { IDLE, CONNECTING, GREETING, HANDSHAKE, READY, CLOSED }

## What the reader is waiting for.
enum Wait { SIGNATURE, GREETING, FLAGS, SIZE, BODY }

const MAX_PART_BYTES := 64 << 20
const MAX_PARTS := 16
const MAX_COMMAND_BYTES := 64 << 10
## The reader and the writer each move at most this much per [method poll], so that the editor stays
## responsive while a flood comes in.
const BYTES_PER_POLL := 8 << 20
const SLICE_BYTES := 1 << 20

const _FLAG_MORE := 1
const _FLAG_LONG := 2
const _FLAG_COMMAND := 4
const _MORE_COMMAND := _FLAG_MORE | _FLAG_COMMAND
const _REJECTED := "The backend rejected the user name or the password."
## libzmq up to 4.3.5 sends PLAIN's ERROR command so, because "\x05E" is a single escape in C, and
## then waits instead of closing. It is "^RROR" where length and name belong.
const _MISSPELT_ERROR: PackedByteArray = [0x5E, 0x52, 0x52, 0x4F, 0x52]

var state := State.IDLE
## How long connecting and greeting may take.
var handshake_seconds := 5.0
## Seconds between PINGs, and the silence after which the backend is given up.
var ping_seconds := 3.0
var silence_seconds := 10.0

var _tcp: StreamPeerTCP
var _failure := ""
var _user := ""
var _password := ""
var _started := 0.0
var _heard := 0.0
var _pinged := 0.0

var _waiting := Wait.SIGNATURE
var _wanted := 0
var _chunks: Array[PackedByteArray] = []
var _have := 0
var _flags := 0
var _parts: Array[PackedByteArray] = []
var _arrived: Array[Array] = []

var _outbox: Array[PackedByteArray] = []
var _sent := 0


## Starts to connect to [param endpoint], "tcp://127.0.0.1:5555". An empty [param user] means the
## NULL mechanism, anything else PLAIN. A bad endpoint closes at the next [method poll].
func open(endpoint: String, user := "", password := "") -> void:
	_user = user
	_password = password
	_started = _now()
	state = State.CONNECTING
	_tcp = StreamPeerTCP.new()
	var colon := endpoint.rfind(":")
	var host := endpoint.trim_prefix("tcp://").substr(0, maxi(colon - 6, 0))
	var port := endpoint.substr(colon + 1)
	if not endpoint.begins_with("tcp://") or not host.is_valid_ip_address():
		_fail("%s is no address of the form tcp://127.0.0.1:5555." % endpoint)
	elif not port.is_valid_int() or int(port) < 1 or int(port) > 65535:
		_fail("%s has no port between 1 and 65535." % endpoint)
	elif maxi(user.to_utf8_buffer().size(), password.to_utf8_buffer().size()) > 255:
		_fail("User name and password may have at most 255 bytes.")
	elif _tcp.connect_to_host(host, int(port)) != OK:
		_fail("Cannot open a connection to %s." % endpoint)


## Queues one message of one or more parts. ERR_UNCONFIGURED before [signal opened].
func send(parts: Array[PackedByteArray]) -> Error:
	if state != State.READY:
		return ERR_UNCONFIGURED
	for i in parts.size():
		_put_frame(_FLAG_MORE if i < parts.size() - 1 else 0, parts[i])
	return OK


## Moves bytes and emits what happened since the last call.
func poll() -> void:
	if state == State.IDLE or state == State.CLOSED:
		return
	var was_ready := state == State.READY
	var why := _advance()
	if not was_ready and state == State.READY:
		opened.emit()
	while not _arrived.is_empty() and state == State.READY:
		var parts: Array[PackedByteArray] = _arrived.pop_front()
		received.emit(parts)
	if why and state != State.CLOSED:
		_drop()
		closed.emit(why)


## Closes without a [signal closed]. What [method send] queued is given to the system first, as far
## as that takes it at once.
func close() -> void:
	if state == State.READY:
		_flush()
	_drop()


func _drop() -> void:
	state = State.CLOSED
	if _tcp != null:
		_tcp.disconnect_from_host()
		_tcp = null
	_outbox.clear()
	_chunks.clear()
	_parts.clear()
	_arrived.clear()


func _fail(why: String) -> String:
	if not _failure:
		_failure = why
	return _failure


func _advance() -> String:
	if _failure:
		return _failure
	_tcp.poll()
	match _tcp.get_status():
		StreamPeerTCP.STATUS_CONNECTING:
			return _check_clock()
		StreamPeerTCP.STATUS_ERROR:
			var refused := state == State.CONNECTING
			return _fail(
				(
					"Nothing answers there: the backend is not running."
					if refused
					else _words_for_hangup()
				)
			)
		StreamPeerTCP.STATUS_NONE:
			return _fail(_words_for_hangup())
	if state == State.CONNECTING:
		_tcp.set_no_delay(true)
		_begin_greeting()
	_read()
	if not _failure:
		_flush()
	return _failure if _failure else _check_clock()


func _words_for_hangup() -> String:
	if state == State.READY:
		return "The backend closed the connection."
	return "The other side closed the connection at once; does it want a user name and password?"


func _check_clock() -> String:
	var now := _now()
	if state != State.READY:
		if now - _started > handshake_seconds:
			return _fail("The other side does not answer in the way the backend would.")
		return ""
	if now - _heard > silence_seconds:
		return _fail("The backend has been silent for %d seconds." % ceili(silence_seconds))
	if now - _pinged > ping_seconds:
		_pinged = now
		_put_command("PING", PackedByteArray([0, 0]))
	return ""


# Reading ------------------------------------------------------------------------------------------


func _read() -> void:
	var budget := BYTES_PER_POLL
	while budget > 0 and not _failure:
		var available := _tcp.get_available_bytes()
		if available <= 0:
			return
		var got: Array = _tcp.get_partial_data(mini(mini(available, budget), _wanted - _have))
		var chunk: PackedByteArray = got[1]
		if got[0] != OK or chunk.is_empty():
			return
		_heard = _now()
		budget -= chunk.size()
		_have += chunk.size()
		_chunks.append(chunk)
		if _have == _wanted:
			_take(_join_chunks())


func _join_chunks() -> PackedByteArray:
	var whole: PackedByteArray = _chunks[0]
	for i in range(1, _chunks.size()):
		whole.append_array(_chunks[i])
	_chunks.clear()
	_have = 0
	return whole


func _expect(what: Wait, bytes: int) -> void:
	_waiting = what
	_wanted = bytes
	if bytes == 0:
		_take(PackedByteArray())


func _take(bytes: PackedByteArray) -> void:
	match _waiting:
		Wait.SIGNATURE:
			if bytes[0] != 0xFF or bytes[9] != 0x7F:
				_fail("What answers there is not the Ayo backend.")
			else:
				_expect(Wait.GREETING, 54)
		Wait.GREETING:
			_take_greeting(bytes)
		Wait.FLAGS:
			_flags = bytes[0]
			if (
				_flags & ~(_FLAG_MORE | _FLAG_LONG | _FLAG_COMMAND)
				or _flags & _MORE_COMMAND == _MORE_COMMAND
			):
				_fail("The backend sent a frame that ZMTP does not know.")
			else:
				_expect(Wait.SIZE, 8 if _flags & _FLAG_LONG else 1)
		Wait.SIZE:
			_take_size(bytes)
		Wait.BODY:
			if _flags & _FLAG_COMMAND:
				_take_command(bytes)
			else:
				_take_part(bytes)
			_expect(Wait.FLAGS, 1)


func _take_size(bytes: PackedByteArray) -> void:
	var size := 0
	for byte in bytes:
		size = size << 8 | byte
	# A length with the top bit set is negative here.
	var limit := MAX_COMMAND_BYTES if _flags & _FLAG_COMMAND else MAX_PART_BYTES
	if size < 0 or size > limit:
		_fail("The backend announced a message that is too large.")
	else:
		_expect(Wait.BODY, size)


func _take_part(bytes: PackedByteArray) -> void:
	if state != State.READY:
		_fail("The backend spoke before the handshake was over.")
		return
	if _parts.size() == MAX_PARTS:
		_fail("The backend sent a message of too many parts.")
		return
	_parts.append(bytes)
	if not _flags & _FLAG_MORE:
		_arrived.append(_parts)
		_parts = []


# Handshake ----------------------------------------------------------------------------------------


func _begin_greeting() -> void:
	state = State.GREETING
	_expect(Wait.SIGNATURE, 10)
	var greeting := PackedByteArray([0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 1])
	greeting.append_array(_mechanism().to_ascii_buffer())
	greeting.resize(64)
	_outbox.append(greeting)


func _mechanism() -> String:
	return "PLAIN" if _user else "NULL"


func _take_greeting(bytes: PackedByteArray) -> void:
	var theirs := bytes.slice(2, 22).get_string_from_ascii()
	if bytes[0] < 3:
		_fail("The other side speaks a ZeroMQ that is too old.")
	elif theirs == _mechanism():
		state = State.HANDSHAKE
		_expect(Wait.FLAGS, 1)
		if _user:
			_put_command("HELLO", _short(_user) + _short(_password))
		else:
			_put_command("READY", _metadata())
	elif theirs == "PLAIN":
		_fail("The backend wants a user name and a password.")
	else:
		_fail("The backend wants the %s mechanism, which this plugin does not have." % theirs)


func _take_command(bytes: PackedByteArray) -> void:
	if state == State.HANDSHAKE and bytes.slice(0, 5) == _MISSPELT_ERROR:
		_fail(_REJECTED)
		return
	if bytes.is_empty() or bytes[0] == 0 or bytes[0] + 1 > bytes.size():
		_fail("The backend sent a command without a name.")
		return
	var name := bytes.slice(1, 1 + bytes[0]).get_string_from_ascii()
	if state == State.READY:
		if name == "PING":
			_put_command("PONG", bytes.slice(7))
		return
	match name:
		"WELCOME":
			_put_command("INITIATE", _metadata())
		"READY":
			state = State.READY
			_heard = _now()
			_pinged = _heard
		"ERROR":
			_fail(_REJECTED)
		_:
			_fail("The backend answered the handshake with something unknown.")


func _metadata() -> PackedByteArray:
	return _short("Socket-Type") + _long("DEALER") + _short("Identity") + _long("")


# Writing ------------------------------------------------------------------------------------------


func _short(text: String) -> PackedByteArray:
	var bytes := text.to_utf8_buffer()
	return PackedByteArray([bytes.size()]) + bytes


func _long(text: String) -> PackedByteArray:
	var bytes := text.to_utf8_buffer()
	return _big_endian(bytes.size(), 4) + bytes


func _big_endian(value: int, width: int) -> PackedByteArray:
	var bytes := PackedByteArray()
	for i in range(width - 1, -1, -1):
		bytes.append(value >> (8 * i) & 0xFF)
	return bytes


func _put_command(name: String, body: PackedByteArray) -> void:
	_put_frame(_FLAG_COMMAND, _short(name) + body)


func _put_frame(flags: int, body: PackedByteArray) -> void:
	if body.size() > 255:
		_outbox.append(PackedByteArray([flags | _FLAG_LONG]) + _big_endian(body.size(), 8))
	else:
		_outbox.append(PackedByteArray([flags, body.size()]))
	if not body.is_empty():
		_outbox.append(body)


func _flush() -> void:
	var budget := BYTES_PER_POLL
	while not _outbox.is_empty() and budget > 0:
		var bytes: PackedByteArray = _outbox[0]
		var slice := bytes.slice(_sent, _sent + SLICE_BYTES)
		var result: Array = _tcp.put_partial_data(slice)
		var count: int = result[1]
		if result[0] != OK:
			return
		_sent += count
		budget -= count
		if _sent == bytes.size():
			_outbox.pop_front()
			_sent = 0
		elif count < slice.size():
			return


func _now() -> float:
	return Time.get_ticks_msec() / 1000.0
