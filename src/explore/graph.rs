//! What only the whole graph shows: configurations from which no final one can be reached (livelock), and fair runs on which
//! something never holds (eventually).

use super::frontier::make_room;

/// A step from one configuration to another that is no fault, and who takes it: one stack, one message at one taker, one
/// timer, one recovery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// From.
    pub from: u32,
    /// To.
    pub to: u32,
    /// Who.
    pub actor: u64,
}

/// The steps that are no faults, in the order in which a search takes them: by their origin. Four bytes for each, and eight
/// more for who takes it where somebody asks.
#[derive(Debug, Default)]
pub struct Edges {
    /// How many steps each configuration has.
    counts: Vec<u32>,
    /// How many of the steps these are.
    counted: usize,
    to: Vec<u32>,
    /// Who takes each; empty where nobody asks.
    actors: Vec<u64>,
}

impl Edges {
    /// Adds a step; `actor`: who takes it, where somebody asks.
    #[inline]
    pub fn push(&mut self, to: u32, actor: Option<u64>) {
        make_room(&mut self.to, 1);
        self.to.push(to);
        if let Some(actor) = actor {
            self.actors.push(actor);
        }
    }

    /// The steps since the last time were those of the configuration `from`, which comes behind all that have any.
    pub fn end(&mut self, from: u32) {
        make_room(&mut self.counts, 1);
        self.counts.resize(from as usize, 0);
        self.counts.push((self.to.len() - self.counted) as u32);
        self.counted = self.to.len();
    }

    /// About how many bytes they take.
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.counts) + size_of_val(&*self.to) + size_of_val(&*self.actors)
    }

    /// How many steps a configuration has.
    fn count(&self, at: u32) -> usize {
        self.counts.get(at as usize).copied().unwrap_or(0) as usize
    }

    /// The first of `states` configurations from which none of `finals` can be reached.
    pub fn livelock(&self, states: usize, finals: &[u32]) -> Option<u32> {
        let mut ends = vec![false; states];
        finals.iter().for_each(|at| ends[*at as usize] = true);
        // Most steps lead to a configuration of a higher number: one pass from the back is mostly enough.
        let mut end = self.to.len();
        for at in (0..states).rev() {
            let start = end - self.count(at as u32);
            ends[at] = ends[at] || self.to[start..end].iter().any(|to| ends[*to as usize]);
            end = start;
        }
        if ends.iter().all(|ends| *ends) { None } else { self.stuck(states, finals) }
    }

    /// As [`Edges::livelock`], by going back from the final configurations.
    fn stuck(&self, states: usize, finals: &[u32]) -> Option<u32> {
        let mut starts = vec![0; states + 1];
        self.to.iter().for_each(|to| starts[*to as usize + 1] += 1);
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        // Where the steps into each configuration come from: filled from the front, the starts going along.
        let (mut into, mut free) = (vec![0; self.to.len()], starts.clone());
        let mut steps = self.to.iter();
        for from in 0..states as u32 {
            for to in steps.by_ref().take(self.count(from)) {
                let place = &mut free[*to as usize];
                into[*place] = from;
                *place += 1;
            }
        }
        let mut ends = vec![false; states];
        let mut work = finals.to_vec();
        while let Some(at) = work.pop() {
            if !std::mem::replace(&mut ends[at as usize], true) {
                let from = &into[starts[at as usize]..starts[at as usize + 1]];
                work.extend(from.iter().filter(|from| !ends[**from as usize]));
            }
        }
        ends.iter().position(|ends| !ends).map(|at| at as u32)
    }
}

/// The steps that are no faults, by their origin, with who takes them.
pub struct Graph {
    edges: Vec<Edge>,
    /// The first edge of each configuration; one more at the end.
    starts: Vec<usize>,
}

