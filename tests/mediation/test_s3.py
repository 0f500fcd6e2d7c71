"""Photographs in an S3-compatible bucket: the same promises as on disk, against moto's server over HTTP."""

from __future__ import annotations

import builtins
import hashlib
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from django.test import override_settings
from moto.server import ThreadedMotoServer

from mediator.mediation import keeping
from mediator.mediation.errors import MediationError
from mediator.mediation.photos.s3 import S3Store, read_place
from tests.mediation.making import NOW, file, jpeg


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    client = boto3.client("s3", endpoint_url=endpoint, region_name="ap-southeast-3")
    client.create_bucket(Bucket="photos", CreateBucketConfiguration={"LocationConstraint": "ap-southeast-3"})
    yield client
    for found in client.list_objects_v2(Bucket="photos").get("Contents", []):
        client.delete_object(Bucket="photos", Key=found["Key"])
    client.delete_bucket(Bucket="photos")


def address(endpoint: str, bucket: str = "photos/goods") -> str:
    return f"s3://{bucket}?endpoint={endpoint}&region=ap-southeast-3"


def code_of(call: Any, *arguments: object) -> str:
    with pytest.raises(MediationError) as caught:
        call(*arguments)
    return caught.value.code


def test_what_is_put_comes_back_by_its_hash(endpoint: str, bucket: Any) -> None:
    store = S3Store(address(endpoint))
    digest = store.put(b"a picture")
    assert digest == store.put(b"a picture") == hashlib.sha256(b"a picture").hexdigest()
    assert store.get(digest) == b"a picture"
    assert store.has(digest)
    keys = [found["Key"] for found in bucket.list_objects_v2(Bucket="photos")["Contents"]]
    assert keys == [f"goods/{digest[:2]}/{digest[2:4]}/{digest}"]


def test_an_object_that_was_changed_or_lost_is_refused_by_name(endpoint: str, bucket: Any) -> None:
    store = S3Store(address(endpoint))
    digest = store.put(b"a picture")
    key = f"goods/{digest[:2]}/{digest[2:4]}/{digest}"
    bucket.put_object(Bucket="photos", Key=key, Body=b"another one")
    assert code_of(store.get, digest) == "photo_changed"
    store.put(b"a picture")
    assert store.get(digest) == b"a picture", "putting it again mends it"
    bucket.delete_object(Bucket="photos", Key=key)
    assert code_of(store.get, digest) == "photo_missing"
    assert not store.has(digest)
    assert code_of(store.get, "../etc/passwd") == "photo_name_bad"


def test_a_store_that_does_not_answer_says_so_without_its_address(endpoint: str, bucket: Any) -> None:
    store = S3Store(address(endpoint, "no-such-bucket"))
    with pytest.raises(MediationError) as caught:
        store.put(b"a picture")
    assert caught.value.code == "photo_not_kept"
    assert endpoint not in caught.value.message


@pytest.mark.django_db
def test_photographs_go_to_the_bucket_when_it_is_configured(endpoint: str, bucket: Any) -> None:
    with override_settings(PHOTO_STORE=address(endpoint, "photos")):
        (digest,) = keeping.take_photos([file(jpeg(size=(1200, 900)))], "buyer:ani", NOW)
        assert keeping.photo_store().get(digest).startswith(b"\xff\xd8\xff")
    assert len(bucket.list_objects_v2(Bucket="photos")["Contents"]) == 3


@pytest.mark.parametrize(
    "wrong",
    ["http://photos", "s3://", "s3:///prefix", "s3://key:secret@photos", "s3://photos?acl=public", "/var/photos"],
)
def test_an_address_that_is_none_is_refused(wrong: str) -> None:
    assert code_of(read_place, wrong) == "photo_store_bad"


def test_without_boto3_the_operator_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = builtins.__import__

    def without(name: str, *arguments: Any, **more: Any) -> Any:
        if name.startswith("boto"):
            raise ImportError(name)
        return usual(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert code_of(S3Store, "s3://photos") == "photo_store_not_installed"
