/* Two-phase commit with RMS resource managers; messages are a set that only grows, as in Gray and Lamport's model. */
mtype:rm = { working, prepared, committed, aborted };
mtype:tm = { undecided, will_commit, will_abort };
mtype:rm state[RMS] = working;
mtype:tm manager = undecided;
bool said[RMS];       /* the message "prepared" of this one is there */
bool told[RMS];       /* and the manager has taken it */
byte prepared_ones;   /* how many the manager has taken */
byte commits, aborts; /* how many have committed, and aborted */

active [RMS] proctype resource_manager() {
end:
  do
  :: d_step { state[_pid] == working -> state[_pid] = prepared; said[_pid] = true }
  :: d_step { state[_pid] == working -> state[_pid] = aborted; aborts++; assert(commits == 0) }
  :: d_step { manager == will_commit && state[_pid] != committed ->
       state[_pid] = committed; commits++; assert(aborts == 0) }
  :: d_step { manager == will_abort && state[_pid] != aborted ->
       state[_pid] = aborted; aborts++; assert(commits == 0) }
  :: d_step { manager == undecided && said[_pid] && !told[_pid] -> told[_pid] = true; prepared_ones++ }
  od
}

active proctype transaction_manager() {
end:
  do
  :: d_step { manager == undecided && prepared_ones == RMS -> manager = will_commit }
  :: d_step { manager == undecided -> manager = will_abort }
  od
}
