//! Connections: how many there are at a time, and how long one may be silent.
//!
//! Where there is no room, the one that has asked for nothing the longest is closed for the next, as nginx does it with
//! its idle ones. So whoever does no more than hold connections holds up nobody, and `/healthz` always finds room.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::Request;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio_io_timeout::TimeoutStream;

use super::access::Client;
use super::body::PATIENCE;

/// How long the head of a request, or the next request, is waited for.
const SILENCE: Duration = Duration::from_secs(10);

/// File descriptors that are kept for all else.
#[cfg(unix)]
const KEPT: u64 = 64;

/// The most connections at a time, however many the system allows; one address has half of them at most.
const MOST: usize = 1024;

/// How long to wait where the system has no descriptor for a connection.
const NO_ROOM: Duration = Duration::from_millis(20);

/// Answers what comes in until `stop` is more than 0, and then what was begun.
pub(super) async fn serve(listener: TcpListener, router: Router, mut stop: watch::Receiver<u32>) {
    let seats = Seats::new(most());
    let mut serving = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|&times| times > 0) => break,
        };
        while serving.try_join_next().is_some() {}
        match accepted {
            Ok((stream, peer)) => {
                if let Some(place) = seats.enter(peer) {
                    // Answers are small and should not wait for more.
                    drop(stream.set_nodelay(true));
                    let client = Client(peer.ip().to_canonical());
                    serving.spawn(answer(stream, client, router.clone(), place, stop.clone()));
                }
            }
            // Other errors are the client's, which is gone.
            Err(error) if is_out_of_room(&error) => {
                seats.close_idle(None);
                tokio::time::sleep(NO_ROOM).await;
            }
            Err(_) => {}
        }
    }
    drop(listener);
    while serving.join_next().await.is_some() {}
}

/// As many as there are descriptors for.
#[cfg(unix)]
fn most() -> usize {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    limit.map_or(MOST, |limit| usize::try_from(limit.saturating_sub(KEPT)).unwrap_or(MOST)).clamp(1, MOST)
}

/// Windows has no limit of its own.
#[cfg(windows)]
fn most() -> usize {
    MOST
}

/// Whether the system has no descriptor or no memory for one more connection.
fn is_out_of_room(error: &io::Error) -> bool {
    #[cfg(unix)]
    let codes = [libc::EMFILE, libc::ENFILE, libc::ENOBUFS, libc::ENOMEM];
    // WSAEMFILE and WSAENOBUFS.
    #[cfg(windows)]
    let codes = [10024, 10055];
    error.raw_os_error().is_some_and(|code| codes.contains(&code))
}

