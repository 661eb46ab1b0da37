//! The demo's requests as such bureaus really get them, each walked to where it stands through the real steps.
//!
//! Names are plainly made up; the words are those that such applicants write.

use super::story::{Story, item};
use super::walker::Walker;
use super::{
    clock_stories, delivery_stories, inside_stories, kind_stories, learning_stories, remedy_stories, repeat_stories, several_stories,
};
use crate::steps::archive::retention::HoldDossier;
use crate::steps::receive::{attempt::AttemptConfirmation, confirm::ConfirmReceipt};
use crate::steps::remedy::{file::FileProceeding, open::OpenReconsideration};
use anyhow::Result;
use serde_json::{Value, json};

/// Who complains to 12315 and then asks five times within a week.
fn complainant() -> Value {
    json!([{"kind": "natural_person", "name": "甲某某", "id_kind": "resident_id_card", "id_number": "000000199001010001",
            "phone": "13800000001", "address": "示范市示范区示范路1号1室", "postal_code": "000001"}])
}

/// A natural person whose data say what they are.
pub(super) fn person(name: &str, n: u8) -> Value {
    json!([{"kind": "natural_person", "name": name, "id_kind": "resident_id_card", "id_number": format!("0000001985010100{n:02}"),
            "phone": format!("138000000{n:02}"), "email": format!("applicant{n}@example.cn"), "address": format!("示范市示范区示范路{n}号"), "postal_code": "000001"}])
}

pub(super) fn organisation(kind: &str, name: &str, n: u8) -> Value {
    json!([{"kind": kind, "name": name, "id_kind": "unified_social_credit_code", "id_number": format!("91000000DEMO0000{n:02}"),
            "legal_representative": "丁某", "contact_person": "戊某", "phone": format!("0100000000{n}"), "address": "示范市示范区样例大厦1层", "postal_code": "000001"}])
}

/// A request for paper by post.
pub(super) fn paper(description: &str) -> Value {
    json!({"description": description, "wanted_form": "paper", "delivery_channel": "post"})
}

/// Every story.
pub fn all(walker: &Walker) -> Result<Vec<Story>> {
    let mut stories = complaints(walker)?;
    for story in [
        whole_life,
        reconsidered,
        registration_file,
        fines_by_year,
        party_minutes,
        in_the_archive,
        licence_genuine,
        partly,
        overdue,
        returned,
        already_public,
        due_soon,
    ] {
        stories.push(story(walker)?);
    }
    stories.push(unconfirmed(walker));
    stories.extend(clock_stories::all(walker)?);
    stories.extend(inside_stories::all(walker)?);
    stories.extend(repeat_stories::all(walker)?);
    stories.extend(kind_stories::all(walker)?);
    stories.extend(several_stories::all(walker)?);
    stories.extend(remedy_stories::all(walker)?);
    stories.push(delivery_stories::opened_on_line(walker)?);
    stories.push(learning_stories::corrected(walker)?);
    Ok(stories)
}

/// Disclosed, served, closed and archived.
fn whole_life(w: &Walker) -> Result<Story> {
    let start = w.ago(55);
    let story = Story::begin(
        start,
        json!({
            "channel": "ems", "arrived_on": start, "signed_on": start, "tracking_number": "EA100000001CN",
            "applicants": organisation("public_welfare_organisation", "示范区样例社区服务中心", 1),
            "request": paper("申请公开贵局2025年度食品安全监督抽检计划（含抽检品种、批次、经费）。")
        }),
    )
    .handled_by(w, "handler")?;
    let story = story.replied(
        w,
        &item(
            "a2",
            "2025年度食品安全监督抽检计划",
            "您申请的信息属于可以公开的政府信息，现予提供。",
            &["36(2)"],
            json!({"how_to_obtain": "随本告知书附《2025年度食品安全监督抽检计划》纸质复印件一份。", "provided_form": "paper"}),
        ),
    );
    let story = story.posted(w, "EA200000001CN").published(w, "食品安全监督抽检计划")?;
    let story = story.served(w, "示范区样例社区服务中心收发室").proved(w);
    let story = story.closed(w).archived(w, "2026-依申请-0001");
    // Kept from disposal as long as the inspection goes on.
    let hold = json!({"reason": "市局2026年度政府信息公开执法检查调阅本卷，检查结束前暂缓销毁。"});
    Ok(story.step::<HoldDossier>("clerk", w.ago(1), None, hold))
}

