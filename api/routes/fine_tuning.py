"""Routes that teach models from corrected lines, and remove them; 501 unless the operator allows it."""

from collections.abc import Callable, Sequence
from functools import wraps

from flask import Blueprint, Response, abort, jsonify, request
from werkzeug.exceptions import Conflict, NotFound, UnsupportedMediaType

from api.admission import Admission
from api.fine_tuning.learned import INT8, LearnedModels, model_name
from api.fine_tuning.teacher import Teacher
from api.responses import check_parameters

_OFF = "Teaching models is switched off on this server. Use the command text-recognizer fine-tune."
_FULL = "There are {} taught models already, as many as this server keeps. Delete one first."
_THERE = "There is a model {} already. Choose another name, or delete it first."
_ZIP = "application/zip"

Answer = Callable[..., Response]


def blueprint(
    teacher: Teacher | None, learned: LearnedModels | None, admission: Admission, most: int
) -> Blueprint:
    """Return the routes.

    Args:
        teacher: Teaches; None = it is switched off.
        learned: The models that were taught; None = it is switched off.
        admission: Its places bound the bodies in memory.
        most: Number of models that are kept.
    """
    routes, allowed = Blueprint("fine_tuning", __name__), _allowed(teacher, learned)

    @routes.post("/v1/fine-tuning")
    @allowed
    def start(teacher: Teacher, learned: LearnedModels) -> Response:
        name = _new_name(learned.names(), most)
        with admission.place():
            response = jsonify(teacher.start(name, request.get_data()))
        response.status_code = 202
        return response

    @routes.get("/v1/fine-tuning")
    @allowed
    def state(teacher: Teacher, _: LearnedModels) -> Response:
        check_parameters(request)
        return jsonify(teacher.state())

    @routes.delete("/v1/fine-tuning")
    @allowed
    def stop(teacher: Teacher, _: LearnedModels) -> Response:
        check_parameters(request)
        teacher.stop()
        return Response(status=204)

    @routes.delete("/v1/models/<model>")
    @allowed
    def remove(_: Teacher, learned: LearnedModels, model: str) -> Response:
        check_parameters(request)
        if not learned.remove(model):
            raise NotFound(f"There is no taught model {model[:80]!r}; /v1/models lists those there are.")
        return Response(status=204)

    return routes


def _allowed(teacher: Teacher | None, learned: LearnedModels | None) -> Callable[[Answer], Answer]:
    """Return what gives a route the two, or answers 501 without them."""

    def decorate(route: Answer) -> Answer:
        @wraps(route)
        def checked(**arguments: str) -> Response:
            if teacher is None or learned is None:
                abort(501, _OFF)
            return route(teacher, learned, **arguments)

        return checked

    return decorate


def _new_name(there: Sequence[str], most: int) -> str:
    """Return the name of the model that the request asks for; `there` are those that exist.

    Raises:
        InvalidInputError: If the name is none.
        UnsupportedMediaType: If the body is no ZIP file.
        Conflict: If the model exists, or there are too many.
    """
    check_parameters(request, "name")
    name = model_name(request.args.get("name", ""))
    if request.mimetype != _ZIP:
        raise UnsupportedMediaType(f"Expected {_ZIP}; received Content-Type {request.mimetype!r}.")
    if name in {each.removesuffix(INT8) for each in there}:
        raise Conflict(_THERE.format(name))
    if len(there) >= most:
        raise Conflict(_FULL.format(len(there)))
    return name
