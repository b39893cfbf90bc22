//! The commands of the window, a file per group. Each is short: parse, call, map.

mod connections;
mod opening;
mod plans;
mod reports;
mod sessions;
mod watch;

/// Returns what answers the window.
pub(crate) fn handler() -> impl Fn(tauri::ipc::Invoke) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        opening::opening,
        plans::open_plan,
        plans::recent_plans,
        plans::trust_plan,
        connections::list_connections,
        connections::save_connection,
        connections::delete_connection,
        connections::keep_password,
        connections::take_apart,
        connections::test_connection,
        sessions::start_session,
        sessions::resume_session,
        sessions::request_session,
        sessions::list_sessions,
        sessions::open_session,
        watch::watch_session,
        watch::unwatch_session,
        reports::export_report,
    ]
}
