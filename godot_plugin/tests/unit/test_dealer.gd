## The ZeroMQ transport, against libzmq (an echo) and against peers that misbehave.
extends "../case.gd"

const Dealer := preload("res://addons/ayo/net/zmtp_dealer.gd")

var _dealer: Dealer
var _opened := false
var _why := ""
var _handshake_seconds := 5.0
var _messages: Array[Array] = []


func before() -> void:
	_dealer = Dealer.new()
	_dealer.opened.connect(func() -> void: _opened = true)
	_dealer.closed.connect(func(why: String) -> void: _why = why)
	_dealer.received.connect(func(parts: Array[PackedByteArray]) -> void: _messages.append(parts))


func after() -> void:
	_dealer.close()


func test_null_and_plain_open() -> void:
	_dealer.open(given["null"])
	check(await _poll_until_open(), "NULL opens: " + _why)
	before()
	_dealer.open(given["plain"], given["user"], given["password"])
	check(await _poll_until_open(), "PLAIN opens: " + _why)


func test_wrong_password_is_said() -> void:
	_dealer.open(given["plain"], given["user"], "wrong")
	await _poll_until_closed()
	check("rejected" in _why, _why)


func test_missing_password_is_said() -> void:
	_dealer.open(given["plain"])
	await _poll_until_closed()
	check("password" in _why, _why)


func test_password_for_a_server_without() -> void:
	_dealer.open(given["null"], given["user"], given["password"])
	await _poll_until_closed()
	check(_why != "", "closes")


func test_parts_of_every_length_come_back() -> void:
	await _open_plain()
	for size: int in [0, 1, 254, 255, 256, 257, 65535, 65536, 65537]:
		var sent: Array[PackedByteArray] = [_noise(size), PackedByteArray(), _noise(300)]
		await _echo(sent, "parts of %d bytes" % size)


func test_sixteen_megabytes_come_back() -> void:
	await _open_plain()
	await _echo([_noise(16 << 20)] as Array[PackedByteArray], "16 MiB")


func test_sixteen_large_frames_come_back() -> void:
	await _open_plain()
	var sent: Array[PackedByteArray] = []
	for i in 16:
		sent.append(_noise(256 * 256 * 4))
	await _echo(sent, "16 frames of 256 x 256")


func test_many_messages_keep_their_order() -> void:
	await _open_plain()
	for i in 200:
		_dealer.send([str(i).to_utf8_buffer()] as Array[PackedByteArray])
	check(await _poll_until(func() -> bool: return _messages.size() == 200), "all arrive: " + _why)
	var numbers := _messages.map(func(parts: Array) -> int: return int(_text(parts[0])))
	equal(numbers, range(200), "order")


func test_heartbeats_keep_a_quiet_connection() -> void:
	_dealer.ping_seconds = 0.2
	_dealer.silence_seconds = 2.0
	await _open_plain()
	var end := Time.get_ticks_msec() + 3000
	await _poll_until(func() -> bool: return Time.get_ticks_msec() > end)
	equal(_why, "", "stays open")
	await _echo([_noise(9)] as Array[PackedByteArray], "after a rest")


func test_closed_port_is_said() -> void:
	_dealer.open("tcp://127.0.0.1:9")
	await _poll_until_closed()
	check("not running" in _why, _why)


func test_bad_endpoints_are_said() -> void:
	var bad: Array[String] = [
		"", "tcp://", "127.0.0.1:1", "tcp://127.0.0.1", "tcp://127.0.0.1:99999", "ipc://x:1"
	]
	for endpoint in bad:
		before()
		_why = ""
		_dealer.open(endpoint)
		await _poll_until_closed()
		check("tcp://" in _why or "port" in _why, "%s: %s" % [endpoint, _why])


func test_peers_that_misbehave_get_their_own_words() -> void:
	var words: Dictionary[String, String] = {
		"http": "not the Ayo backend",
		"hangup": "closed the connection",
		"curve": "CURVE",
		"plain": "password",
		"old": "too old",
		"bad_flags": "ZMTP",
		"huge": "too large",
		"large": "too large",
		"nameless": "without a name",
		"long_name": "without a name",
		"early": "before the handshake",
		"error": "rejected",
		"misspelt": "rejected",
	}
	for peer: String in words:
		await _meet(peer)
		check(words[peer] in _why, "%s: %s" % [peer, _why])


