//! Who may ask. A page of another site can send requests to this machine, too, and a name of its own can be made to lead
//! here (DNS rebinding): so the server must be asked for by a number or as `localhost`, and by its own page.

use std::net::IpAddr;

use tiny_http::{Method, Request};

/// Lets a request in.
///
/// # Errors
/// A sentence that says why not.
pub fn admits(request: &Request) -> Result<(), &'static str> {
    let header = |name: &'static str| {
        let found = request.headers().iter().find(|header| header.field.equiv(name));
        found.map(|header| header.value.as_str())
    };
    let host = header("Host").ok_or("the request names no host")?;
    if !is_here(host) {
        return Err("the host must be localhost or a number, not a name that could lead anywhere");
    }
    if header("Origin").is_some_and(|origin| origin != format!("http://{host}")) {
        return Err("another site asks");
    }
    if header("Sec-Fetch-Site").is_some_and(|site| !["same-origin", "none"].contains(&site)) {
        return Err("another site asks");
    }
    // A form of another site cannot send this type, and a script of one has to ask first, which nobody answers.
    let is_json = header("Content-Type").is_some_and(|kind| kind.starts_with("application/json"));
    if *request.method() == Method::Post && !is_json {
        return Err("what is sent must be application/json");
    }
    Ok(())
}

/// Whether a `Host` is `localhost` or an address, with or without a port.
fn is_here(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok()
}
