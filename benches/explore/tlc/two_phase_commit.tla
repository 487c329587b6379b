---- MODULE two_phase_commit ----
(* Two-phase commit; messages are a set that only grows, as in Gray and Lamport's model. *)
EXTENDS Naturals
CONSTANT RMs
VARIABLES manager, state, said, told
vars == <<manager, state, said, told>>
RM == 1..RMs

Init == /\ manager = "undecided" /\ state = [r \in RM |-> "working"] /\ said = {} /\ told = {}
Prepare(r) == /\ state[r] = "working" /\ state' = [state EXCEPT ![r] = "prepared"] /\ said' = said \union {r}
              /\ UNCHANGED <<manager, told>>
Abort(r) == /\ state[r] = "working" /\ state' = [state EXCEPT ![r] = "aborted"] /\ UNCHANGED <<manager, said, told>>
Obey(r) == /\ \/ manager = "commit" /\ state' = [state EXCEPT ![r] = "committed"]
              \/ manager = "abort" /\ state' = [state EXCEPT ![r] = "aborted"]
           /\ UNCHANGED <<manager, said, told>>
Take(r) == /\ manager = "undecided" /\ r \in said /\ told' = told \union {r} /\ UNCHANGED <<manager, state, said>>
Decide == /\ manager = "undecided"
          /\ manager' = "abort" \/ (told = RM /\ manager' = "commit")
          /\ UNCHANGED <<state, said, told>>
Next == Decide \/ \E r \in RM : Prepare(r) \/ Abort(r) \/ Obey(r) \/ Take(r)
Spec == Init /\ [][Next]_vars

Agree == ~ \E r, s \in RM : state[r] = "committed" /\ state[s] = "aborted"
====
