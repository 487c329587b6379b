//! Lines on a page: one that is too long is broken at its loosest operators, or else in its brackets.

use super::line::{Element, Group, Item};
use super::pieces::{Comment, Role, Tier};

/// The characters of a line, where it can be broken at all.
pub const WIDTH: usize = 120;

/// The spaces of a level.
const INDENT: usize = 4;

/// What has been written.
pub struct Page {
    text: String,
    /// The characters of the line at hand.
    column: usize,
    /// The spaces that the line at hand begins with; they are written with what follows them.
    indent: usize,
    /// Whether nothing stands on the line at hand yet.
    begins: bool,
    /// Whether it ends in a comment.
    commented: bool,
}

impl Page {
    /// An empty page.
    pub fn new() -> Page {
        Page { text: String::new(), column: 0, indent: 0, begins: true, commented: false }
    }

    /// All that was written.
    pub fn text(self) -> String {
        self.text
    }

    /// A comment between two lines, or behind one. `blank`: whether it may have a blank line before it.
    pub fn comment(&mut self, comment: &Comment<'_>, level: usize, blank: bool) {
        if comment.fresh || self.commented {
            self.blank_line(blank && comment.blank);
            self.indent(level * INDENT);
        } else {
            // The line before it is to go on.
            self.text.pop();
            self.begins = false;
        }
        self.write_comment(comment);
        self.end_line();
    }

    /// A line; `block` where it is the head of a block, whose opening brace it gets.
    pub fn line(&mut self, line: &Element<'_>, level: usize, blank: bool, block: bool) {
        self.blank_line(blank && line.blank);
        let indent = level * INDENT;
        self.indent(indent);
        let room = if block { 2 } else { 0 };
        let broken = self.items(&line.items, indent, room);
        if block && broken {
            self.next_line(indent);
        }
        if block {
            self.write(if self.begins { "{" } else { " {" });
        }
        self.tail(&line.tail, if block { indent + INDENT } else { indent });
        self.end_line();
    }

