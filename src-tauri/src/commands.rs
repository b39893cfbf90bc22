//! The commands of the window, a file per group. Each is short: parse, call, map.

mod connections;
mod edit;
mod follow;
mod history;
mod imports;
mod notices;
mod opening;
mod passages;
mod plans;
mod query;
mod reports;
mod schema;
mod sessions;
mod timeline;
mod watch;

/// Returns what answers the window.
pub(crate) fn handler() -> impl Fn(tauri::ipc::Invoke) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        opening::opening,
        passages::read_passage,
        passages::kind_change,
        plans::open_plan,
        plans::recent_plans,
        plans::trust_plan,
        edit::edit_plan,
        edit::undo_plan,
        edit::redo_plan,
        edit::settle_plan,
        edit::rewrite_plan,
        edit::create_plan,
        plans::forget_plan,
        follow::watch_plan,
        follow::unwatch_plan,
        connections::list_connections,
        connections::save_connection,
        connections::delete_connection,
        connections::keep_password,
        connections::take_apart,
        connections::test_connection,
        imports::find_connections,
        imports::import_connections,
        schema::list_relations,
        schema::open_relation,
        schema::count_rows,
        schema::close_database,
        schema::touched_tables,
        query::run_query,
        query::cancel_query,
        query::close_query,
        query::query_page,
        query::query_value,
        query::copy_cells,
        query::export_query,
        sessions::start_session,
        sessions::resume_session,
        sessions::request_session,
        history::list_sessions,
        history::plans_run,
        history::past_runs,
        history::compare_sessions,
        history::export_comparison,
        notices::notify,
        sessions::open_session,
        watch::watch_session,
        watch::unwatch_session,
        reports::export_report,
        timeline::draw_timeline,
        timeline::write_timeline,
        timeline::write_picture,
    ]
}
