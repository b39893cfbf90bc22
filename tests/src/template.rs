//! Empty server clusters, made once and copied for every test.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::guard::Account;
use crate::programs::{built, run};

/// Copies the cluster called `name` to `to`, making it first by `make` when this build has none yet.
///
/// `make` is handed a folder that `account` owns. Several tests may come at once: a file lock lets one of them make
/// the cluster, and a rename shows it to the others whole.
pub(crate) fn copy(name: &str, account: &Account, to: &Path, make: impl FnOnce(&Path)) {
    let shelf = built()
        .parent()
        .expect("the build folder lies in the target folder")
        .join("servers");
    std::fs::create_dir_all(&shelf).expect("the target folder takes folders");
    let template = shelf.join(format!("{name}-{}", account.name()));
    if !template.is_dir() {
        let lock = File::create(shelf.join("lock")).expect("the target folder takes files");
        lock.lock().expect("a file of our own can be locked");
        if !template.is_dir() {
            make_template(account, &template, make);
        }
    }
    copy_folder(&template, to);
}

fn make_template(account: &Account, template: &Path, make: impl FnOnce(&Path)) {
    // The account may not be able to enter the target folder, so the cluster is made in a folder of its own.
    let workshop = account.folder();
    let cluster = workshop.join("data");
    make(&cluster);
    let partial = partial(template);
    let _ = std::fs::remove_dir_all(&partial);
    copy_folder(&cluster, &partial);
    std::fs::rename(&partial, template).expect("a folder is renamed within its folder");
    let _ = std::fs::remove_dir_all(&workshop);
}

fn partial(template: &Path) -> PathBuf {
    let mut name = template.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

fn copy_folder(from: &Path, to: &Path) {
    // cp keeps owner and mode and uses the file system's own copying where it has one.
    run(Command::new("cp")
        .args(["-a", "--reflink=auto"])
        .arg(from)
        .arg(to));
}
