//! FOI Docket: the case manager of an agency that must answer freedom-of-information requests (依申请公开).
//!
//! # The flow
//!
//! ```text
//! 接收 receive ──► 登记 register ──► 答复 reply ──► 邮寄 mail ──► 办结 close ──► 归档 archive
//!   awaiting_confirmation   registered       replied       mailed        closed        archived
//!   └─ confirm ─► received     ▲                │             │             │             │
//!                              ├── recall ──────┘             │             │             │
//!                              └── revoke (a new round) ──────┴─────────────┴─────────────┘
//!
//! 复议诉讼 reconsideration and litigation run beside, from any stage after receipt
//! ```
//!
//! The whole table, step by step, is [`case::flow`]; `GET /api/v1/flow` serves it.
//!
//! # The house
//!
//! - [`app`]: The service as its handlers and workers see it.
//! - [`audit`]: Tamper evidence: places in the trail, verification, rebuilding.
//! - [`case`]: THE CASE: stages, events, fold, duties, and the journal, the one writer.
//! - [`clock`]: The two clocks: the legal one, injected everywhere, and the real one.
//! - [`commands`]: The commands of the program.
//! - [`config`]: Configuration: the only place that reads environment variables.
//! - [`crypto`]: Encryption of personal data, commitments, the blind index.
//! - [`db`]: The database: pool and scopes, migrations, schema, the embedded server.
//! - [`demo`]: The demo: two agencies and their cases.
//! - [`dossier`]: The dossier as one package that is opened and checked without us.
//! - [`exchange`]: THE NEIGHBOURS: messages to and from other systems.
//! - [`http`]: The toolbox of the handlers.
//! - [`ids`]: Ids and everything else that is drawn at random.
//! - [`letters`]: Documents: the object store, upload and download.
//! - [`notify`]: Reminders and the mail outbox.
//! - [`people`]: Agencies, departments, accounts, sign-in, tokens.
//! - [`rules`]: LAW, PURE.
//! - [`steps`]: THE LIFE: one file a step.
//! - [`supervision`]: Letters of the authority above, inspection of the agencies below.
//! - [`views`]: READ SIDE.
//! - [`work`]: The background loop.
//!
//! Knowledge runs one way: `rules ← case ← steps ← {app, work}`. `http` serves handlers; `db`, `notify`, `letters` and
//! `audit` serve the journal and the workers. A test holds the house to that.
//!
//! # Glossary
//!
//! | English | 中文 | what it is |
//! | --- | --- | --- |
//! | application, request | 政府信息公开申请 | what the applicant hands in |
//! | case | 申请件 | one application on its way through the agency |
//! | receipt date | 收到申请之日 | where the reply clock starts (Art 31) |
//! | acknowledgement | 登记回执 | number, query code, receipt date, due date |
//! | query code | 查询码 | with the number, the applicant's way to progress |
//! | register number | 登记编号 | without gaps within agency and year |
//! | document number | 文号 | of a reply or letter, without gaps within agency and year |
//! | department, handler | 承办处室、承办人 | who searches and drafts |
//! | draft, review, sign-off | 拟稿、审核、签发 | how a reply comes to be |
//! | dispatch, posting date | 寄送、交邮之日 | decides timeliness |
//! | service, sign-for date | 送达、签收日 | starts the remedy terms |
//! | closing, archiving | 办结、归档 | proof complete; dossier with the archivist |
//! | reconsideration | 行政复议 | review by the government of the same level |
//! | filing | 复议诉讼报备 | telling the authority of a proceeding |
//! | proceeding | 复议、诉讼（一个审级） | one reconsideration, or one instance of a lawsuit, over one case or several |
//! | ordered round | 责令重新答复 | another reply in the same case, by the date that a decision gives |
//! | evidence pack | 举证材料 | the dossier with what the answer or defence needs |
//! | complaint | 投诉举报 | to the authority above (Arts 47, 51); no proceeding |
//! | duty | 期限事项 | what somebody owes by some date under some article |
//! | FOI office | 政府信息公开工作机构 | Art 4 |
//! | authority | 政府信息公开工作主管部门 | Art 3 |
//! | trail | 全程留痕 | every event, append-only, chained by hash |
//! | voiding | 作废 | the number stays, the case leaves every table |
//! | split | 拆分 | one paper with several matters becomes several cases |
//! | neighbour, exchange | 数据对接 | another system that messages go to and come from |
//! | joint reply | 合并答复 | several cases of one applicant share one reply document |

pub mod app;
pub mod audit;
pub mod case;
pub mod clock;
pub mod commands;
pub mod config;
pub mod crypto;
pub mod db;
pub mod demo;
pub mod dossier;
pub mod exchange;
pub mod http;
pub mod ids;
pub mod letters;
pub mod notify;
pub mod people;
pub mod rules;
pub mod steps;
pub mod supervision;
pub mod views;
pub mod work;
