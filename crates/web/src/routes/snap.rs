//! Banks that speak SNAP: the doors at which they ask and tell, and the pages on which the office
//! sees what they told.

mod books;
mod doors;

use app::snap::Service;

use crate::routes::Route;

pub(crate) use doors::failed;

/// What a bank may ask of us.
const OFFERED: [Service; 4] = [Service::Token, Service::Inquiry, Service::Payment, Service::Status];

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    doors::routes().into_iter().chain(books::routes()).collect()
}

/// The service that a bank asks for at an address.
pub(crate) fn service_at(path: &str) -> Option<Service> {
    OFFERED.into_iter().find(|service| service.path() == path)
}
