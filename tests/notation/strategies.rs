//! What the property tests are made of: names that are hard to write, values, configurations.

use std::sync::Arc;

use lacuna::calculus::config::{
    Addr, Answer, Body, Budget, Callback, Config, Divergence, Exec, Frame, Holder, Label, Message, Node, Origin,
    Parked, Promise, Settled, Stack, Task, TaskState,
};
use lacuna::calculus::{Address, CellId, Edge, FnId, Names, NodeId, Path, Program, Slot, Target, Text, TypeId, Value};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// Words, letters, signs: whatever somebody might call a thing.
const NAMES: &[&str] = &[
    "node", "add", "V", "l1", "await", "x y", "`", "\"", "\\", "", "1a", "_", "é", "result", "print", "d", "s", "a",
    "m", "store", "D", "none", "true", "field", "is", "↦", "\n", "settled", "Invoke", "main", "l0", "now", "begin",
    "timer", "running", "of", "answer", "S", "created", "raising", "--", "t0", "w1", "K", "turn", "observed", "copied",
    "up", "T", "x'2", "'",
];

/// One permutation of the names for each kind of thing.
pub fn shuffled_names() -> impl Strategy<Value = Vec<Vec<String>>> {
    let names: Vec<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    vec(Just(names).prop_shuffle(), 10)
}

/// The program with other names. Its main is the function that is called so then, as it is in every program.
pub fn renamed(mut program: Program, names: &[Vec<String>]) -> Program {
    fn rename<'a>(things: impl IntoIterator<Item = &'a mut String>, names: &[String]) {
        things.into_iter().zip(names).for_each(|(thing, name)| name.clone_into(thing));
    }
    rename(&mut program.nodes, &names[0]);
    rename(program.groups.iter_mut().map(|(name, _)| name), &names[1]);
    rename(program.structs.iter_mut().map(|ty| &mut ty.name), &names[2]);
    rename(program.enums.iter_mut().map(|ty| &mut ty.name), &names[3]);
    rename(program.cells.iter_mut().map(|cell| &mut cell.name), &names[4]);
    rename(program.structs.iter_mut().flat_map(|ty| &mut ty.fields), &names[5]);
    rename(program.enums.iter_mut().flat_map(|ty| &mut ty.variants).map(|(name, _)| name), &names[6]);
    let functions = program.functions.len() - program.properties.len();
    rename(program.functions[..functions].iter_mut().map(|f| &mut f.name), &names[7]);
    rename(program.properties.iter_mut().map(|p| &mut p.name), &names[8]);
    for function in &mut program.functions {
        rename(&mut function.slots, &names[9]);
    }
    for property in &program.properties {
        program.functions[property.body.0 as usize].name.clone_from(&property.name);
    }
    let main = program.functions[..functions].iter().position(|f| f.name == "main");
    program.main = main.map(|f| FnId(f as u32));
    program
}

/// Names for the paths that configurations are made of, named in an order that is not theirs.
pub fn paths() -> Names {
    let mut names = Names::default();
    for i in [11, 2, 0, 10, 3] {
        let child = names.child(Path::MAIN, Edge::Child(i));
        for edge in [Edge::Copy(1), Edge::Child(4), Edge::Attempt(2), Edge::Child(1)] {
            let below = names.child(child, edge);
            names.child(below, Edge::Child(i));
            names.child(below, Edge::Attempt(1));
        }
    }
    names
}

fn path() -> impl Strategy<Value = Path> {
    (0..paths().len() as u32).prop_map(Path)
}

fn node() -> impl Strategy<Value = NodeId> {
    (0..3u32).prop_map(NodeId)
}

fn text() -> impl Strategy<Value = Text> {
    prop_oneof!["[a-z ]{0,8}", any::<String>()].prop_map(Text::new)
}

