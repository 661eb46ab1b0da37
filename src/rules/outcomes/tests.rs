use super::*;

#[test]
fn reconsideration_outcomes_with_article_and_column() {
    let table: Vec<String> =
        ReconsiderationOutcome::ALL.iter().map(|one| format!("{} {} {}", one.zh(), one.article(), one.column().zh())).collect();
    let expected = [
        "维持 复议法 68 结果维持",
        "驳回行政复议请求 复议法 69 结果维持",
        "撤销 复议法 64 结果纠正",
        "部分撤销 复议法 64 结果纠正",
        "变更 复议法 63 结果纠正",
        "责令限期履行 复议法 66 结果纠正",
        "确认违法 复议法 65 结果纠正",
        "自行撤销后确认违法 复议法 65(2) 结果纠正",
        "确认无效 复议法 67 结果纠正",
        "不予受理 复议法 30 其他结果",
        "驳回行政复议申请 复议法 33 其他结果",
        "终止 复议法 41, 74 其他结果",
        "调解 复议法 73 其他结果",
    ];
    assert_eq!(table, expected);
}

#[test]
fn court_outcomes_with_article_and_column() {
    let column = |one: &CourtOutcome| one.column().map_or("-", Column::zh);
    let table: Vec<String> = CourtOutcome::ALL.iter().map(|one| format!("{} {} {}", one.zh(), one.article(), column(one))).collect();
    let expected = [
        "驳回诉讼请求 行诉法 69 结果维持",
        "撤销 行诉法 70 结果纠正",
        "部分撤销 行诉法 70 结果纠正",
        "撤销并责令重新作出 行诉法 70 结果纠正",
        "判决履行 行诉法 72 结果纠正",
        "判决给付 行诉法 73 结果纠正",
        "确认违法 行诉法 74 结果纠正",
        "确认无效 行诉法 75 结果纠正",
        "变更 行诉法 77 结果纠正",
        "不予立案 行诉法 51 其他结果",
        "驳回起诉 行诉法 49 其他结果",
        "准许撤诉 行诉法 62 其他结果",
        "按撤诉处理 行诉法 58 其他结果",
        "移送 行诉法 22 其他结果",
        "终结诉讼 行诉解释 88 其他结果",
        "驳回上诉，维持原判 行诉法 89 -",
        "准许撤回上诉 行诉法 62 -",
        "发回重审 行诉法 89 尚未审结",
        "调解 行诉法 60 其他结果",
    ];
    assert_eq!(table, expected);
}

#[test]
fn litigation_law_89_a_dismissed_appeal_leaves_the_judgment_below() {
    use CourtOutcome::{AppealDismissed, AppealWithdrawn, ClaimDismissed, DeemedWithdrawn, NotDocketed, Remanded, Revoked};
    use Instance::{First, Retrial, Second};
    for (outcomes, column) in [
        (&[][..], Column::Pending),
        (&[(First, ClaimDismissed)], Column::Upheld),
        (&[(First, ClaimDismissed), (Second, AppealDismissed)], Column::Upheld),
        (&[(First, Revoked), (Second, AppealDismissed)], Column::Overturned),
        (&[(First, Revoked), (Second, AppealWithdrawn)], Column::Overturned),
        (&[(First, Revoked), (Second, DeemedWithdrawn)], Column::Overturned),
        (&[(First, ClaimDismissed), (Second, NotDocketed)], Column::Upheld),
        (&[(First, Revoked), (Second, AppealDismissed), (Retrial, NotDocketed)], Column::Overturned),
        (&[(First, DeemedWithdrawn)], Column::Other),
        (&[(First, ClaimDismissed), (Second, Revoked)], Column::Overturned),
        (&[(First, ClaimDismissed), (Second, AppealDismissed), (Retrial, Revoked)], Column::Overturned),
        (&[(First, ClaimDismissed), (Second, Remanded)], Column::Pending),
        (&[(First, ClaimDismissed), (Second, Remanded), (First, DeemedWithdrawn)], Column::Other),
        (&[(Second, AppealDismissed)], Column::Pending),
    ] {
        assert_eq!(litigation_column(outcomes), column, "{outcomes:?}");
    }
}

#[test]
fn litigation_interpretation_101_what_ends_without_judging_the_act_is_a_ruling() {
    let of = |form| CourtOutcome::ALL.iter().copied().filter(move |one| one.form() == form).map(CourtOutcome::zh).collect::<Vec<_>>();
    let rulings = ["不予立案", "驳回起诉", "准许撤诉", "按撤诉处理", "移送", "终结诉讼", "准许撤回上诉"];
    assert_eq!(of(Some(CourtForm::Ruling)), rulings);
    assert_eq!(of(None), ["驳回上诉，维持原判", "发回重审", "调解"]);
    assert_eq!(of(Some(CourtForm::Judgment)).len(), 9);
}
