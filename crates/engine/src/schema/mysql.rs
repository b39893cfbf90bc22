//! The catalogue of MySQL and MariaDB.

use stopover_plan::model::Engine;

use super::{
    ColumnOf, Constraint, ConstraintKind, Detail, Fields, Index, MOST, PARTS, Relation,
    RelationKind, Relations,
};
use crate::db::{Db, DbClass, Rows};
use crate::error::EngineError;
use crate::quote::{literal, quote_name};

pub(super) async fn relations(db: &mut Db) -> Result<Relations, EngineError> {
    let sql = "SELECT table_schema, table_name, table_type, table_rows, data_length + index_length, create_options \
         FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 2";
    let rows = db.rows(sql, MOST).await?;
    let relations = rows.rows.into_iter().map(|row| {
        let mut row = Fields::of(row);
        let (schema, name, kind) = (row.text(), row.text(), row.text());
        let (rows, bytes) = (row.number(), row.number());
        let partitioned = row.text().contains("partitioned");
        Relation {
            schema,
            name,
            kind: match kind.as_str() {
                "VIEW" | "SYSTEM VIEW" => RelationKind::View,
                _ if partitioned => RelationKind::Partitioned,
                _ => RelationKind::Table,
            },
            rows,
            rows_counted: false,
            bytes,
        }
    });
    Ok(Relations {
        relations: relations.collect(),
        cut: rows.truncated,
        sizes_estimated: false,
    })
}

pub(super) async fn detail(db: &mut Db, schema: &str, name: &str) -> Result<Detail, EngineError> {
    let place = |schema_column: &str, table_column: &str| {
        format!(
            "{schema_column} = {} AND {table_column} = {}",
            literal(Engine::Mysql, schema),
            literal(Engine::Mysql, name)
        )
    };
    let columns = columns(db, &place("table_schema", "table_name")).await?;
    if columns.is_empty() {
        return Ok(Detail::default());
    }
    let mut constraints = keys(db, &place("k.table_schema", "k.table_name")).await?;
    constraints.extend(checks(db, schema, name).await?);
    let of = place("referenced_table_schema", "referenced_table_name");
    let referenced_by = db
        .rows(
            &format!(
                "SELECT DISTINCT CONCAT(table_schema, '.', table_name) FROM information_schema.key_column_usage \
                 WHERE {of} ORDER BY 1"
            ),
            PARTS,
        )
        .await?;
    let definition = format!(
        "SELECT view_definition FROM information_schema.views WHERE {}",
        place("table_schema", "table_name")
    );
    let definition = db.scalar(&definition).await?;
    // A view has no indexes, and asking for those of a broken one is an error.
    let indexes = match definition {
        None => indexes(db, schema, name).await?,
        Some(_) => Vec::new(),
    };
    Ok(Detail {
        columns,
        indexes,
        constraints,
        referenced_by: referenced_by
            .rows
            .into_iter()
            .filter_map(|mut row| row.pop().flatten())
            .collect(),
        definition,
    })
}

async fn columns(db: &mut Db, place: &str) -> Result<Vec<ColumnOf>, EngineError> {
    let mariadb = db.is_mariadb();
    let sql = format!(
        "SELECT column_name, column_type, is_nullable, column_default, extra, column_comment, generation_expression \
         FROM information_schema.columns WHERE {place} ORDER BY ordinal_position"
    );
    let rows = db.rows(&sql, PARTS).await?.rows;
    Ok(rows
        .into_iter()
        .map(|row| {
            let mut row = Fields::of(row);
            let mut column = ColumnOf {
                name: row.text(),
                kind: row.text(),
                nullable: row.truth(),
                // MariaDB writes a default as SQL, and the lack of one as the word NULL.
                default: row.maybe().filter(|text| !(mariadb && text == "NULL")),
                ..ColumnOf::default()
            };
            let extra = row.text();
            column.comment = row.text();
            let expression = row.text();
            if !expression.is_empty() {
                column.generated = true;
                column.default = Some(format!("AS ({expression})"));
            } else if extra.to_ascii_lowercase().contains("auto_increment") {
                column.generated = true;
                column.default = Some("AUTO_INCREMENT".to_owned());
            }
            column
        })
        .collect())
}

/// Returns what a row of `SHOW` says under a name, which differs from version to version.
fn under<'r>(rows: &Rows, row: &'r [Option<String>], name: &str) -> Option<&'r str> {
    let at = rows
        .columns
        .iter()
        .position(|column| column.eq_ignore_ascii_case(name))?;
    row.get(at)?.as_deref()
}

