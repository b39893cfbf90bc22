//! `stopover init`: a new plan from a commented template.

use serde_json::json;
use stopover_plan::Problem;
use stopover_runner::Trouble;

use super::Done;
use crate::args::InitArgs;
use crate::output::Output;

pub(crate) fn run(out: &Output, args: &InitArgs) -> Done {
    let file = args.dir.join(format!("{}.plan.toml", slug(&args.name)));
    let failed = |error: std::io::Error| {
        Trouble::Unreachable(Problem::new(
            "plan-not-written",
            format!("The plan {} could not be written: {error}", file.display()),
            "Name a folder you may write to.",
        ))
    };
    std::fs::create_dir_all(&args.dir).map_err(failed)?;
    let text = stopover_plan::template::plan(&args.name, args.engine.into());
    match std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&file)
    {
        Ok(mut new) => std::io::Write::write_all(&mut new, text.as_bytes()).map_err(failed)?,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(Trouble::Refused(Problem::new(
                "plan-exists",
                format!("The plan {} exists already.", file.display()),
                "Choose another --name or folder.",
            )));
        }
        Err(error) => return Err(failed(error)),
    }
    out.document(&json!({ "plan": file }), || {
        format!(
            "{}\nNext: read it, then `stopover check {}`.",
            file.display(),
            file.display()
        )
    });
    Ok(0)
}

fn slug(name: &str) -> String {
    let slug: String = name
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let slug = slug
        .split('-')
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-");
    match slug.is_empty() {
        true => "plan".to_owned(),
        false => slug,
    }
}
