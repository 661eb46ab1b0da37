//! The parts of the container that are the same for every letter, or nearly so.

use super::escaped;
use crate::letters::render::measure::{
    BODY, BOTTOM, CELL_LINE, FOLIO_GAP, FORM, FORM_LINE, LEFT, LINE, PAGE_HEIGHT, PAGE_WIDTH, PITCH, RIGHT, SMALL, SMALL_LINE, TITLE,
    TITLE_LINE, TOP,
};
use crate::letters::sheet::Sheet;

/// The first line of every part.
pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
/// The vocabulary of every part of a text.
pub(super) const NAMESPACE: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
     xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
/// The rule below the issuer: 1.5 points, 11 points below the words.
pub(super) const RULE: &str = "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"12\" w:space=\"11\" w:color=\"DB0000\"/></w:pBdr>";

pub(super) const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/><Override PartName="/word/fontTable.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/word/footer2.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>"#;

pub(super) const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"#;

pub(super) const DOCUMENT_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings" Target="settings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/fontTable" Target="fontTable.xml"/><Relationship Id="rId4" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/><Relationship Id="rId5" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer2.xml"/></Relationships>"#;

pub(super) const SETTINGS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:zoom w:percent="100"/><w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/><w:defaultTabStop w:val="640"/><w:evenAndOddHeaders/><w:drawingGridVerticalSpacing w:val="290"/><w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>"#;

/// The fonts named, each with the names it goes by elsewhere.
pub(super) const FONTS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/><w:charset w:val="86"/><w:family w:val="modern"/><w:pitch w:val="fixed"/></w:font><w:font w:name="方正小标宋简体"><w:altName w:val="华文中宋"/><w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font><w:font w:name="黑体"><w:altName w:val="SimHei"/><w:charset w:val="86"/><w:family w:val="modern"/><w:pitch w:val="fixed"/></w:font><w:font w:name="楷体_GB2312"><w:altName w:val="楷体"/><w:charset w:val="86"/><w:family w:val="modern"/><w:pitch w:val="fixed"/></w:font><w:font w:name="宋体"><w:altName w:val="SimSun"/><w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font></w:fonts>"#;

/// White between a table and what stands beside it; without it two tables would become one.
pub(super) fn gap() -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"Note\"/><w:spacing w:line=\"{}\" w:lineRule=\"exact\"/></w:pPr></w:p>", LINE / 3)
}

/// The properties of the file.
pub(super) fn core(sheet: &Sheet) -> String {
    let day = sheet.dated_on.format("%Y-%m-%dT00:00:00Z");
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title><dc:language>zh-CN</dc:language>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{day}</dcterms:created><dcterms:modified xsi:type=\"dcterms:W3CDTF\">{day}</dcterms:modified>\
         </cp:coreProperties>",
        escaped(&sheet.subject)
    )
}

/// The page: A4, its margins, and a grid of 22 lines. The 28 characters of a line come from the styles: not every office program sets a grid of
/// characters that is narrower than the font.
pub(super) fn section() -> String {
    let footer = BOTTOM - FOLIO_GAP - SMALL_LINE;
    format!(
        "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId4\"/><w:footerReference w:type=\"even\" r:id=\"rId5\"/>\
         <w:pgSz w:w=\"{PAGE_WIDTH}\" w:h=\"{PAGE_HEIGHT}\"/><w:pgMar w:top=\"{TOP}\" w:right=\"{RIGHT}\" w:bottom=\"{BOTTOM}\" w:left=\"{LEFT}\" \
         w:header=\"851\" w:footer=\"{footer}\" w:gutter=\"0\"/><w:docGrid w:type=\"lines\" w:linePitch=\"{LINE}\"/></w:sectPr>"
    )
}

/// The two sides of a leaf.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The number stands right.
    Odd,
    /// The number stands left.
    Even,
}

/// The page number between dashes.
pub(super) fn footer(side: Side) -> String {
    let edge = if side == Side::Odd { "right" } else { "left" };
    format!(
        "{HEAD}<w:ftr {NAMESPACE}><w:p><w:pPr><w:pStyle w:val=\"Footer\"/><w:ind w:{edge}=\"{PITCH}\"/><w:jc w:val=\"{edge}\"/></w:pPr>\
         <w:r><w:t xml:space=\"preserve\">— </w:t></w:r><w:fldSimple w:instr=\" PAGE \"><w:r><w:t>1</w:t></w:r></w:fldSimple>\
         <w:r><w:t xml:space=\"preserve\"> —</w:t></w:r></w:p></w:ftr>"
    )
}

/// One style: font, size in twips, line, and what else its paragraphs have.
struct Style<'a> {
    id: &'a str,
    name: &'a str,
    font: &'a str,
    size: i32,
    line: i32,
    look: String,
    run: &'a str,
}

