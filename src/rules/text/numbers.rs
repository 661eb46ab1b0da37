//! Check digits. A wrong one is a warning for the clerk, never a refusal: the number on the paper is what it is.

use chrono::NaiveDate;

/// The characters of a unified social credit code, in the order of their values (GB 32100).
const CREDIT_ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/// The check characters of a resident identity number by remainder (GB 11643).
const RESIDENT_CHECKS: &str = "10X98765432";

/// Whether a unified social credit code (统一社会信用代码) is well formed and its check character fits.
pub fn is_social_credit_code(code: &str) -> bool {
    let values: Option<Vec<usize>> = code.chars().map(|c| CREDIT_ALPHABET.chars().position(|one| one == c.to_ascii_uppercase())).collect();
    let Some(values) = values.filter(|values| values.len() == 18) else { return false };
    let weights = std::iter::successors(Some(1), |weight| Some(weight * 3 % 31));
    let sum: usize = values.iter().take(17).zip(weights).map(|(value, weight)| value * weight).sum();
    values.last() == Some(&((31 - sum % 31) % 31))
}

/// Whether a resident identity number (居民身份证号码) has 18 places, a birthday that exists, and a check character that fits.
pub fn is_resident_id(number: &str) -> bool {
    let places: Vec<char> = number.chars().map(|c| c.to_ascii_uppercase()).collect();
    let digits: Option<Vec<u32>> = places.iter().take(17).map(|c| c.to_digit(10)).collect();
    let (Some(digits), 18) = (digits, places.len()) else { return false };
    let birthday: String = places.iter().skip(6).take(8).collect();
    if NaiveDate::parse_from_str(&birthday, "%Y%m%d").is_err() {
        return false;
    }
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
    let check = usize::try_from(sum % 11).ok().and_then(|place| RESIDENT_CHECKS.chars().nth(place));
    places.last().copied() == check
}
