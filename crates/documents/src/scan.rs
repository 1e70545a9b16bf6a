//! Square codes in a picture, PNG or JPEG, as a phone takes them.
//!
//! Pictures are untrusted: their size is capped before it is believed, and a reader that stumbles
//! has found nothing.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;

/// No picture is larger, in dots.
const DOTS_MOST: usize = 24_000_000; // not law: dots
/// Pictures are looked at in halves until they are about so wide.
const WIDE: usize = 2_400;

/// A picture in greys.
struct Greys {
    width: usize,
    height: usize,
    dots: Vec<u8>,
}

/// Whether the bytes begin as a picture that is read here.
pub fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n") || bytes.starts_with(b"\xff\xd8\xff")
}

/// What the square codes of a picture say, as far as they can be read. One picture is looked at
/// after the other: each takes much memory, and anybody may send some.
pub fn square_codes(bytes: &[u8]) -> Vec<String> {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    catch_unwind(AssertUnwindSafe(|| codes_of(bytes))).unwrap_or_default()
}

fn codes_of(bytes: &[u8]) -> Vec<String> {
    let Some(mut greys) = greys_of(bytes) else { return Vec::new() };
    loop {
        let (width, dots) = (greys.width, &greys.dots);
        let mut picture =
            rqrr::PreparedImage::prepare_from_greyscale(width, greys.height, |x, y| {
                dots[y * width + x]
            });
        let grids = picture.detect_grids();
        let found: Vec<String> =
            grids.iter().filter_map(|grid| Some(grid.decode().ok()?.1)).collect();
        if !found.is_empty() || greys.width <= WIDE / 2 {
            return found;
        }
        greys = greys.halved();
    }
}

fn greys_of(bytes: &[u8]) -> Option<Greys> {
    match bytes.starts_with(b"\x89PNG") {
        true => greys_of_png(bytes),
        false => greys_of_jpeg(bytes),
    }
}

fn greys_of_png(bytes: &[u8]) -> Option<Greys> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    if width.checked_mul(height)? > DOTS_MOST {
        return None;
    }
    let mut dots = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut dots).ok()?;
    let parts = frame.color_type.samples();
    Some(Greys { width, height, dots: grey(&dots, parts) })
}

fn greys_of_jpeg(bytes: &[u8]) -> Option<Greys> {
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(Cursor::new(bytes), options);
    decoder.decode_headers().ok()?;
    let (width, height) = decoder.dimensions()?;
    if width.checked_mul(height)? > DOTS_MOST {
        return None;
    }
    let dots = decoder.decode().ok()?;
    (dots.len() == width * height).then_some(Greys { width, height, dots })
}

/// Colours as greys; what is transparent counts as it is coloured.
fn grey(dots: &[u8], parts: usize) -> Vec<u8> {
    let brightness = |dot: &[u8]| match dot {
        [red, green, blue, ..] => {
            let sum = u32::from(*red) * 2 + u32::from(*green) * 5 + u32::from(*blue);
            (sum / 8) as u8
        }
        [grey, ..] => *grey,
        [] => 0,
    };
    dots.chunks_exact(parts).map(brightness).collect()
}

impl Greys {
    /// The same at half the size: each dot the middle of four.
    fn halved(&self) -> Greys {
        let (width, height) = (self.width / 2, self.height / 2);
        let at = |x: usize, y: usize| u32::from(self.dots[y * self.width + x]);
        let middle = |x: usize, y: usize| {
            let sum = at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1);
            (sum / 4) as u8
        };
        let dots = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        Greys { width, height, dots: dots.map(|(x, y)| middle(x * 2, y * 2)).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A code drawn with so many dots to a square, as PNG in greys.
    fn picture(text: &str, dots: usize) -> Vec<u8> {
        let code = qrcodegen::QrCode::encode_text(text, qrcodegen::QrCodeEcc::Quartile);
        let code = code.expect("a code");
        let side = (code.size() as usize + 8) * dots;
        let mut greys = vec![255u8; side * side];
        for (at, grey) in greys.iter_mut().enumerate() {
            let (row, column) = (at / side / dots, at % side / dots);
            if code.get_module(column as i32 - 4, row as i32 - 4) {
                *grey = 0;
            }
        }
        let mut out = Vec::new();
        let side = u32::try_from(side).expect("small");
        let mut encoder = png::Encoder::new(&mut out, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        let mut writer = encoder.write_header().expect("memory");
        writer.write_image_data(&greys).expect("memory");
        writer.finish().expect("memory");
        out
    }

    #[test]
    fn codes_are_found_at_many_sizes() {
        for dots in [3, 8, 40] {
            let text = "6BF590B20FFWJWG.FKJ05H7B0XKA8FA9DIWENPEJ";
            assert_eq!(square_codes(&picture(text, dots)), [text], "{dots} dots");
        }
    }

    #[test]
    fn what_is_no_picture_holds_no_code() {
        for bytes in [&b""[..], b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0junk"] {
            assert!(square_codes(bytes).is_empty());
        }
        assert!(is_picture(b"\xff\xd8\xff\xe0") && !is_picture(b"%PDF-1.7"));
        let mut broken = picture("RUSAK", 4);
        broken.truncate(broken.len() / 2);
        assert!(square_codes(&broken).is_empty());
    }
}