async fn indexes(db: &mut Db, schema: &str, name: &str) -> Result<Vec<Index>, EngineError> {
    let sql = format!(
        "SHOW INDEX FROM {}.{}",
        quote_name(Engine::Mysql, schema)?,
        quote_name(Engine::Mysql, name)?
    );
    let rows = db.rows(&sql, PARTS).await?;
    let mut found: Vec<Index> = Vec::new();
    for row in &rows.rows {
        let get = |key: &str| under(&rows, row, key);
        let name = get("Key_name").unwrap_or_default().to_owned();
        let mut column = match get("Expression") {
            Some(expression) => format!("({expression})"),
            None => get("Column_name").unwrap_or_default().to_owned(),
        };
        if let Some(part) = get("Sub_part") {
            column = format!("{column}({part})");
        }
        if let Some(last) = found.last_mut()
            && last.name == name
        {
            last.columns.push(column);
            continue;
        }
        let ignored = get("Visible") == Some("NO") || get("Ignored") == Some("YES");
        found.push(Index {
            primary: name == "PRIMARY",
            name,
            method: get("Index_type").unwrap_or_default().to_ascii_lowercase(),
            columns: vec![column],
            unique: get("Non_unique") == Some("0"),
            unusable: ignored.then(|| "invisible".to_owned()),
            condition: None,
            bytes: None,
        });
    }
    Ok(found)
}

async fn keys(db: &mut Db, place: &str) -> Result<Vec<Constraint>, EngineError> {
    let sql = format!(
        "SELECT k.constraint_name, t.constraint_type, k.column_name, k.referenced_table_schema, \
         k.referenced_table_name, k.referenced_column_name, r.update_rule, r.delete_rule \
         FROM information_schema.key_column_usage k JOIN information_schema.table_constraints t \
         ON t.constraint_schema = k.constraint_schema AND t.table_name = k.table_name \
         AND t.constraint_name = k.constraint_name LEFT JOIN information_schema.referential_constraints r \
         ON r.constraint_schema = k.constraint_schema AND r.table_name = k.table_name \
         AND r.constraint_name = k.constraint_name WHERE {place} ORDER BY 1, k.ordinal_position"
    );
    let mut found: Vec<(Constraint, Vec<String>, String)> = Vec::new();
    for row in db.rows(&sql, PARTS).await?.rows {
        let mut row = Fields::of(row);
        let (name, kind, column) = (row.text(), row.text(), row.text());
        let (other_schema, other, other_column) = (row.text(), row.maybe(), row.maybe());
        let rules = format!("ON UPDATE {} ON DELETE {}", row.text(), row.text());
        if let Some((last, others, _)) = found.last_mut()
            && last.name == name
        {
            last.columns.push(column);
            others.extend(other_column);
            continue;
        }
        let constraint = Constraint {
            name,
            kind: match kind.as_str() {
                "PRIMARY KEY" => ConstraintKind::Primary,
                "FOREIGN KEY" => ConstraintKind::Foreign,
                _ => ConstraintKind::Unique,
            },
            columns: vec![column],
            definition: String::new(),
            other_schema,
            other,
            validated: true,
        };
        found.push((constraint, other_column.into_iter().collect(), rules));
    }
    Ok(found
        .into_iter()
        .map(|(mut constraint, others, rules)| {
            let columns = constraint.columns.join(", ");
            constraint.definition = match (&constraint.other, constraint.kind) {
                (Some(other), _) => {
                    format!(
                        "FOREIGN KEY ({columns}) REFERENCES {other}({}) {rules}",
                        others.join(", ")
                    )
                }
                (None, ConstraintKind::Primary) => format!("PRIMARY KEY ({columns})"),
                (None, _) => format!("UNIQUE ({columns})"),
            };
            constraint
        })
        .collect())
}

async fn checks(db: &mut Db, schema: &str, name: &str) -> Result<Vec<Constraint>, EngineError> {
    let (schema, name) = (literal(Engine::Mysql, schema), literal(Engine::Mysql, name));
    let sql = match db.is_mariadb() {
        true => format!(
            "SELECT constraint_name, check_clause FROM information_schema.check_constraints \
             WHERE constraint_schema = {schema} AND table_name = {name} ORDER BY 1"
        ),
        false => format!(
            "SELECT c.constraint_name, c.check_clause FROM information_schema.check_constraints c \
             JOIN information_schema.table_constraints t ON t.constraint_schema = c.constraint_schema \
             AND t.constraint_name = c.constraint_name \
             WHERE t.table_schema = {schema} AND t.table_name = {name} AND t.constraint_type = 'CHECK' ORDER BY 1"
        ),
    };
    let rows = match db.rows(&sql, PARTS).await {
        Ok(rows) => rows.rows,
        // Servers that know no checks have no such catalogue.
        Err(error) if matches!(error.class, DbClass::Syntax | DbClass::Privilege) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    Ok(rows
        .into_iter()
        .map(|row| {
            let mut row = Fields::of(row);
            Constraint {
                name: row.text(),
                kind: ConstraintKind::Check,
                columns: Vec::new(),
                definition: format!("CHECK ({})", row.text()),
                other_schema: String::new(),
                other: None,
                validated: true,
            }
        })
        .collect())
}