/// A test report with trade secrets, denied, now in reconsideration.
fn reconsidered(w: &Walker) -> Result<Story> {
    let start = w.ago(48);
    let story = Story::begin(
        start,
        json!({
            "channel": "counter", "arrived_on": start, "applicants": organisation("commercial_enterprise", "样例检测技术有限公司", 2),
            "request": paper("申请公开示例食品有限公司2026年委托检验报告全文，包括配方和检验方法参数。")
        }),
    )
    .handled_by(w, "handler")?;
    let story = story.replied(w, &item("d4", "示例食品有限公司委托检验报告", "该检验报告载有配方和工艺参数，属于企业采取保密措施的商业秘密，公开会对第三方合法权益造成损害，也不存在不公开会对公共利益造成重大影响的情形，故不予公开。", &["15", "36(3)"],
        json!({"no_consultation_reason": "该企业报送时已书面声明全文为商业秘密并明确不同意公开，声明在卷，不再重复征求意见。"})));
    let story = story.posted(w, "EA200000002CN");
    let story = story.served(w, "样例检测技术有限公司收发室").closed(w);
    let (copy, filed) = (w.ago(4), w.ago(3));
    Ok(story
        .step::<OpenReconsideration>(
            "reviewer",
            copy,
            None,
            json!({
                "body": "示范区人民政府", "case_number": "示复〔2026〕88号", "procedure": "summary",
                "against": {"kind": "reply", "n": 1}, "received_on": copy
            }),
        )
        .step::<FileProceeding>("reviewer", filed, Some(1), json!({"on": filed, "with": "示范市市场监督管理局"})))
}

/// A 12315 complainant whose complaint led to no case file, and who asks five times in one week.
fn complaints(w: &Walker) -> Result<Vec<Story>> {
    let day = w.ago(30);
    let five = [
        (
            0,
            "申请公开对某超市举报件的现场检查笔录。",
            item(
                "d7",
                "现场检查笔录",
                "现场检查笔录属于行政执法案卷信息。经审查，法律、法规、规章没有规定应当公开，本机关经裁量决定不予公开。",
                &["16(2)", "36(3)"],
                json!({"discretion_note": "公开会泄露检查方法并影响后续执法，申请人可依法申请查阅其本人的举报处理结果。", "no_rule_requires_disclosure": true}),
            ),
        ),
        (
            1,
            "申请公开该举报件的不予立案审批表。",
            item(
                "d6",
                "不予立案审批表",
                "不予立案审批表是本机关作出决定前的内部请示报告，属于过程性信息，不予公开。",
                &["16(2)", "36(3)"],
                json!({"process_information": "request", "discretion_note": "审批表载有承办人员个人意见，公开不利于内部充分讨论。", "no_rule_requires_disclosure": true}),
            ),
        ),
        (
            2,
            "申请公开贵局的举报奖励办法。",
            item(
                "a1",
                "举报奖励办法",
                "您申请的信息已经主动公开。",
                &["36(1)"],
                json!({"how_to_obtain": "请登录本局门户网站“政府信息公开”专栏“规范性文件”栏目查询，或到本局政务公开专区查阅。"}),
            ),
        ),
        (
            3,
            "申请公开到场执法人员的执法资格证。",
            item(
                "a2",
                "执法人员资格证",
                "您申请的信息属于可以公开的政府信息，现予提供。",
                &["36(2)"],
                json!({"how_to_obtain": "随本告知书附执法证件复印件。", "provided_form": "paper"}),
            ),
        ),
        (
            4,
            "请问贵局不予立案依据的是什么规定？请书面说明理由。",
            item(
                "o3",
                "不予立案的依据",
                "您提出的事项是要求本机关解释法律依据，属于咨询，不是申请公开政府信息。您可拨打本局咨询电话，或就不予立案决定依法申请行政复议。",
                &["2"],
                json!({"other_reason": "enquiry"}),
            ),
        ),
    ];
    let story = |(n, words, answer): (u32, &str, Value)| {
        let start = if n == 0 { day } else { w.later(day, n) };
        let application = json!({"channel": "counter", "arrived_on": start, "applicants": complainant(), "request": paper(words)});
        Ok(Story::begin(start, application).handled_by(w, "handler")?.replied(w, &answer).handed_over(w, "甲某某").closed(w))
    };
    five.into_iter().map(story).collect()
}

