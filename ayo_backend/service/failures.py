"""One exception for every error code of the wire, all of them AyoError."""

from __future__ import annotations

from ayo_backend.errors import AyoError
from ayo_backend.service.protocol import Error


class BadMessageError(AyoError):
    """The backend did not understand the request."""


class UnsupportedVersionError(AyoError):
    """Client and backend have no version of the protocol in common."""


class UnauthorizedError(AyoError):
    """Wrong credentials, or a request this client may not make."""


class UnknownActionError(AyoError):
    """There is no such action."""


class UnknownFacingError(AyoError):
    """There is no such facing."""


class UnknownCreatureError(AyoError):
    """There is no such creature."""


class BadPartsError(AyoError):
    """The picture of the parts tells none."""


class BadPinError(AyoError):
    """The clip has no such frame to pin, or it is pinned twice."""


class BadClipError(AyoError):
    """The clip to move like shows no motion, or has another size than Ayo takes."""


class ImageTooLargeError(AyoError):
    """A side of the sprite is above the limit."""


class ImageTooSmallError(AyoError):
    """A side of the sprite is below the limit."""


class EmptyImageError(AyoError):
    """The sprite has no visible pixel."""


class TooManyFramesError(AyoError):
    """The number of frames is outside the limits."""


class BusyError(AyoError):
    """The queue is full; try again later."""


class CancelledError(AyoError):
    """The job was ended by somebody else."""


class WorkerCrashedError(AyoError):
    """The computing process died while the job ran."""


class TimedOutError(AyoError):
    """The job, or an answer, took too long."""


class InternalError(AyoError):
    """Anything else that went wrong in the backend."""


class NoBackendError(AyoError):
    """There is no backend to talk to, or it has gone."""


BY_CODE: dict[str, type[AyoError]] = {
    "bad_message": BadMessageError,
    "unsupported_version": UnsupportedVersionError,
    "unauthorized": UnauthorizedError,
    "unknown_action": UnknownActionError,
    "unknown_facing": UnknownFacingError,
    "unknown_creature": UnknownCreatureError,
    "bad_parts": BadPartsError,
    "bad_pin": BadPinError,
    "bad_clip": BadClipError,
    "image_too_large": ImageTooLargeError,
    "image_too_small": ImageTooSmallError,
    "empty_image": EmptyImageError,
    "too_many_frames": TooManyFramesError,
    "busy": BusyError,
    "cancelled": CancelledError,
    "worker_crashed": WorkerCrashedError,
    "timeout": TimedOutError,
    "internal": InternalError,
}


def raised_by(error: Error) -> AyoError:
    """The exception of an error message."""
    return BY_CODE.get(error.code, InternalError)(error.code, error.message, error.hint)
