//! A Rust project that keeps the reductions of a model of its own as snapshots: `cargo run --example snapshot`.
//!
//! In a project of yours, each assertion is a test. When the model changes, insta shows the steps that differ.

use lacuna::expect::{Model, Refused};

/// What we want to know of our service: whether an order is paid once, even if the worker that takes the money crashes.
const ORDER: &str = r#"
node shop, bank;

async fn charge(amount: int) -> int {
    return amount;
}

async fn main() -> int {
    let payment = spawn dist charge(30) on bank;
    return await payment;
}

finally paid: result == 30;
"#;

/// Holds what the model does against what it did when somebody last looked.
///
/// # Errors
/// When the model does not compile, or is too large to be searched.
pub fn main() -> Result<(), Refused> {
    let model = Model::new("order.lac", ORDER)?;
    insta::assert_snapshot!(model.trace("")?, @r#"
    step  node  execution  rule                 what
       1  shop  main       Spawn-Dist           charge(30) on bank → promise main.0, Invoke main.0 → bank
       2  shop  main       Dist-Await           parks on main.0
       3  bank  main.0     Invoke               starts charge(30), held by bank
       4  bank  main.0     Dist-Return          main.0 = 30, Resume main → shop
       5  shop  main       Resume               main.0 is settled, resumes main
       6  shop  main       Dist-Await-Continue  30 from main.0
       7  shop  main       Dist-Return          main = 30

    result: 30
    "#);
    insta::assert_snapshot!(model.outcomes("--crashes 1")?, @"returned 30");
    insta::assert_snapshot!(model.check("--crashes 1")?, @"holds");
    Ok(())
}
