//! The formats of a report, named by the suffix of the file it is written to.

use stopover_plan::Problem;

/// A format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One HTML file.
    Html,
    /// Markdown.
    Markdown,
    /// One JSON document.
    Json,
    /// The table of steps.
    Csv,
}

impl Format {
    /// Returns the format that the suffix of `path` asks for, in any case.
    ///
    /// # Errors
    /// When the suffix names none, or PDF, which is made by printing the HTML.
    pub fn of_path(path: &str) -> Result<Format, Problem> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let suffix = name
            .rsplit_once('.')
            .map(|(_, suffix)| suffix.to_lowercase());
        match suffix.as_deref() {
            Some("html" | "htm") => Ok(Format::Html),
            Some("md" | "markdown") => Ok(Format::Markdown),
            Some("json") => Ok(Format::Json),
            Some("csv") => Ok(Format::Csv),
            Some("pdf") => Err(Problem::new(
                "report-pdf",
                format!("{path} was not written: reports cannot be written as PDF yet."),
                "Write the report as .html and print it to PDF.",
            )),
            _ => Err(Problem::new(
                "report-format",
                format!("{path} was not written: its suffix names no report format."),
                "End the file name with .html, .md, .json or .csv.",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expect: Result<Format, &str>) {
        let found = Format::of_path(path);
        match expect {
            Ok(format) => assert_eq!(found, Ok(format), "{path}"),
            Err(code) => assert_eq!(found.map_err(|p| p.code), Err(code.to_owned()), "{path}"),
        }
    }

    #[test]
    fn the_suffix_names_the_format() {
        check("out/Report.HTML", Ok(Format::Html));
        check("a.md", Ok(Format::Markdown));
        check("a.json", Ok(Format::Json));
        check("a.csv", Ok(Format::Csv));
        check("a.pdf", Err("report-pdf"));
        check("a.docx", Err("report-format"));
        check("folder.html/report", Err("report-format"));
        check("", Err("report-format"));
    }
}
