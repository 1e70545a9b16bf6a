//! Rows sent as a server takes them in bulk. No log of statements or of their values shows them,
//! whatever the server writes down.

use std::pin::pin;

use bytes::Bytes;
use futures_util::SinkExt;

use super::PostgresLink;
use crate::error::StoreError;

impl PostgresLink {
    /// Sends one row of one text to a table of this connection's own.
    pub(in crate::engine) fn send_text(
        &mut self,
        table: &str,
        text: &str,
    ) -> Result<(), StoreError> {
        let copy = format!("copy {table} from stdin");
        let row = Bytes::from(format!("{}\n", escaped(text)));
        let done = self.talk.wait(|client| async move {
            let mut rows = pin!(client.copy_in(&copy).await?);
            rows.send(row).await?;
            rows.finish().await.map(|_| ())
        });
        self.heard(done)
    }
}

/// As the server's text format has it: what would end a row or a column is written out.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t")
}