/// A value of the types of `every_statement.core`; the keys of maps are such as the language allows.
fn value() -> impl Strategy<Value = Value> {
    let key = prop_oneof![
        any::<i64>().prop_map(Value::Int),
        any::<bool>().prop_map(Value::Bool),
        text().prop_map(Value::Str),
        node().prop_map(Value::Node),
        Just(Value::Variant(TypeId(0), 0)),
    ];
    let leaf = prop_oneof![
        3 => key.clone(),
        1 => Just(Value::Unit),
        1 => Just(Value::None),
        1 => Just(Value::structure(TypeId(1), Box::new([]))),
        1 => path().prop_map(Value::Task),
        1 => path().prop_map(Value::Promise),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            inner.clone().prop_map(Value::some),
            vec(inner.clone(), 0..4).prop_map(Value::list),
            vec((key.clone(), inner.clone()), 0..4).prop_map(Value::map),
            inner.clone().prop_map(|v| Value::variant(TypeId(0), 1, Box::new([v]))),
            [inner.clone(), inner.clone()].prop_map(|vs| Value::variant(TypeId(0), 2, Box::new(vs))),
            [inner.clone(), inner].prop_map(|vs| Value::structure(TypeId(0), Box::new(vs))),
        ]
    })
}

fn values() -> impl Strategy<Value = Arc<[Value]>> {
    vec(value(), 0..3).prop_map(Arc::from)
}

fn exec() -> impl Strategy<Value = Exec> {
    prop_oneof![(path(), 0..3u32).prop_map(|(q, w)| Exec::Attempt(q, w)), path().prop_map(Exec::Message)]
}

fn frame_name() -> impl Strategy<Value = Label> {
    prop_oneof![path().prop_map(Label::Task), exec().prop_map(Label::Body)]
}

fn holder() -> impl Strategy<Value = Holder> {
    (node(), 0..3u32).prop_map(|(node, incarnation)| Holder { node, incarnation })
}

fn callback() -> impl Strategy<Value = Callback> {
    (exec(), holder()).prop_map(|(exec, at)| Callback { exec, at })
}

fn addr() -> impl Strategy<Value = Addr> {
    let members = || vec(node(), 0..4).prop_map(Arc::from);
    prop_oneof![
        node().prop_map(Address::Node),
        members().prop_map(Address::Any),
        (members(), node()).prop_map(|(members, n)| Address::Prefer(members, n)),
    ]
}

fn settled() -> impl Strategy<Value = Settled> {
    prop_oneof![value().prop_map(Settled::Done), text().prop_map(Settled::Failed), Just(Settled::Cancelled)]
}

fn origin(program: &Program) -> impl Strategy<Value = Origin> + use<> {
    let answer = prop_oneof![Just(Answer::Any), Just(Answer::All), Just(Answer::Guard)];
    prop_oneof![
        (function(program), values()).prop_map(|(f, args)| Origin::Call(f, args)),
        (any::<i64>(), any::<i64>()).prop_map(|(duration, deadline)| Origin::Timer { duration, deadline }),
        Just(Origin::External),
        answer.prop_map(Origin::Answer),
    ]
}

/// A function that is not the body of a property.
fn function(program: &Program) -> impl Strategy<Value = FnId> + use<> {
    (0..(program.functions.len() - program.properties.len()) as u32).prop_map(FnId)
}

fn frame(program: &Program) -> impl Strategy<Value = Frame> + use<> {
    let places: Vec<_> = program.functions.iter().map(|f| (f.entry.0, f.end.0, f.slots.len() as u32)).collect();
    function(program).prop_flat_map(move |function| {
        let (entry, end, slots) = places[function.0 as usize];
        let locals = vec(((0..slots).prop_map(Slot), value()), 0..4);
        let label = prop_oneof![Just(Label::Sync), frame_name()];
        let made = prop_oneof![Just(0), any::<u32>()];
        (locals, (entry..end).prop_map(Target), made, label).prop_map(move |(locals, at, made, label)| Frame {
            locals,
            function,
            at,
            made,
            label,
        })
    })
}

