//! A way to a server that breaks when it is told to: after so many bytes there or back, every
//! connection on it ends at once and none is let through until the way is mended.

use std::io::{Read, Result, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Which of the bytes are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toward {
    /// What the program says: the server does not hear the rest.
    Server,
    /// What the server answers: it may have done what it was asked, and nobody hears of it.
    Program,
}

/// A way to a server's socket over the loopback interface; it ends with whoever holds it.
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    socket: PathBuf,
    /// Bytes that still pass toward the server and toward the program.
    left: [AtomicI64; 2],
    passed: [AtomicI64; 2],
    is_broken: AtomicBool,
    /// Where each message toward the server began, as bytes passed in all.
    begun: Mutex<Vec<i64>>,
    open: Mutex<Vec<(TcpStream, UnixStream)>>,
}

impl Proxy {
    /// A way to the server whose socket this is.
    ///
    /// # Errors
    /// When the machine has no port left.
    pub fn to(socket: &Path) -> Result<Proxy> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            socket: socket.to_owned(),
            left: [AtomicI64::new(i64::MAX), AtomicI64::new(i64::MAX)],
            passed: [AtomicI64::new(0), AtomicI64::new(0)],
            is_broken: AtomicBool::new(false),
            begun: Mutex::default(),
            open: Mutex::default(),
        });
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // Whoever comes on a broken way is shut out by dropping the stream.
                let _ = serving.let_through(stream);
            }
        });
        Ok(Proxy { port, shared })
    }

    /// The port on the loopback interface.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Breaks the way once so many bytes have passed from now on.
    pub fn break_after(&self, toward: Toward, bytes: i64) {
        self.shared.left[toward as usize].store(bytes, Ordering::SeqCst);
    }

    /// Makes the way good again.
    pub fn mend(&self) {
        for left in &self.shared.left {
            left.store(i64::MAX, Ordering::SeqCst);
        }
        self.shared.is_broken.store(false, Ordering::SeqCst);
    }

    /// Whether it broke since it was good.
    pub fn is_broken(&self) -> bool {
        self.shared.is_broken.load(Ordering::SeqCst)
    }

    /// Where each message toward the server began since the way was made, as bytes that had passed.
    pub fn messages(&self) -> Vec<i64> {
        self.shared.begun.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many bytes have passed in all.
    pub fn passed(&self, toward: Toward) -> i64 {
        self.shared.passed[toward as usize].load(Ordering::SeqCst)
    }
}

impl Shared {
    fn let_through(self: &Arc<Self>, client: TcpStream) -> Result<()> {
        if self.is_broken.load(Ordering::SeqCst) {
            return Ok(());
        }
        let server = UnixStream::connect(&self.socket)?;
        client.set_nodelay(true)?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.push((client.try_clone()?, server.try_clone()?));
        drop(open);
        let (there, back) = (Arc::clone(self), Arc::clone(self));
        let (from_client, to_server) = (client.try_clone()?, server.try_clone()?);
        std::thread::spawn(move || there.carry(from_client, to_server, Toward::Server));
        std::thread::spawn(move || back.carry(server, client, Toward::Program));
        Ok(())
    }

    fn carry(&self, mut from: impl Stream, mut to: impl Stream, toward: Toward) {
        let mut buffer = [0; 16 << 10];
        let mut messages = Messages::default();
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            let size = count as i64;
            let left = self.left[toward as usize].fetch_sub(size, Ordering::SeqCst);
            let passes = left.clamp(0, size) as usize;
            let before = self.passed[toward as usize].fetch_add(passes as i64, Ordering::SeqCst);
            if toward == Toward::Server {
                let begun = messages.begin_in(&buffer[..passes]).into_iter();
                let mut all = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
                all.extend(begun.map(|at| before + at as i64));
            }
            let sent = to.write_all(&buffer[..passes]);
            if passes < count {
                self.cut();
            }
            if sent.is_err() || passes < count {
                break;
            }
        }
        // One end went: so does the other.
        from.end();
        to.end();
    }

    /// Ends every connection.
    fn cut(&self) {
        self.is_broken.store(true, Ordering::SeqCst);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        for (client, server) in open.drain(..) {
            client.end();
            server.end();
        }
    }
}

/// Where messages of PostgreSQL begin in what a program says: a sign and a length, but for the
/// first ones, which have no sign.
#[derive(Default)]
struct Messages {
    /// What is known of the head of the message under way.
    head: Vec<u8>,
    /// Bytes of it that are still to come.
    left: usize,
    /// Whether the program has introduced itself.
    is_known: bool,
}

/// What a program says before it speaks encrypted, or asks to.
const ENCRYPTION: [u8; 4] = 80_877_103_u32.to_be_bytes();

impl Messages {
    /// The places in these bytes at which messages begin.
    fn begin_in(&mut self, bytes: &[u8]) -> Vec<usize> {
        let mut begun = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            if self.left > 0 {
                let passed = self.left.min(bytes.len() - at);
                (self.left, at) = (self.left - passed, at + passed);
                continue;
            }
            if self.head.is_empty() {
                begun.push(at);
            }
            self.head.push(bytes[at]);
            at += 1;
            let wanted = if self.is_known { 5 } else { 8 };
            if self.head.len() == wanted {
                self.left = self.rest();
                self.head.clear();
            }
        }
        begun
    }

    /// What is to come after a whole head.
    fn rest(&mut self) -> usize {
        let length = if self.is_known { &self.head[1..] } else { &self.head[..4] };
        let length = length.try_into().map_or(0, u32::from_be_bytes) as usize;
        let known = if self.is_known { 4 } else { 8 };
        self.is_known |= self.head[4..] != ENCRYPTION;
        length.saturating_sub(known)
    }
}

/// Either end of the way.
trait Stream: Read + Write {
    fn end(&self);
}

impl Stream for TcpStream {
    fn end(&self) {
        let _ = self.shutdown(Shutdown::Both);
    }
}

impl Stream for UnixStream {
    fn end(&self) {
        let _ = self.shutdown(Shutdown::Both);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_begin_where_they_begin() {
        // The introduction, a question of two letters, and one of none, in pieces of any size.
        let first = [&10_u32.to_be_bytes()[..], &[0, 3, 0, 0], b"ab"].concat();
        let second = [b"Q", &6_u32.to_be_bytes()[..], b"xy"].concat();
        let third = [b"S", &4_u32.to_be_bytes()[..]].concat();
        let all = [first, second, third.clone(), third].concat();
        for size in 1..all.len() {
            let mut messages = Messages::default();
            let pieces = all.chunks(size).enumerate();
            let begun: Vec<usize> = pieces
                .flat_map(|(number, piece)| {
                    let places = messages.begin_in(piece);
                    places.into_iter().map(move |at| number * size + at)
                })
                .collect();
            assert_eq!(begun, [0, 10, 17, 22], "pieces of {size}");
        }
    }
}
