//! The fonts that letters are set in, found once: the bureau's own folder first, then what is installed.

use super::render::{Fonts, RenderError, undrawable};
use super::sheet::Sheet;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// Where letters are set. Fonts are looked for when the first letter is made, not when the service starts.
#[derive(Debug, Default)]
pub struct Press {
    own: Option<PathBuf>,
    fonts: OnceLock<Arc<Fonts>>,
}

impl Press {
    /// A press with the bureau's own folder of fonts, if it has one.
    pub fn new(own: Option<PathBuf>) -> Self {
        Self { own, fonts: OnceLock::new() }
    }

    /// The characters of a sheet that cannot be set here. What the font that comes with the program has needs no other to be looked for.
    pub fn undrawable(&self, sheet: &Sheet) -> Result<Vec<char>, RenderError> {
        static PROGRAM: OnceLock<Fonts> = OnceLock::new();
        let missing = undrawable(sheet, PROGRAM.get_or_init(Fonts::of_program))?;
        if missing.is_empty() { Ok(missing) } else { undrawable(sheet, &self.fonts()) }
    }

    /// The fonts.
    pub fn fonts(&self) -> Arc<Fonts> {
        Arc::clone(self.fonts.get_or_init(|| Arc::new(Fonts::find(self.own.as_deref()))))
    }
}
