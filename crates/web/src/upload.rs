//! A file that is sent, written to disk piece by piece where nobody else may look.

use std::path::PathBuf;

use app::api::Payload;
use app::error::{AppError, ErrorKind};
use app::staging::{UPLOAD_BYTES_MAX, private_folder};
use axum::body::Bytes;
use axum::extract::Multipart;
use axum::http::StatusCode;
use futures_util::{Stream, StreamExt, TryStreamExt};
use tokio::io::AsyncWriteExt;

use crate::parts::Posted;

/// A file on disk, gone when it is dropped.
pub(crate) struct Kept {
    folder: PathBuf,
    /// Where it is.
    pub(crate) path: PathBuf,
    /// What its sender calls it.
    pub(crate) name: String,
}

impl Drop for Kept {
    fn drop(&mut self) {
        // A folder that stays behind can only be read by its owner.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// What an upload that broke off, or is too large, is refused with.
pub(crate) fn broken(status: StatusCode) -> AppError {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => AppError::usage("UPLOAD_TOO_LARGE", "25"),
        _ => AppError::usage("UPLOAD_BROKEN", ""),
    }
}

/// Writes a file to disk, and adds it to the digest of what was sent where one is made.
pub(crate) async fn keep(
    name: String,
    mut pieces: impl Stream<Item = Result<Bytes, AppError>> + Unpin,
    mut payload: Option<&mut Payload>,
) -> Result<Kept, AppError> {
    let unwritable = |_| AppError::new(ErrorKind::External, "FILE_UNWRITABLE", "temp");
    let folder = std::env::temp_dir().join(format!("payung-unggah-{}", crate::parts::once_name()));
    private_folder(&folder).map_err(unwritable)?;
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let plain = ending.len() <= 8 && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let path = folder.join(format!("daftar.{}", if plain { ending } else { "" }));
    let kept = Kept { folder, path, name };
    let mut out = tokio::fs::File::create(&kept.path).await.map_err(unwritable)?;
    let mut size = 0u64;
    while let Some(bytes) = pieces.next().await {
        let bytes = bytes?;
        size += bytes.len() as u64;
        if size > UPLOAD_BYTES_MAX {
            return Err(broken(StatusCode::PAYLOAD_TOO_LARGE));
        }
        if let Some(payload) = &mut payload {
            payload.append(&bytes);
        }
        out.write_all(&bytes).await.map_err(unwritable)?;
    }
    out.flush().await.map_err(unwritable)?;
    Ok(kept)
}

/// What a form with a file brought.
pub(crate) struct Received {
    /// The other fields.
    pub(crate) posted: Posted,
    /// The file of the field `berkas`.
    pub(crate) file: Option<Kept>,
    /// Why it was not read to its end.
    pub(crate) problem: Option<AppError>,
}

/// Reads the fields, and writes the file to disk piece by piece.
pub(crate) async fn receive(multipart: Multipart) -> Received {
    receive_if(multipart, |_| std::future::ready(Ok(()))).await
}

/// Reads the fields that come before the file, and the file only if it may come by what they say.
pub(crate) async fn receive_if<Said: Future<Output = Result<(), AppError>>>(
    mut multipart: Multipart,
    may: impl FnOnce(Posted) -> Said,
) -> Received {
    let mut may = Some(may);
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut file = None;
    let mut problem = None;
    loop {
        let field = match multipart.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(error) => {
                problem = Some(broken(error.status()));
                break;
            }
        };
        let name = field.name().unwrap_or_default().to_owned();
        if name == "berkas" {
            if let Some(may) = may.take()
                && let Err(error) = may(Posted::from_pairs(pairs.clone())).await
            {
                problem = Some(error);
                break;
            }
            let name = field.file_name().unwrap_or_default().to_owned();
            let pieces = Box::pin(field.map_err(|error| broken(error.status())));
            match keep(name, pieces, None).await {
                Ok(kept) => file = Some(kept),
                Err(error) => problem = Some(error),
            }
            continue;
        }
        match field.text().await {
            Ok(text) => pairs.push((name, text)),
            Err(error) => problem = Some(broken(error.status())),
        }
    }
    Received { posted: Posted::from_pairs(pairs), file, problem }
}
