//! What can be done in the stepper, and the keys that do it: help, key bar and documentation are made from this table.

/// A part of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pane {
    /// The text of the program.
    Source,
    /// The steps of the run.
    Trace,
    /// The nodes with their stacks.
    Nodes,
    /// Tasks and promises, with who waits for them.
    Waits,
    /// Messages in flight, and what was printed.
    Wire,
    /// The choices, and the figure of the rule about to fire.
    Next,
}

impl Pane {
    /// All, in the order in which Tab goes through them.
    pub const ALL: [Pane; 6] = [Pane::Next, Pane::Source, Pane::Trace, Pane::Nodes, Pane::Waits, Pane::Wire];

    /// What stands above it.
    pub fn title(self) -> &'static str {
        match self {
            Pane::Source => "source",
            Pane::Trace => "trace",
            Pane::Nodes => "nodes and stacks",
            Pane::Waits => "tasks and promises",
            Pane::Wire => "messages and output",
            Pane::Next => "next",
        }
    }
}

/// Where to go in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jump {
    /// One step.
    Step,
    /// Before the next step that a trace shows.
    Visible,
    /// Before the next fault.
    Fault,
    /// Behind the next step that shows something wrong.
    Wrong,
    /// Before the next step that the search finds.
    Match,
    /// As far as it goes.
    Limit,
}

/// Something that somebody does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Goes on in time.
    Forward(Jump),
    /// Goes back in time.
    Back(Jump),
    /// Goes to the state after so many steps.
    Goto(usize),
    /// Moves the selection, or the text of the pane.
    Up,
    /// As [`Action::Up`], the other way.
    Down,
    /// Selects one of the enabled choices.
    Select(usize),
    /// Takes the selected choice.
    Take,
    /// The next pane.
    NextPane,
    /// The pane before.
    PreviousPane,
    /// This pane.
    Focus(Pane),
    /// Moves the text of a pane by so many lines.
    Scroll(Pane, i32),
    /// Moves the text of the pane that the arrows move, or the figure, some lines up (-1) or down (1).
    Page(i32),
    /// The pane alone, or all again.
    Zoom,
    /// Begins a search.
    Search,
    /// Asks why a rule does not fire.
    Why,
    /// Writes the run down.
    Save,
    /// What became of that.
    Saved(Result<String, String>),
    /// Shows the keys.
    Help,
    /// A letter of what is being asked for.
    Type(char),
    /// The last letter is none.
    Erase,
    /// That was all.
    Enter,
    /// Never mind.
    Escape,
    /// Ends the stepper.
    Quit,
}

/// A key with what it does.
#[derive(Clone, Debug)]
pub struct Key {
    /// The keys: a letter, or a name in angle brackets.
    pub keys: &'static [&'static str],
    /// What the key bar says, where it has room.
    pub short: &'static str,
    /// What the help says.
    pub words: &'static str,
    /// What it does.
    pub action: Action,
}

macro_rules! keys {
    ($([$($key:literal),+] $short:literal $words:literal => $action:expr;)+) => {
        &[$(Key { keys: &[$($key),+], short: $short, words: $words, action: $action }),+]
    };
}

/// Every key; those that the key bar shows when it is narrow come first.
pub static KEYS: &[Key] = keys! {
    ["→", "space", "l"] "step" "one step forward" => Action::Forward(Jump::Step);
    ["←", "h"] "back" "one step back" => Action::Back(Jump::Step);
    ["n"] "visible" "to the next step that a trace shows" => Action::Forward(Jump::Visible);
    ["N"] "" "to the one before" => Action::Back(Jump::Visible);
    ["enter"] "take" "take the selected choice; the run goes on from there" => Action::Take;
    ["↑", "k"] "" "select the choice above; in another pane, move its text" => Action::Up;
    ["↓", "j"] "" "select the choice below; in another pane, move its text" => Action::Down;
    ["v"] "wrong" "to the next step that shows something wrong" => Action::Forward(Jump::Wrong);
    ["V"] "" "to the one before" => Action::Back(Jump::Wrong);
    ["w"] "why" "why a rule does not fire here" => Action::Why;
    ["s"] "save" "save the run so far as a schedule" => Action::Save;
    ["?"] "help" "these keys" => Action::Help;
    ["q"] "quit" "leave" => Action::Quit;
    ["f"] "fault" "to the next fault" => Action::Forward(Jump::Fault);
    ["F"] "" "to the one before" => Action::Back(Jump::Fault);
    ["/"] "search" "search the steps: rule, node, execution, text" => Action::Search;
    ["m"] "" "to the next step that the search finds" => Action::Forward(Jump::Match);
    ["M"] "" "to the one before" => Action::Back(Jump::Match);
    ["g", "home"] "" "to the start" => Action::Back(Jump::Limit);
    ["G", "end"] "" "to the end" => Action::Forward(Jump::Limit);
    ["tab"] "pane" "the next pane" => Action::NextPane;
    ["shift-tab"] "" "the pane before" => Action::PreviousPane;
    ["pgdn"] "" "move the text of the pane down; beside the choices, the figure" => Action::Page(1);
    ["pgup"] "" "move it up" => Action::Page(-1);
    ["z"] "zoom" "this pane alone, or all again" => Action::Zoom;
};
