//! The fingerprint of a backup, and the proof that it is complete.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use sha2::{Digest, Sha256};
use stopover_plan::event::Artifact;
use stopover_plan::model::Engine;
use tokio::process::Command;

use super::files::list;
use super::kind::Kind;
use super::manifest::Manifest;
use super::stop::{self, Stop};
use super::tool::Tool;
use super::{BackupError, Toolbox, script, sqlite};

/// Bytes read at a time.
const PIECE: usize = 1024 * 1024;

/// Size and hash of a backup.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fingerprint {
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// Returns size and SHA-256 of a file; of a folder the sum of sizes, and the SHA-256 over one line for each file,
/// sorted by name: name, size, SHA-256, with a NUL between them.
pub(super) async fn fingerprint(
    path: &Path,
    kind: Kind,
    stop: &Stop,
) -> Result<Fingerprint, BackupError> {
    let path = path.to_owned();
    stop.blocking(move |stop| {
        if kind != Kind::Directory {
            return of_file(&path, stop);
        }
        let mut all = Sha256::new();
        let mut bytes = 0;
        for file in list(&path)? {
            let one = of_file(&file, stop)?;
            all.update(file.file_name().unwrap_or_default().as_encoded_bytes());
            all.update(format!("\0{}\0{}\n", one.bytes, one.sha256));
            bytes += one.bytes;
        }
        Ok(Fingerprint {
            bytes,
            sha256: hex::encode(all.finalize()),
        })
    })
    .await
}

fn of_file(path: &Path, stop: &Stop) -> Result<Fingerprint, BackupError> {
    let mut file = File::open(path).map_err(BackupError::file(path, "read"))?;
    let mut hash = Sha256::new();
    let mut bytes = 0;
    let mut room = vec![0; PIECE];
    loop {
        stop.check()?;
        let read = file
            .read(&mut room)
            .map_err(BackupError::file(path, "read"))?;
        if read == 0 {
            break;
        }
        hash.update(&room[..read]);
        bytes += read as u64;
    }
    Ok(Fingerprint {
        bytes,
        sha256: hex::encode(hash.finalize()),
    })
}

/// Returns the backup in a file as it was recorded beside it. Without a record, size and hash stay empty: what the file
/// is now says nothing of what it was.
///
/// # Errors
/// When there is no such file or it cannot be read.
pub fn artifact_of_file(file: &Path) -> Result<Artifact, BackupError> {
    let kind = Kind::at(file)?;
    let recorded = match Manifest::read(file) {
        Some(manifest) => manifest.artifact,
        None => Artifact {
            what: "backup".to_owned(),
            format: kind.word().to_owned(),
            ..Artifact::default()
        },
    };
    Ok(Artifact {
        path: file.display().to_string(),
        ..recorded
    })
}

/// Proves that a backup is what was recorded and complete: size, SHA-256, and a full reading by the engine's own means.
///
/// Nothing but the file is looked at, so this comes before a restore touches anything.
///
/// # Errors
/// When anything differs or is missing.
pub async fn verify_file(artifact: &Artifact, engine: Engine) -> Result<(), BackupError> {
    let (stop, _asked) = stop::pair();
    verify(&Toolbox::of_environment(), artifact, engine, &stop)
        .await
        .map(drop)
}

/// As [`verify_file`], with given tools, and ending early when asked to; returns what the backup is.
pub(super) async fn verify(
    tools: &Toolbox,
    artifact: &Artifact,
    engine: Engine,
    stop: &Stop,
) -> Result<Kind, BackupError> {
    let path = PathBuf::from(&artifact.path);
    let kind = Kind::at(&path)?;
    let fits = match kind {
        Kind::Custom | Kind::Directory => engine == Engine::Postgresql,
        Kind::Database => engine == Engine::Sqlite,
        Kind::Plain | Kind::Gzip => engine != Engine::Sqlite,
    };
    if !artifact.sha256.is_empty() {
        hold_against_record(&path, kind, artifact, stop).await?;
    }
    let recorded = artifact.format.as_str();
    if !fits || !(recorded.is_empty() || recorded == kind.word()) {
        return Err(BackupError::incomplete(
            &path,
            format!("it is no {recorded} backup of {}", engine.word()),
        ));
    }
    match kind {
        Kind::Custom | Kind::Directory => {
            let tables = manifest_of(artifact).and_then(|manifest| manifest.tables);
            let reader = tools.newest_pg_restore().await?;
            prove_archive(&reader, &path, tables, stop).await?;
        }
        Kind::Plain | Kind::Gzip => script::prove(&path, kind, engine, stop).await?,
        Kind::Database => sqlite::prove(&path, stop).await?,
    }
    Ok(kind)
}

/// Returns what is recorded beside a backup, if it is the record of this one.
pub(super) fn manifest_of(artifact: &Artifact) -> Option<Manifest> {
    Manifest::read(Path::new(&artifact.path))
        .filter(|manifest| manifest.artifact.sha256 == artifact.sha256)
}

async fn hold_against_record(
    path: &Path,
    kind: Kind,
    artifact: &Artifact,
    stop: &Stop,
) -> Result<(), BackupError> {
    let print = fingerprint(path, kind, stop).await?;
    let pairs = [
        ("size", artifact.bytes.to_string(), print.bytes.to_string()),
        ("SHA-256", artifact.sha256.clone(), print.sha256),
    ];
    for (what, recorded, found) in pairs {
        if recorded != found {
            return Err(BackupError::Changed {
                path: path.to_owned(),
                what,
                recorded,
                found,
            });
        }
    }
    Ok(())
}

/// Proves an archive complete: its table of contents has the data of as many tables, and everything in it decodes.
pub(super) async fn prove_archive(
    reader: &Tool,
    path: &Path,
    tables: Option<u64>,
    stop: &Stop,
) -> Result<(), BackupError> {
    let listed = read_archive(reader, "--list", path, stop).await?;
    let said = |output: &Output| String::from_utf8_lossy(output.stderr.trim_ascii()).into_owned();
    if !listed.status.success() {
        return Err(BackupError::incomplete(
            path,
            format!("its list of contents cannot be read ({})", said(&listed)),
        ));
    }
    let list = String::from_utf8_lossy(&listed.stdout);
    let has = list
        .lines()
        .filter(|line| !line.starts_with(';') && line.contains(" TABLE DATA "))
        .count() as u64;
    if let Some(tables) = tables.filter(|tables| has < *tables) {
        return Err(BackupError::incomplete(
            path,
            format!("it has the rows of {has} tables, and there are {tables}"),
        ));
    }
    // Reading the list proves only the list; a full decode meets every byte.
    let decoded = read_archive(reader, "--file=/dev/null", path, stop).await?;
    match decoded.status.success() {
        true => Ok(()),
        false => Err(BackupError::incomplete(
            path,
            format!("it cannot be decoded ({})", said(&decoded)),
        )),
    }
}

async fn read_archive(
    reader: &Tool,
    how: &str,
    path: &Path,
    stop: &Stop,
) -> Result<Output, BackupError> {
    let mut command = Command::new(&reader.path);
    command
        .arg(how)
        .arg(path)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = async {
        command
            .output()
            .await
            .map_err(BackupError::file(&reader.path, "started"))
    };
    stop.or(output).await
}