fn registration_file(w: &Walker) -> Result<Story> {
    let start = w.ago(26);
    let story = Story::begin(
        start,
        json!({
            "channel": "registered_letter", "arrived_on": start, "signed_on": start, "tracking_number": "XA100000006",
            "applicants": organisation("legal_service_organisation", "样例律师事务所", 6),
            "request": paper("申请公开示例贸易有限公司的全部企业登记档案（内档）。")
        }),
    )
    .handled_by(w, "handler2")?;
    let story = story.replied(w, &item("d8", "示例贸易有限公司企业登记档案", "企业登记档案的查询，法律、行政法规另有规定，请依照其规定办理。", &["36(7)"],
        json!({"access_rules": "《中华人民共和国市场主体登记管理条例》及登记档案查询规定：凭律师执业证、立案证明到本局登记档案窗口查询。"})));
    let story = story.posted(w, "EA200000006CN");
    Ok(story.served(w, "样例律师事务所前台").closed(w))
}

fn fines_by_year(w: &Walker) -> Result<Story> {
    let start = w.ago(24);
    let story = Story::begin(start, json!({
        "channel": "counter", "arrived_on": start, "applicants": person("乙某", 7),
        "request": {"description": "申请公开贵局2016年至2025年每年罚没款总额及按行业分类的统计表。", "purpose": "个人研究", "wanted_form": "electronic_data", "delivery_channel": "pick_up"}
    })).handled_by(w, "handler")?;
    let story = story.replied(
        w,
        &item(
            "n2",
            "分年度、分行业罚没款统计表",
            "本机关没有按行业分类的现成统计，需要对十年案卷逐件加工、分析，依法可以不予提供。",
            &["38"],
            json!({"no_contact_reason": "申请人明确表示只要统计表，不接受其他方式。"}),
        ),
    );
    Ok(story.handed_over(w, "乙某").closed(w))
}

fn party_minutes(w: &Walker) -> Result<Story> {
    let start = w.ago(22);
    let story = Story::begin(start, json!({
        "channel": "counter", "arrived_on": start, "applicants": person("丙某某", 8), "request": paper("申请公开贵局党组会议关于人员交流的会议纪要。")
    })).handled_by(w, "handler")?;
    let story = story.replied(
        w,
        &item(
            "o3",
            "党组会议纪要",
            "党组会议纪要是党组织制作的文件，不属于行政机关在履行行政管理职能过程中制作或者获取的政府信息。",
            &["2"],
            json!({"other_reason": "not_government_information"}),
        ),
    );
    Ok(story.posted(w, "EA200000008CN"))
}

fn in_the_archive(w: &Walker) -> Result<Story> {
    let start = w.ago(18);
    let story = Story::begin(start, json!({
        "channel": "counter", "arrived_on": start, "applicants": person("戊某某", 10), "request": paper("申请公开1998年原工商局关于某市场开办的批复。")
    })).handled_by(w, "handler2")?;
    let story = story.replied(
        w,
        &item(
            "o3",
            "1998年市场开办批复",
            "该文件已于2015年移交示范区档案馆，请依照档案法律法规向示范区档案馆查阅。",
            &["2"],
            json!({"other_reason": "in_state_archive"}),
        ),
    );
    Ok(story.posted(w, "EA200000010CN"))
}

fn licence_genuine(w: &Walker) -> Result<Story> {
    let start = w.ago(16);
    let story = Story::begin(
        start,
        json!({
            "channel": "counter", "arrived_on": start, "applicants": organisation("commercial_enterprise", "样例商贸有限公司", 3),
            "request": paper("附营业执照复印件一份，请贵局确认该执照是否真实有效并盖章。")
        }),
    )
    .handled_by(w, "handler2")?;
    let story = story.replied(
        w,
        &item(
            "p5",
            "确认营业执照真伪",
            "您要求对已经取得的营业执照予以确认，不属于申请公开政府信息。您可在国家企业信用信息公示系统自行查询。",
            &[],
            json!({}),
        ),
    );
    let story = story.posted(w, "EA200000011CN");
    Ok(story.served(w, "样例商贸有限公司前台").closed(w))
}

