//! `/bantuan`, `/privasi`, `/aksesibilitas`: what everybody may want to know, ready to print.

use std::sync::Arc;

use app::office::Operation;
use axum::extract::State;
use axum::response::Response;

use crate::page::{Asked, Section, Writing};
use crate::parts::{Piece, Plain};
use crate::routes::{Route, Web, html};

/// A page: its address, its key, and how many points each of its parts has.
struct Info {
    path: &'static str,
    section: Section,
    key: &'static str,
    parts: &'static [(&'static str, Shape, usize)],
}

#[derive(Clone, Copy)]
enum Shape {
    Points,
    Steps,
}

const PAGES: [Info; 3] = [
    Info {
        path: "/bantuan",
        section: Section::Help,
        key: "info-help",
        parts: &[
            ("covered", Shape::Steps, 3),
            ("accident", Shape::Steps, 4),
            ("death", Shape::Steps, 4),
            ("list", Shape::Steps, 4),
            ("fix", Shape::Steps, 3),
        ],
    },
    Info {
        path: "/privasi",
        section: Section::None,
        key: "info-privacy",
        parts: &[
            ("what", Shape::Points, 4),
            ("why", Shape::Points, 2),
            ("who", Shape::Points, 3),
            ("kept", Shape::Points, 3),
            ("rights", Shape::Points, 3),
        ],
    },
    Info {
        path: "/aksesibilitas",
        section: Section::None,
        key: "info-access",
        parts: &[("can", Shape::Points, 5), ("gaps", Shape::Points, 2), ("tell", Shape::Points, 1)],
    },
];

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let route = |info: &'static Info| {
        let show = move |State(web): State<Arc<Web>>, asked: Asked| async move {
            page(&web, &asked, info)
        };
        Route::get(info.path, Operation::ReadPublic, show)
    };
    PAGES.iter().map(route).collect()
}

fn page(web: &Web, asked: &Asked, info: &Info) -> Response {
    let writing = asked.writing();
    let pieces = info.parts.iter().flat_map(|part| part_pieces(info.key, part, writing));
    html(&Plain {
        page: web.page(asked, info.section, writing.w(info.key)),
        back: None,
        lead: writing.w(&format!("{}.lead", info.key)),
        pieces: pieces.collect(),
    })
}

fn part_pieces(key: &str, part: &(&str, Shape, usize), writing: Writing) -> [Piece; 2] {
    let (name, shape, count) = *part;
    let key = format!("{key}-{name}");
    let lines = (1..=count).map(|index| writing.w(&format!("{key}.line{index}"))).collect();
    let lines = match shape {
        Shape::Points => Piece::Points(lines),
        Shape::Steps => Piece::Steps(lines),
    };
    [Piece::Heading(writing.w(&key)), lines]
}
