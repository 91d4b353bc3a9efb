"""MEDIA_STORAGE_URL as people write it, well and badly."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from core.object_storage import ObjectStorage, read_storage_url


def test_no_address_means_no_bucket() -> None:
    assert read_storage_url("") is None


def test_everything_in_the_address() -> None:
    assert read_storage_url(
        "s3://KEY:se%2Fcret@oss.example.cn:9000/films/a/b/?region=cn-north-1&tls=0"
    ) == ObjectStorage(
        endpoint="http://oss.example.cn:9000",
        bucket="films",
        prefix="a/b/",
        key="KEY",
        secret="se/cret",
        region="cn-north-1",
    )


def test_what_is_left_out() -> None:
    place = read_storage_url("s3://oss.example.cn/films")
    assert place == ObjectStorage("https://oss.example.cn", "films", "", "", "", "us-east-1")


def test_the_secret_is_not_shown() -> None:
    assert "hush" not in repr(read_storage_url("s3://KEY:hush@oss.example.cn/films"))


@pytest.mark.parametrize("url", ["https://oss.example.cn/films", "s3://oss.example.cn", "s3:///films", "films"])
def test_a_bad_address_says_how_it_should_look(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="应像这样"):
        read_storage_url(url)


def test_a_misspelt_parameter_is_named() -> None:
    with pytest.raises(ImproperlyConfigured, match="reigon"):
        read_storage_url("s3://oss.example.cn/films?reigon=x")