fn stack(program: &Program) -> impl Strategy<Value = Stack> + use<> {
    (exec(), vec(frame(program), 1..4), option::of(text()), option::of(any::<u32>())).prop_map(
        |(exec, frames, raising, atomic)| {
            let atomic = atomic.map(|below| below % frames.len() as u32);
            Stack { exec, frames, raising, atomic }
        },
    )
}

fn task() -> impl Strategy<Value = Task> {
    let state =
        prop_oneof![vec(frame_name(), 0..3).prop_map(TaskState::Running), settled().prop_map(TaskState::Settled)];
    (exec(), state, any::<bool>(), any::<bool>()).prop_map(|(owner, state, observed, marked)| Task {
        owner,
        state,
        observed,
        marked,
    })
}

fn node_state(program: &Program) -> impl Strategy<Value = Node> + use<> {
    let cells = vec(value(), program.cells.len()).prop_map(|values| (0..).map(CellId).zip(values).collect::<Vec<_>>());
    let parked = (exec(), frame(program)).prop_map(|(exec, frame)| Parked { exec, frame });
    let lists = (
        vec(stack(program), 0..3),
        vec(parked, 0..3),
        vec((path(), task()), 0..3),
        vec((path(), vec(frame_name(), 0..3)), 0..3),
    );
    (any::<bool>(), any::<u32>(), option::of(frame_name()), cells, lists).prop_map(
        |(up, incarnation, turn, cells, (stacks, parked, tasks, waiting))| Node {
            up,
            incarnation,
            turn,
            cells,
            stacks,
            parked,
            tasks,
            waiting,
        },
    )
}

fn promise(program: &Program) -> impl Strategy<Value = Promise> + use<> {
    let flags = any::<(bool, bool, bool)>();
    (option::of(settled()), origin(program), addr(), any::<u32>(), option::of(holder()), vec(callback(), 0..3), flags)
        .prop_map(|(state, origin, addr, version, holder, callbacks, (observed, cancel_taken, marked))| Promise {
            state,
            origin,
            addr,
            version,
            holder,
            callbacks,
            observed,
            cancel_taken,
            marked,
        })
}

fn message(program: &Program) -> impl Strategy<Value = Message> + use<> {
    let body = prop_oneof![
        (addr(), path(), any::<u32>()).prop_map(|(to, promise, version)| Body::Invoke { to, promise, version }),
        (callback(), path()).prop_map(|(callback, promise)| Body::Resume { callback, promise }),
        (holder(), path(), any::<u32>()).prop_map(|(to, promise, version)| Body::Cancel { to, promise, version }),
        (addr(), path(), function(program), values()).prop_map(|(to, id, f, args)| Body::Call { to, id, f, args }),
    ];
    (option::of(node()), body, 0..3u32).prop_map(|(from, body, copies)| Message { from, body, copies })
}

/// Any configuration of a program of three nodes with the types of `every_statement.core`, sensible or not; its paths
/// are those of [`paths`].
pub fn config(program: &Program) -> impl Strategy<Value = Config> + use<> {
    let budget = any::<(u32, u32, u32, u32)>().prop_map(|(crashes, suspicions, losses, duplicates)| Budget {
        crashes,
        suspicions,
        losses,
        duplicates,
    });
    let budget = prop_oneof![Just(Budget::default()), budget];
    let divergence = (path(), exec(), origin(program), origin(program))
        .prop_map(|(promise, exec, recorded, wanted)| Divergence { promise, exec, recorded, wanted });
    let small = (any::<i64>(), budget, vec(frame_name(), 0..3), vec(path(), 0..3), option::of(divergence));
    let large = (
        vec(node_state(program), 3),
        vec((path(), promise(program)), 0..4),
        vec(message(program), 0..4),
        vec((node(), text()), 0..3),
        vec(text(), 0..3),
    );
    (small, large).prop_map(
        |((now, budget, ready, timers, diverged), (nodes, promises, messages, printed, unobservable))| Config {
            now,
            budget,
            ready,
            timers,
            diverged,
            nodes,
            promises,
            messages,
            printed,
            unobservable,
        },
    )
}
