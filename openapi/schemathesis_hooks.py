"""What Schemathesis cannot be told in its settings file."""

import itertools
import json
import os
import urllib.request

import schemathesis

count = itertools.count()
credentials = f"Bearer {os.environ['RAPPORT_API_KEY']}"


def find_caller():
    """Who calls in this run, as the server tells it."""
    address = f"{os.environ['RAPPORT_ADDRESS']}/api/v1/me"
    request = urllib.request.Request(address, headers={"Authorization": credentials})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


caller = find_caller()
# What would end the run: the service let go or without its roles, the key revoked.
ends_run = {"update_user": caller["id"], "revoke_api_key": caller["api_key_id"]}


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


@schemathesis.hook("before_call")
def spare_the_caller(context, case, kwargs):
    """Aims what would end the run at a record that is not there."""
    own = ends_run.get(case.operation.definition.raw["operationId"])
    if own is not None and (case.path_parameters or {}).get("id") == own:
        kind, _ = own.rsplit("_", 1)
        case.path_parameters["id"] = f"{kind}_{'0' * 26}"


@schemathesis.check
def declared_headers_are_there(context, response, case):
    """A version and the place of what is new are in each answer that promises them.

    OpenAPI can mark such a header as required, our generator of the document cannot yet.
    """
    responses = case.operation.definition.raw["responses"]
    promised = responses.get(str(response.status_code), {}).get("headers", {})
    for name in ("ETag", "Location"):
        assert name not in promised or name.lower() in response.headers, f"no {name}"


@schemathesis.check
def the_key_holds(context, response, case):
    """Nothing that was sent has ended the run's own key: every later answer would be 401."""
    sent = response.request.headers.get("Authorization")
    assert sent != credentials or response.status_code != 401, "the key is refused"
