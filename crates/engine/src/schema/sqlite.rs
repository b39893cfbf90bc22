//! The catalogue of SQLite.

use stopover_plan::model::Engine;

use super::checks::checks;
use super::{
    ColumnOf, Constraint, ConstraintKind, Detail, Fields, Index, MOST, PARTS, Relation,
    RelationKind, Relations,
};
use crate::db::Db;
use crate::error::EngineError;
use crate::quote::{literal, quote};

/// Files up to this size are measured and their tables counted: both read the whole file.
const MEASURED_BYTES: u64 = 64 * 1024 * 1024;
/// Most tables that are counted.
const COUNTED: usize = 500;

pub(super) async fn relations(db: &mut Db) -> Result<Relations, EngineError> {
    let sql = "SELECT name, type, CASE WHEN sql LIKE 'CREATE VIRTUAL%' THEN 1 ELSE 0 END FROM sqlite_schema \
         WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1";
    let rows = db.rows(sql, MOST).await?;
    let mut relations: Vec<Relation> = rows
        .rows
        .into_iter()
        .map(|row| {
            let mut row = Fields::of(row);
            let (name, kind, is_virtual) = (row.text(), row.text(), row.truth());
            Relation {
                schema: String::new(),
                name,
                kind: match (kind.as_str(), is_virtual) {
                    ("view", _) => RelationKind::View,
                    (_, true) => RelationKind::Foreign,
                    _ => RelationKind::Table,
                },
                rows: None,
                rows_counted: false,
                bytes: None,
            }
        })
        .collect();
    let file = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
    let bytes = db.scalar(file).await?;
    let small = bytes
        .and_then(|bytes| bytes.parse::<u64>().ok())
        .is_some_and(|bytes| bytes <= MEASURED_BYTES);
    if small {
        measure(db, &mut relations).await;
        if relations.len() <= COUNTED {
            count(db, &mut relations).await;
        }
    } else {
        estimate(db, &mut relations).await;
    }
    Ok(Relations {
        relations,
        cut: rows.truncated,
        sizes_estimated: false,
    })
}

/// The table dbstat is there only where SQLite was built with it.
async fn measure(db: &mut Db, relations: &mut [Relation]) {
    let sql = "SELECT m.tbl_name, sum(s.pgsize) FROM dbstat s JOIN sqlite_schema m ON m.name = s.name \
         WHERE s.aggregate GROUP BY 1";
    if let Ok(rows) = db.rows(sql, MOST).await {
        for row in rows.rows {
            let mut row = Fields::of(row);
            let name = row.text();
            if let Some(relation) = relations.iter_mut().find(|one| one.name == name) {
                relation.bytes = row.number();
            }
        }
    }
}

/// A table that cannot be read, of a module that is missing for instance, stays without a number.
async fn count(db: &mut Db, relations: &mut [Relation]) {
    for relation in relations {
        if relation.kind != RelationKind::Table {
            continue;
        }
        let sql = format!(
            "SELECT count(*) FROM {}",
            quote(Engine::Sqlite, &relation.name)
        );
        if let Ok(Some(rows)) = db.scalar(&sql).await {
            relation.rows = rows.parse().ok();
            relation.rows_counted = true;
        }
    }
}

/// What ANALYZE noted, where it was ever run.
async fn estimate(db: &mut Db, relations: &mut [Relation]) {
    let Ok(rows) = db.rows("SELECT tbl, stat FROM sqlite_stat1", MOST).await else {
        return;
    };
    for row in rows.rows {
        let mut row = Fields::of(row);
        let (name, stat) = (row.text(), row.text());
        let rows = stat.split(' ').next().and_then(|rows| rows.parse().ok());
        if let Some(relation) = relations.iter_mut().find(|one| one.name == name) {
            relation.rows = relation.rows.max(rows);
        }
    }
}

pub(super) async fn detail(db: &mut Db, name: &str) -> Result<Detail, EngineError> {
    let table = literal(Engine::Sqlite, name);
    let definition = db
        .scalar(&format!(
            "SELECT sql FROM sqlite_schema WHERE name = {table} AND type IN ('table', 'view')"
        ))
        .await?;
    let (columns, mut constraints) = columns(db, &table).await?;
    constraints.extend(foreign(db, &table).await?);
    constraints.extend(definition.as_deref().map(checks).unwrap_or_default());
    let (indexes, unique) = indexes(db, &table).await?;
    constraints.extend(unique);
    let referenced_by = format!(
        "SELECT DISTINCT m.name FROM sqlite_schema m, pragma_foreign_key_list(m.name) f \
         WHERE m.type = 'table' AND lower(f.\"table\") = lower({table}) ORDER BY 1"
    );
    let referenced_by = db.rows(&referenced_by, PARTS).await?.rows;
    Ok(Detail {
        columns,
        indexes,
        constraints,
        referenced_by: referenced_by
            .into_iter()
            .filter_map(|mut row| row.pop().flatten())
            .collect(),
        definition,
    })
}

