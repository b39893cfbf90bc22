//! The Markdown of the sample sessions, whole.

use crate::sample;

#[test]
fn a_mended_session_is_told_whole() {
    insta::assert_snapshot!(crate::markdown(&sample::mended().material()), @r##"
    # Audit fields

    Adds and fills created_by on items.

    **! Succeeded with open points** · production · live

    Of 9 steps: 8 succeeded, 1 skipped. Open points: 1 check failed, 1 checklist item unsigned.

    |  |  |
    | --- | --- |
    | Session | `20261205-audit-7f3a` |
    | Run by | ann on ops1 |
    | Started | 2026-12-05 02:00:00 CET (UTC+01:00) = 2026-12-05T01:00:00Z |
    | Finished | 2026-12-05 02:10:51 CET (UTC+01:00) = 2026-12-05T01:10:51Z |
    | Duration | 10 min 51 s |
    | Program | stopover 0.1.0 |
    | Plan file | `/srv/plans/audit.plan.toml` |
    | Plan hash (SHA-256) | `b1946ac92492d2347c6235b4d2611184b1946ac92492d2347c6235b4d2611184` |
    | Journal head hash | `8f1d3c5b7a9e0f2d4c6b8a0e1f3d5c7b9a0e2f4d6c8b0a1e3f5d7c9b0a2e4f6d` |
    | Target | shop = `postgres://ann@db1:5432/shop`, PostgreSQL 15.8, production, as ann |

    ## Summary

    |  |  |
    | --- | --- |
    | Steps | 8 succeeded, 1 skipped |
    | Checks | 1 passed, 1 failed |
    | Checklist | 2 signed, 1 open |
    | Duration | 10 min 51 s, planned 15 min 00 s |
    | Downtime | 8 min 16 s, planned 12 min 00 s |

    ## Success criteria

    | Criterion | Result | Evidence |
    | --- | --- | --- |
    | Every item has a creator | met | check verify/no-null: expected 0, found 0 |
    | Customers know | not shown | item told-customers is not signed |

    ## Steps

    ### Prepare

    | # | Step | Kind | Status | Planned | Actual | Attempts | Rows | Exit |
    | --- | --- | --- | --- | --- | --- | --- | --- | --- |
    | 1 | Back up the shop `backup` | backup | succeeded | 2 min 00 s | 1 min 35 s | 1 | – | 0 |
    | 2 | Go or no-go `go` | gate | succeeded | – | 59.9 s | 1 | – | – |

    ### Change

    | # | Step | Kind | Status | Planned | Actual | Attempts | Rows | Exit |
    | --- | --- | --- | --- | --- | --- | --- | --- | --- |
    | 3 | Maintenance on `maintenance-on` (downtime) | command | succeeded | 1 min 00 s | 1.0 s | 1 | – | – |
    | 4 | Add the audit columns `add-columns` | sql | succeeded | 1 min 00 s | 1.7 s | 2 | 0 | – |
    | 5 | Populate created_by `populate` | sql | succeeded | 5 min 00 s | 4 min 00 s | 2 | 10,000 | – |
    | 6 | Rebuild the indexes `reindex` | command | skipped | 3 min 00 s | – | 1 | – | – |
    | 7 | Tell support `announce` | manual | succeeded | 1 min 00 s | 9.6 s | 1 | – | – |
    | 8 | Maintenance off `maintenance-off` | command | succeeded | 1 min 00 s | 1.0 s | 1 | – | – |

    **3** Maintenance on

    ```text
    ./maintenance on
    ```

    **4** Add the audit columns

    ```text
    ALTER TABLE items ADD COLUMN created_by bigint;
    ```

    **5** Populate created_by

    ```text
    UPDATE items SET created_by = player_owner;
    ```

    **6** Rebuild the indexes

    ```text
    ./maintenance reindex
    ```

    **7** Tell support

    ```text
    Post in #support.
    ```

    **8** Maintenance off

    ```text
    ./maintenance off
    ```

    ### Verify

    | # | Step | Kind | Status | Planned | Actual | Attempts | Rows | Exit |
    | --- | --- | --- | --- | --- | --- | --- | --- | --- |
    | 9 | Verify the audit columns `verify` | check | succeeded | 1 min 00 s | 100 ms | 1 | – | – |

    ## Checks

    | Check | Severity | Result | Expected | Found | Took |
    | --- | --- | --- | --- | --- | --- |
    | Every item has a creator `verify/no-null` | error | pass | 0 | 0 | 12 ms |
    | The list is not slower `verify/fast` | warning | fail | 0 | 3 | 12 ms |

    ## Checklist

    | Checklist | Item | Owner | Result | Signed |
    | --- | --- | --- | --- | --- |
    | Before the change | The backup was restored `restore-tested` |  | signed | cleo, 2026-12-05 02:02:00 CET (UTC+01:00): compared by hand \| twice; evidence restore.log (2.0 kB) `e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855` |
    | Before the change | No item without creator `no-nulls` |  | by check | ticked by `verify/no-null` |
    | Before the change | Customers were told `told-customers` |  | open |  |

    ## Gates

    | Gate | Question | Status | Needed | Approved by |
    | --- | --- | --- | --- | --- |
    | Go or no-go `go` | Is the backup verified and traffic low? | succeeded | 1 of ben, cleo | ben, 2026-12-05 02:02:35 CET (UTC+01:00): traffic is low |

    ## Steps by hand

    | Step | Status | Signed |
    | --- | --- | --- |
    | Tell support `announce` | succeeded | dora, 2026-12-05 02:10:50 CET (UTC+01:00) |

    ## Skipped steps

    | Step | Reason | Skipped by |
    | --- | --- | --- |
    | Rebuild the indexes `reindex` | The nightly job rebuilds them. | ann |

    ## Problems

    | When | What | Step | Problem | What became of it |
    | --- | --- | --- | --- | --- |
    | 2026-12-05 02:02:36 | retried | `add-columns` | canceling statement due to lock timeout `55P03` | the step succeeded later |
    | 2026-12-05 02:02:38 | failed | `populate` | column "player_owner" does not exist `sql`<br>Add the column or correct the statement.<br>Card `column-missing`: Deploy release 41 first. | the step succeeded later, run again by ann |

    ## Backups

    | File | Size | SHA-256 | Versions | Restore check |
    | --- | --- | --- | --- | --- |
    | `backup/shop-20261205T010000Z.dump` (step `backup`) | 275.1 MB (275,123,456 bytes) | `2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae` | custom, server 15.8, pg_dump 15.8 | equal: 12 tables, 1,204,331 rows |

    ## Risks

    | Risk | Mitigation | Result | Steps |
    | --- | --- | --- | --- |
    | Rows are lost | A backup that was restored. | mitigated | Back up the shop (succeeded) |

    ## Appendix: events

    | # | Time | Event | Step | What |
    | --- | --- | --- | --- | --- |
    | 1 | 2026-12-05 02:00:00 | session started |  | Audit fields, plan hash b1946ac92492d2347c6235b4d2611184b1946ac92492d2347c6235b4d2611184, by ann on ops1 |
    | 2 | 2026-12-05 02:00:00 | runner started |  | began as process 4711 on ops1 |
    | 3 | 2026-12-05 02:00:00 | step started | `backup` | attempt 1 |
    | 4 | 2026-12-05 02:01:35 | step succeeded | `backup` | in 1 min 35 s, exit 0, backup backup/shop-20261205T010000Z.dump |
    | 5 | 2026-12-05 02:01:35 | step started | `go` | attempt 1 |
    | 6 | 2026-12-05 02:01:35 | gate opened | `go` | Is the backup verified and traffic low? (1 approval needed) |
    | 7 | 2026-12-05 02:02:00 | item signed |  | restore-tested by cleo: compared by hand \| twice (evidence restore.log) |
    | 8 | 2026-12-05 02:02:35 | gate approved | `go` | by ben: traffic is low |
    | 9 | 2026-12-05 02:02:35 | step succeeded | `go` | in 59.9 s |
    | 10 | 2026-12-05 02:02:35 | step started | `maintenance-on` | attempt 1 |
    | 11 | 2026-12-05 02:02:36 | step succeeded | `maintenance-on` | in 1.0 s |
    | 12 | 2026-12-05 02:02:36 | step started | `add-columns` | attempt 1 |
    | 13 | 2026-12-05 02:02:36 | step retried | `add-columns` | 55P03: canceling statement due to lock timeout; attempt 2 after 1.0 s |
    | 14 | 2026-12-05 02:02:38 | step succeeded | `add-columns` | in 1.7 s, 0 rows |
    | 15 | 2026-12-05 02:02:38 | step started | `populate` | attempt 1 |
    | 16 | 2026-12-05 02:02:38 | step failed | `populate` | after 800 ms: column "player_owner" does not exist (Add the column or correct the statement.) |
    | 17 | 2026-12-05 02:06:40 | retry requested | `populate` | by ann |
    | 18 | 2026-12-05 02:06:40 | step started | `populate` | attempt 1 |
    | 19 | 2026-12-05 02:10:40 | step succeeded | `populate` | in 4 min 00 s, 10,000 rows |
    | 20 | 2026-12-05 02:10:40 | step started | `reindex` | attempt 1 |
    | 21 | 2026-12-05 02:10:40 | step output | `reindex` | stderr: not &lt;enough&gt; space |
    | 22 | 2026-12-05 02:10:40 | step skipped | `reindex` | by ann: The nightly job rebuilds them. |
    | 23 | 2026-12-05 02:10:40 | signature awaited | `announce` | announce: Post in #support. |
    | 24 | 2026-12-05 02:10:50 | item signed |  | announce by dora |
    | 25 | 2026-12-05 02:10:50 | step succeeded | `announce` | in 9.6 s |
    | 26 | 2026-12-05 02:10:50 | step started | `maintenance-off` | attempt 1 |
    | 27 | 2026-12-05 02:10:51 | step succeeded | `maintenance-off` | in 1.0 s |
    | 28 | 2026-12-05 02:10:51 | step started | `verify` | attempt 1 |
    | 29 | 2026-12-05 02:10:51 | check passed | `verify` | no-null: expected 0, found 0 |
    | 30 | 2026-12-05 02:10:51 | check failed | `verify` | fast: expected 0, found 3 |
    | 31 | 2026-12-05 02:10:51 | step succeeded | `verify` | in 100 ms |
    | 32 | 2026-12-05 02:10:51 | session finished |  | succeeded |

    ## Journal

    The chain of this session ends with event 32 and hash `8f1d3c5b7a9e0f2d4c6b8a0e1f3d5c7b9a0e2f4d6c8b0a1e3f5d7c9b0a2e4f6d`. Verify it with `stopover journal verify`.

    Written 2026-12-05 03:00:00 CET (UTC+01:00).
    "##);
}

#[test]
fn a_rolled_back_session_tells_its_rollback() {
    let text = crate::markdown(&sample::rolled_back().material());
    let from = text.find("## Rollback").expect("the section is there");
    let to = text.find("## Backups").expect("the section is there");
    insta::assert_snapshot!(&text[from..to], @r##"
    ## Rollback

    Asked for by ben, begun 2026-12-05 02:03:20 CET (UTC+01:00).

    | Step | Status | Undo took | Undo |
    | --- | --- | --- | --- |
    | Add the audit columns `add-columns` | undone | 400 ms | `ALTER TABLE items DROP COLUMN created_by;` |

    Ran and have no undo: maintenance-on.
    "##);
}

#[test]
fn hostile_text_is_inert() {
    let hostile = sample::hostile("<script>x</script>|\n# h\n![i](http://e)`");
    let text = crate::markdown(&hostile.material());
    let mut in_block = false;
    for line in text.lines() {
        in_block ^= line.starts_with("```");
        if !in_block {
            assert!(!line.contains("<script"), "{line}");
            assert!(
                !line.contains("http://e"),
                "an address became a link: {line}"
            );
            assert!(!line.starts_with("# h"), "{line}");
        }
    }
}
