/* PHILOSOPHERS dining philosophers, each taking the left fork first. */
bool taken[PHILOSOPHERS];

active [PHILOSOPHERS] proctype eat() {
  do
  :: d_step { !taken[_pid] -> taken[_pid] = true };
     d_step { !taken[(_pid + 1) % PHILOSOPHERS] -> taken[(_pid + 1) % PHILOSOPHERS] = true };
     d_step { taken[_pid] = false; taken[(_pid + 1) % PHILOSOPHERS] = false }
  od
}
