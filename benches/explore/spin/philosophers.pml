/* PHILOSOPHERS dining philosophers, each taking the left fork first and eating once. */
bool taken[PHILOSOPHERS];

active [PHILOSOPHERS] proctype eat() {
  d_step { !taken[_pid] -> taken[_pid] = true };
  d_step { !taken[(_pid + 1) % PHILOSOPHERS] -> taken[_pid] = false };
end:
  false
}
