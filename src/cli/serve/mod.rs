//! `lacuna serve`: the tool as a page in a browser on this machine. Each request that runs a program is a command of this
//! same binary in a process of its own, so its answer is that command's JSON, and no program can take the server with it.

mod door;
mod examples;
mod job;
mod routes;

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroUsize;
use std::thread;
use std::time::Duration;

use clap::Args;
use tiny_http::{Header, Request, Response, Server};

use super::args;
use super::exit::Exit;
use super::output::{Failure, Output};
use job::Jobs;
use routes::{Page, Reply};

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Listen on this port; 0: on any that is free
    #[arg(long, value_name = "N", default_value_t = 7411)]
    pub port: u16,
    /// Listen at this address; whoever reaches it can run programs here
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub bind: IpAddr,
    /// Run so many programs at once, at most
    #[arg(long, value_name = "N", default_value = "2")]
    pub jobs: NonZeroUsize,
    /// Let a program take so much time: 500ms, 10s, 2m
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = crate::trace::settings::duration, help_heading = "Limits")]
    pub time_limit: Duration,
    /// Let a program take so much memory: 500M, 4G
    #[arg(long, value_name = "SIZE", default_value = "512M", value_parser = args::size, help_heading = "Limits")]
    pub max_memory: u64,
}

/// Requests that are looked at while programs run.
const SPARE: usize = 4;

/// Serves the page until the process is ended.
///
/// # Errors
/// When nothing can listen at the address.
pub fn serve(args: &ServeArgs, out: &mut Output) -> Result<Exit, Failure> {
    let address = SocketAddr::new(args.bind, args.port);
    let server =
        Server::http(address).map_err(|error| Failure::Usage(format!("{address} cannot be listened at: {error}")))?;
    let at = server.server_addr().to_ip().unwrap_or(address);
    if !args.bind.is_loopback() {
        out.note("whoever reaches this address can run programs here\n");
    }
    out.line(&format!("http://{at}/"))?;
    out.flush()?;
    let page = Page::new(Jobs::new(args));
    thread::scope(|scope| {
        for _ in 0..args.jobs.get() + SPARE {
            scope.spawn(|| {
                while let Ok(request) = server.recv() {
                    answer(&page, request);
                }
            });
        }
    });
    Ok(Exit::Ok)
}

fn answer(page: &Page, mut request: Request) {
    let reply = match door::admits(&request) {
        Ok(()) => page.reply(&mut request),
        Err(why) => Reply::error(403, why),
    };
    let Reply { status, kind, policy, body } = reply;
    let headers = [
        ("Content-Type", kind),
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ];
    let mut response = Response::from_data(body).with_status_code(status);
    for (name, value) in headers {
        response.add_header(Header::from_bytes(name, value).expect("these headers are plain text"));
    }
    // Whoever asked may have gone.
    let _ = request.respond(response);
}
