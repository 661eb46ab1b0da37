//! The information handling fee (信息处理费), Art 42 and 109号, in yuan. Progressive on the excess, one method for an application.

/// Applications of a month that are free when counted by item.
pub const FREE_ITEMS: u32 = 10;
/// Pages of an application that are free when counted by page.
pub const FREE_PAGES: u32 = 30;

/// Bands by page: the last page of the band, and the price of each page in it.
pub const PAGE_BANDS: [(u32, u32); 4] = [(FREE_PAGES, 0), (100, 10), (200, 20), (u32::MAX, 40)];

/// The price of the `k`-th application of one applicant to one agency in a calendar month (按件计收).
pub const fn item_price(k: u32) -> u32 {
    match k {
        0..=FREE_ITEMS => 0,
        11..=30 => 100,
        _ => 100_u32.saturating_mul(2 + (k - 31) / 10),
    }
}

/// The price of one application of so many pages (按量计收); one side of A4 or smaller is a page.
pub fn pages_price(pages: u32) -> u32 {
    let mut from = 0;
    PAGE_BANDS.iter().fold(0_u32, |sum, (until, price)| {
        let in_band = pages.min(*until).saturating_sub(from);
        from = *until;
        sum.saturating_add(in_band.saturating_mul(*price))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(items: u32) -> u32 {
        (1..=items).map(item_price).sum()
    }

    #[test]
    fn the_worked_examples_by_item() {
        assert_eq!([month(10), month(30), month(35), month(47)], [0, 2_000, 3_000, 6_100]);
        assert_eq!([item_price(11), item_price(47), item_price(1)], [100, 300, 0]);
    }

    #[test]
    fn the_worked_examples_by_page() {
        assert_eq!([68, 30, 31, 100, 260].map(pages_price), [380, 0, 10, 700, 5_100]);
    }

    #[test]
    fn the_bands_are_continuous_and_never_fall() {
        for pages in 0..1_000 {
            let step = pages_price(pages + 1) - pages_price(pages);
            assert!([0, 10, 20, 40].contains(&step), "{pages}");
        }
        assert!((0..1_000).all(|k| item_price(k + 1) >= item_price(k)));
        assert_eq!(pages_price(u32::MAX), u32::MAX, "no overflow");
    }
}