/// Answers one connection's requests until it ends, is silent for too long, or its place is needed.
async fn answer(stream: TcpStream, client: Client, router: Router, place: Place, mut stop: watch::Receiver<u32>) {
    let mut stream = TimeoutStream::new(stream);
    // A client that does not read its answer.
    stream.set_write_timeout(Some(PATIENCE));
    let router = TowerToHyperService::new(router);
    let service = service_fn(|mut request: Request<Incoming>| {
        let busy = place.busy();
        request.extensions_mut().insert(client);
        let answering = router.call(request);
        async move {
            let answer = answering.await.unwrap_or_else(|never: Infallible| match never {});
            Ok::<_, Infallible>(answer.map(|body| Held { body, _busy: busy }))
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(SILENCE);
    let mut connection = pin!(http.serve_connection(TokioIo::new(Box::pin(stream)), service));
    let mut stopping = false;
    loop {
        tokio::select! {
            // What breaks off is the client's affair.
            _ = connection.as_mut() => break,
            () = place.wanted() => break,
            _ = stop.wait_for(|&times| times > 0), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// The places of connections.
#[derive(Clone)]
struct Seats(Arc<Mutex<Places>>);

struct Places {
    most: usize,
    next: u64,
    by_address: BTreeMap<IpAddr, usize>,
    taken: BTreeMap<u64, Taken>,
    /// The numbers of those that ask for nothing, in the order in which they fell silent.
    idle: BTreeMap<u64, u64>,
}

struct Taken {
    address: IpAddr,
    wanted: Arc<Notify>,
    /// Requests that are being answered.
    busy: usize,
    /// Its key among the idle.
    silent_since: u64,
}

impl Seats {
    fn new(most: usize) -> Self {
        let (by_address, taken, idle) = Default::default();
        Self(Arc::new(Mutex::new(Places { most, next: 0, by_address, taken, idle })))
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more, perhaps an idle one's; none where all are busy.
    fn enter(&self, peer: SocketAddr) -> Option<Place> {
        let address = peer.ip().to_canonical();
        let mut places = self.lock();
        let own = places.by_address.get(&address).copied().unwrap_or_default();
        let has_room = if own >= places.most.div_ceil(2) {
            places.close_idle(Some(address))
        } else {
            places.taken.len() < places.most || places.close_idle(None)
        };
        has_room.then(|| {
            let number = places.tick();
            let wanted = Arc::new(Notify::new());
            *places.by_address.entry(address).or_default() += 1;
            places.idle.insert(number, number);
            places.taken.insert(number, Taken { address, wanted: Arc::clone(&wanted), busy: 0, silent_since: number });
            Place { seats: self.clone(), number, wanted }
        })
    }

    fn close_idle(&self, address: Option<IpAddr>) -> bool {
        self.lock().close_idle(address)
    }
}

impl Places {
    fn tick(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Takes its place from whoever has asked for nothing the longest, of one address or of all.
    fn close_idle(&mut self, address: Option<IpAddr>) -> bool {
        let is_meant = |number: &u64| address.is_none_or(|address| self.taken[number].address == address);
        let Some(number) = self.idle.values().copied().find(is_meant) else { return false };
        self.taken[&number].wanted.notify_one();
        self.leave(number);
        true
    }

    fn leave(&mut self, number: u64) {
        let Some(taken) = self.taken.remove(&number) else { return };
        self.idle.remove(&taken.silent_since);
        if let Some(own) = self.by_address.get_mut(&taken.address) {
            *own -= 1;
            if *own == 0 {
                self.by_address.remove(&taken.address);
            }
        }
    }

    /// A connection has one more request, or one fewer.
    fn change(&mut self, number: u64, more: bool) {
        let now = self.tick();
        let Some(taken) = self.taken.get_mut(&number) else { return };
        self.idle.remove(&taken.silent_since);
        taken.busy = if more { taken.busy + 1 } else { taken.busy - 1 };
        if taken.busy == 0 {
            taken.silent_since = now;
            self.idle.insert(now, number);
        }
    }
}

/// A connection's place, its own until it is dropped or [`Self::wanted`].
struct Place {
    seats: Seats,
    number: u64,
    wanted: Arc<Notify>,
}

impl Place {
    /// Until somebody else needs it.
    async fn wanted(&self) {
        self.wanted.notified().await;
    }

    /// Keeps the place for as long as what is returned is held.
    fn busy(&self) -> Busy {
        self.seats.lock().change(self.number, true);
        Busy { seats: self.seats.clone(), number: self.number }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.seats.lock().leave(self.number);
    }
}

struct Busy {
    seats: Seats,
    number: u64,
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.seats.lock().change(self.number, false);
    }
}

/// An answer's body, which keeps its connection's place until it is sent.
struct Held {
    body: Body,
    _busy: Busy,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(last: u8) -> SocketAddr {
        SocketAddr::from(([10, 0, 0, last], 1000))
    }

    fn is_wanted(place: &Place) -> bool {
        let wanted = pin!(place.wanted());
        wanted.poll(&mut Context::from_waker(std::task::Waker::noop())).is_ready()
    }

    #[test]
    fn whoever_is_silent_the_longest_makes_room() {
        let seats = Seats::new(4);
        let [first, second, third, fourth] = [1, 1, 2, 2].map(|address| seats.enter(peer(address)).unwrap());
        let busy = first.busy();
        let fifth = seats.enter(peer(3)).unwrap();
        assert_eq!([&first, &second, &third, &fourth, &fifth].map(is_wanted), [false, true, false, false, false]);
        drop(busy);
        // Now the first one fell silent after the third.
        let sixth = seats.enter(peer(4)).unwrap();
        assert_eq!([&first, &third, &sixth].map(is_wanted), [false, true, false]);
    }

    #[test]
    fn one_address_has_half_of_the_places() {
        let seats = Seats::new(4);
        let [first, second] = [1, 1].map(|address| seats.enter(peer(address)).unwrap());
        let third = seats.enter(peer(1)).unwrap();
        assert_eq!([&first, &second, &third].map(is_wanted), [true, false, false]);
        let _busy = [second.busy(), third.busy()];
        assert!(seats.enter(peer(1)).is_none(), "both of its places are busy");
        assert!(seats.enter(peer(2)).is_some());
    }

    #[test]
    fn a_place_is_free_once_it_is_left() {
        let seats = Seats::new(1);
        let place = seats.enter(peer(1)).unwrap();
        let busy = place.busy();
        assert!(seats.enter(peer(2)).is_none());
        drop(place);
        drop(busy);
        assert!(seats.enter(peer(2)).is_some());
        assert!(seats.lock().taken.is_empty() && seats.lock().by_address.is_empty() && seats.lock().idle.is_empty());
    }

    #[test]
    fn room_is_what_the_system_has() {
        assert!((2..=MOST).contains(&most()));
        assert!(is_out_of_room(&io::Error::from_raw_os_error(libc::EMFILE)));
        assert!(!is_out_of_room(&io::Error::from_raw_os_error(libc::ECONNABORTED)));
        let seats = Seats::new(2);
        let place = seats.enter(peer(1)).unwrap();
        assert!(seats.close_idle(None) && is_wanted(&place));
        assert!(!seats.close_idle(None), "nobody is left");
    }

    #[test]
    fn a_place_is_busy_until_its_last_answer_is_sent() {
        let seats = Seats::new(1);
        let place = seats.enter(peer(1)).unwrap();
        let (first, second) = (place.busy(), place.busy());
        drop(first);
        assert!(seats.enter(peer(2)).is_none());
        drop(second);
        assert!(seats.enter(peer(2)).is_some());
    }

    #[test]
    fn a_held_body_is_as_long_as_it_is() {
        let seats = Seats::new(1);
        let place = seats.enter(peer(1)).unwrap();
        let held = |body: Body| Held { body, _busy: place.busy() };
        assert_eq!(held(Body::from("abc")).size_hint().exact(), Some(3));
        assert!(held(Body::empty()).is_end_stream() && !held(Body::from("abc")).is_end_stream());
    }
}
