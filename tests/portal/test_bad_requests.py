import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from wsgiref.types import WSGIEnvironment

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from portal.bad_requests import Application, guarded

pytestmark = [pytest.mark.urls("tests.portal.sample_urls"), pytest.mark.django_db]

FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data; boundary=frontier"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    page: str


class Server:
    """Speaks WSGI to the whole application as a web server would, so that nothing is checked for us before."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def send(self, path: str = "/echo/", *, method: str = "GET", body: bytes = b"", **environ: str) -> Answer:
        headers: dict[str, str] = {}

        def start_response(
            status: str, pairs: list[tuple[str, str]], exc_info: object = None, /
        ) -> Callable[[bytes], object]:
            assert exc_info is None
            headers.update({"Status": status, **dict(pairs)})
            return io.BytesIO().write

        complete: WSGIEnvironment = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            **environ,
        }
        response = self.application(complete, start_response)
        assert isinstance(response, HttpResponse)
        response.close()
        return Answer(int(headers["Status"][:3]), headers, response.content.decode())

    def post(self, body: bytes, *, content_type: str = FORM, path: str = "/echo/", **environ: str) -> Answer:
        return self.send(path, method="POST", body=body, CONTENT_TYPE=content_type, **environ)


@pytest.fixture
def server() -> Server:
    return Server(guarded(get_wsgi_application()))


def assert_refused(answer: Answer, reason: str, *, status: int = 400) -> None:
    assert answer.status == status, answer.page
    assert reason in answer.page
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded; charset=utf-7",
        "application/x-www-form-urlencoded; charset=latin-1",
        'multipart/form-data; boundary=frontier; charset="utf-16"',
        "text/plain; charset=base64",
        "text/plain; charset=hex",
        "text/plain; charset=undefined",
        "text/plain; charset=unicode_escape",
        "text/plain; CharSet = 'punycode'",
        "text/plain; charset=no-such-thing",
        "text/plain; charset=",
        "text/plain; charset=utf-8; charset=utf-7",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_encoding_but_utf_8_is_taken(server: Server, content_type: str, method: str) -> None:
    answer = server.send("/protected/", method=method, body=b"a=b", CONTENT_TYPE=content_type, QUERY_STRING="q=1")

    assert_refused(answer, "an encoding other than UTF-8")


def test_an_odd_encoding_with_a_csrf_cookie_is_refused_too(server: Server) -> None:
    answer = server.post(
        b"csrfmiddlewaretoken=" + b"a" * 32,
        content_type=f"{FORM}; charset=utf-7",
        path="/protected/",
        HTTP_COOKIE=f"{settings.CSRF_COOKIE_NAME}={'a' * 32}",
    )

    assert_refused(answer, "an encoding other than UTF-8")


@pytest.mark.parametrize("content_type", [FORM, f"{FORM}; charset=UTF-8", f'{FORM}; charset="utf-8"'])
def test_utf_8_by_any_of_its_names_is_taken(server: Server, content_type: str) -> None:
    answer = server.post("text=Grüße".encode(), content_type=content_type)

    assert answer.status == 200
    assert '"text": ["Gr\\u00fc\\u00dfe"]' in answer.page


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain; charset*0=a; charset*=b",
        "text/plain; x*=bogus''x",
        "text/plain; " + "a" * 20_000,
        "text/plain; a\x00=b",
        "text/plain; \xff=b",
        "text/plain\r\nX: y",
    ],
)
def test_a_description_of_the_content_that_cannot_be_read_is_refused(server: Server, content_type: str) -> None:
    assert_refused(server.post(b"", content_type=content_type), "header that describes the content")


@pytest.mark.parametrize("path", ["/echo/a\x00b", "/echo/\x1b", "/echo/\x7f", "/echo/\u1234", "/\x00"])
def test_an_address_with_impossible_characters_is_refused(server: Server, path: str) -> None:
    assert_refused(server.send(path), "characters that no address has")


@pytest.mark.parametrize("query", ["q=a%00b", "%00=x", "q=\x00", "q=\u1234"])
def test_a_query_with_impossible_characters_is_refused(server: Server, query: str) -> None:
    assert_refused(server.send(QUERY_STRING=query), "characters that no address has")


@pytest.mark.parametrize(
    "query", ["q=%2500", "q=%", "q=%zz", "q=%ff%fe", "q=%ed%a0%80", "q=\xff", "=", "&&&", "q[]=1;x"]
)
def test_a_query_that_is_merely_odd_is_read_as_well_as_it_can_be(server: Server, query: str) -> None:
    assert server.send(QUERY_STRING=query).status == 200


@pytest.mark.parametrize("path", ["/echo/\xff", "/echo/\xed\xa0\x80", "/echo/%", "/echo//../x", "/echo/\xe2\x80\xae"])
def test_a_path_that_is_merely_odd_is_read_as_well_as_it_can_be(server: Server, path: str) -> None:
    assert server.send(path).status == 200


def test_an_endless_address_is_refused(server: Server) -> None:
    assert_refused(server.send(QUERY_STRING="q=" + "a" * 10_000), "too long", status=414)


@pytest.mark.parametrize("content_type", ["", f"{FORM}; charset=utf-8"])
def test_more_parameters_than_any_form_has_are_refused(server: Server, content_type: str) -> None:
    assert_refused(server.send(QUERY_STRING="a&" * 1_000, CONTENT_TYPE=content_type), "more fields than any form")
    assert_refused(server.post(b"a=1&" * 1_000), "more fields than any form")
    parts = b'--frontier\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 600 + b"--frontier--\r\n"
    assert_refused(server.post(parts, content_type=MULTIPART), "more fields than any form")


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "1_0", "+5", "\xb2"])
def test_a_length_that_is_no_number_is_refused(server: Server, length: str) -> None:
    assert_refused(server.post(b"a=b", CONTENT_LENGTH=length), "gives the length of the content")


@pytest.mark.parametrize("length", ["99999999999", "9" * 5_000])
def test_a_request_of_absurd_size_is_refused_before_it_is_read(server: Server, length: str) -> None:
    assert_refused(server.post(b"a=b", CONTENT_LENGTH=length), "More was sent", status=413)


def test_a_form_with_more_text_than_memory_should_hold_is_refused(server: Server, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    part = b'--frontier\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"x" * 2_000 + b"\r\n--frontier--\r\n"

    assert_refused(server.post(b"a=" + b"x" * 2_000), "More was sent", status=413)
    assert_refused(server.post(part, content_type=MULTIPART), "More was sent", status=413)


def test_files_without_number_are_refused(server: Server) -> None:
    part = b'--frontier\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\n\r\n'

    answer = server.post(part * 1_001 + b"--frontier--\r\n", content_type=MULTIPART)

    assert_refused(answer, "More files were sent at once", status=413)


HEAD = b'--frontier\r\nContent-Disposition: form-data; name="a"'


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=" + "b" * 300, b"x"),
        (MULTIPART, HEAD + b"\r\nX: " + b"y" * 5_000 + b"\r\n\r\nz\r\n--frontier--\r\n"),
        (MULTIPART, HEAD + b'; filename="f"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--frontier--\r\n'),
        (MULTIPART, HEAD + b'; filename="f"\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ\r\n--frontier--\r\n'),
        (MULTIPART, HEAD + b"; x*0=a; x*=b\r\n\r\nz\r\n--frontier--\r\n"),
        (MULTIPART, HEAD + b"\r\nContent-Type: a/b; x*0=a; x*=b\r\n\r\nz\r\n--frontier--\r\n"),
    ],
)
@pytest.mark.parametrize("path", ["/echo/", "/protected/"])
def test_a_broken_form_is_refused(server: Server, content_type: str, body: bytes, path: str) -> None:
    cookie = f"{settings.CSRF_COOKIE_NAME}={'a' * 32}"

    answer = server.post(body, content_type=content_type, path=path, HTTP_COOKIE=cookie)

    assert_refused(answer, "The form arrived broken")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--frontier",
        b"--frontier--",
        HEAD,
        HEAD + b"\r\n\r\ncut off here",
        HEAD + b'; filename="f"\r\n\r\ncut off here',
        HEAD + b"\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+2AA-\r\n--frontier--\r\n",
        HEAD + b"; filename*=bogus''x\r\n\r\nz\r\n--frontier--\r\n",
        HEAD + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--frontier--\r\n",
        b"--frontier\r\n\r\nno header\r\n--frontier--\r\n",
        b"--frontier\r\n\xff\xfe: x\r\n\r\nz\r\n--frontier--\r\n",
        b"\x00" * 1_000,
    ],
)
def test_a_form_cut_off_is_read_as_far_as_it_goes(server: Server, body: bytes) -> None:
    assert server.post(body, content_type=MULTIPART).status == 200


def test_a_connection_lost_while_sending_is_no_failure_of_ours(server: Server) -> None:
    assert server.post(b"a=b", CONTENT_LENGTH="1000").status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "a b", "", "localhost:port", "[::1", "\xff", "localhost@evil.example"]
)
def test_a_request_for_another_host_is_refused(server: Server, host: str) -> None:
    assert_refused(server.send(HTTP_HOST=host), "a host that is not this portal")


def test_a_cookie_that_spells_out_a_nul_is_as_good_as_none(server: Server) -> None:
    answer = server.send(HTTP_COOKIE=f'{settings.SESSION_COOKIE_NAME}="\\000abc"; good=kept')

    assert answer.status == 200
    assert '"cookies": {"good": "kept"}' in answer.page


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_COOKIE": "\xff=\xff; ; =; a=b=c; " + "x" * 5_000},
        {"HTTP_COOKIE": f"{settings.CSRF_COOKIE_NAME}=\xff\xfe"},
        {"HTTP_ACCEPT": "text/html; x*0=a; x*=b"},
        {"HTTP_ACCEPT": ";;;,,q=q"},
        {"HTTP_ACCEPT": "text/html;q=nan,*/*;q=inf"},
        {"HTTP_ACCEPT_LANGUAGE": "xx" * 3_000},
        {"HTTP_REFERER": "http://[", "HTTP_ORIGIN": "http://["},
        {"HTTP_IF_MODIFIED_SINCE": "Thu, 99 Foo 0000", "HTTP_IF_NONE_MATCH": '"'},
        {"HTTP_X_FORWARDED_FOR": "\xff, ' OR 1=1, ::1%lo", "HTTP_X_FORWARDED_PROTO": "gopher"},
        {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://[", "HTTP_HX_TRIGGERING_EVENT": "{"},
        {"HTTP_RANGE": "bytes=9-1,-"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS", "PUT", "BREW"])
def test_nonsense_in_other_headers_does_no_harm(server: Server, headers: dict[str, str], method: str) -> None:
    assert server.send(method=method, body=b"", **headers).status == 200
    assert server.send("/protected/", method=method, body=b"", **headers).status in {200, 403}


def test_no_mixture_of_nonsense_makes_the_portal_fail(server: Server) -> None:
    chooser = random.Random(7)  # noqa: S311 - the same mixtures each time
    pieces = [
        *("; ", "=", "*", "*0", "*0*", "''", '"', "\\", "\x00", "\xff", "\r\n", "%00", "%", "&", ",", "/", ":", "--"),
        *("charset", "utf-8", "utf-7", "boundary", "frontier", "name", "filename", "form-data", "multipart/", "base64"),
        *(
            "Content-Disposition: ",
            "Content-Type: ",
            "Content-Transfer-Encoding: ",
            "\r\n\r\n",
            "--frontier\r\n",
            "text/",
        ),
    ]

    def nonsense() -> str:
        return "".join(chooser.choices(pieces, k=chooser.randrange(12)))

    for _ in range(1_500):
        mixture = nonsense()
        body = f"--frontier\r\nContent-Disposition: form-data; name=a{mixture}{nonsense()}".encode()
        sent = [
            server.send(f"/echo/{mixture}", QUERY_STRING=nonsense(), HTTP_COOKIE=nonsense(), HTTP_ACCEPT=nonsense()),
            server.post(body, content_type=chooser.choice([f"{MULTIPART}{nonsense()}", MULTIPART])),
            server.post(body, content_type=f"{FORM};{nonsense()}"),
        ]
        assert all(answer.status < 500 for answer in sent), mixture


def test_the_middleware_refuses_by_itself_where_no_server_stands_before_it(client: Client) -> None:
    response = client.post("/protected/", "a=b", content_type=f"{FORM}; charset=utf-7")

    assert response.status_code == 400
    assert client.get("/echo/%00").status_code == 400
