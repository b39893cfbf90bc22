//! The processes under measurement: which there are, and what memory they take.

/// Returns the ids of the processes this one started, itself or through others, whose names begin with one of these. The
/// driver of the window is not among them.
pub(crate) fn named(names: &[&str]) -> Vec<String> {
    let processes: Vec<(String, String)> = std::fs::read_dir("/proc")
        .expect("/proc is there")
        .flatten()
        .filter_map(|entry| {
            let process = entry.file_name().into_string().ok()?;
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            let after = stat.rsplit_once(')')?.1;
            Some((process, after.split_whitespace().nth(1)?.to_owned()))
        })
        .collect();
    let mut ours = vec![std::process::id().to_string()];
    let mut next = 0;
    while next < ours.len() {
        let parent = ours[next].clone();
        let children = processes.iter().filter(|(_, of)| *of == parent);
        ours.extend(children.map(|(process, _)| process.clone()));
        next += 1;
    }
    ours.retain(|process| {
        let name = std::fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
        names.iter().any(|part| name.starts_with(part)) && !name.starts_with("WebKitWebDriver")
    });
    ours
}

/// Returns the memory of these processes in bytes; shared pages count by their part.
pub(crate) fn memory(names: &[&str]) -> u64 {
    let used = |process: &String| {
        let text = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
        let line = text.lines().find(|line| line.starts_with("Pss:"))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    named(names).iter().filter_map(used).sum::<u64>() * 1024
}
