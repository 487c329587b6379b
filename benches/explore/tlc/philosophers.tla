---- MODULE philosophers ----
(* Dining philosophers, each taking the left fork first and eating once. *)
EXTENDS Naturals
CONSTANT Philosophers
VARIABLE at \* "thinks", "waits" with the left fork in hand, "done"
P == 0..(Philosophers - 1)

Init == at = [p \in P |-> "thinks"]
TakeLeft(p) == at[p] = "thinks" /\ at' = [at EXCEPT ![p] = "waits"]
Eat(p) == at[p] = "waits" /\ at[(p + 1) % Philosophers] # "waits" /\ at' = [at EXCEPT ![p] = "done"]
Next == \E p \in P : TakeLeft(p) \/ Eat(p)
Spec == Init /\ [][Next]_at

NoDeadlock == \E p \in P : at[p] # "waits"
====
