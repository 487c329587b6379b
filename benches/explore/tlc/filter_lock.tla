---- MODULE filter_lock ----
(* The filter lock for tasks that enter again and again. Looking at all the others is one step. *)
EXTENDS Naturals
CONSTANT Tasks
VARIABLES level, last, next, l
vars == <<level, last, next, l>>
T == 0..(Tasks - 1)
Blocked(t) == last[l[t]] = t /\ \E k \in T : k # t /\ level[k] >= l[t]

Init == /\ level = [t \in T |-> 0] /\ last = [t \in T |-> 0]
        /\ next = [t \in T |-> "raise"] /\ l = [t \in T |-> 1]
Raise(t) == /\ next[t] = "raise" /\ level' = [level EXCEPT ![t] = l[t]] /\ next' = [next EXCEPT ![t] = "come last"]
            /\ UNCHANGED <<last, l>>
ComeLast(t) == /\ next[t] = "come last" /\ last' = [last EXCEPT ![l[t]] = t] /\ next' = [next EXCEPT ![t] = "pass"]
               /\ UNCHANGED <<level, l>>
Pass(t) == /\ next[t] = "pass" /\ ~Blocked(t)
           /\ IF l[t] = Tasks - 1
              THEN next' = [next EXCEPT ![t] = "leave"] /\ l' = [l EXCEPT ![t] = 0]
              ELSE next' = [next EXCEPT ![t] = "raise"] /\ l' = [l EXCEPT ![t] = @ + 1]
           /\ UNCHANGED <<level, last>>
Leave(t) == /\ next[t] = "leave" /\ level' = [level EXCEPT ![t] = 0]
            /\ next' = [next EXCEPT ![t] = "raise"] /\ l' = [l EXCEPT ![t] = 1] /\ UNCHANGED last
Next == \E t \in T : Raise(t) \/ ComeLast(t) \/ Pass(t) \/ Leave(t)
Spec == Init /\ [][Next]_vars

Exclusion == \A s, t \in T : next[s] = "leave" /\ next[t] = "leave" => s = t
====
