vcl 4.1;

backend flightboard {
  .host = "localhost";
  .port = "5000";
  .first_byte_timeout = 2m;
  .between_bytes_timeout = 2m;
}

sub vcl_recv {
  # Or below a path.
  if (req.url ~ "^/board(\?|$)") {
    return (synth(308));
  }
  set req.url = regsub(req.url, "^/board/", "/");

  if (req.url ~ "^/(events|sse)(\?|$)") {
    return (pass);
  }
}

sub vcl_synth {
  if (resp.status == 308) {
    set resp.http.Location = regsub(req.url, "^/board", "/board/");
    return (deliver);
  }
}
