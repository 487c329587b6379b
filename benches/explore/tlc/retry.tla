---- MODULE retry ----
(* Requests, one after the other, over a network without order that may lose and duplicate messages; each is sent again
   until its reply is there. *)
EXTENDS Naturals
CONSTANTS Requests, Sends, Losses, Duplicates
VARIABLES requests, replies, current, sent, losses, duplicates
vars == <<requests, replies, current, sent, losses, duplicates>>
R == 0..(Requests - 1)
More(bag, k) == [bag EXCEPT ![k] = @ + 1]
Less(bag, k) == [bag EXCEPT ![k] = @ - 1]

Init == /\ requests = [k \in R |-> 0] /\ replies = [k \in R |-> 0]
        /\ current = 0 /\ sent = 0 /\ losses = 0 /\ duplicates = 0
Send == /\ current < Requests /\ sent < Sends /\ requests' = More(requests, current) /\ sent' = sent + 1
        /\ UNCHANGED <<replies, current, losses, duplicates>>
Serve(k) == /\ requests[k] > 0 /\ requests' = Less(requests, k) /\ replies' = More(replies, k)
            /\ UNCHANGED <<current, sent, losses, duplicates>>
Receive(k) == /\ replies[k] > 0 /\ replies' = Less(replies, k)
              /\ IF k = current THEN current' = current + 1 /\ sent' = 0 ELSE UNCHANGED <<current, sent>>
              /\ UNCHANGED <<requests, losses, duplicates>>
Lose(k) == /\ losses < Losses /\ losses' = losses + 1
           /\ \/ requests[k] > 0 /\ requests' = Less(requests, k) /\ UNCHANGED replies
              \/ replies[k] > 0 /\ replies' = Less(replies, k) /\ UNCHANGED requests
           /\ UNCHANGED <<current, sent, duplicates>>
Duplicate(k) == /\ duplicates < Duplicates /\ duplicates' = duplicates + 1
                /\ \/ requests[k] > 0 /\ requests' = More(requests, k) /\ UNCHANGED replies
                   \/ replies[k] > 0 /\ replies' = More(replies, k) /\ UNCHANGED requests
                /\ UNCHANGED <<current, sent, losses>>
Next == Send \/ \E k \in R : Serve(k) \/ Receive(k) \/ Lose(k) \/ Duplicate(k)
Spec == Init /\ [][Next]_vars

Asked == \A k \in R : replies[k] > 0 => k <= current
====
