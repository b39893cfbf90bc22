//! Takes a picture of every view of the real window: light and dark, small and large, with nothing, with a dozen steps,
//! with five thousand, with names too long for any line, and with what fails. Run by `scripts/screenshots.sh`.

#[path = "album/mod.rs"]
mod album;
#[path = "album/cockpit.rs"]
mod cockpit;
#[path = "album/databases.rs"]
mod databases;
#[expect(dead_code, reason = "the tests of the window use the rest")]
#[path = "../tests/window/driver.rs"]
mod driver;
#[path = "album/history.rs"]
mod history;
#[path = "album/places.rs"]
mod places;
#[path = "album/plan.rs"]
mod plan;
#[path = "plans/mod.rs"]
mod plans;
#[path = "album/readme.rs"]
mod readme;
#[expect(dead_code, reason = "the tests of the window use the rest")]
#[path = "../tests/window/sight.rs"]
mod sight;

use stopover_tests::workspace;

/// The parts of the album that need no plan of `plans`, in the order in which they are taken.
const PARTS: [&str; 6] = [
    "empty",
    "places",
    "databases",
    "cockpit",
    "unknown",
    "history",
];

#[tokio::main]
async fn main() {
    let folder = workspace().join("target/screenshots/views");
    std::fs::create_dir_all(&folder).expect("target takes folders");
    let only: Vec<String> = std::env::args().skip(1).collect();
    let plans = plans::all();
    let known: Vec<&str> = PARTS
        .into_iter()
        .chain(["readme"])
        .chain(plans.iter().map(|named| named.of))
        .collect();
    if let Some(unknown) = only.iter().find(|only| !known.contains(&only.as_str())) {
        eprintln!(
            "There is no {unknown:?}; name some of: {}",
            known.join(", ")
        );
        std::process::exit(2);
    }
    // The one picture that is kept in the repository is taken when it is asked for by name.
    if only.iter().any(|only| only == "readme") {
        readme::shoot().await;
    }
    let wanted = |of: &str| only.is_empty() || only.iter().any(|only| only == of);
    // One that is not taken any more must not be looked at as if it were.
    for picture in std::fs::read_dir(&folder).expect("it is there").flatten() {
        let name = picture.file_name().to_string_lossy().into_owned();
        if known
            .iter()
            .any(|of| wanted(of) && name.starts_with(&format!("{of}-")))
        {
            std::fs::remove_file(picture.path()).expect("it is ours");
        }
    }
    for part in PARTS.into_iter().filter(|part| wanted(part)) {
        match part {
            "empty" => places::empty().await,
            "places" => places::filled().await,
            "databases" => databases::shoot().await,
            "cockpit" => cockpit::shoot().await,
            "unknown" => cockpit::unknown().await,
            _ => history::shoot().await,
        }
    }
    for named in plans.iter().filter(|named| wanted(named.of)) {
        plan::shoot(named).await;
    }
    println!("The pictures are in {}.", folder.display());
}
