"""What Schemathesis cannot be told in its settings file."""

import itertools

import schemathesis

count = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    """Gives each request an `Idempotency-Key` of its own.

    Schemathesis likes to send the same one again: the answer would then be that of another request,
    or 422 because the body is another one, and nothing would be learned of the operation. Sending
    again is the subject of our own tests. A key that is none stays as it is.
    """
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and 0 < len(key) <= 255 and all("!" <= c <= "~" for c in key):
        case.headers["Idempotency-Key"] = f"{key[:200]}-{next(count)}"


@schemathesis.check
def declared_headers_are_there(context, response, case):
    """A version and the place of what is new are in each answer that promises them.

    OpenAPI can mark such a header as required, our generator of the document cannot yet.
    """
    responses = case.operation.definition.raw["responses"]
    promised = responses.get(str(response.status_code), {}).get("headers", {})
    for name in ("ETag", "Location"):
        assert name not in promised or name.lower() in response.headers, f"no {name}"
