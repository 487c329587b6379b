/* TASKS tasks, TIMES read-modify-writes each, of one shared cell: a step reads, another writes. */
byte c;
byte ended;

active [TASKS] proctype add() {
  byte i, seen;
end:
  do
  :: d_step { i < TIMES -> seen = c; i++ };
     d_step {
       c = seen + 1;
       seen = 0;
       if
       :: i == TIMES ->
            ended++;
            assert(ended < TASKS || (2 <= c && c <= TASKS * TIMES))
       :: else
       fi
     }
  od
}
