//! The operator's command, with files as docs/operate/scale.md describes them.

use store::twin::tampering;

use super::*;

/// What a file of servers comes to on the server of a place: who is silent, rows waiting and held
/// twice; or the code of the refusal.
fn lay(place: &Location, text: &str, own: &str) -> Result<(String, u64, u64), String> {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), text).expect("writes");
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(file.path(), private).expect("ours");
    app::places::nodes::spread(place, file.path(), own)
        .map(|laid| (laid.silent, laid.waiting, laid.twice))
        .map_err(|error| format!("{} {}", error.code, error.detail).trim_end().to_owned())
}

fn done() -> Result<(String, u64, u64), String> {
    Ok((String::new(), 0, 0))
}

pub(super) fn again_changes_nothing(two: &Two) {
    let text = pair::file_of(&two.database);
    assert_eq!(lay(&two.database.owner(), &text, "barat"), done());
    let otherwise = text.replace("parts = 4", "parts = 8");
    assert_eq!(
        lay(&two.database.owner(), &otherwise, "barat"),
        Err("NODES_LAID_OTHERWISE".to_owned())
    );
}

/// Files that differ from server to server: the second finds out, whichever it is.
pub(super) fn servers_agree_on_the_parts(two: &Two) {
    let fresh = FreshDatabase::of_pair_unlaid(&two.pair());
    let (here, there) = (fresh.owner(), fresh.owner_beside());
    let text = pair::file_of(&fresh);
    let more = text.replace("parts = 4", "parts = 8");
    // The other order of servers: what lies between the heads of the two changes places.
    let mut blocks = text.split("\n[[node]]\n");
    let (head, west, east) = (blocks.next(), blocks.next(), blocks.next());
    let part = |block: Option<&str>| block.expect("a block").to_owned();
    let turned = [part(head), part(east), part(west)].join("\n[[node]]\n");
    let renamed = text.replace("\"barat\"", "\"utara\"");

    assert_eq!(lay(&here, &text, "barat"), Ok(("timur".to_owned(), 0, 0)));
    let differs = |name: &str| Err(format!("NODES_DIFFER {name}"));
    assert_eq!(lay(&there, &more, "timur"), differs("barat"));
    assert_eq!(lay(&there, &turned, "timur"), differs("barat"));
    // Nothing was laid by what was refused: the next one finds an open field.
    assert_eq!(lay(&there, &renamed, "timur"), done());
    assert_eq!(lay(&here, &text, "barat"), differs("timur"));

    // One that was laid while the other was away is found when both are there.
    let fresh = FreshDatabase::of_pair_unlaid(&two.pair());
    let (here, there) = (fresh.owner(), fresh.owner_beside());
    let text = pair::file_of(&fresh);
    let more = text.replace("parts = 4", "parts = 8");
    assert_eq!(lay(&there, &more, "timur"), Ok(("barat".to_owned(), 0, 0)));
    assert_eq!(lay(&here, &text, "barat"), differs("timur"));
    assert_eq!(lay(&here, &more, "barat"), done());
    assert_eq!(lay(&there, &more, "timur"), done());
}

pub(super) fn no_password_is_written_down(two: &Two) {
    let (place, superuser) = (two.database.owner(), two.database.superuser());
    let text = pair::file_of(&two.database);
    let wrong = text.replace("rahasia", "keliru");
    tamper(&superuser, tampering::OWNER_OVERHEARD).expect("the superuser may");
    assert_eq!(lay(&place, &wrong, "barat"), Ok(("timur".to_owned(), 0, 0)));
    assert_eq!(lay(&place, &text, "barat"), done());
    tamper(&superuser, tampering::MAPPINGS_REFUSED).expect("the superuser may");
    assert_eq!(lay(&place, &text, "barat"), Err("NODES_NOT_ALLOWED".to_owned()));
    tamper(&superuser, tampering::OWNER_AS_BEFORE).expect("the superuser may");
    let log = two.here.log().expect("reads");
    assert!(log.contains("copy pg_temp.payung_plan") && log.contains("nodes_mapping"));
    for secret in ["rahasia", "keliru"] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None);
    }
}
