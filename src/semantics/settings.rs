//! The parameters of the relation (calculus 9): scheduling, order, timing, network, fault budgets. Rules do not look at
//! the scheduler; what they look at here is stated in their premises.

use super::rule::Fault;
use crate::calculus::NodeId;
pub use crate::calculus::config::Budget;

/// Who may step on a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheduling {
    /// Any ready stack may take the next step.
    Preemptive,
    /// The running stack of a node goes on until it is empty: an event loop.
    Cooperative,
}

/// In what order ready stacks get their turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// Any of them.
    Bag,
    /// The one that became ready first.
    Fifo,
}

/// When a timer may fire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timing {
    /// Only when no other step is enabled, budgeted faults aside.
    Urgent,
    /// At any moment.
    Free,
}

/// In what order messages arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Network {
    /// In any.
    Unordered,
    /// Those of one sender to one receiver as they were sent.
    Fifo,
}

impl Budget {
    /// What is left for one kind of fault.
    pub fn left(&mut self, fault: Fault) -> &mut u32 {
        match fault {
            Fault::Crash => &mut self.crashes,
            Fault::Suspicion => &mut self.suspicions,
            Fault::Loss => &mut self.losses,
            Fault::Duplicate => &mut self.duplicates,
        }
    }

    /// Whether nothing is left at all.
    pub fn is_spent(self) -> bool {
        self == Budget::default()
    }
}

/// The named settings of the switches of calculus 9. A switch is a variant of a rule in the catalogue; so far there is
/// one dialect, and every rule is the paper's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// *Pause 'n' Play*: eager, dynamic, indefinite, strong, awaited, never, aware, persistent.
    #[default]
    Paper,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Dialect; 1] = [Dialect::Paper];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Dialect::Paper => "paper",
        }
    }
}

/// All parameters of the relation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Settings {
    /// Who may step on a node.
    pub scheduling: Scheduling,
    /// In what order ready stacks get their turn.
    pub order: Order,
    /// When a timer may fire.
    pub timing: Timing,
    /// In what order messages arrive.
    pub network: Network,
    /// Which variants of the rules.
    pub dialect: Dialect,
    /// The faults that may happen.
    pub budget: Budget,
    /// The nodes that may crash; `None`: all.
    pub crash_nodes: Option<Vec<NodeId>>,
    /// Whether a node that is down comes up again.
    pub restarts: bool,
    /// Frames on one stack, at most.
    pub max_call_depth: usize,
}

impl Settings {
    /// The defaults of `run`, `trace`, `step` and `sim`: cooperative, fifo, urgent, no faults.
    pub fn run() -> Self {
        Settings {
            scheduling: Scheduling::Cooperative,
            order: Order::Fifo,
            timing: Timing::Urgent,
            network: Network::Unordered,
            dialect: Dialect::Paper,
            budget: Budget::default(),
            crash_nodes: None,
            restarts: true,
            max_call_depth: 1_000_000,
        }
    }

    /// The defaults of `check`: preemptive, bag, free, no faults.
    pub fn check() -> Self {
        Settings { scheduling: Scheduling::Preemptive, order: Order::Bag, timing: Timing::Free, ..Settings::run() }
    }
}
