//! Loss, doubling and order drawn from a seed, so that a run can be had again.

/// Splitmix64.
pub struct Chance(u64);

impl Chance {
    /// Draws from a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Whether something happens that happens so many times of a hundred.
    pub fn happens(&mut self, of_a_hundred: u32) -> bool {
        self.next() % 100 < u64::from(of_a_hundred)
    }

    /// Puts things into any order.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            let bound = u64::try_from(last).unwrap_or(0).saturating_add(1);
            things.swap(last, usize::try_from(self.next() % bound).unwrap_or(0));
        }
    }
}
