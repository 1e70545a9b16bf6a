//! A terminal that does not show what is typed.

#[cfg(unix)]
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// A terminal that shows nothing until this is dropped.
pub struct Quiet {
    #[cfg(unix)]
    before: Option<Termios>,
}

impl Quiet {
    /// Hides what is typed, where the terminal lets it be hidden.
    pub fn begin() -> Quiet {
        #[cfg(unix)]
        {
            let before = tcgetattr(std::io::stdin()).ok();
            if let Some(mut modes) = before.clone() {
                modes.local_modes.remove(LocalModes::ECHO);
                let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &modes);
            }
            Quiet { before }
        }
        #[cfg(not(unix))]
        Quiet {}
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(before) = &self.before {
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, before);
            eprintln!();
        }
    }
}
