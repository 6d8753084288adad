"""The backend process, and the client that talks to it. docs/protocol.md is the specification of the wire."""
