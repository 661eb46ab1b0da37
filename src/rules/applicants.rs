//! Who asks, by which document they are known, in which form and by which way they want the answer (Art 29(2)).

use super::coded::coded;

coded! {
    /// Kind of applicant, as table three of the annual report divides them (30号).
    pub enum ApplicantKind {
        NaturalPerson => "natural_person", "自然人", "natural person";
        CommercialEnterprise => "commercial_enterprise", "商业企业", "commercial enterprise";
        ResearchInstitution => "research_institution", "科研机构", "research institution";
        PublicWelfareOrganisation => "public_welfare_organisation", "社会公益组织", "public welfare organisation";
        LegalServiceOrganisation => "legal_service_organisation", "法律服务机构", "legal service organisation";
        Other => "other", "其他", "other organisation";
    }
}

impl ApplicantKind {
    /// The column of table three, from 1; column 7 is the total (总计).
    pub const fn column(self) -> u8 {
        match self {
            Self::NaturalPerson => 1,
            Self::CommercialEnterprise => 2,
            Self::ResearchInstitution => 3,
            Self::PublicWelfareOrganisation => 4,
            Self::LegalServiceOrganisation => 5,
            Self::Other => 6,
        }
    }

    /// Whether this is an organisation (法人或其他组织), which has a legal representative.
    pub const fn is_organisation(self) -> bool {
        !matches!(self, Self::NaturalPerson)
    }
}

coded! {
    /// The document that proves identity (身份证明).
    pub enum IdKind {
        ResidentIdCard => "resident_id_card", "居民身份证", "resident identity card";
        Passport => "passport", "护照", "passport";
        HongKongMacaoPermit => "hong_kong_macao_permit", "港澳居民来往内地通行证", "mainland travel permit for Hong Kong and Macao residents";
        TaiwanPermit => "taiwan_permit", "台湾居民来往大陆通行证", "mainland travel permit for Taiwan residents";
        ResidencePermit => "residence_permit", "港澳台居民居住证", "residence permit for Hong Kong, Macao and Taiwan residents";
        ForeignPermanentResidentCard => "foreign_permanent_resident_card", "外国人永久居留身份证", "foreign permanent resident card";
        UnifiedSocialCreditCode => "unified_social_credit_code", "统一社会信用代码", "unified social credit code";
        Other => "other", "其他证件", "other document";
    }
}

coded! {
    /// The form in which the information is wanted (获取信息的方式, Art 29(2), 40).
    pub enum WantedForm {
        Paper => "paper", "纸质", "paper";
        Email => "email", "电子邮件", "e-mail";
        ElectronicData => "electronic_data", "光盘等电子数据", "disc or other electronic data";
        OnSiteInspection => "on_site_inspection", "当面查阅、抄录", "inspection and copying by hand on site";
    }
}

coded! {
    /// The way by which the information is wanted (获取信息的途径, Art 29(2)).
    pub enum DeliveryChannel {
        Post => "post", "邮寄", "by post";
        Email => "email", "电子邮件", "by e-mail";
        Online => "online", "网上获取", "online";
        PickUp => "pick_up", "当面领取", "collected in person";
        Fax => "fax", "传真", "by fax";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_three_has_the_six_columns_in_order() {
        let columns: Vec<u8> = ApplicantKind::ALL.iter().map(|kind| kind.column()).collect();
        assert_eq!(columns, [1, 2, 3, 4, 5, 6]);
        assert_eq!(ApplicantKind::ALL.iter().filter(|kind| !kind.is_organisation()).count(), 1);
    }

    #[test]
    fn art_29_2_codes_are_stable() {
        let forms: Vec<&str> = WantedForm::ALL.iter().map(|form| form.code()).collect();
        assert_eq!(forms, ["paper", "email", "electronic_data", "on_site_inspection"]);
        let ways: Vec<&str> = DeliveryChannel::ALL.iter().map(|way| way.code()).collect();
        assert_eq!(ways, ["post", "email", "online", "pick_up", "fax"]);
        let kinds: Vec<&str> = ApplicantKind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(
            kinds,
            [
                "natural_person",
                "commercial_enterprise",
                "research_institution",
                "public_welfare_organisation",
                "legal_service_organisation",
                "other"
            ]
        );
        assert_eq!(IdKind::from_code("unified_social_credit_code"), Some(IdKind::UnifiedSocialCreditCode));
    }
}
