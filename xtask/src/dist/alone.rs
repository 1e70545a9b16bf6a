//! The program that needs nothing of the system it runs on: linked whole, glibc with it, for
//! machines whose glibc is older than the package asks for, or that have none.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::ci::{cargo, exists, succeed};

/// Its target, named: what is asked of the linker is then asked of the program alone, and not of
/// what runs while it is built.
const TARGET: &str = match std::env::consts::ARCH.as_bytes() {
    b"aarch64" => "aarch64-unknown-linux-gnu",
    _ => "x86_64-unknown-linux-gnu",
};

/// Enters a world, its first word, and runs the others there.
const ENTER: &str = r#"world="$1"; shift
for device in random urandom; do mount --bind "/dev/$device" "$world/dev/$device"; done
exec chroot "$world" "$@""#;

/// Builds it, and sees that it asks for no library and runs where there is nothing else.
pub fn build(root: &Path, target: &Path) -> Result<Vec<u8>> {
    let mut command = cargo(root);
    command.args(["build", "--release", "--locked", "-p", "payung", "--target", TARGET]);
    succeed(command.env("RUSTFLAGS", "-C target-feature=+crt-static"))?;
    let program = target.join(TARGET).join("release/payung");
    let bytes = fs::read(&program).with_context(|| format!("{}", program.display()))?;
    if let Some(loader) = loader_of(&bytes) {
        bail!("the program that stands alone asks for {loader}");
    }
    runs_where_nothing_is(&program)?;
    Ok(bytes)
}

/// The loader that a program asks for; none when it is linked whole.
pub fn loader_of(program: &[u8]) -> Option<String> {
    let start = memchr::memmem::find(program, b"/ld-linux")?;
    // The name stands in the head of the file; text that speaks of one stands further on.
    let head = program.get(..4096)?;
    let begin = head.get(..start)?.iter().rposition(|byte| *byte == 0)? + 1;
    let end = begin + program[begin..].iter().position(|byte| *byte == 0)?;
    Some(String::from_utf8_lossy(&program[begin..end]).into_owned())
}

/// Runs it as the only file of its world, where this machine lets us make one.
fn runs_where_nothing_is(program: &Path) -> Result<()> {
    let world = std::env::temp_dir().join(format!("payung-alone-{}", std::process::id()));
    fs::create_dir_all(&world)?;
    let done = try_alone(program, &world);
    let _ = fs::remove_dir_all(&world);
    done
}

fn try_alone(program: &Path, world: &PathBuf) -> Result<()> {
    fs::copy(program, world.join("payung"))?;
    if !exists("unshare") || !exists("chroot") {
        println!("unshare and chroot are not here: the program was not run alone");
        return Ok(());
    }
    // What every system has, and randomness comes from where a program is linked whole.
    fs::create_dir_all(world.join("dev"))?;
    for device in ["random", "urandom"] {
        fs::write(world.join("dev").join(device), "")?;
    }
    let alone = |words: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "--net", "sh", "-ec", ENTER, "sh"]);
        command.arg(world).args(words);
        command
    };
    // A machine may forbid such worlds: then even the smallest fails before the program is reached.
    let allowed = Command::new("unshare").args(["--user", "--map-root-user", "true"]).status()?;
    if !allowed.success() {
        println!("this machine makes no world of its own: the program was not run alone");
        return Ok(());
    }
    succeed(&mut alone(&["/payung", "--version"]))?;
    // A register made and asked: files, randomness, keys, the clock, the catalogue of words.
    succeed(
        alone(&["/payung", "key", "status", "--data", "/data"]).stdout(std::process::Stdio::null()),
    )
}

#[cfg(test)]
mod tests {
    use super::loader_of;

    #[test]
    fn a_program_that_asks_for_a_loader_is_known() {
        let own = std::fs::read(std::env::current_exe().expect("a name")).expect("ours");
        let loader = loader_of(&own).expect("tests are linked to the system");
        assert!(loader.ends_with(".so.2") || loader.ends_with(".so.1"), "{loader}");
        assert_eq!(loader_of(b"\x7fELF\0nothing of the kind\0"), None);
    }
}
