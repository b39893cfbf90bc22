//! Connections: written, tested and mended in the window.

use stopover_tests::{Postgres, Scratch};

use crate::driver::Driven;

/// A small screen, and the least the window can be made.
const SIZES: [(u32, u32); 2] = [(1280, 800), (900, 600)];

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_named_with_its_mend_and_the_right_one_works() {
    let scratch = Scratch::new();
    let server = Postgres::shared();
    let (database, _) = server.fresh();
    let right = server.url_with_password(&database, "letters1");
    let wrong = right.replace("letters1", "letters2");
    let window = Driven::open(&scratch, &[]).await;
    window.click("place-databases").await;
    window.click("new-connection").await;
    window.write("name", "shop").await;
    window.write("url", &wrong).await;
    window.click("fill").await;
    window.holds("database", &database).await;
    window.click("test").await;
    window
        .wait("[data-testid=tested][data-part=authentication]")
        .await;
    window
        .reads("tested", "Correct the password of locked.")
        .await;
    for (width, height) in SIZES {
        window.resize(width, height).await;
        window.in_sight("tested").await;
        window.in_sight("test").await;
        let name = format!("12-wrong-password-{width}x{height}");
        window.picture(&name).await;
    }
    window.dress("dark").await;
    window.picture("12-wrong-password-dark").await;
    assert!(
        !window.everything().await.contains("letters2"),
        "a password is shown nowhere"
    );

    window.write("password", "letters1").await;
    window.click("test").await;
    window.reads("tested", "The connection works.").await;
    window.reads("tested", &database).await;
    for (width, height) in SIZES {
        window.resize(width, height).await;
        window.in_sight("tested").await;
        window.in_sight("save").await;
        let name = format!("13-connected-dark-{width}x{height}");
        window.picture(&name).await;
    }
    window.dress("light").await;
    window.picture("13-connected").await;
    // What guards production is nobody's but the person's to choose.
    assert!(
        !window.is_enabled("save").await,
        "no environment, no saving"
    );
    window.reads("save-unready", "its environment").await;
    window.click("environment-development").await;
    window.click("save").await;
    window.see("connection-shop").await;
    window.picture("14-databases").await;
    window.close().await;
}
