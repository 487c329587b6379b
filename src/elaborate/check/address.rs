//! Addresses: where a spawn or a send goes.

use super::Checker;
use super::mismatch::Because;
use crate::calculus::Value;
use crate::diagnostic::{Code, Diagnostic};
use crate::elaborate::globals::Global;
use crate::elaborate::report::a;
use crate::elaborate::typed::{Address, Expr, ExprKind};
use crate::elaborate::types::{Shape, Ty};
use crate::syntax::ast::{self, Ident};

impl<'s> Checker<'_, 's> {
    pub(super) fn address(&mut self, on: &ast::Address<'s>) -> Address {
        match on {
            ast::Address::Node(node) => Address::Node(Box::new(self.node(node))),
            ast::Address::Any(group) => {
                let group = self.group(group);
                self.nobody(&group);
                Address::Any(Box::new(group))
            }
            ast::Address::Prefer(group, node) => {
                let (group, node) = (self.group(group), self.node(node));
                self.nobody(&group);
                self.outsider(&group, &node);
                Address::Prefer(Box::new(group), Box::new(node))
            }
        }
    }

    fn node(&mut self, node: &ast::Expr<'s>) -> Expr {
        if self.group_named(node).is_some() {
            let message = "a group is not a node";
            let error = Diagnostic::error(Code::Type, node.span, message, "this is a group");
            self.e.report.add(error.help("let any of its nodes take it: `on any …`"));
            return Expr::error(node.span);
        }
        if let Some(name) = self.undeclared(node) {
            self.e.unknown_node(name);
            return Expr::error(node.span);
        }
        self.expect(node, Ty::NODE, Because::Takes("an address"))
    }

    /// A group, or a list of nodes, as a list of nodes.
    fn group(&mut self, group: &ast::Expr<'s>) -> Expr {
        if let Some(name) = self.undeclared(group) {
            self.unknown_group(name);
            return Expr::error(group.span);
        }
        let list = self.e.types.make(Shape::List(Ty::NODE));
        match self.group_named(group) {
            Some(members) => Expr { kind: ExprKind::Value(members), ty: list, span: group.span },
            None => {
                let checked = self.infer(group, Some(list));
                if self.e.types.flows(checked.ty, list) {
                    return checked;
                }
                let found = self.e.types.show(checked.ty);
                let message = format!("`any` takes a group or a list of nodes, not {}", a(&found));
                let error = Diagnostic::error(Code::Type, group.span, message, format!("this is {}", a(&found)));
                self.e.report.add(error.help(match self.e.types.shape(checked.ty) {
                    Shape::Node => "one node needs no `any`: write `on` and the node",
                    _ => "write `any` and the name of a group, or `any [a, b]`",
                }));
                Expr::error(group.span)
            }
        }
    }

    /// The name that an expression is, if nothing of that name is there.
    pub(super) fn undeclared(&self, e: &ast::Expr<'s>) -> Option<Ident<'s>> {
        let ast::ExprKind::Name(text) = e.kind else { return None };
        let there = self.local(text).is_some() || self.e.globals.names.contains_key(text);
        (!there).then_some(Ident { text, span: e.span })
    }

    pub(super) fn unknown_group(&mut self, name: Ident<'s>) {
        let groups = self.e.globals.groups.iter().map(|group| group.name.text);
        let instead = format!("declare it: `group {} = [ … ];`", name.text);
        self.e.report.unknown("group", name.text, name.span, groups, &instead);
    }

    /// The nodes of the group that an expression names.
    pub(super) fn group_named(&mut self, e: &ast::Expr<'s>) -> Option<Value> {
        let ast::ExprKind::Name(name) = &e.kind else { return None };
        if self.local(name).is_some() {
            return None;
        }
        match self.e.globals.names.get(name) {
            Some(Global::Group(at)) => {
                let group = &mut self.e.globals.groups[*at];
                group.used = true;
                Some(Value::list(group.members.iter().map(|member| Value::Node(*member))))
            }
            _ => None,
        }
    }

    /// Warns of an address that nobody has.
    fn nobody(&mut self, group: &Expr) {
        if let Some(Value::List(nodes)) = self.known(group)
            && nodes.is_empty()
        {
            let warning =
                Diagnostic::warning(Code::Address, group.span, "`any` over no node at all", "no node can take it");
            self.e.report.add(warning.help("this raises \"no taker\" whenever it runs; name at least one node"));
        }
    }

    /// Warns of a preference for a node that is not in the group.
    fn outsider(&mut self, group: &Expr, node: &Expr) {
        let (Some(Value::List(nodes)), Some(preferred)) = (self.known(group), self.known(node)) else { return };
        if !nodes.is_empty() && !nodes.contains(preferred) {
            let message = "the preferred node is not in the group";
            let warning = Diagnostic::warning(Code::Address, node.span, message, "takes it while it is up");
            let warning = warning.label(group.span, "these take it while the preferred one is down");
            self.e.report.add(warning.help("prefer a node of the group, or add this one to it"));
        }
    }

    /// The value of an expression that is known before the program runs.
    fn known<'v>(&'v self, e: &'v Expr) -> Option<&'v Value> {
        match &e.kind {
            ExprKind::Value(value) => Some(value),
            ExprKind::Const(at) => self.e.globals.consts[*at as usize].value.as_ref(),
            _ => None,
        }
    }
}
