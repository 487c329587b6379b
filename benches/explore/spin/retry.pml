/* REQUESTS requests, one after the other, over a network without order; each is sent up to SENDS times, until its reply is
   there. The network may lose LOSSES messages and duplicate DUPLICATES. */
byte requests[REQUESTS], replies[REQUESTS]; /* how many of each are on their way */
byte current, sent, losses, duplicates;

active proctype client() {
end:
  do
  :: d_step { current < REQUESTS && sent < SENDS -> requests[current]++; sent++ }
  od
}

#define k (_pid - 1)

/* What can happen to the messages of one request. */
active [REQUESTS] proctype network() {
end:
  do
  :: d_step { requests[k] > 0 -> requests[k]--; replies[k]++ }
  :: d_step { replies[k] > 0 -> assert(k <= current); replies[k]--;
       if
       :: k == current -> current++; sent = 0
       :: else
       fi }
  :: d_step { requests[k] > 0 && losses < LOSSES -> requests[k]--; losses++ }
  :: d_step { replies[k] > 0 && losses < LOSSES -> replies[k]--; losses++ }
  :: d_step { requests[k] > 0 && duplicates < DUPLICATES -> requests[k]++; duplicates++ }
  :: d_step { replies[k] > 0 && duplicates < DUPLICATES -> replies[k]++; duplicates++ }
  od
}