    fn blank_line(&mut self, wanted: bool) {
        if wanted && !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    fn write(&mut self, text: &str) {
        if self.begins {
            self.text.extend(std::iter::repeat_n(' ', self.indent));
        }
        self.text.push_str(text);
        self.column += text.chars().count();
        self.begins = false;
    }

    fn indent(&mut self, indent: usize) {
        self.indent = indent;
        self.column = indent;
        self.begins = true;
        self.commented = false;
    }

    fn end_line(&mut self) {
        self.text.push('\n');
        self.column = 0;
        self.begins = true;
    }

    fn next_line(&mut self, indent: usize) {
        self.end_line();
        self.indent(indent);
    }

    fn space(&mut self, wanted: bool) {
        if wanted && !self.begins {
            self.write(" ");
        }
    }

    fn write_comment(&mut self, comment: &Comment<'_>) {
        if !self.begins {
            self.write(&" ".repeat(comment.gap));
        }
        self.write(comment.text);
        self.commented = true;
    }

    /// The comments behind something.
    fn tail(&mut self, comments: &[Comment<'_>], indent: usize) {
        for comment in comments {
            if (comment.fresh || self.commented) && !self.begins {
                self.next_line(indent);
            }
            self.write_comment(comment);
        }
    }

    /// Items with `room` characters behind them on their last line. Whether they go on at a deeper indentation than
    /// their first line has.
    fn items(&mut self, items: &[Item<'_>], indent: usize, room: usize) -> bool {
        let mut rest = items;
        let mut at = indent;
        while let Some(length) = rest.iter().position(|item| matches!(item, Item::Comment(_))) {
            self.part(&rest[..length], at, 0);
            at = indent + INDENT;
            if let Item::Comment(comment) = &rest[length] {
                self.tail(&[*comment], at);
            }
            self.next_line(at);
            rest = &rest[length + 1..];
        }
        self.part(rest, at, room) || at > indent
    }

    /// Items without comments between them.
    fn part(&mut self, items: &[Item<'_>], indent: usize, room: usize) -> bool {
        if width(items).is_some_and(|width| self.column + width + room <= WIDTH) {
            self.flat(items);
            return false;
        }
        match place(items) {
            Place::Operators(tier) => {
                self.operands(items, tier, indent, room);
                true
            }
            Place::Brackets => {
                self.brackets(items, indent, room);
                false
            }
        }
    }

    /// Each operator of the tier begins a line.
    fn operands(&mut self, items: &[Item<'_>], tier: Tier, indent: usize, room: usize) {
        let mut from = 0;
        let breaks = items.iter().enumerate().skip(1).filter(|(_, item)| is_binary(item, tier)).map(|(at, _)| at);
        for at in breaks {
            self.part(&items[from..at], if from == 0 { indent } else { indent + INDENT }, 0);
            self.next_line(indent + INDENT);
            from = at;
        }
        self.part(&items[from..], indent + INDENT, room);
    }

    /// What is in some of the brackets gets lines of its own.
    fn brackets(&mut self, items: &[Item<'_>], indent: usize, room: usize) {
        let opened = self.to_open(items, indent, room);
        for (at, item) in items.iter().enumerate() {
            match item {
                Item::Group(group) if opened(at, group) => self.open(group, indent),
                item => self.flat(std::slice::from_ref(item)),
            }
        }
    }

    /// Which groups are opened: those that must be; the last one besides, a list if there is one, if that is enough;
    /// or else all.
    fn to_open<'a>(
        &self,
        items: &'a [Item<'a>],
        indent: usize,
        room: usize,
    ) -> impl Fn(usize, &Group<'_>) -> bool + use<'a> {
        let last = |wanted: &dyn Fn(&Group<'_>) -> bool| {
            items.iter().rposition(|item| matches!(item, Item::Group(group) if !group.is_empty() && wanted(group)))
        };
        let candidates = [None, last(&|group| group.is_list), last(&|_| true)];
        let column = self.column;
        let enough = |chosen: &Option<usize>| {
            fits(items, |at, group| group.width.is_none() || *chosen == Some(at), column, indent, room)
        };
        let chosen = candidates.into_iter().find(enough);
        move |at, group| match chosen {
            Some(chosen) => group.width.is_none() || chosen == Some(at),
            None => !group.is_empty(),
        }
    }

    fn flat(&mut self, items: &[Item<'_>]) {
        for item in items {
            match item {
                Item::Word(word) => {
                    self.space(word.space);
                    self.write(word.text);
                }
                Item::Group(group) => self.flat_group(group),
                Item::Comment(comment) => self.write_comment(comment),
            }
        }
    }

    fn flat_group(&mut self, group: &Group<'_>) {
        self.space(group.open.space);
        self.write(group.open.text);
        for (at, element) in group.elements.iter().enumerate() {
            if at > 0 {
                self.write(",");
            }
            self.flat(&element.items);
        }
        self.space(group.close.space);
        self.write(group.close.text);
    }

    /// A group with a line for each of its elements.
    fn open(&mut self, group: &Group<'_>, indent: usize) {
        self.space(group.open.space);
        self.write(group.open.text);
        for (at, element) in group.elements.iter().enumerate() {
            let lead = element.lead.as_slice();
            let behind = lead.iter().take_while(|comment| !comment.fresh).count();
            self.tail(&lead[..behind], indent);
            if element.items.is_empty() && behind == lead.len() {
                continue;
            }
            self.end_line();
            self.blank_line(at > 0 && element.blank);
            self.indent(indent + INDENT);
            self.element(element, &lead[behind..], indent + INDENT, group.is_list);
        }
        self.next_line(indent);
        self.write(group.close.text);
    }

    fn element(&mut self, element: &Element<'_>, lead: &[Comment<'_>], indent: usize, comma: bool) {
        for (at, comment) in lead.iter().enumerate() {
            self.write_comment(comment);
            let apart = match lead.get(at + 1) {
                Some(next) => next.blank,
                None if element.items.is_empty() => return,
                None => element.is_apart(),
            };
            self.end_line();
            self.blank_line(apart);
            self.indent(indent);
        }
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.items(&element.items, indent, usize::from(comma)));
        if comma {
            self.write(",");
        }
        self.tail(&element.tail, indent);
    }
}

/// Where a line that is too long is broken.
enum Place {
    Operators(Tier),
    Brackets,
}

/// The loosest operator comes first, but a comparison only where there is no list to break: `result == [...]`.
fn place(items: &[Item<'_>]) -> Place {
    let loosest = items.iter().skip(1).filter_map(binary).min();
    let has =
        |wanted: fn(&Group<'_>) -> bool| items.iter().any(|item| matches!(item, Item::Group(group) if wanted(group)));
    match loosest {
        Some(Tier::Comparison) if has(|group| group.is_list || group.width.is_none()) => Place::Brackets,
        Some(tier) => Place::Operators(tier),
        None => Place::Brackets,
    }
}

fn binary(item: &Item<'_>) -> Option<Tier> {
    match item {
        Item::Word(word) => match word.role {
            Role::Binary(tier) => Some(tier),
            _ => None,
        },
        Item::Group(_) | Item::Comment(_) => None,
    }
}

fn is_binary(item: &Item<'_>, tier: Tier) -> bool {
    binary(item) == Some(tier)
}

/// The characters of the items on one line; `None` where they take several.
fn width(items: &[Item<'_>]) -> Option<usize> {
    items.iter().map(Item::width).sum()
}

/// Whether every line is short enough when the groups that `opened` says are opened.
fn fits(
    items: &[Item<'_>],
    opened: impl Fn(usize, &Group<'_>) -> bool,
    column: usize,
    indent: usize,
    room: usize,
) -> bool {
    let mut column = column;
    for (at, item) in items.iter().enumerate() {
        match item {
            Item::Group(group) if opened(at, group) => {
                if column + usize::from(group.open.space) + 1 > WIDTH {
                    return false;
                }
                column = indent + 1;
            }
            item => column += item.width().unwrap_or(0),
        }
    }
    column + room <= WIDTH
}
