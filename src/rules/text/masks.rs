//! Masks for lists, mails and logs, after Chinese practice: enough to tell two cases apart, not enough to find a person.

/// How many mask characters replace a stretch whose length shall not show.
const STRETCH: usize = 4;

/// The first character of a person's name, the rest masked one by one: `张**`. A single character is masked whole.
pub fn mask_name(name: &str) -> String {
    let count = name.chars().count();
    keep(name, usize::from(count > 1), 0)
}

/// An identity number: three and the last four of a long one, the last two of a short one, nothing of a very short one.
pub fn mask_id_number(number: &str) -> String {
    match number.chars().count() {
        15.. => keep(number, 3, 4),
        6..15 => keep(number, 0, 2),
        _ => keep(number, 0, 0),
    }
}

/// A telephone number: `138****1234`; the last two of a shorter one, nothing of a very short one.
pub fn mask_phone(number: &str) -> String {
    match number.chars().count() {
        11.. => keep(number, 3, 4),
        7..11 => keep(number, 0, 2),
        _ => keep(number, 0, 0),
    }
}

/// An e-mail address: the first character of the mailbox, and the domain. Without a domain nothing is shown.
pub fn mask_email(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((mailbox, domain)) => {
            let shown = if mailbox.chars().count() > 1 { mailbox.chars().take(1).collect() } else { String::new() };
            format!("{shown}{}@{domain}", "*".repeat(STRETCH))
        }
        None => "*".repeat(STRETCH),
    }
}

/// A postal address down to the county or district (县、区、旗); never more than half of it.
pub fn mask_address(address: &str) -> String {
    let count = address.chars().count();
    let district = address.chars().take(12).position(|c| matches!(c, '县' | '区' | '旗')).map_or(6, |place| place + 1);
    let shown: String = address.chars().take(district.min(count / 2)).collect();
    format!("{shown}{}", "*".repeat(STRETCH))
}

/// Shows `first` characters from the start and `last` from the end, and masks each of the others.
fn keep(text: &str, first: usize, last: usize) -> String {
    let count = text.chars().count();
    text.chars().enumerate().map(|(place, c)| if place < first || place + last >= count { c } else { '*' }).collect()
}
