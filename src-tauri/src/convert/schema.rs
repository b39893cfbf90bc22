//! What lies in a database, as the window shows it.

use stopover_engine::schema::{ConstraintKind, Detail, Relation, RelationKind, Relations};

use crate::view;

/// Returns the list of relations.
pub(crate) fn relations_view(found: Relations) -> view::Relations {
    view::Relations {
        relations: found.relations.into_iter().map(relation_view).collect(),
        cut: found.cut,
        sizes_estimated: found.sizes_estimated,
    }
}

fn relation_view(relation: Relation) -> view::Relation {
    view::Relation {
        schema: relation.schema,
        name: relation.name,
        kind: match relation.kind {
            RelationKind::Table => view::RelationKind::Table,
            RelationKind::Partitioned => view::RelationKind::Partitioned,
            RelationKind::View => view::RelationKind::View,
            RelationKind::MaterializedView => view::RelationKind::MaterializedView,
            RelationKind::Foreign => view::RelationKind::Foreign,
        },
        rows: relation.rows,
        rows_counted: relation.rows_counted,
        bytes: relation.bytes,
    }
}

fn kind_view(kind: ConstraintKind) -> view::ConstraintKind {
    match kind {
        ConstraintKind::Primary => view::ConstraintKind::Primary,
        ConstraintKind::Unique => view::ConstraintKind::Unique,
        ConstraintKind::Foreign => view::ConstraintKind::Foreign,
        ConstraintKind::Check => view::ConstraintKind::Check,
        ConstraintKind::Exclusion => view::ConstraintKind::Exclusion,
    }
}

/// Returns one relation; its columns say what keys they are part of.
pub(crate) fn detail_view(detail: Detail) -> view::TableDetail {
    let keys = |column: &str| {
        let mut keys: Vec<view::ConstraintKind> = Vec::new();
        for constraint in &detail.constraints {
            let kind = kind_view(constraint.kind);
            let is_key = !matches!(
                constraint.kind,
                ConstraintKind::Check | ConstraintKind::Exclusion
            );
            if is_key && constraint.columns.iter().any(|one| one == column) && !keys.contains(&kind)
            {
                keys.push(kind);
            }
        }
        keys
    };
    let columns = detail
        .columns
        .iter()
        .map(|column| view::TableColumn {
            keys: keys(&column.name),
            name: column.name.clone(),
            kind: column.kind.clone(),
            nullable: column.nullable,
            default: column.default.clone(),
            generated: column.generated,
            comment: column.comment.clone(),
        })
        .collect();
    view::TableDetail {
        columns,
        indexes: detail
            .indexes
            .into_iter()
            .map(|index| view::TableIndex {
                name: index.name,
                method: index.method,
                columns: index.columns,
                unique: index.unique,
                primary: index.primary,
                unusable: index.unusable,
                condition: index.condition,
                bytes: index.bytes,
            })
            .collect(),
        constraints: detail
            .constraints
            .into_iter()
            .map(|constraint| view::TableConstraint {
                kind: kind_view(constraint.kind),
                name: constraint.name,
                definition: constraint.definition,
                validated: constraint.validated,
            })
            .collect(),
        referenced_by: detail.referenced_by,
        definition: detail.definition,
    }
}
