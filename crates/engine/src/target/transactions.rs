//! Who may hold what a statement on MySQL waited for in vain: the other transactions that are open in its database.

use stopover_plan::model::Engine;

use super::doing::{DOING, doing};
use crate::db::Db;

/// Most transactions that are named, the oldest first.
const NAMED: usize = 5;

/// Returns the other transactions open in this database, in words; `None` where there is none, where the server does not
/// tell this user, and on other engines. The server keeps no record of who held a lock once the wait for it is over, so
/// these are the ones that may have.
pub(crate) async fn open_transactions(db: &mut Db) -> Option<String> {
    if db.engine() != Engine::Mysql {
        return None;
    }
    let sql = format!(
        "SELECT user, host, id, TIMESTAMPDIFF(SECOND, trx_started, NOW()), {DOING} \
         FROM information_schema.innodb_trx JOIN information_schema.processlist ON id = trx_mysql_thread_id \
         WHERE db = DATABASE() AND id <> CONNECTION_ID() ORDER BY trx_started"
    );
    let rows = db.rows(&sql, NAMED).await.ok()?.rows;
    let named: Vec<String> = rows
        .into_iter()
        .map(|row| {
            let [user, host, id, open, seconds, statement]: [Option<String>; 6] =
                row.try_into().unwrap_or_default();
            format!(
                "{} from {} (connection {}), open for {} s, {}",
                user.unwrap_or_default(),
                host.unwrap_or_default(),
                id.unwrap_or_default(),
                open.unwrap_or_default(),
                doing(seconds.as_deref(), statement.as_deref())
            )
        })
        .collect();
    (!named.is_empty()).then(|| named.join("; "))
}
