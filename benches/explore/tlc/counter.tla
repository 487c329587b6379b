---- MODULE counter ----
(* Tasks that each read and write one cell some times: a step reads, another writes. *)
EXTENDS Naturals
CONSTANTS Tasks, Times
VARIABLES cell, begun, seen
vars == <<cell, begun, seen>>
none == 255
N == 1..Tasks

Init == cell = 0 /\ begun = [t \in N |-> 0] /\ seen = [t \in N |-> none]
Read(t) == /\ seen[t] = none /\ begun[t] < Times
           /\ begun' = [begun EXCEPT ![t] = @ + 1] /\ seen' = [seen EXCEPT ![t] = cell] /\ UNCHANGED cell
Write(t) == /\ seen[t] # none
            /\ cell' = seen[t] + 1 /\ seen' = [seen EXCEPT ![t] = none] /\ UNCHANGED begun
Next == \E t \in N : Read(t) \/ Write(t)
Spec == Init /\ [][Next]_vars

InBounds == (\A t \in N : begun[t] = Times /\ seen[t] = none) => cell \in 2..(Tasks * Times)
====
