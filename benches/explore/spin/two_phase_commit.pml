/* Two-phase commit with RMS resource managers; messages are a set that only grows, as in Gray and Lamport's model. */
mtype:rm = { working, prepared, committed, aborted };
mtype:tm = { init_, tm_committed, tm_aborted };
mtype:rm state[RMS];
bool told[RMS];      /* the manager has the message "prepared" of this one */
bool said[RMS];      /* the message "prepared" of this one is there */
bool say_commit, say_abort;
mtype:tm manager = init_;