func test_bytes_that_trickle_make_a_message() -> void:
	await _meet("trickle")
	equal(_messages.size(), 1, "one message")
	if _messages:
		equal(_messages[0].map(_text), ["hello", "world"], "its parts")


func test_mute_peer_is_given_up() -> void:
	_handshake_seconds = 0.5
	await _meet("mute")
	check("does not answer" in _why, _why)


func test_closing_inside_a_signal_is_safe() -> void:
	_dealer.opened.connect(func() -> void: _dealer.close())
	_dealer.open(given["null"])
	await _poll_until_open()
	await frames(3)
	_dealer.poll()
	equal(_dealer.state, Dealer.State.CLOSED, "closed")
	equal(
		_dealer.send([PackedByteArray()] as Array[PackedByteArray]),
		ERR_UNCONFIGURED,
		"send after close"
	)


func test_vectors_of_the_protocol() -> void:
	var vectors: Dictionary = _read_json("protocol-vectors.json")
	var handshake: Dictionary = vectors["handshake"]
	var user: String = handshake["user"]
	var password: String = handshake["password"]
	for peer: String in _read_json("ports.json"):
		if ":" in peer:
			await _meet(peer, user, password)
			check(_why != "" and _messages.is_empty(), "%s closes" % peer)
	var frames_told: Array = vectors["frames"]
	var answers: Dictionary = vectors["answers"]
	await _converse(frames_told.size() + answers.size(), user, password)
	for i in frames_told.size():
		var bytes: PackedByteArray = _messages[i][0]
		equal(bytes.hex_encode(), frames_told[i]["body"], "frame %d" % i)
	for i in answers.size():
		var parts: Array = _messages[frames_told.size() + i]
		var answer: Dictionary = answers.values()[i]
		equal(
			JSON.parse_string(_text(parts[0] as PackedByteArray)),
			answer["header"],
			answers.keys()[i] as String
		)
		var blobs := parts.slice(1).map(
			func(blob: PackedByteArray) -> String: return blob.hex_encode()
		)
		equal(blobs, answer["blobs"], "its blobs")


func _converse(messages: int, user: String, password: String) -> void:
	var ports: Dictionary = _read_json("ports.json")
	before()
	_why = ""
	_messages.clear()
	_dealer.open("tcp://127.0.0.1:%d" % int(ports["conversation"] as float), user, password)
	await _poll_until(func() -> bool: return _why != "" or _messages.size() == messages)
	equal(_why, "", "stays open")
	# The answers to the heartbeats are still on their way out.
	for i in 5:
		_dealer.poll()
		await tree.process_frame


func _read_json(file: String) -> Dictionary:
	return JSON.parse_string(FileAccess.get_file_as_string(given["folder"].path_join(file)))


func _meet(peer: String, user := "", password := "") -> void:
	var ports: Dictionary = _read_json("ports.json")
	before()
	_why = ""
	_messages.clear()
	_dealer.handshake_seconds = _handshake_seconds
	_dealer.open("tcp://127.0.0.1:%d" % int(ports[peer] as float), user, password)
	await _poll_until(func() -> bool: return _why != "" or not _messages.is_empty())
	_dealer.close()


func _open_plain() -> void:
	_dealer.open(given["plain"], given["user"], given["password"])
	check(await _poll_until_open(), "opens: " + _why)


func _echo(sent: Array[PackedByteArray], what: String) -> void:
	_messages.clear()
	_dealer.send(sent)
	check(
		await _poll_until(func() -> bool: return not _messages.is_empty()), "%s: %s" % [what, _why]
	)
	check(not _messages.is_empty() and _messages[0] == sent, what + " are equal")


func _poll_until_open() -> bool:
	return await _poll_until(func() -> bool: return _opened or _why != "") and _opened


func _poll_until_closed() -> void:
	check(await _poll_until(func() -> bool: return _why != ""), "closes")


func _poll_until(done: Callable) -> bool:
	return await until(_poll_and_ask.bind(done))


func _noise(size: int) -> PackedByteArray:
	var bytes := PackedByteArray()
	bytes.resize(size)
	var random := RandomNumberGenerator.new()
	random.seed = size
	for i in mini(size, 5000):
		bytes[i * maxi(size / 5000, 1) % maxi(size, 1)] = random.randi() & 0xFF
	return bytes


func _text(bytes: PackedByteArray) -> String:
	return bytes.get_string_from_utf8()


func _poll_and_ask(done: Callable) -> bool:
	_dealer.poll()
	return done.call()