fn partly(w: &Walker) -> Result<Story> {
    let start = w.ago(17);
    let story = Story::begin(start, json!({
        "channel": "counter", "arrived_on": start, "applicants": person("己某某", 12), "request": paper("申请公开对示例餐饮店的行政处罚决定书及送达回证。")
    })).handled_by(w, "handler")?;
    let story = story.replied(
        w,
        &item(
            "b",
            "行政处罚决定书及送达回证",
            "决定书和送达回证可以公开；其中当事人身份证号码、住址、签收人联系方式属于个人隐私，遮盖后提供。",
            &["15", "37"],
            json!({"withheld_under": ["third_party"], "how_to_obtain": "随本告知书附遮盖后的复印件。", "provided_form": "paper",
               "no_consultation_reason": "仅遮盖身份证号码、住址和联系方式，其余内容依法应当公示，无需征求意见。"}),
        ),
    );
    let story = story.posted(w, "EA200000012CN");
    Ok(story.served(w, "己某某").closed(w))
}

/// Received long ago, assigned, never answered.
fn overdue(w: &Walker) -> Result<Story> {
    let start = w.ago(23);
    let story = Story::begin(
        start,
        json!({
            "channel": "counter", "arrived_on": start, "applicants": person("庚某", 13), "request": paper("申请公开2026年第三季度价格监督检查情况通报。")
        }),
    );
    story.handled_by(w, "handler")
}

/// Posted in time, came back, waits to be sent again.
fn returned(w: &Walker) -> Result<Story> {
    let start = w.ago(14);
    let story = Story::begin(start, json!({
        "channel": "counter", "arrived_on": start, "applicants": person("辛某某", 14), "request": paper("申请公开示范农贸市场计量器具检定情况。")
    })).handled_by(w, "handler")?;
    let story = story.replied(
        w,
        &item(
            "a2",
            "示范农贸市场计量器具检定情况",
            "您申请的信息属于可以公开的政府信息，现予提供。",
            &["36(2)"],
            json!({"how_to_obtain": "随本告知书附检定情况表。", "provided_form": "paper"}),
        ),
    );
    let story = story.posted(w, "EA200000014CN");
    Ok(story.came_back(w, "收件地址查无此人，退回"))
}

fn already_public(w: &Walker) -> Result<Story> {
    let start = w.ago(9);
    let story = Story::begin(
        start,
        json!({
            "channel": "fax", "arrived_on": start, "applicants": organisation("research_institution", "样例大学公共政策研究所", 4),
            "request": paper("申请公开贵局权责清单。")
        }),
    );
    let story = story
        .step::<ConfirmReceipt>("clerk", start, None, json!({"confirmed_on": start, "means": "telephone"}))
        .handled_by(w, "handler")?;
    let story = story.replied(
        w,
        &item(
            "a1",
            "权责清单",
            "您申请的信息已经主动公开。",
            &["36(1)"],
            json!({"how_to_obtain": "请登录示范区人民政府门户网站“权责清单”专栏查询。"}),
        ),
    );
    Ok(story.posted(w, "EA200000015CN"))
}

fn due_soon(w: &Walker) -> Result<Story> {
    let start = w.ago(18);
    let story = Story::begin(
        start,
        json!({
            "channel": "counter", "arrived_on": start, "applicants": organisation("other", "样例村村民委员会", 5), "request": paper("申请公开本村集贸市场食品快检结果。")
        }),
    );
    story.handled_by(w, "handler")
}

/// An e-mail whose sender has not been reached yet.
fn unconfirmed(w: &Walker) -> Story {
    let start = w.ago(2);
    let story = Story::begin(
        start,
        json!({
            "channel": "email", "arrived_on": start, "applicants": person("壬某", 17),
            "request": {"description": "申请公开贵局双随机抽查结果，请发邮箱。", "wanted_form": "email", "delivery_channel": "email"}
        }),
    );
    story.step::<AttemptConfirmation>(
        "clerk",
        start,
        None,
        json!({"on": start, "time": "10:20", "means": "telephone", "result": "not_reached"}),
    )
}
