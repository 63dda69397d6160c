#!/usr/bin/env python3
"""Identity scheme 1 of Chargelog (docs/identity.md), a second implementation for comparison.

Python 3.9 or newer, standard library only. Reads JSON lines {"tenant", "body": base64} from standard input and writes
one line each: {"ok": true, "hash", "occurredAt", "id", "duplicateKeys"} or {"ok": false, "reason"}.
"""
import base64
import datetime
import decimal
import hashlib
import json
import re
import sys
import unicodedata
import uuid

if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(0)  # exponents may be of any length

STRING = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?$)', re.S)
NUMBER = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?")
INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?"
    r"(?:[Zz]|([+-])([0-9]{2})(?::?([0-9]{2}))?)?"
)
EARLIEST, LATEST = 1420070400000, 2082758400000  # 2015-01-01 and 2036-01-01, UTC


class Refused(Exception):
    pass


class Token(str):
    """A number as written."""


def no_constant(name):
    raise ValueError(name + " is not JSON")


def read(body):
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("not-utf8")
    text = text[1:] if text.startswith("\ufeff") else text
    bare = STRING.sub("", text)
    level = deepest = 0
    for bracket in re.findall(r"[][{}]", bare):
        level += 1 if bracket in "[{" else -1
        deepest = max(deepest, level)
    if deepest > 64:
        raise Refused("too-deep")
    if bare.count(":") > 20000:
        raise Refused("too-many-keys")
    repeats = []

    def members(pairs):
        unique = dict(pairs)
        if len(unique) != len(pairs):
            repeats.append(True)
        return unique

    try:
        value = json.loads(
            text, object_pairs_hook=members, parse_int=Token, parse_float=Token, parse_constant=no_constant
        )
    except ValueError:
        raise Refused("not-json")
    if not isinstance(value, dict):
        raise Refused("not-an-object")
    name = value.get("notification")
    if not isinstance(name, str) or isinstance(name, Token):
        raise Refused("no-notification-name")
    units = len(name.encode("utf-16-le", "surrogatepass")) // 2
    if not 1 <= units <= 255 or any(unicodedata.category(char) in ("Cc", "Cs") for char in name):
        raise Refused("no-notification-name")
    return value, name, bool(repeats)


def decimal_of(token):
    """(sign, integer coefficient as text without outer zeros, exponent) of a number token, exactly."""
    sign, whole, fraction, exponent = NUMBER.fullmatch(token).groups()
    digits = whole + (fraction or "")
    trimmed = digits.rstrip("0")
    power = int(exponent or 0) - len(fraction or "") + len(digits) - len(trimmed)
    return (sign, trimmed.lstrip("0"), power) if trimmed else ("", "", 0)


def ecmascript(double):
    """Number::toString of ECMA-262 for a finite double; repr() finds the same shortest digits."""
    sign, digits, exponent = decimal.Decimal(repr(double)).as_tuple()
    text = "".join(map(str, digits)).rstrip("0")
    point = len(digits) + exponent  # value = 0.text times ten to the power of point
    if len(text) <= point <= 21:
        out = text + "0" * (point - len(text))
    elif 0 < point <= 21:
        out = text[:point] + "." + text[point:]
    elif -6 < point <= 0:
        out = "0." + "0" * -point + text
    else:
        out = text[0] + ("." + text[1:] if len(text) > 1 else "") + "e%+d" % (point - 1)
    return ("-" if sign else "") + out


def canonical_number(token):
    exact = decimal_of(token)
    if exact[1] == "":
        return "0"
    double = float(token)
    if double not in (0.0, float("inf"), float("-inf")) and decimal_of(repr(double)) == exact:
        return ecmascript(double)
    return "%s%se%d" % exact


def quoted(text):
    out = json.dumps(text, ensure_ascii=False)
    return re.sub("[\ud800-\udfff]", lambda lone: "\\u%04x" % ord(lone.group()), out)


def canonical(value):
    if isinstance(value, Token):
        return canonical_number(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(quoted(key) + ":" + canonical(value[key]) for key in keys) + "}"
    return {True: "true", False: "false", None: "null"}[value]


def instant(value):
    """Milliseconds since 1970 UTC, or None."""
    found = INSTANT.fullmatch(value) if isinstance(value, str) and not isinstance(value, Token) else None
    if not found:
        return None
    year, month, day, hour, minute, second = (int(group or 0) for group in found.groups()[:6])
    fraction, sign, ahead_hours, ahead_minutes = found.groups()[6:]
    try:  # the calendar repeats every 400 years, and datetime knows no year 0
        days = datetime.date(2000 + year % 400, month, day).toordinal() + (year // 400 - 5) * 146097
    except ValueError:
        return None
    if hour > 23 or minute > 59 or second > 60 or int(ahead_hours or 0) > 23 or int(ahead_minutes or 0) > 59:
        return None
    ahead = (int(ahead_hours or 0) * 60 + int(ahead_minutes or 0)) * (-1 if sign == "-" else 1)
    minutes = (days - datetime.date(1970, 1, 1).toordinal()) * 1440 + hour * 60 + minute - ahead
    if second == 60:
        return minutes * 60000 + 59999 if minutes % 1440 == 1439 else None
    return minutes * 60000 + second * 1000 + int(((fraction or "") + "000")[:3])


def counted(value):
    """An instant from 2015 to 2035, or None: outside are clocks that were never set."""
    at = instant(value)
    return at if at is not None and EARLIEST <= at < LATEST else None


def own_time(body):
    session = body.get("session")
    for holder, names in (
        (body, "timestamp stoppedAtTimestamp startedAtTimestamp appliedAt lastUpdatedAt updatedAt createdAt"),
        (session if isinstance(session, dict) else {}, "lastUpdatedAt stoppedAt startedAt"),
    ):
        for name in names.split():
            at = counted(holder.get(name))
            if at is not None:
                return at
    for array, name in (
        ("meterValues", "timestamp"),
        ("currentConsumption", "lastUpdatedAt"),
        ("configuration", "lastUpdatedAt"),
        ("configuration", "timestamp"),
    ):
        elements = body.get(array) if isinstance(body.get(array), list) else []
        times = [counted(element.get(name)) for element in elements if isinstance(element, dict)]
        times = [at for at in times if at is not None]
        if times:
            return max(times)
    return None


def identify(tenant, body):
    value, name, repeated = read(body)
    content = body if repeated else canonical(value).encode()
    parts = (b"1", tenant.encode(), quoted(name).encode(), content)
    digest = hashlib.sha256(b"".join(b"%d:%s" % (len(part), part) for part in parts)).digest()
    at, event_id = own_time(value), None
    if at is not None:
        raw = bytearray(at.to_bytes(6, "big") + digest[:10])
        raw[6] = raw[6] & 0x0F | 0x80
        raw[8] = raw[8] & 0x3F | 0x80
        event_id = str(uuid.UUID(bytes=bytes(raw)))
    return {"ok": True, "hash": digest.hex(), "occurredAt": at, "id": event_id, "duplicateKeys": repeated}


sys.stdin.reconfigure(encoding="utf-8")
for line in sys.stdin:
    asked = json.loads(line)
    try:
        answer = identify(asked["tenant"], base64.b64decode(asked["body"]))
    except Refused as refused:
        answer = {"ok": False, "reason": str(refused)}
    print(json.dumps(answer))
