//! What belongs on one line, if it fits: a statement, a declaration or its head, with what is in brackets as groups.

use super::pieces::{Bracket, Comment, Role, Word};

/// A line, or what stands between two commas.
#[derive(Default)]
pub struct Element<'s> {
    /// The comments before it.
    pub lead: Vec<Comment<'s>>,
    /// What it is made of, none where there are only comments.
    pub items: Vec<Item<'s>>,
    /// The comments behind it.
    pub tail: Vec<Comment<'s>>,
    /// Whether it had a blank line before it.
    pub blank: bool,
}

impl Element<'_> {
    /// Its first word, where it has any.
    fn first(&self) -> Option<&Word<'_>> {
        match self.items.first()? {
            Item::Word(word) => Some(word),
            Item::Group(group) => Some(&group.open),
            Item::Comment(_) => None,
        }
    }

    /// Whether its first word began a line.
    fn is_fresh(&self) -> bool {
        self.first().is_some_and(|word| word.fresh)
    }

    /// Whether a blank line went before its first word.
    pub fn is_apart(&self) -> bool {
        self.first().is_some_and(|word| word.blank)
    }
}

/// A part of a line.
pub enum Item<'s> {
    Word(Word<'s>),
    Group(Group<'s>),
    /// A comment with more of the line behind it.
    Comment(Comment<'s>),
}

/// Brackets with what they hold.
pub struct Group<'s> {
    pub open: Word<'s>,
    pub close: Word<'s>,
    pub elements: Vec<Element<'s>>,
    /// Whether a comma may stand behind the last element: there is one behind another.
    pub is_list: bool,
    /// The characters on one line, without the space before it; `None` where it takes several.
    pub width: Option<usize>,
}

impl Group<'_> {
    /// Whether there is anything to put on a line of its own.
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }
}

impl Item<'_> {
    /// The characters on one line, with the space before it; `None` where it takes several.
    pub fn width(&self) -> Option<usize> {
        match self {
            Item::Word(word) => Some(usize::from(word.space) + word.text.chars().count()),
            Item::Group(group) => Some(usize::from(group.open.space) + group.width?),
            Item::Comment(_) => None,
        }
    }
}

/// Gathers the words and comments of one line.
#[derive(Default)]
pub struct Gather<'s> {
    /// The brackets that are open, the outermost first, each in the element that it is a part of.
    open: Vec<(Element<'s>, Group<'s>)>,
    element: Element<'s>,
}

impl<'s> Gather<'s> {
    /// Whether the line has not begun.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty() && self.element.items.is_empty() && self.element.lead.is_empty()
    }

    /// The line; the next one begins.
    pub fn take(&mut self) -> Element<'s> {
        std::mem::take(&mut self.element)
    }

    /// Adds a comment.
    pub fn comment(&mut self, comment: &Comment<'s>) {
        if !self.element.items.is_empty() {
            self.element.tail.push(*comment);
            return;
        }
        // Behind the comma, on its line: it speaks of what is before the comma.
        if let (false, Some((_, group))) = (comment.fresh, self.open.last_mut())
            && let Some(last) = group.elements.last_mut()
        {
            last.tail.push(*comment);
            return;
        }
        self.begin(comment.blank);
        self.element.lead.push(*comment);
    }

    /// Adds a word; whether it ends a declaration without a semicolon.
    pub fn word(&mut self, word: &Word<'s>) -> bool {
        match word.role {
            Role::Open(bracket) if bracket != Bracket::Block => self.open_group(word),
            Role::Close(bracket) if bracket != Bracket::Block => self.close_group(word),
            Role::Comma if !self.open.is_empty() => {
                let element = self.take();
                if let Some((_, group)) = self.open.last_mut() {
                    group.elements.push(element);
                    group.is_list = true;
                }
            }
            // The comments before the end of a statement go behind it.
            Role::Semi => self.element.items.push(Item::Word(*word)),
            _ => {
                self.go_on(word.blank);
                self.element.items.push(Item::Word(*word));
            }
        }
        word.role == Role::Close(Bracket::Members)
    }

    fn begin(&mut self, blank: bool) {
        if self.element.items.is_empty() && self.element.lead.is_empty() {
            self.element.blank = blank;
        }
    }

    /// More of the element: comments that seemed to end it stand in its middle.
    fn go_on(&mut self, blank: bool) {
        self.begin(blank);
        let comments = self.element.tail.drain(..).map(Item::Comment);
        self.element.items.extend(comments);
    }

    fn open_group(&mut self, word: &Word<'s>) {
        self.go_on(word.blank);
        let group = Group { open: *word, close: *word, elements: Vec::new(), is_list: false, width: None };
        let outer = self.take();
        self.open.push((outer, group));
    }

    fn close_group(&mut self, word: &Word<'s>) {
        let element = self.take();
        let Some((outer, mut group)) = self.open.pop() else { return };
        if !(element.items.is_empty() && element.lead.is_empty()) {
            group.elements.push(element);
        }
        group.close = *word;
        group.width = flat(&group);
        self.element = outer;
        self.element.items.push(Item::Group(group));
    }
}

/// The characters of a group on one line; `None` where a comment is in it, or where it holds the members of a struct or
/// an enum and was written with the first of them on the next line.
fn flat(group: &Group<'_>) -> Option<usize> {
    let fresh = group.elements.first().is_some_and(Element::is_fresh);
    if fresh && group.open.role == Role::Open(Bracket::Members) {
        return None;
    }
    // The first item of an element has its space counted: behind a comma there is one, behind the bracket there is
    // one where the closing bracket has one too.
    let mut width = 2 + usize::from(group.close.space);
    for (at, element) in group.elements.iter().enumerate() {
        if !(element.lead.is_empty() && element.tail.is_empty()) {
            return None;
        }
        width += usize::from(at > 0);
        for item in &element.items {
            width += item.width()?;
        }
    }
    Some(width)
}
