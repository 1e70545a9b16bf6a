//! A conversation with a server on the caller's own thread: what is asked may be several questions
//! on their way at once, and a last word need not be waited for.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Error, Socket};

type Line = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// A connection; what is sent over it goes out only while somebody waits or sends.
pub(super) struct Talk {
    runtime: Runtime,
    /// None once the server has ended it.
    line: Option<Line>,
    /// None only while it is dropped.
    client: Option<Client>,
    /// How often an answer was waited for.
    #[cfg(test)]
    pub(super) waits: u64,
}

impl Talk {
    pub(super) fn begin<T>(config: &Config, tls: T) -> Result<Talk, Error>
    where
        T: MakeTlsConnect<Socket>,
        T::Stream: Send + 'static,
    {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("the system gives a thread its events");
        let (client, line) = runtime.block_on(config.connect(tls))?;
        Ok(Talk {
            runtime,
            line: Some(Box::pin(line)),
            client: Some(client),
            #[cfg(test)]
            waits: 0,
        })
    }

    /// Asks and waits for the answer.
    pub(super) fn wait<'t, T, F>(
        &'t mut self,
        ask: impl FnOnce(&'t Client) -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        #[cfg(test)]
        {
            self.waits += 1;
        }
        let Talk { runtime, line, client, .. } = self;
        let mut asked = pin!(ask(client.as_ref().expect("it is there until it is dropped")));
        runtime.block_on(poll_fn(|cx| {
            go_on(line, cx)?;
            asked.as_mut().poll(cx)
        }))
    }

    /// Says something whose answer nobody needs: it is sent now, and heard out some time later.
    pub(super) fn say<'t, F>(&'t mut self, ask: impl FnOnce(&'t Client) -> F) -> Result<(), Error>
    where
        F: Future<Output = Result<(), Error>>,
    {
        let Talk { runtime, line, client, .. } = self;
        let mut asked = pin!(ask(client.as_ref().expect("it is there until it is dropped")));
        runtime.block_on(poll_fn(|cx| {
            let said = asked.as_mut().poll(cx);
            go_on(line, cx)?;
            match said {
                Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
                _ => Poll::Ready(Ok(())),
            }
        }))
    }
}

/// Sends and receives what can be at this moment.
fn go_on(line: &mut Option<Line>, cx: &mut Context<'_>) -> Result<(), Error> {
    let Some(open) = line else { return Ok(()) };
    match open.as_mut().poll(cx) {
        Poll::Pending => Ok(()),
        Poll::Ready(ended) => {
            *line = None;
            ended
        }
    }
}

impl Drop for Talk {
    /// Tells the server that it is over, as far as that can be said.
    fn drop(&mut self) {
        drop(self.client.take());
        let Talk { runtime, line, .. } = self;
        if let Some(line) = line {
            let _ = runtime.block_on(line);
        }
    }
}
