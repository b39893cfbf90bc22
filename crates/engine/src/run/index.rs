//! Indexes that CREATE INDEX CONCURRENTLY left behind, finished or not. PostgreSQL only.

use crate::db::{Db, DbError};

/// Returns true when the index exists and is not valid.
pub(super) async fn index_is_invalid(db: &mut Db, name: &str) -> Result<bool, DbError> {
    Ok(index_state(db, name).await? == Some(false))
}

/// Returns whether the index is valid; `None` when it does not exist. PostgreSQL only.
pub(super) async fn index_state(db: &mut Db, name: &str) -> Result<Option<bool>, DbError> {
    let sql = format!(
        "SELECT i.indisvalid FROM pg_index i WHERE i.indexrelid = to_regclass('{}')",
        name.replace('\'', "''")
    );
    Ok(db.scalar(&sql).await?.map(|valid| valid == "t"))
}

/// Drops what a killed or failed CREATE INDEX CONCURRENTLY left behind.
pub(super) async fn drop_invalid_index(db: &mut Db, name: &str) -> Result<(), DbError> {
    if index_is_invalid(db, name).await? {
        db.run(&format!("DROP INDEX CONCURRENTLY IF EXISTS {name}"))
            .await?;
    }
    Ok(())
}
