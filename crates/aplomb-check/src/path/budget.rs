use super::evaluate::Stop;

/// What an evaluation may still spend, in visits of nodes.
#[derive(Debug)]
pub(super) struct Budget {
    left: usize,
}

impl Budget {
    pub(super) const fn new(visits: usize) -> Self {
        Self { left: visits }
    }

    /// Takes `visits` off.
    #[inline]
    pub(super) const fn spend(&mut self, visits: usize) -> Result<(), Stop> {
        match self.left.checked_sub(visits) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(Stop::TooCostly),
        }
    }

    /// Takes off what reading `bytes` of text costs.
    #[inline]
    pub(super) const fn read(&mut self, bytes: usize) -> Result<(), Stop> {
        self.spend(1 + bytes / 16)
    }

    /// Takes off what running over `members` of a list or map, without entering them, costs.
    #[inline]
    pub(super) const fn scan(&mut self, members: usize) -> Result<(), Stop> {
        self.spend(1 + members / 4)
    }
}
