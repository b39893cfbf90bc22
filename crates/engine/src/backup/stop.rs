//! The wish to stop, handed down to whatever runs at the moment.

use std::future::Future;
use std::pin::pin;

use tokio::sync::watch;

use super::BackupError;

/// Knows whether someone asked to stop.
#[derive(Clone)]
pub(super) struct Stop(watch::Receiver<bool>);

/// Asks to stop.
pub(super) struct Asked(watch::Sender<bool>);

/// Returns both ends.
pub(super) fn pair() -> (Stop, Asked) {
    let (sender, receiver) = watch::channel(false);
    (Stop(receiver), Asked(sender))
}

/// Runs `work` to its end, which it reaches early and in good order once `cancel` completes.
pub(super) async fn run<T>(
    asked: Asked,
    cancel: impl Future<Output = ()>,
    work: impl Future<Output = Result<T, BackupError>>,
) -> Result<T, BackupError> {
    let mut work = pin!(work);
    tokio::select! {
        result = &mut work => return result,
        () = cancel => {}
    }
    asked.0.send_replace(true);
    work.await
}

impl Stop {
    /// Completes when someone asks to stop.
    pub(super) async fn asked(&self) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Returns true when someone asked to stop.
    pub(super) fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns an error when someone asked to stop.
    pub(super) fn check(&self) -> Result<(), BackupError> {
        match self.is_asked() {
            true => Err(BackupError::Cancelled),
            false => Ok(()),
        }
    }

    /// Drops `work` when someone asks to stop, which cancels a statement in flight.
    pub(super) async fn or<T, E: Into<BackupError>>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, BackupError> {
        tokio::select! {
            biased;
            () = self.asked() => Err(BackupError::Cancelled),
            result = work => result.map_err(Into::into),
        }
    }

    /// Runs work that blocks on a thread of its own; it is to look at the [`Stop`] it is given now and then.
    pub(super) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Stop) -> Result<T, BackupError> + Send + 'static,
    ) -> Result<T, BackupError> {
        let stop = self.clone();
        let joined = tokio::task::spawn_blocking(move || work(&stop)).await;
        joined.unwrap_or_else(|error| {
            Err(BackupError::Thread {
                source: std::io::Error::other(error),
            })
        })
    }
}