impl Style<'_> {
    fn written(&self) -> String {
        let Self { id, name, font, size, line, look, run } = self;
        let half_points = size / 10;
        let closer = if *size == BODY { format!("<w:spacing w:val=\"{}\"/>", PITCH - BODY) } else { String::new() };
        // Elements stand in the order that the schema wants: kept lines, grid, spacing, indent, alignment.
        let (early, late) = look.split_once('|').unwrap_or(("", look));
        format!(
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Normal\"/><w:qFormat/><w:pPr>{early}\
             <w:spacing w:before=\"0\" w:after=\"0\" w:line=\"{line}\" w:lineRule=\"exact\"/>{late}</w:pPr>\
             <w:rPr>{}{run}{closer}<w:sz w:val=\"{half_points}\"/><w:szCs w:val=\"{half_points}\"/></w:rPr></w:style>",
            fonts(font)
        )
    }
}

fn fonts(font: &str) -> String {
    format!("<w:rFonts w:ascii=\"{font}\" w:hAnsi=\"{font}\" w:eastAsia=\"{font}\" w:cs=\"{font}\" w:hint=\"eastAsia\"/>")
}

/// The styles, so that what an office edits stays in the standard's form.
#[expect(clippy::too_many_lines, reason = "one line a style")]
pub(super) fn styles() -> String {
    const FANG: &str = "仿宋_GB2312";
    const SONG: &str = "方正小标宋简体";
    let indent = 2 * PITCH;
    let centre = || "<w:jc w:val=\"center\"/>".to_owned();
    let red = "<w:color w:val=\"DB0000\"/>";
    let held = "<w:keepNext/>|";
    let off_grid = "<w:snapToGrid w:val=\"0\"/>|";
    let all = [
        Style {
            id: "Issuer",
            name: "issuer",
            font: SONG,
            size: BODY,
            line: LINE,
            look: format!("<w:keepNext/><w:snapToGrid w:val=\"0\"/>|{}", centre()),
            run: red,
        },
        Style { id: "Number", name: "number", font: FANG, size: BODY, line: LINE, look: format!("{held}{}", centre()), run: "" },
        Style {
            id: "Title",
            name: "Title",
            font: SONG,
            size: TITLE,
            line: TITLE_LINE,
            look: format!("<w:keepNext/><w:snapToGrid w:val=\"0\"/>|{}", centre()),
            run: "",
        },
        // Aligned left: in justified text LibreOffice (7.4) loses a comma that hangs at the end of a line.
        Style {
            id: "Addressee",
            name: "addressee",
            font: FANG,
            size: BODY,
            line: LINE,
            look: "<w:jc w:val=\"left\"/>".to_owned(),
            run: "",
        },
        Style {
            id: "Heading1",
            name: "heading 1",
            font: "黑体",
            size: BODY,
            line: LINE,
            look: format!("{held}<w:ind w:firstLine=\"{indent}\"/><w:outlineLvl w:val=\"0\"/>"),
            run: "",
        },
        Style {
            id: "BodyText",
            name: "Body Text",
            font: FANG,
            size: BODY,
            line: LINE,
            look: format!("<w:ind w:firstLine=\"{indent}\"/><w:jc w:val=\"left\"/>"),
            run: "",
        },
        Style {
            id: "Quote",
            name: "Quote",
            font: "楷体_GB2312",
            size: BODY,
            line: LINE,
            look: format!("<w:ind w:left=\"{indent}\"/><w:jc w:val=\"left\"/>"),
            run: "",
        },
        Style { id: "Sign", name: "signature block", font: FANG, size: BODY, line: LINE, look: centre(), run: "" },
        Style {
            id: "Note",
            name: "note",
            font: FANG,
            size: SMALL,
            line: SMALL_LINE,
            look: format!("{off_grid}<w:ind w:firstLine=\"{}\"/><w:jc w:val=\"left\"/>", 2 * SMALL),
            run: "",
        },
        Style {
            id: "Cell",
            name: "cell",
            font: FANG,
            size: SMALL,
            line: CELL_LINE,
            look: format!("{off_grid}<w:jc w:val=\"left\"/>"),
            run: "",
        },
        Style {
            id: "Figures",
            name: "figures",
            font: FANG,
            size: FORM,
            line: FORM_LINE,
            look: format!("{off_grid}<w:jc w:val=\"left\"/>"),
            run: "",
        },
        Style { id: "Footer", name: "footer", font: "宋体", size: SMALL, line: SMALL_LINE, look: off_grid.to_owned(), run: "" },
    ];
    let written: String = all.iter().map(Style::written).collect();
    let half_points = BODY / 10;
    format!(
        "{HEAD}<w:styles {NAMESPACE}><w:docDefaults><w:rPrDefault><w:rPr>{}<w:sz w:val=\"{half_points}\"/><w:szCs w:val=\"{half_points}\"/>\
         <w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:widowControl w:val=\"0\"/><w:autoSpaceDE w:val=\"0\"/>\
         <w:autoSpaceDN w:val=\"0\"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>{written}</w:styles>",
        fonts(FANG)
    )
}