impl Graph {
    /// The graph of `states` configurations.
    pub fn new(states: usize, all: &Edges) -> Graph {
        let mut edges = Vec::with_capacity(all.to.len());
        let mut starts = vec![0];
        for from in 0..states as u32 {
            let first = edges.len();
            let edge = |at: usize| Edge { from, to: all.to[at], actor: all.actors.get(at).copied().unwrap_or(0) };
            edges.extend((first..first + all.count(from)).map(edge));
            edges[first..].sort_by_key(|edge| (edge.to, edge.actor));
            starts.push(edges.len());
        }
        Graph { edges, starts }
    }

    /// The steps from a configuration.
    pub fn from(&self, at: u32) -> &[Edge] {
        &self.edges[self.starts[at as usize]..self.starts[at as usize + 1]]
    }

    /// A run on which something never holds, given where it does not hold: the way from the start and the loop behind it,
    /// as edges; a loop without edges is a final configuration.
    pub fn never(&self, fails: &[bool], finals: &[u32]) -> Option<(Vec<Edge>, Vec<Edge>)> {
        let stem = self.reach(fails)?;
        let ends = finals.iter().copied().filter(|at| stem[*at as usize].is_some()).min();
        let components = self.components(fails, &stem);
        let fair = components.into_iter().filter(|members| self.is_fair(members)).map(|members| {
            let entry = members.iter().copied().min().unwrap_or(0);
            (entry, members)
        });
        let fair = fair.min_by_key(|(entry, _)| *entry);
        match (ends, fair) {
            (Some(end), None) => Some((path(&stem, end), Vec::new())),
            (Some(end), Some((entry, _))) if end <= entry => Some((path(&stem, end), Vec::new())),
            (_, Some((entry, members))) => Some((path(&stem, entry), self.tour(entry, &members))),
            (None, None) => None,
        }
    }

    /// For each configuration that can be reached through such where it fails: the edge by which, breadth first.
    fn reach(&self, fails: &[bool]) -> Option<Vec<Option<Edge>>> {
        if !*fails.first()? {
            return None;
        }
        let mut by: Vec<Option<Edge>> = vec![None; fails.len()];
        by[0] = Some(Edge { from: 0, to: 0, actor: 0 });
        let mut work = std::collections::VecDeque::from([0]);
        while let Some(at) = work.pop_front() {
            for edge in self.from(at) {
                if fails[edge.to as usize] && by[edge.to as usize].is_none() {
                    by[edge.to as usize] = Some(*edge);
                    work.push_back(edge.to);
                }
            }
        }
        Some(by)
    }

    /// The strongly connected components with a cycle, among the configurations that were reached and fail. Tarjan's
    /// algorithm, its recursion kept in a list.
    fn components(&self, fails: &[bool], reached: &[Option<Edge>]) -> Vec<Vec<u32>> {
        let inside = |at: u32| fails[at as usize] && reached[at as usize].is_some();
        let mut tarjan = Tarjan { index: vec![u32::MAX; fails.len()], low: vec![0; fails.len()], ..Tarjan::default() };
        for start in (0..fails.len() as u32).filter(|at| inside(*at)) {
            if tarjan.index[start as usize] == u32::MAX {
                tarjan.walk(self, start, &inside);
            }
        }
        let has_cycle = |members: &Vec<u32>| {
            members.len() > 1 || members.iter().any(|at| self.from(*at).iter().any(|edge| edge.to == *at))
        };
        tarjan.found.into_iter().filter(has_cycle).collect()
    }

    /// Whether a run that goes round the whole component is fair: nobody who could step all the time never does.
    fn is_fair(&self, members: &[u32]) -> bool {
        let inside = |at: &u32| members.binary_search(at).is_ok();
        let mut always: Option<Vec<u64>> = None;
        for at in members {
            let able: Vec<u64> = self.from(*at).iter().map(|edge| edge.actor).collect();
            always = Some(match always {
                None => able,
                Some(before) => before.into_iter().filter(|actor| able.contains(actor)).collect(),
            });
        }
        let takes = |actor: &u64| {
            members.iter().any(|at| self.from(*at).iter().any(|edge| edge.actor == *actor && inside(&edge.to)))
        };
        always.unwrap_or_default().iter().all(takes)
    }

