//! Which families serve which part of a letter, in order of preference.

use super::{Face, Origin};

/// What a piece of text is set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::letters::render) enum Style {
    /// Fang Song (仿宋): running text.
    Body,
    /// Small title Song (小标宋): issuer and title.
    Title,
    /// Hei (黑体): headings.
    Heading,
    /// Kai (楷体): somebody else's words.
    Quote,
    /// Song (宋体): page numbers.
    Folio,
}

/// How a stroke weight that a family lacks is made up for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::letters::render) enum Weight {
    /// As the font has it.
    AsIs,
    /// Outlines are drawn as well as filled, for want of a bold face.
    Thickened,
}

/// A face in the order of preference of a style.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    pub(super) face: usize,
    pub(super) weight: Weight,
}

const STYLES: [Style; 5] = [Style::Body, Style::Title, Style::Heading, Style::Quote, Style::Folio];

const FANG_SONG: &[&str] = &[
    "FangSong_GB2312",
    "仿宋_GB2312",
    "FangSong",
    "仿宋",
    "STFangsong",
    "华文仿宋",
    "FZFangSong-Z02",
    "方正仿宋_GBK",
    "方正仿宋_GB2312",
    "FandolFang",
];
const TITLE_SONG: &[&str] =
    &["FZXiaoBiaoSong-B05", "FZXiaoBiaoSong-B05S", "方正小标宋_GBK", "方正小标宋简体", "小标宋体", "STZhongsong", "华文中宋"];
const HEI: &[&str] = &[
    "SimHei",
    "黑体",
    "STHeiti",
    "华文黑体",
    "方正黑体_GBK",
    "方正黑体简体",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "思源黑体",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
];
const KAI: &[&str] = &[
    "KaiTi_GB2312",
    "楷体_GB2312",
    "KaiTi",
    "楷体",
    "STKaiti",
    "华文楷体",
    "方正楷体_GBK",
    "方正楷体_GB2312",
    "FandolKai",
    "LXGW WenKai",
    "AR PL UKai CN",
];
const SONG: &[&str] = &["SimSun", "宋体", "STSong", "华文宋体", "方正书宋_GBK"];
/// Open Song faces in weights that can stand for a title.
const OPEN_SONG: &[&str] = &["Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "思源宋体"];
/// Fonts made for characters that others lack come before those that happen to have one.
const WIDE: &[&str] = &[
    "Noto Serif CJK SC",
    "SimSun-ExtB",
    "SimSun-ExtG",
    "BabelStone Han",
    "Jigmo",
    "Jigmo2",
    "Jigmo3",
    "HanaMinA",
    "HanaMinB",
    "Plangothic P1",
    "Plangothic P2",
    "Noto Sans CJK SC",
    "Symbola",
];

/// The order of preference of every style.
pub(super) fn chains(faces: &[Face]) -> Vec<Vec<Link>> {
    STYLES.iter().map(|style| chain(*style, faces)).collect()
}

/// Where a style stands in what [`chains`] gives.
pub(super) fn place(style: Style) -> usize {
    STYLES.iter().position(|known| *known == style).unwrap_or_default()
}

fn chain(style: Style, faces: &[Face]) -> Vec<Link> {
    let mut links = Vec::new();
    let thick = if matches!(style, Style::Title | Style::Heading) { Weight::Thickened } else { Weight::AsIs };
    let wanted = match style {
        Style::Body => FANG_SONG,
        Style::Title => TITLE_SONG,
        Style::Heading => HEI,
        Style::Quote => KAI,
        Style::Folio => SONG,
    };
    // The bureau's own come before the system's even where the system has a family nearer to the wanted one.
    for origin in [Origin::Own, Origin::System] {
        named(faces, wanted, |face| face.origin == origin && !face.bold, Weight::AsIs, &mut links);
    }
    if style == Style::Title {
        named(faces, OPEN_SONG, |face| face.bold, Weight::AsIs, &mut links);
    }
    named(faces, OPEN_SONG, |face| face.origin == Origin::Own && !face.bold, thick, &mut links);
    matching(faces, |face| face.origin == Origin::Program, thick, &mut links);
    matching(faces, |face| face.origin == Origin::Own, thick, &mut links);
    named(faces, WIDE, |face| !face.bold, thick, &mut links);
    matching(faces, |face| face.maps('一'), thick, &mut links);
    matching(faces, |_| true, thick, &mut links);
    links
}

fn named(faces: &[Face], families: &[&str], also: impl Fn(&Face) -> bool, weight: Weight, links: &mut Vec<Link>) {
    for family in families {
        matching(faces, |face| face.is_called(family) && also(face), weight, links);
    }
}

fn matching(faces: &[Face], which: impl Fn(&Face) -> bool, weight: Weight, links: &mut Vec<Link>) {
    for (at, face) in faces.iter().enumerate() {
        if which(face) && !links.iter().any(|link| link.face == at) {
            links.push(Link { face: at, weight });
        }
    }
}
