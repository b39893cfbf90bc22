//! The log of the cockpit: searched, narrowed, followed.

use crate::opening::Desk;

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_searched_by_ctrl_f_narrowed_by_level_and_step_and_followed() {
    let desk = Desk::new(
        r#"
[[step]]
id = "count"
title = "Count"
command = ["seq", "-f", "line %05g of the output", "1", "3000"]
[[step]]
id = "look"
title = "Look"
after = ["count"]
manual = "Look at it."
"#,
    );
    let window = desk.start().await;
    window.session("waiting").await;
    window.log_shows("waits for the signature").await;
    let drawn = "return document.querySelectorAll('[data-testid=log] .line').length;";
    let drawn = window.client.execute(drawn, Vec::new()).await;
    let drawn = drawn.expect("the window answers").as_u64();
    assert!(
        drawn.is_some_and(|lines| lines < 100),
        "{drawn:?} lines are drawn"
    );

    window.chord(&['\u{E009}'], &['f']).await;
    let focused = window.client.active_element().await;
    let focused = focused.expect("something has the focus");
    let testid = focused.attr("data-testid").await.expect("it is there");
    assert_eq!(testid.as_deref(), Some("log-search"));
    focused
        .send_keys("line 00042\u{E007}")
        .await
        .expect("it takes keys");
    window.reads("log-hits", "1 of 1").await;
    window.log_shows("line 00042 of the output").await;
    window.picture("45-log-search").await;
    window.picture_in("dark", "45-log-search-dark").await;

    window.press("log-search", "\u{E00C}").await;
    window.click("log-follow").await;
    window.log_shows("waits for the signature").await;
    window.choose("log-level", "look").await;
    window.reads("log-count", "1 line").await;
    window.choose("log-level", "events").await;
    window.log_shows("succeeded in").await;
    window.choose("log-level", "all").await;
    window.click("tab-steps").await;
    window.click("step-look").await;
    window.click("log-step").await;
    window.log_shows("waits for the signature").await;
    let text = window.everything().await;
    assert!(
        !text.contains("line 03000"),
        "other steps' lines are left out"
    );
    window.close().await;
}