    /// A closed walk from `entry` through every step that fairness asks for and back.
    fn tour(&self, entry: u32, members: &[u32]) -> Vec<Edge> {
        let inside = |at: u32| members.binary_search(&at).is_ok();
        let mut actors: Vec<u64> = members.iter().flat_map(|at| self.from(*at)).map(|edge| edge.actor).collect();
        actors.sort_unstable();
        actors.dedup();
        let mut walk: Vec<Edge> = Vec::new();
        for actor in actors {
            let at = walk.last().map_or(entry, |edge| edge.to);
            let wanted = |edge: &Edge| edge.actor == actor && inside(edge.to);
            if walk.iter().any(wanted) {
                continue;
            }
            walk.extend(self.shortest(at, &inside, &wanted));
        }
        let at = walk.last().map_or(entry, |edge| edge.to);
        if at != entry || walk.is_empty() {
            walk.extend(self.shortest(at, &inside, &|edge: &Edge| edge.to == entry));
        }
        walk
    }

    /// The shortest walk from `at` inside of a component whose last edge is wanted; empty when there is none.
    fn shortest(&self, at: u32, inside: &dyn Fn(u32) -> bool, wanted: &dyn Fn(&Edge) -> bool) -> Vec<Edge> {
        let mut by: std::collections::BTreeMap<u32, Edge> = std::collections::BTreeMap::new();
        let mut work = std::collections::VecDeque::from([at]);
        while let Some(here) = work.pop_front() {
            for edge in self.from(here).iter().filter(|edge| inside(edge.to)) {
                if wanted(edge) {
                    let mut walk = vec![*edge];
                    let mut from = here;
                    while from != at {
                        let Some(edge) = by.get(&from) else { break };
                        walk.push(*edge);
                        from = edge.from;
                    }
                    walk.reverse();
                    return walk;
                }
                if edge.to != at && !by.contains_key(&edge.to) {
                    by.insert(edge.to, *edge);
                    work.push_back(edge.to);
                }
            }
        }
        Vec::new()
    }
}

fn path(by: &[Option<Edge>], end: u32) -> Vec<Edge> {
    let mut walk = Vec::new();
    let mut at = end;
    while at != 0 {
        let Some(edge) = by[at as usize] else { break };
        walk.push(edge);
        at = edge.from;
    }
    walk.reverse();
    walk
}

#[derive(Default)]
struct Tarjan {
    index: Vec<u32>,
    low: Vec<u32>,
    stack: Vec<u32>,
    on_stack: std::collections::BTreeSet<u32>,
    next: u32,
    found: Vec<Vec<u32>>,
}

impl Tarjan {
    fn walk(&mut self, graph: &Graph, start: u32, inside: &dyn Fn(u32) -> bool) {
        let mut calls: Vec<(u32, usize)> = vec![(start, 0)];
        while let Some((at, branch)) = calls.last_mut() {
            let (here, choice) = (*at, *branch);
            *branch += 1;
            if choice == 0 {
                self.index[here as usize] = self.next;
                self.low[here as usize] = self.next;
                self.next += 1;
                self.stack.push(here);
                self.on_stack.insert(here);
            }
            match graph.from(here).get(choice) {
                Some(edge) if !inside(edge.to) => {}
                Some(edge) if self.index[edge.to as usize] == u32::MAX => calls.push((edge.to, 0)),
                Some(edge) if self.on_stack.contains(&edge.to) => {
                    self.low[here as usize] = self.low[here as usize].min(self.index[edge.to as usize]);
                }
                Some(_) => {}
                None => {
                    calls.pop();
                    if let Some((caller, _)) = calls.last() {
                        let low = self.low[here as usize];
                        self.low[*caller as usize] = self.low[*caller as usize].min(low);
                    }
                    if self.low[here as usize] == self.index[here as usize] {
                        self.close(here);
                    }
                }
            }
        }
    }

    fn close(&mut self, root: u32) {
        let mut members = Vec::new();
        while let Some(at) = self.stack.pop() {
            self.on_stack.remove(&at);
            members.push(at);
            if at == root {
                break;
            }
        }
        members.sort_unstable();
        self.found.push(members);
    }
}
