//! The flow table for front ends and for the README: stages, steps, who takes them, under which article, and a drawing.

use super::find;
use super::labels::Labelled;
use super::shape::view;
use crate::case::flow::{Node, Step};
use crate::case::stage::Stage;
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::rules::permissions::{Role, right_for};
use actix_web::get;

view! {
    /// A stage.
    pub struct FlowStage {
        /// Its code.
        code: Stage,
        /// In Chinese.
        zh: &'static str,
        /// In English.
        en: &'static str,
    }
    /// A node (节点) that must be traced.
    pub struct FlowNode {
        /// Its code.
        code: Node,
        /// In Chinese.
        zh: &'static str,
        /// In English.
        en: &'static str,
    }
    /// From one stage to another.
    pub struct FlowMove {
        /// From here; null for a new case.
        from: Option<Stage>,
        /// To there.
        to: Stage,
    }
    /// A step.
    pub struct FlowStep {
        /// Its code.
        step: Step,
        /// The operation.
        operation_id: &'static str,
        /// The method.
        method: &'static str,
        /// The path, as the description of the API writes it.
        path: String,
        /// The node it belongs to.
        node: Node,
        /// Stages that allow it; none for the step that opens a case.
        from: Vec<Stage>,
        /// Where it leads or may lead from there; a stage that stands in none of these stays.
        moves: Vec<FlowMove>,
        /// The article or rule it rests on.
        article: &'static str,
        /// In Chinese.
        zh: &'static str,
        /// In English.
        en: &'static str,
        /// Roles that may take it.
        roles: Vec<Role>,
    }
    /// The whole flow.
    pub struct Flow {
        /// Stages, in the order of the life.
        stages: Vec<FlowStage>,
        /// Nodes.
        nodes: Vec<FlowNode>,
        /// Steps, in the order of the life.
        steps: Vec<FlowStep>,
        /// The same as a drawing in text.
        drawing: String,
    }
}

fn step(step: Step) -> FlowStep {
    let row = step.row();
    let leaving = |from: Option<Stage>| row.targets(from).into_iter().map(move |to| FlowMove { from, to });
    let moves = if row.from.is_empty() { leaving(None).collect() } else { row.from.iter().flat_map(|from| leaving(Some(*from))).collect() };
    let case = if row.from.is_empty() { "" } else { "/{case_id}" };
    FlowStep {
        step,
        operation_id: row.operation_id,
        method: "POST",
        path: format!("/api/v1/cases{case}{}", row.path),
        node: row.node,
        from: row.from.to_vec(),
        moves,
        article: row.article,
        zh: row.zh,
        en: row.en,
        roles: right_for(row.operation_id).map_or_else(Vec::new, |right| right.roles.iter().map(|(role, _)| *role).collect()),
    }
}

/// The whole flow, from the one table.
pub fn flow() -> Flow {
    Flow {
        stages: Stage::ALL.iter().map(|stage| FlowStage { code: *stage, zh: stage.zh(), en: stage.en() }).collect(),
        nodes: Node::EVERY.iter().map(|node| FlowNode { code: *node, zh: node.label().zh, en: node.label().en }).collect(),
        steps: Step::ALL.iter().map(|one| step(*one)).collect(),
        drawing: draw(),
    }
}

/// How a step leaves a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    /// To one of the stages it leads to.
    On,
    /// It stays, or moves on by what the step finds.
    Either,
    /// It stays.
    Stay,
}

fn targets(step: &FlowStep, at: Option<Stage>) -> Vec<Stage> {
    step.moves.iter().filter(|one| one.from == at).map(|one| one.to).collect()
}

impl Move {
    fn of(step: &FlowStep, at: Option<Stage>) -> Self {
        match at {
            Some(_) if targets(step, at).is_empty() => Self::Stay,
            Some(at) if step.step.row().may_stay(at) => Self::Either,
            _ => Self::On,
        }
    }
}

/// The flow as a drawing in text: under each stage the steps it allows, first those that lead on, with where to.
pub fn draw() -> String {
    let mut drawing = String::new();
    let opening: Vec<FlowStep> = Step::ALL.iter().map(|one| step(*one)).filter(|one| one.from.is_empty()).collect();
    under(&mut drawing, "·", &opening, None);
    for at in Stage::ALL {
        let steps: Vec<FlowStep> = Step::ALL.iter().map(|one| step(*one)).filter(|one| one.from.contains(at)).collect();
        under(&mut drawing, &format!("{} {}", at.code(), at.zh()), &steps, Some(*at));
    }
    drawing.push_str("\n├──▶ leads to   ◇──▷ may lead to   ○ stays\n");
    drawing
}

fn under(drawing: &mut String, title: &str, steps: &[FlowStep], at: Option<Stage>) {
    drawing.extend([title, "\n"]);
    for wanted in [Move::On, Move::Either, Move::Stay] {
        for step in steps.iter().filter(|step| Move::of(step, at) == wanted) {
            let (code, to) = (step.step.code(), targets(step, at).iter().map(|stage| stage.code()).collect::<Vec<_>>().join(" | "));
            match wanted {
                Move::On => drawing.extend(["  ├─ ", code, " ", step.zh, " ──▶ ", &to, "\n"]),
                Move::Either => drawing.extend(["  ◇─ ", code, " ", step.zh, " ──▷ ", &to, "\n"]),
                Move::Stay => drawing.extend(["  ○ ", code, " ", step.zh, "\n"]),
            }
        }
    }
}

/// The flow table.
///
/// Stages, nodes and steps with roles and articles: what `available_steps` of a case is read from.
#[utoipa::path(tag = "read", responses((status = 200, description = "The flow.", body = Flow)))]
#[get("/flow")]
pub async fn get_flow(call: Call) -> Answer {
    call.permit("get_flow")?;
    find::no_query(&call)?;
    answer::ok(&flow())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drawing_shows_every_step_under_every_stage_that_allows_it() {
        let drawing = draw();
        for step in Step::ALL {
            let row = step.row();
            let lines = drawing.lines().filter(|line| line.split_whitespace().nth(1) == Some(step.code())).count();
            assert_eq!(lines, row.from.len().max(1), "{}", step.code());
        }
        for stage in Stage::ALL {
            assert!(drawing.contains(&format!("{} {}\n", stage.code(), stage.zh())));
        }
        assert!(drawing.contains("confirm_receipt 确认收到申请 ──▶ received\n"));
    }

    #[test]
    fn every_step_names_somebody_who_may_take_it() {
        for step in flow().steps {
            assert!(!step.roles.is_empty(), "{}", step.operation_id);
        }
    }
}
