//! What only a terminal gets: the offer to step through what `check` and `sim` have found, and the terminal back afterwards.

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

use crate::tool::Folder;

const LOST: &str = include_str!("../../examples/lost_update.lac");
const RIGHT: &str = include_str!("../../examples/lost_update_fixed.lac");

/// What is printed when a program takes the whole screen, and when it gives it back.
const TAKEN: &str = "\x1b[?1049h";
const GIVEN_BACK: &str = "\x1b[?1049l";

const OFFER: &str = "press s to step through the run to nothing_lost, any other key to leave";

/// How many there have been: each has a folder of its own.
static SITTINGS: AtomicUsize = AtomicUsize::new(0);

/// The tool on a terminal of its own.
struct Sitting {
    child: Child,
    terminal: File,
    seen: String,
}

impl Sitting {
    /// Types a command line.
    fn down(line: &str, environment: &[(&str, &str)]) -> Sitting {
        let number = SITTINGS.fetch_add(1, Ordering::Relaxed);
        let folder = Folder::new(&format!("terminal-{number}"));
        let folder = folder.with("lost.lac", LOST).with("right.lac", RIGHT);
        let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("there is a terminal");
        grantpt(&terminal).and_then(|()| unlockpt(&terminal)).expect("it can be used");
        let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&terminal, size).expect("it has a size");
        let name = ptsname(&terminal, Vec::new()).expect("it has a name");
        let side = || {
            let side = rustix::fs::open(&name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty());
            Stdio::from(side.expect("its other side can be opened"))
        };
        let mut command = folder.command(line);
        command.stdin(side()).stdout(side()).stderr(side());
        command.env_remove("CI").env("TERM", "xterm").envs(environment.iter().copied());
        let child = command.spawn().expect("the tool starts");
        Sitting { child, terminal: File::from(terminal), seen: String::new() }
    }

    /// Reads on until this is seen.
    fn until(mut self, text: &str) -> Sitting {
        while !self.seen.contains(text) {
            assert!(self.read(), "{text:?} is not in what was seen:\n{}", self.seen);
        }
        self
    }

    /// Reads some more, if there is any.
    fn read(&mut self) -> bool {
        let mut bytes = [0; 4096];
        // A terminal that nobody has open any more has an error instead of an end.
        let count = self.terminal.read(&mut bytes).unwrap_or(0);
        self.seen += &String::from_utf8_lossy(&bytes[..count]);
        count > 0
    }

    fn press(mut self, keys: &[u8]) -> Sitting {
        self.terminal.write_all(keys).expect("keys can be pressed");
        self
    }

    /// Reads to the end; the exit code, and all that was seen.
    fn ended(mut self) -> (Option<i32>, String) {
        // Held open, so that its modes can be looked at when the tool has gone.
        let modes = self.terminal.try_clone().expect("a terminal can be had twice");
        while self.read() {}
        let status = self.child.wait().expect("the tool has gone");
        let local = tcgetattr(&modes).expect("it is still a terminal").local_modes;
        assert!(local.contains(LocalModes::ICANON | LocalModes::ECHO), "it is given back as it was: {local:?}");
        (status.code(), self.seen)
    }
}

#[test]
fn one_key_opens_the_stepper_on_what_was_found() {
    for line in ["check lost.lac", "sim lost.lac --seed 1"] {
        let sitting = Sitting::down(line, &[]).until(OFFER).press(b"s").until(TAKEN).press(b"q");
        let (code, seen) = sitting.ended();
        assert!(seen.contains(GIVEN_BACK), "{line}: the screen is given back");
        assert_eq!(code, Some(1), "{line}: the verdict stays what it was");
    }
}

#[test]
fn any_other_key_leaves() {
    const CTRL_C: &[u8] = &[3];
    for key in [b"x", b"\r", b"q", CTRL_C] {
        let (code, seen) = Sitting::down("check lost.lac", &[]).until(OFFER).press(key).ended();
        assert!(!seen.contains(TAKEN), "{key:?}: {seen}");
        assert_eq!(code, Some(1));
    }
}

#[test]
fn nothing_is_offered_where_nobody_sits_or_nothing_is_wrong() {
    let quiet = [
        ("check lost.lac", &[("CI", "true")][..], 1),
        ("check lost.lac", &[("TERM", "dumb")], 1),
        ("check lost.lac --format json", &[], 1),
        ("check lost.lac --outcomes", &[], 1),
        ("check right.lac", &[], 0),
    ];
    for (line, environment, expected) in quiet {
        let (code, seen) = Sitting::down(line, environment).ended();
        assert!(!seen.contains("press s"), "{line} {environment:?}: {seen}");
        assert_eq!(code, Some(expected), "{line}");
    }
}

#[test]
fn ctrl_c_in_the_stepper_gives_the_terminal_back() {
    let (code, seen) = Sitting::down("step lost.lac", &[]).until(TAKEN).press(&[3]).ended();
    assert!(seen.contains(GIVEN_BACK));
    assert_eq!(code, Some(0));
}