fn constraint(kind: ConstraintKind, columns: Vec<String>, definition: String) -> Constraint {
    Constraint {
        name: String::new(),
        kind,
        columns,
        definition,
        other_schema: String::new(),
        other: None,
        validated: true,
    }
}

async fn columns(
    db: &mut Db,
    table: &str,
) -> Result<(Vec<ColumnOf>, Vec<Constraint>), EngineError> {
    let sql = format!(
        "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo({table}) WHERE hidden <> 1"
    );
    let mut columns = Vec::new();
    let mut key = Vec::new();
    for row in db.rows(&sql, PARTS).await?.rows {
        let mut row = Fields::of(row);
        let column = ColumnOf {
            name: row.text(),
            kind: row.text(),
            nullable: !row.truth(),
            default: row.maybe(),
            ..ColumnOf::default()
        };
        let place = row.number().unwrap_or(0);
        if place > 0 {
            key.push((place, column.name.clone()));
        }
        let generated = matches!(row.number(), Some(2 | 3));
        columns.push(ColumnOf {
            generated,
            ..column
        });
    }
    key.sort();
    let key: Vec<String> = key.into_iter().map(|(_, name)| name).collect();
    let mut constraints = Vec::new();
    if !key.is_empty() {
        let definition = format!("PRIMARY KEY ({})", key.join(", "));
        constraints.push(constraint(ConstraintKind::Primary, key, definition));
    }
    Ok((columns, constraints))
}

async fn foreign(db: &mut Db, table: &str) -> Result<Vec<Constraint>, EngineError> {
    let sql = format!(
        "SELECT id, \"table\", \"from\", \"to\", on_update, on_delete FROM pragma_foreign_key_list({table}) ORDER BY id, seq"
    );
    let mut found: Vec<(String, Constraint, Vec<String>, String)> = Vec::new();
    for row in db.rows(&sql, PARTS).await?.rows {
        let mut row = Fields::of(row);
        let (id, other, column) = (row.text(), row.text(), row.text());
        let to = row.maybe();
        let rules = format!("ON UPDATE {} ON DELETE {}", row.text(), row.text());
        if let Some((last, constraint, columns, _)) = found.last_mut()
            && *last == id
        {
            constraint.columns.push(column);
            columns.extend(to);
            continue;
        }
        let mut one = constraint(ConstraintKind::Foreign, vec![column], String::new());
        one.other = Some(other);
        found.push((id, one, to.into_iter().collect(), rules));
    }
    Ok(found
        .into_iter()
        .map(|(_, mut constraint, to, rules)| {
            // Without columns the primary key of the other table is meant.
            let to = match to.is_empty() {
                true => String::new(),
                false => format!("({})", to.join(", ")),
            };
            constraint.definition = format!(
                "FOREIGN KEY ({}) REFERENCES {}{to} {rules}",
                constraint.columns.join(", "),
                constraint.other.as_deref().unwrap_or_default()
            );
            constraint
        })
        .collect())
}

async fn indexes(db: &mut Db, table: &str) -> Result<(Vec<Index>, Vec<Constraint>), EngineError> {
    let sql = format!(
        "SELECT l.name, l.\"unique\", l.origin, s.sql, x.name FROM pragma_index_list({table}) l \
         JOIN pragma_index_xinfo(l.name) x ON x.key LEFT JOIN sqlite_schema s ON s.type = 'index' AND s.name = l.name \
         ORDER BY l.origin = 'pk' DESC, l.name, x.seqno"
    );
    let mut found: Vec<(Index, bool)> = Vec::new();
    for row in db.rows(&sql, PARTS).await?.rows {
        let mut row = Fields::of(row);
        let (name, unique, origin, sql) = (row.text(), row.truth(), row.text(), row.text());
        let column = row.maybe().unwrap_or_else(|| "(expression)".to_owned());
        if let Some((last, _)) = found.last_mut()
            && last.name == name
        {
            last.columns.push(column);
            continue;
        }
        let upper = sql.to_ascii_uppercase();
        let condition = upper
            .rfind(" WHERE ")
            .map(|at| sql[at + " WHERE ".len()..].trim().to_owned());
        let index = Index {
            name,
            method: "btree".to_owned(),
            columns: vec![column],
            unique,
            primary: origin == "pk",
            condition,
            ..Index::default()
        };
        found.push((index, origin == "u"));
    }
    let unique = found
        .iter()
        .filter(|(_, is_constraint)| *is_constraint)
        .map(|(index, _)| {
            let definition = format!("UNIQUE ({})", index.columns.join(", "));
            constraint(ConstraintKind::Unique, index.columns.clone(), definition)
        })
        .collect();
    Ok((found.into_iter().map(|(index, _)| index).collect(), unique))
}
